"""Jobs of one kind, all at once."""

import time

import torch

from benchmarks.imbalance_study.lenet import SECOND_PHASE_RATE, LeNet5
from benchmarks.imbalance_study.nets import BATCHES
from benchmarks.imbalance_study.orders import Order
from benchmarks.imbalance_study.scoring import result
from benchmarks.imbalance_study.stacked import Stack


def stacks_of(jobs, size):
    """Cut a list of jobs into lists of jobs that can be trained at once.

    Parameters
    ----------
    jobs : list of Job
        None of all of MNIST, which has a test set of its own.
    size : int
        Nets of a stack at most.

    Returns
    -------
    stacks : list of list of Job
    """
    kinds = {}
    for job in jobs:
        kinds.setdefault((job.first, job.iterations, job.n_max), []).append(job)
    return [
        alike[start : start + size]
        for alike in kinds.values()
        for start in range(0, len(alike), size)
    ]


def train_stack(jobs, digits, store, device=None):
    """Train the nets of some jobs at once; results are written when the last phase is over.

    Parameters
    ----------
    jobs : list of Job
        With the same batches and numbers.
    digits : Digits
        The data.
    store : Store
        Where results go.
    device : str, optional
        Where to train.
    """
    first, n_steps = jobs[0].first, jobs[0].iterations
    orders = [order_of(job, digits) for job in jobs]
    stack = Stack([LeNet5(job.seed) for job in jobs], device)
    images = digits.images.to(device)
    codes = torch.from_numpy(digits.labels).to(device)
    test_images, test_labels = digits.test_set(jobs[0].imbalance)
    # What an accelerator does takes no time of the processor.
    clock = time.process_time if images.device.type == "cpu" else time.perf_counter
    results = []
    for number, name in enumerate(jobs[0].names):
        start = clock()
        batches = "natural" if number else BATCHES[first]
        losses = stack.train(
            images,
            codes,
            zip(*(order.phase(batches, n_steps) for order in orders), strict=True),
            factor=SECOND_PHASE_RATE if number else 1.0,
            last_only=bool(number),
        ).cpu()
        seconds = (clock() - start) / len(jobs)
        proba = stack.predict_proba(test_images.to(device))
        for place, (job, order) in enumerate(zip(jobs, orders, strict=True)):
            loss = losses[place].item()
            found = result(proba[place], test_labels, order.codes, loss, seconds)
            results.append((job, name, found))
    for job, name, found in results:
        store.write(job, name, found)


def order_of(job, digits):
    """Return the rows of a job's nets, step after step."""
    rows = digits.training_rows(job.imbalance, job.seed)
    return Order(rows, digits.labels[rows], job.seed)

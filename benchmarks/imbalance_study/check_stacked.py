"""Whether nets that are stacked come out as nets by themselves, and what both ways cost."""

import time

import torch

from benchmarks.imbalance_study.jobs import STEP_HALF, Job
from benchmarks.imbalance_study.lenet import LeNet5
from benchmarks.imbalance_study.nets import BATCHES, make_net
from benchmarks.imbalance_study.stacked import Stack
from benchmarks.imbalance_study.stacked_jobs import order_of

TOLERANCE = 1e-5


def check_stacked(digits, n_nets=64, n_steps=10):
    """Train nets both ways, compare their weights and print the times.

    The weights have to agree in float64. In float32, a rounding now and then decides which place
    of a max-pool is the largest, or on which side of zero a unit is, and the gradient of that net
    takes another path: it is printed for how many.

    Parameters
    ----------
    digits : Digits
        The data.
    n_nets : int, default=64
        On rows as they are, over-sampled and under-sampled, in turn.
    n_steps : int, default=10
        Steps of each.

    Raises
    ------
    ValueError
        If two weights of float64 differ by more than 1e-5.
    """
    firsts = [list(BATCHES)[number % len(BATCHES)] for number in range(n_nets)]
    jobs = [Job(STEP_HALF, seed, first, n_steps, digits.n_max) for seed, first in enumerate(firsts)]
    print(f"\n{n_nets} nets, {n_steps} steps, by themselves and stacked")
    for dtype in (torch.float32, torch.float64):
        singles, seconds = _by_themselves(jobs, digits, dtype)
        stack, seconds_stacked = _stacked(jobs, digits, dtype)
        differences = [
            max(
                (weight[place] - single[name]).abs().max().item()
                for name, weight in stack.weights.items()
            )
            for place, single in enumerate(singles)
        ]
        n_equal = sum(difference <= TOLERANCE for difference in differences)
        largest = max(differences)
        print(f"  {str(dtype).removeprefix('torch.')}: {n_equal} of {n_nets} nets", end=" ")
        print(f"have the same weights to {TOLERANCE:g}; the largest difference is {largest:.1e}")
        for way, total in (("by themselves", seconds), ("stacked", seconds_stacked)):
            cost = 1e3 * total / n_nets / n_steps
            print(f"    {way:<14} {cost:6.1f} ms of the processor a net and step", flush=True)
    if largest > TOLERANCE:
        msg = f"Weights of float64 differ by {largest}, more than {TOLERANCE}."
        raise ValueError(msg)


def _by_themselves(jobs, digits, dtype):
    trained, seconds = [], 0.0
    for job in jobs:
        rows = digits.training_rows(job.imbalance, job.seed)
        images, labels = digits.images[rows].to(dtype), digits.labels[rows]
        net = make_net(job.first, job.iterations, job.seed).set_params(module__dtype=dtype)
        start = time.process_time()
        net.fit(images, labels)
        seconds += time.process_time() - start
        trained.append(net.module_.state_dict())
    return trained, seconds


def _stacked(jobs, digits, dtype):
    stack = Stack([LeNet5(job.seed, dtype) for job in jobs])
    orders = [order_of(job, digits).phase(BATCHES[job.first], job.iterations) for job in jobs]
    images, codes = digits.images.to(dtype), torch.from_numpy(digits.labels)
    start = time.process_time()
    stack.train(images, codes, zip(*orders, strict=True))
    return stack, time.process_time() - start

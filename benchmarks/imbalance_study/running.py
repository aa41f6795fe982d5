"""Jobs, one after another or in processes."""

import os
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

import torch

from balancekit.core.progress import progress_bar
from benchmarks.imbalance_study.digits import load_digits
from benchmarks.imbalance_study.single import train_job
from benchmarks.imbalance_study.stacked_jobs import stacks_of, train_stack
from benchmarks.imbalance_study.store import Store


def pending(jobs, store):
    """List the jobs with a net that is not done."""
    return [job for job in jobs if not all(store.has(job, name) for name in job.names)]


def run(jobs, store, *, digits=None, processes=1, stack=1, device=None, progress=False):
    """Train what is not done.

    Parameters
    ----------
    jobs : list of Job
        In this order.
    store : Store
        Where results go, and those of an earlier run are.
    digits : Digits, optional
        In place of MNIST; for one process.
    processes : int, default=1
        Processes of one thread each.
    stack : int, default=1
        Nets to train at once, those of all of MNIST aside; for one process.
    device : str, optional
        Where to train.
    progress : bool, default=False
        Whether to draw a bar.
    """
    left = pending(jobs, store)
    with progress_bar(progress, "job", "imbalance study", len(left)) as bar:
        for n_done in _in_turn(left, store, digits, processes, stack, device):
            if bar is not None:
                bar.update(n_done)


def _in_turn(jobs, store, digits, processes, stack, device):
    """Train, and give the number of jobs done each time."""
    if stack > 1:
        for alike in stacks_of([job for job in jobs if job.imbalance.kind != "none"], stack):
            train_stack(alike, digits or load_digits(alike[0].n_max), store, device)
            yield len(alike)
        jobs = [job for job in jobs if job.imbalance.kind == "none"]
    if processes == 1:
        for job in jobs:
            train_job(job, digits or load_digits(job.n_max), store, device)
            yield 1
        return
    os.environ["OMP_NUM_THREADS"] = "1"
    # A process that is forked while torch has threads can hang.
    with ProcessPoolExecutor(
        processes, get_context("spawn"), initializer=torch.set_num_threads, initargs=(1,)
    ) as pool:
        futures = [pool.submit(_train, job, store.folder, device) for job in jobs]
        for future in as_completed(futures):
            try:
                future.result()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
            yield 1


def _train(job, folder, device):
    train_job(job, load_digits(job.n_max), Store(folder), device)

"""Threads that share the work of one search."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any, TypeVar

import joblib
import numpy as np

Result = TypeVar("Result")

# Tasks for each thread, so that none waits long for another.
TASKS_PER_THREAD = 16


def thread_count(n_jobs: int | None) -> int:
    """Return how many threads `n_jobs` asks for.

    Parameters
    ----------
    n_jobs : int or None
        As in joblib. None takes what scikit-learn's compiled code takes: all processors, or
        what the environment variable ``OMP_NUM_THREADS`` says, which joblib sets in its workers.

    Returns
    -------
    n_threads : int
        At least 1.
    """
    if n_jobs is not None:
        return max(1, int(joblib.effective_n_jobs(n_jobs)))
    limit = os.environ.get("OMP_NUM_THREADS", "")
    n_processors = int(joblib.cpu_count())
    return max(1, min(int(limit), n_processors)) if limit.isdigit() else n_processors


class Crew:
    """A pool of threads for compiled code that holds no interpreter lock, or no pool at all.

    Parameters
    ----------
    n_threads : int
        How many; 1 works in the calling thread.

    Notes
    -----
    The pool lives as long as one search. So nothing is left that a fork could lose.
    """

    def __init__(self, n_threads: int) -> None:
        self.n_threads = n_threads
        # The calling thread is one of them.
        self._pool = ThreadPoolExecutor(n_threads - 1) if n_threads > 1 else None

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def each(self, task: Callable[..., Result], *arguments: Iterable[object]) -> list[Result]:
        """Call a task with each of several arguments, and wait for all.

        Parameters
        ----------
        task : callable
            What to do.
        *arguments : iterable
            As for `map`.

        Returns
        -------
        results : list
            In the order of the arguments.
        """
        calls = list(zip(*arguments, strict=True))
        results: list[Any] = [None] * len(calls)
        waiting = iter(enumerate(calls))

        def work() -> None:
            for place, given in waiting:
                results[place] = task(*given)

        n_others = 0 if self._pool is None else min(self.n_threads, len(calls)) - 1
        others = [self._pool.submit(work) for _ in range(n_others)] if self._pool else []
        try:
            work()
        finally:
            wait(others)
        for other in others:
            other.result()
        return results

    def ranges(self, task: Callable[[int, int], Result], n: int) -> list[Result]:
        """Call a task with ranges that cover ``0:n``, and wait for all.

        Parameters
        ----------
        task : callable
            Takes the first number of a range and the one after its last.
        n : int
            Where the last range ends.

        Returns
        -------
        results : list
        """
        n_tasks = min(n, 1 if self._pool is None else self.n_threads * TASKS_PER_THREAD)
        edges = np.linspace(0, n, n_tasks + 1).astype(int).tolist()
        return self.each(task, edges[:-1], edges[1:])

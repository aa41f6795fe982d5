"""Compiling ahead of use."""

from __future__ import annotations

import importlib

import numpy as np


def warm_up() -> None:
    """Compile all kernels, or load them from numba's cache.

    Otherwise the first large search does that, which takes about ten seconds once for each
    machine and version, and half a second in each new process. Small searches never wait for it:
    they go to scikit-learn until the kernels are there.

    Examples
    --------
    >>> import balancekit
    >>> balancekit.warm_up()
    """
    from balancekit.core.neighbors.compiled import CompiledEngine
    from balancekit.core.neighbors.farthest import farthest_squares

    for dtype in (np.float32, np.float64):
        table = np.random.RandomState(0).standard_normal((200, 4)).astype(dtype)
        rows = np.arange(len(table))
        engine = CompiledEngine(n_jobs=1)
        engine.kneighbors(table, rows, rows, 2)
        engine.kneighbors(table, rows[:50], rows[50:], 2)
    farthest_squares(table, rows[:50], rows[50:], 2, n_jobs=1)
    for kernels in (
        "centres",
        "condensing",
        "inverted",
        "mixed",
        "nan_euclidean",
        "value_differences",
    ):
        importlib.import_module(f"balancekit.kernels.neighbors.{kernels}")

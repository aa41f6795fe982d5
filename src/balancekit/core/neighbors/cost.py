"""Whether compiled kernels are worth what it takes to have them."""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path

# From so many rows on, kernels that are loaded are the faster way.
FEWEST_ROWS = 200

# Work is n_queries * n_candidates * n_columns. Loading numba and kernels from its cache takes half
# a second, compiling them about ten; scikit-learn does 3e9 to 1e10 in a second.
WORK_WORTH_LOADING = 3e9
WORK_WORTH_COMPILING = 5e10


def is_worth_kernels(
    n_queries: int, n_candidates: int, n_columns: float, kernel: str = "sweep.sweep"
) -> bool:
    """Tell whether a search is best done by compiled kernels.

    Parameters
    ----------
    n_queries, n_candidates, n_columns : int
        Its shape; for sparse rows, the mean number of values in the place of columns.
    kernel : str, default="sweep.sweep"
        Module and function that would be used.

    Returns
    -------
    is_worth : bool
        Depends on whether the kernels are loaded, or else in numba's cache: small work never waits
        for a compiler.
    """
    if min(n_queries, n_candidates) < FEWEST_ROWS and n_queries * n_candidates < FEWEST_ROWS**2:
        return False
    work = float(n_queries) * n_candidates * n_columns
    if _is_loaded(kernel):
        return True
    return work >= (WORK_WORTH_LOADING if _is_cached(kernel) else WORK_WORTH_COMPILING)


def _is_loaded(kernel: str) -> bool:
    module, _, function = kernel.partition(".")
    kernels = sys.modules.get(f"balancekit.kernels.neighbors.{module}")
    return bool(kernels and getattr(kernels, function).signatures)


@cache
def _is_cached(kernel: str) -> bool:
    """Look for machine code where numba keeps it first; elsewhere it is not found, only slower."""
    folder = os.environ.get("NUMBA_CACHE_DIR")
    package = Path(__file__).parents[2] / "kernels" / "neighbors"
    return any((Path(folder) if folder else package).rglob(f"{kernel}-*.nbi"))

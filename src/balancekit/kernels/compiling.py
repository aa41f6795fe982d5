"""Compiling kernels, with a cache where there is a place for one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import njit, types

# Sums may be reordered and fused where they only propose; NaN and infinities keep their meaning.
PROPOSES = {"reassoc", "contract"}


def compiled(
    signatures: list[Any] | None = None, *, proposes: bool = False, borrows: bool = False
) -> Callable[[Any], Any]:
    """Compile a function that holds no interpreter lock.

    Machine code is kept in numba's cache folder. Without a folder that can be written to, the
    function is compiled anew in every process.

    Parameters
    ----------
    signatures : list of numba signatures, default=None
        Types to compile for at once; None compiles for what the function is called with.
    proposes : bool, default=False
        Whether the function only proposes candidates, so that sums may be reordered and fused.
        Never for distances that decide an order or for new rows.
    borrows : bool, default=False
        Whether the function only works on arrays that its callers hold: it allocates none, keeps
        none and counts no references, which would cost a small function more than its work.

    Returns
    -------
    decorator : callable
    """
    options: dict[str, Any] = {
        "nogil": True,
        "fastmath": PROPOSES if proposes else False,
        "error_model": "numpy",
    }
    if borrows:
        options["_nrt"] = False

    def decorate(function: Any) -> Any:
        try:
            return njit(signatures, cache=True, **options)(function)
        except RuntimeError:
            return njit(signatures, **options)(function)

    return decorate


def read_only(kind: Any, n_dimensions: int = 1) -> Any:
    """Return the type of an array that a kernel does not write to.

    Parameters
    ----------
    kind : numba type
        What it holds.
    n_dimensions : int, default=1
        Number of dimensions.

    Returns
    -------
    type : numba type
        Of C-contiguous arrays, read-only ones included.
    """
    return types.Array(kind, n_dimensions, "C", readonly=True)

"""The one place that knows containers: arrays, lists, sparse matrices, frames and tensors.

`wrap` finds the container of a value. The libraries behind pandas objects, other frames and
tensors are imported when such a value turns up, so they have been imported by whoever made it.
"""

from __future__ import annotations

import reprlib
import sys
from typing import Any

import numpy as np
from scipy import sparse

from balancekit.core.containers.base import Container, Numbers
from balancekit.core.containers.lists import ListContainer, as_array, wrap_array
from balancekit.core.containers.scipy_sparse import SparseContainer

__all__ = ["Container", "Numbers", "has_pandas_index", "is_table_library", "wrap"]

FRAME_LIBRARIES = frozenset({"polars", "pyarrow", "modin", "cudf", "narwhals"})


def wrap(native: Any) -> Container:
    """Find the container of a value.

    Parameters
    ----------
    native : array-like, sparse matrix, data frame, series or tensor
        Features, labels or anything else with one entry per row.

    Returns
    -------
    container : Container

    Raises
    ------
    TypeError
        For a lazy data frame and other objects of a frame library that hold no rows.
    ValueError
        For anything else without rows, such as a number or a set, and for masked entries.
    """
    if isinstance(native, np.ndarray):
        if np.ma.is_masked(native):
            n_masked = int(np.ma.getmaskarray(native).sum())
            msg = (
                f"A masked array with {n_masked} masked entries is not supported; fill them, or "
                "impute with NaN in their place."
            )
            raise ValueError(msg)
        return wrap_array(np.asarray(native))
    if isinstance(native, list | tuple):
        return ListContainer(native)
    if sparse.issparse(native):
        return SparseContainer(native)
    library = is_table_library(native)
    if library == "torch":
        from balancekit.core.containers.tensor import TensorContainer

        return TensorContainer(native)
    if library == "pandas":
        import pandas as pd

        from balancekit.core.containers.pandas_frame import PandasFrame, PandasVector

        return PandasFrame(native) if isinstance(native, pd.DataFrame) else PandasVector(native)
    if library:
        return _wrap_frame(native)
    array = as_array(native)
    if array.ndim == 0:
        what = f"{reprlib.repr(native)} of type {type(native).__name__}"
        msg = (
            f"Expected one entry per input row, but {what} has no rows. Pass an array, a list or a "
            "data frame."
        )
        raise ValueError(msg)
    return wrap_array(array)


def is_table_library(native: Any) -> str:
    """Name the library of a frame, series or tensor; the empty string for anything else."""
    if "torch" in sys.modules and isinstance(native, sys.modules["torch"].Tensor):
        return "torch"
    if "pandas" in sys.modules:
        import pandas as pd

        kinds = (pd.DataFrame, pd.Series, pd.Index, pd.api.extensions.ExtensionArray)
        if isinstance(native, kinds):
            return "pandas"
    library = type(native).__module__.partition(".")[0]
    return library if library in FRAME_LIBRARIES else ""


def has_pandas_index(native: Any) -> bool:
    """Whether something is a pandas frame or series."""
    if "pandas" not in sys.modules:
        return False
    import pandas as pd

    return isinstance(native, pd.DataFrame | pd.Series)


def _wrap_frame(native: Any) -> Container:
    import narwhals as nw

    from balancekit.core.containers.frame import Frame, Vector

    known = nw.from_native(native, allow_series=True, pass_through=True)
    if isinstance(known, nw.LazyFrame):
        msg = f"{type(native).__name__} is lazy; call `.collect()` before resampling."
        raise TypeError(msg)
    library = type(native).__module__.partition(".")[0]
    if isinstance(known, nw.DataFrame) and library != "pyarrow":
        return Frame(native)
    if isinstance(known, nw.Series):
        return Vector(native)
    if library == "pyarrow":
        import pyarrow as pa

        from balancekit.core.containers.arrow import ArrowArray, ArrowTable

        if isinstance(native, pa.Table):
            return ArrowTable(native)
        if isinstance(native, pa.Array):
            return ArrowArray(native)
    msg = f"{type(native).__module__}.{type(native).__name__} is not supported; pass a data frame."
    raise TypeError(msg)

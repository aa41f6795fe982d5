"""The same data in every container, and back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse


@dataclass(frozen=True)
class Conversion:
    """How to put features and labels into a container.

    Parameters
    ----------
    features, labels : callable
        Take a NumPy array and return the container.
    library : str
        What needs to be installed.
    """

    features: Callable[[NDArray[Any]], Any]
    labels: Callable[[NDArray[Any]], Any]
    library: str = "numpy"


def _pandas(dtype_of: Callable[[str], Any]) -> Conversion:
    def features(X: NDArray[Any]) -> Any:
        import pandas as pd

        frame = pd.DataFrame(X, columns=[f"column_{i}" for i in range(X.shape[1])])
        return frame.astype(dtype_of(str(X.dtype)))

    def labels(y: NDArray[Any]) -> Any:
        import pandas as pd

        return pd.Series(y, name="label")

    return Conversion(features, labels, "pandas")


def _nullable(dtype: str) -> str:
    """Return the name of pandas' nullable dtype."""
    if dtype == "bool":
        return "boolean"
    return dtype.replace("uint", "UInt").replace("int", "Int").replace("float", "Float")


def _frame(library: str, frame: str, series: str) -> Conversion:
    def features(X: NDArray[Any]) -> Any:
        build = getattr(import_module(library), frame)
        columns = {f"column_{i}": np.ascontiguousarray(X[:, i]) for i in range(X.shape[1])}
        return build(columns) if library == "polars" else build.from_pydict(columns)

    def labels(y: NDArray[Any]) -> Any:
        build = getattr(import_module(library), series)
        return build("label", y) if library == "polars" else build([y.tolist()])

    return Conversion(features, labels, library)


def _tensor(values: NDArray[Any]) -> Any:
    return import_module("torch").from_numpy(values.copy())


def _every_other(values: NDArray[Any]) -> NDArray[Any]:
    return np.repeat(values, 2, axis=0)[::2]


def _itself(values: NDArray[Any]) -> NDArray[Any]:
    return values


CONTAINERS: dict[str, Conversion] = {
    "numpy": Conversion(_itself, _itself),
    "numpy-fortran": Conversion(np.asfortranarray, _itself),
    "numpy-strided": Conversion(_every_other, _every_other),
    "list": Conversion(lambda X: X.tolist(), lambda y: y.tolist()),
    "csr_array": Conversion(sparse.csr_array, _itself),
    "csr_matrix": Conversion(sparse.csr_matrix, _itself),
    "csc_array": Conversion(sparse.csc_array, _itself),
    "csc_matrix": Conversion(sparse.csc_matrix, _itself),
    "pandas": _pandas(_itself),
    "pandas-nullable": _pandas(_nullable),
    "polars": _frame("polars", "DataFrame", "Series"),
    "pyarrow": _frame("pyarrow", "Table", "chunked_array"),
    "torch": Conversion(_tensor, _tensor, "torch"),
}
"""The containers that every sampler takes and gives back, by name."""


def from_numpy(values: NDArray[Any], container: str) -> Any:
    """Put an array into a container.

    Parameters
    ----------
    values : ndarray of shape (n_rows, n_columns) or (n_rows,)
        Features or labels.
    container : str
        A key of `CONTAINERS`.

    Returns
    -------
    converted : object
        The same values; the library of the container needs to be installed.
    """
    conversion = CONTAINERS[container]
    return conversion.features(values) if values.ndim == 2 else conversion.labels(values)


def to_numpy(values: Any) -> NDArray[Any]:
    """Return the values of any container as an array.

    Parameters
    ----------
    values : object
        Anything that `from_numpy` makes.

    Returns
    -------
    array : ndarray of shape (n_rows, n_columns) or (n_rows,)
    """
    if sparse.issparse(values):
        return values.toarray()
    if hasattr(values, "to_pandas"):
        values = values.to_pandas()
    return np.asarray(values)

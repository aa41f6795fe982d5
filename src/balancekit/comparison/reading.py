"""Files as features, target and groups."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from balancekit.comparison.arff import read_arff
from balancekit.comparison.csv_file import read_csv
from balancekit.comparison.extras import require
from balancekit.core.labels import Labels
from balancekit.core.wording import list_names, suggest

SUFFIXES = (".csv", ".csv.gz", ".parquet", ".arff")


@dataclass(frozen=True)
class Dataset:
    """What is compared on.

    Parameters
    ----------
    name : str
        What to call it.
    X : {ndarray, data frame} of shape (n_rows, n_columns)
        Features.
    y : array-like of shape (n_rows,)
        Labels.
    target : str, optional
        Name of the target column.
    groups : array-like of shape (n_rows,), optional
        Group of each row.
    positive : hashable, optional
        The class to find, if it is not to be the rarest.
    """

    name: str
    X: Any
    y: Any
    target: str | None = None
    groups: Any = None
    positive: Hashable | None = None


def read_file(
    path: Path, *, target: str = "-1", groups: str | None = None, has_header: bool = True
) -> Dataset:
    """Read a file and take its columns apart.

    Parameters
    ----------
    path : Path
        A .csv, .csv.gz, .parquet or .arff file.
    target : str, default="-1"
        Name of the target column, or its position; -1 is the last.
    groups : str, optional
        Name or position of the column that holds the group of each row.
    has_header : bool, default=True
        Whether the first line of a csv holds names. If not, columns are named by position.

    Returns
    -------
    dataset : Dataset

    Raises
    ------
    ValueError
        If the file cannot be read as what its name says, is empty, or lacks a column.
    MissingExtraError
        If pandas, or for parquet pyarrow, is not installed.
    """
    frame = _read(path, has_header)
    frame.columns = [str(name) for name in frame.columns]
    _check(frame, path)
    target = _find_column(frame.columns, target, "target")
    used = [target]
    if groups is not None:
        used.append(_find_column(frame.columns, groups, "groups"))
        if used[1] == target:
            msg = f"--groups and --target both name {target!r}; name two different columns"
            raise ValueError(msg)
    _check_target(frame[target], target)
    features = frame.drop(columns=used)
    group_of_row = None if groups is None else frame[used[1]]
    return Dataset(path.name, features, frame[target], target, group_of_row)


def read_digits() -> Dataset:
    """Return scikit-learn's images of handwritten digits.

    Returns
    -------
    dataset : Dataset
        1797 rows, 64 columns, 10 classes; the class to find is 8.
    """
    from sklearn.datasets import load_digits

    X, y = load_digits(return_X_y=True)
    return Dataset("digits (scikit-learn)", X, y, "digit", positive=8)


def _read(path: Path, has_header: bool) -> Any:
    reader = _reader(path, has_header)
    if not path.is_file():
        what = (
            "is a folder; name a file in it" if path.is_dir() else "does not exist; check the path"
        )
        msg = f"the file {path} {what}"
        raise ValueError(msg)
    try:
        return reader(path)
    except UnicodeDecodeError as error:
        msg = f"cannot read {path}: it is not in UTF-8 ({error}); save it in that encoding"
        raise ValueError(msg) from error
    except (ValueError, Warning, EOFError, OSError, zlib.error) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        msg = f"cannot read {path}: {reason}"
        raise ValueError(msg) from error


def _reader(path: Path, has_header: bool) -> Callable[[Path], Any]:
    """Find the reader for a file name, and what it needs, before anything is read."""
    suffix = next((each for each in SUFFIXES if path.name.lower().endswith(each)), None)
    if suffix is None:
        msg = f"cannot tell the format of {path}; its name should end in {', '.join(SUFFIXES)}"
        raise ValueError(msg)
    require("pandas", "Reading a file")
    if suffix in (".csv", ".csv.gz"):
        return partial(read_csv, has_header=has_header)
    if not has_header:
        msg = f"--no-header is for csv files; {path.name} has names for its columns"
        raise ValueError(msg)
    if suffix == ".arff":
        return read_arff
    require("pyarrow", "Reading a parquet file")
    return _read_parquet


def _read_parquet(path: Path) -> Any:
    import pandas as pd

    return pd.read_parquet(path, engine="pyarrow").reset_index(drop=True)


def _check(frame: Any, path: Path) -> None:
    if not len(frame):
        msg = f"{path} has no rows below its header; pass a file with data"
        raise ValueError(msg)
    if frame.shape[1] < 2:
        only = str(frame.columns[0])[:60]
        msg = (
            f"{path} has a single column, {only!r}; a target and a feature are needed (in a csv, "
            "separated by commas)"
        )
        raise ValueError(msg)
    if not frame.columns.is_unique:
        twice = frame.columns[frame.columns.duplicated()].unique()
        msg = f"{path} has several columns named {list_names(twice)}; rename them"
        raise ValueError(msg)


def _check_target(y: Any, name: str) -> None:
    try:
        Labels(y)
    except ValueError as error:
        msg = f"target column {name!r}: {error} (Or name another column with --target.)"
        raise ValueError(msg) from error


def _find_column(columns: Sequence[str], wanted: str, option: str) -> str:
    """Find a column by name, else by position."""
    names = list(columns)
    if wanted in names:
        return wanted
    try:
        return names[int(wanted)]
    except (ValueError, IndexError):
        msg = (
            f"no column {wanted!r} for --{option}; the file has {list_names(names)}."
            f"{suggest(wanted, names)}"
        )
        raise ValueError(msg) from None

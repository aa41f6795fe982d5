"""CSV files, and what is usually wrong with them."""

from __future__ import annotations

import gzip
import warnings
from pathlib import Path
from typing import Any

from balancekit.comparison.extras import require

OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}


def read_csv(path: Path, *, has_header: bool) -> Any:
    """Read a CSV file.

    Parameters
    ----------
    path : Path
        The file: values separated by commas, in UTF-8; compressed if its name ends in ``.gz``.
    has_header : bool
        Whether the first line holds names. If not, columns are named by position.

    Returns
    -------
    frame : pandas.DataFrame

    Raises
    ------
    ValueError
        If it is empty, not in UTF-8, separated otherwise, or its lines differ in length.
    OSError
        If the file cannot be opened.
    """
    pandas = require("pandas", "Reading a file")
    header = 0 if has_header else None
    try:
        with warnings.catch_warnings():
            # Of a row that is too long, pandas cuts the end and only warns.
            warnings.simplefilter("error", category=pandas.errors.ParserWarning)
            frame = pandas.read_csv(path, header=header, index_col=False, low_memory=False)
    except pandas.errors.EmptyDataError as error:
        msg = "it is empty; pass a file with a line of names and rows below"
        raise ValueError(msg) from error
    except (pandas.errors.ParserError, pandas.errors.ParserWarning) as error:
        _check_separator(path)
        raise ValueError(str(error)) from error
    if frame.shape[1] == 1:
        _check_separator(path)
    return frame


def _check_separator(path: Path) -> None:
    """Blame the separator if the first line has another one and no comma."""
    opened = gzip.open if path.suffix.lower() == ".gz" else open
    with opened(path, "rt", encoding="utf-8", errors="replace") as file:
        line = file.readline()
    found = [name for mark, name in OTHER_SEPARATORS.items() if mark in line]
    if found and "," not in line:
        msg = f"its columns are separated by {found[0]}; save it with commas"
        raise ValueError(msg)

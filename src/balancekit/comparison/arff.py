"""ARFF, the format of Weka and KEEL.

SciPy's reader takes its quoting rules from the first data line, ASCII alone and no strings, so it
fails on common files, such as those in which only some values are quoted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from balancekit.comparison.extras import require

MISSING = "?"
ATTRIBUTE = re.compile(
    r"""@attribute\s+(?P<name>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\S+?)\s*(?P<kind>\{.*|(?<=\s)\S.*)""",
    re.IGNORECASE,
)
FIELD = re.compile(
    r"""\s*(?:'(?P<single>(?:[^'\\]|\\.)*)'|"(?P<double>(?:[^"\\]|\\.)*)"|(?P<bare>|[^,'"][^,]*?))\s*(?:,|$)"""
)
NUMERIC = ("numeric", "real", "integer")


def read_arff(path: Path) -> Any:
    """Read an ARFF file.

    Parameters
    ----------
    path : Path
        The file, in UTF-8.

    Returns
    -------
    frame : pandas.DataFrame
        Numbers as float, dates as such, all else as text without quotes; ``?`` is missing.

    Raises
    ------
    ValueError
        If a line cannot be read; the message has its number.
    OSError
        If the file cannot be opened.
    """
    pandas = require("pandas", "Reading a file")
    kinds: dict[str, str] = {}
    rows: list[list[str | None]] = []
    in_data = False
    for number, line in _lines(path):
        if in_data:
            rows.append(_row(line, number, len(kinds)))
        elif line.lower().startswith("@data"):
            in_data = True
        elif line.lower().startswith("@attribute"):
            name, kind = _attribute(line, number)
            if name in kinds:
                msg = f"line {number} declares {name!r} for the second time"
                raise ValueError(msg)
            kinds[name] = kind
    if not in_data or not kinds:
        msg = "it has no @attribute and @data, so it is no ARFF file"
        raise ValueError(msg)
    frame = pandas.DataFrame(rows, columns=list(kinds), dtype=object)
    for name, kind in kinds.items():
        if kind in NUMERIC:
            frame[name] = pandas.to_numeric(frame[name]).astype(float)
        elif kind == "date":
            frame[name] = pandas.to_datetime(frame[name], errors="coerce")
    return frame


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, start=1):
            text = line.strip()
            if text and not text.startswith("%"):
                yield number, text


def _attribute(line: str, number: int) -> tuple[str, str]:
    found = ATTRIBUTE.match(line)
    if found is None:
        msg = f"line {number} declares no attribute: {line[:60]!r}"
        raise ValueError(msg)
    kind = found["kind"].split()[0].lower()
    return _unquoted(found["name"]), kind


def _row(line: str, number: int, n_columns: int) -> list[str | None]:
    if line.startswith("{"):
        msg = f"line {number} is of the sparse kind, which is not supported"
        raise ValueError(msg)
    row, start = [], 0
    while start <= len(line):
        field = FIELD.match(line, start)
        if field is None:
            msg = f"line {number} has text after a closing quote: {line[start : start + 60]!r}"
            raise ValueError(msg)
        row.append(_value(field))
        if not field[0].endswith(","):
            break
        start = field.end()
    if len(row) != n_columns:
        msg = f"line {number} has {len(row)} values for {n_columns} attributes"
        raise ValueError(msg)
    return row


def _value(field: re.Match[str]) -> str | None:
    bare = field["bare"]
    if bare is None:
        return re.sub(r"\\(.)", r"\1", field["single"] or field["double"] or "")
    return None if bare == MISSING else bare


def _unquoted(name: str) -> str:
    quoted = len(name) > 1 and name[0] == name[-1] and name[0] in "'\""
    return re.sub(r"\\(.)", r"\1", name[1:-1]) if quoted else name

"""The question asked: which class against the rest, in which groups."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from balancekit.comparison.given import check_given
from balancekit.core.containers import wrap
from balancekit.core.containers.objects import is_missing
from balancekit.core.labels import Labels
from balancekit.core.wording import counted, list_names, list_rows, suggest


class TargetError(ValueError):
    """The classes do not suit the question; those of another target may."""


@dataclass(frozen=True)
class Target:
    """One class against the rest.

    Parameters
    ----------
    codes : ndarray of int, shape (n_rows,)
        1 for the positive class, 0 for the rest.
    positive : hashable
        Label of the positive class.
    rest : list of hashable
        Labels of the other classes.
    is_chosen : bool
        Whether the positive class was named; otherwise it is the rarest.
    is_tied : bool
        Whether another class has as many rows.
    """

    codes: NDArray[np.intp]
    positive: Hashable
    rest: list[Hashable]
    is_chosen: bool
    is_tied: bool

    @property
    def n_positive(self) -> int:
        """Rows of the positive class."""
        return int(self.codes.sum())

    def name(self, code: int) -> str:
        """Name a side in messages.

        Parameters
        ----------
        code : {0, 1}
            Rest or positive class.

        Returns
        -------
        name : str
        """
        if code == 1:
            return f"class {self.positive!r}"
        if len(self.rest) == 1:
            return f"class {self.rest[0]!r}"
        return f"the rest (all classes but {self.positive!r})"


def read_target(y: Any, positive: Hashable | None = None) -> Target:
    """Split labels of any kind into one class and the rest.

    Parameters
    ----------
    y : array-like of shape (n_rows,)
        Labels.
    positive : hashable, optional
        Label of the positive class, or its text. By default the rarest class; among equally rare
        ones the last in sorted order.

    Returns
    -------
    target : Target

    Raises
    ------
    TargetError
        If there is one class only, or no class `positive`.
    ValueError
        If there are no labels, or some are missing or continuous.
    TypeError
        If `y` is a dict.
    """
    check_given("y", y)
    labels = Labels(y)
    names = [labels.name(code) for code in range(len(labels.classes))]
    if len(names) < 2:
        msg = (
            f"y has one class only: all {len(labels)} rows are {names[0]!r}. "
            "A comparison needs two; choose another target."
        )
        raise TargetError(msg)
    if positive is None:
        chosen = len(names) - 1 - int(np.argmin(labels.counts[::-1]))
    else:
        chosen = _find(positive, names)
    return Target(
        codes=(labels.codes == chosen).astype(np.intp),
        positive=names[chosen],
        rest=[name for code, name in enumerate(names) if code != chosen],
        is_chosen=positive is not None,
        is_tied=np.count_nonzero(labels.counts == labels.counts[chosen]) > 1,
    )


def read_groups(groups: Any, n_rows: int) -> NDArray[np.intp] | None:
    """Turn group labels of any kind into group codes.

    Parameters
    ----------
    groups : array-like of shape (n_rows,), optional
        Rows of one group are never split between training and test.
    n_rows : int
        How many there need to be.

    Returns
    -------
    codes : ndarray of int, shape (n_rows,), or None

    Raises
    ------
    ValueError
        If their number differs from `n_rows`, or some are missing.
    TypeError
        If `groups` is a dict.
    """
    if groups is None:
        return None
    check_given("groups", groups)
    values = np.asarray(wrap(groups).labels()).ravel()
    if len(values) != n_rows:
        msg = f"groups has {len(values)} entries, X has {n_rows} rows; pass one group per row."
        raise ValueError(msg)
    missing = np.fromiter(map(is_missing, values.tolist()), dtype=bool, count=n_rows)
    if missing.any():
        rows = np.flatnonzero(missing)
        msg = (
            f"groups has {counted(len(rows), 'missing value')} ({list_rows(rows)}). Drop those "
            "rows or give each a group of its own."
        )
        raise ValueError(msg)
    return np.unique(values.astype(str), return_inverse=True)[1].astype(np.intp)


def _find(positive: Hashable, names: list[Hashable]) -> int:
    if positive in names:
        return names.index(positive)
    for code, name in enumerate(names):
        if str(positive) in _texts(name):
            return code
    msg = (
        f"positive={positive!r} is no class of y. The classes are {list_names(names)}."
        f"{suggest(positive, names)}"
    )
    raise TargetError(msg)


def _texts(name: Hashable) -> set[str]:
    """How a label may be written: a whole number read as a float also without its point."""
    return {str(name), f"{name:g}"} if isinstance(name, float) else {str(name)}

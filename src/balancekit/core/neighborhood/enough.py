"""Whether a class has rows enough to have neighbours."""

from __future__ import annotations

from collections.abc import Mapping

from balancekit.core.labels import Labels
from balancekit.core.wording import counted


def check_enough_rows(parameter: str, k: int | None, n_rows: int) -> None:
    """Raise if the number of neighbours is not known, or there are too few rows for it.

    Parameters
    ----------
    parameter : str
        Name of the parameter that asks for neighbours.
    k : int or None
        Number of neighbours; None if an estimator does not tell.
    n_rows : int
        Rows that there are, the one in question included.

    Raises
    ------
    ValueError
        Names the parameter, the numbers and the way out.
    """
    if k is None:
        raise _not_telling(parameter, "counts")
    _check_others(parameter, k)
    if n_rows <= k:
        msg = (
            f"X has {counted(n_rows, 'row')}, too few for {parameter}={k}: each row needs "
            f"{counted(k, 'other')}. Set {parameter} to {n_rows - 1} or less."
        )
        raise ValueError(msg)


def check_enough_partners(
    parameter: str, k: int | None, labels: Labels, code: int, asking: int
) -> None:
    """Raise if a class has too few rows to give so many to each row of some class.

    Parameters
    ----------
    parameter : str
        Name of the parameter that asks for neighbours.
    k : int or None
        Number of neighbours; None if an estimator does not tell.
    labels : Labels
        Labels of the input.
    code : int
        The class that they are taken from.
    asking : int
        The class of the rows that need them.

    Raises
    ------
    ValueError
        Names the class, the parameter, the numbers and the way out.
    """
    count = int(labels.counts[code])
    if k is None:
        raise _not_telling(parameter, "does not count")
    if count < k:
        msg = (
            f"Class {labels.name(code)!r} has {counted(count, 'row')}, too few for "
            f"{parameter}={k}: each row of class {labels.name(asking)!r} needs "
            f"{counted(k, 'row')} of it. Set {parameter} to {count} or less."
        )
        raise ValueError(msg)


def check_enough_neighbors(parameter: str, k: int | None, labels: Labels, code: int) -> None:
    """Raise if a class is too small for the number of neighbours.

    Parameters
    ----------
    parameter : str
        Name of the parameter that asks for neighbours.
    k : int or None
        Number of neighbours; None if it is not known.
    labels : Labels
        Labels of the input.
    code : int
        The class.

    Raises
    ------
    ValueError
        Names the class, its rows, the number and the ways out.
    """
    count, name = int(labels.counts[code]), labels.name(code)
    _check_others(parameter, k)
    if count == 1:
        msg = (
            f"Class {name!r} has 1 row, so there is no neighbour to interpolate with. Use "
            "RandomOverSampler, collect more rows, or leave the class out of sampling_strategy."
        )
        raise ValueError(msg)
    if k is not None and count <= k:
        msg = (
            f"Class {name!r} has {counted(count, 'row')}, too few for {parameter}={k}: each row "
            f"needs {counted(k, 'other')} of its class. Set {parameter} to {count - 1} or less, or "
            "use RandomOverSampler."
        )
        raise ValueError(msg)


def check_raised_classes(
    parameter: str, k: int | None, labels: Labels, targets: Mapping[int, int]
) -> None:
    """Raise if a class that gets new rows is too small for the number of neighbours.

    Of several, the smallest is named: what it can do with, the others can, too.

    Parameters
    ----------
    parameter : str
        Name of the parameter that asks for neighbours.
    k : int or None
        Number of neighbours; None if it is not known.
    labels : Labels
        Labels of the input.
    targets : mapping of class code to int
        Rows to generate.

    Raises
    ------
    ValueError
        As `check_enough_neighbors`.
    """
    raised = [code for code, n_new in targets.items() if n_new]
    if raised:
        smallest = min(raised, key=lambda code: int(labels.counts[code]))
        check_enough_neighbors(parameter, k, labels, smallest)


def _check_others(parameter: str, k: int | None) -> None:
    if k is not None and k < 1:
        msg = (
            f"The estimator given as {parameter} finds {counted(k + 1, 'neighbour')}, which counts "
            "the row itself; set its n_neighbors to 2 or more."
        )
        raise ValueError(msg)


def _not_telling(parameter: str, counts: str) -> ValueError:
    return ValueError(
        f"The estimator given as {parameter} does not tell how many neighbours it finds; give it "
        f"an attribute n_neighbors, which {counts} the row itself, or pass an int."
    )

"""Questions about neighbourhoods that several methods ask."""

from __future__ import annotations

from numbers import Integral
from typing import Any

from balancekit.core.labels import Labels


def check_enough_neighbors(parameter: str, neighbors: Any, labels: Labels, code: int) -> None:
    """Raise if a class is too small for the number of neighbours.

    Parameters
    ----------
    parameter : str
        Name of the parameter that holds the number.
    neighbors : int or estimator
        The number; an estimator's own setting is judged less one, for the row itself.
    labels : Labels
        Labels of the input.
    code : int
        The class.

    Raises
    ------
    ValueError
        Names the class, its rows, the number and the ways out.
    """
    is_number = isinstance(neighbors, Integral)
    k = int(neighbors) if is_number else int(getattr(neighbors, "n_neighbors", 1)) - 1
    count, name = int(labels.counts[code]), labels.name(code)
    if count == 1:
        msg = (
            f"Class {name!r} has 1 row, so there is no neighbour to interpolate with. Use "
            "RandomOverSampler, collect more rows, or leave the class out of sampling_strategy."
        )
        raise ValueError(msg)
    if count <= k:
        msg = (
            f"Class {name!r} has {count} rows, too few for {parameter}={k}: each row needs {k} "
            f"others of its class. Set {parameter} to {count - 1} or less, or use "
            "RandomOverSampler."
        )
        raise ValueError(msg)

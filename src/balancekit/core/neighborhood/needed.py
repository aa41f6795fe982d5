"""One class after another against the smallest: what condensing and one-sided selection share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from numbers import Integral
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.neighbors import KNeighborsClassifier

from balancekit.core.containers import Numbers
from balancekit.core.labels import Labels
from balancekit.core.recipes import IntArray
from balancekit.core.wording import counted

# Takes the rows of a class, the rows of the smallest one and the positions of the seeds; gives the
# positions of the rows to keep.
Choice = Callable[[IntArray, IntArray, IntArray], IntArray]


def keep_needed(
    labels: Labels, targets: Iterable[int], rng: np.random.RandomState, n_seeds: int, choose: Choice
) -> IntArray:
    """Choose rows of each class that tell it from the smallest class.

    Parameters
    ----------
    labels : Labels
        Labels of the rows.
    targets : iterable of int
        Codes of the classes that rows are removed from. The smallest class is kept whole.
    rng : RandomState
        The stream that seeds are drawn from, class after class.
    n_seeds : int
        Rows of each class to draw, with replacement.
    choose : callable
        ``choose(rows, others, seeds)`` returns the positions of the rows to keep: `rows` are the
        ids of the class, `others` those of the smallest one, `seeds` the positions of the rows
        drawn, each once.

    Returns
    -------
    kept : ndarray of int, shape (n_kept,)
        Ids, class after class.
    """
    smallest = labels.rows_of(labels.smallest)
    targeted = set(targets)
    kept = []
    for code in range(len(labels.classes)):
        rows = labels.rows_of(code)
        if code in targeted:
            drawn = rng.randint(0, len(rows), size=n_seeds)
            if code != labels.smallest:
                seeds = np.array(list(dict.fromkeys(drawn.tolist())), dtype=np.intp)
                rows = rows[choose(rows, smallest, seeds)]
        kept.append(rows)
    return np.concatenate(kept)


def check_enough_voters(parameter: str, k: int, labels: Labels, n_seeds: int) -> None:
    """Raise if the smallest class and the seeds are fewer than the neighbours that vote.

    Parameters
    ----------
    parameter : str
        Name of the parameter that asks for neighbours.
    k : int
        Number of neighbours.
    labels : Labels
        Labels of the rows.
    n_seeds : int
        Different seeds.

    Raises
    ------
    ValueError
        Names the class, the numbers and the way out.
    """
    count = int(labels.counts[labels.smallest])
    if count + n_seeds < k:
        msg = (
            f"Class {labels.name(labels.smallest)!r} has {counted(count, 'row')}; with "
            f"{counted(n_seeds, 'row')} of another class these are too few for {parameter}={k}. "
            f"Set {parameter} to {count + n_seeds} or less."
        )
        raise ValueError(msg)


def classifier_or_number(n_neighbors: Any) -> tuple[Any, int]:
    """Tell a user's classifier from a number of neighbours.

    Parameters
    ----------
    n_neighbors : int, estimator or None
        None stands for 1.

    Returns
    -------
    classifier : estimator or None
        A clone of the estimator.
    k : int
        The number, or the estimator's `n_neighbors`; 1 where it does not tell.

    Raises
    ------
    TypeError
        If the estimator predicts something else than classes.
    """
    if n_neighbors is None or isinstance(n_neighbors, Integral):
        return None, int(n_neighbors or 1)
    tags = getattr(n_neighbors, "__sklearn_tags__", None)
    kind = tags and tags().estimator_type
    if kind not in (None, "classifier") and hasattr(n_neighbors, "predict"):
        msg = (
            f"n_neighbors is a {type(n_neighbors).__name__}, a {kind}; the neighbours' vote is a "
            "class. Pass an int, or a classifier such as KNeighborsClassifier()."
        )
        raise TypeError(msg)
    return clone(n_neighbors), int(getattr(n_neighbors, "n_neighbors", None) or 1)


def fitted_classifier(
    template: Any, X: Numbers, labels: Labels, known: IntArray, k: int, n_jobs: int | None
) -> Any:
    """Fit the classifier that the rows kept of a class and the smallest class make.

    Parameters
    ----------
    template : estimator or None
        A classifier of the user's, which is cloned; None for scikit-learn's of k neighbours.
    X : Numbers of shape (n_rows, n_columns)
        All rows, by id.
    labels : Labels
        Labels of the rows.
    known : ndarray of int, shape (n_known,)
        Ids of the rows to fit on.
    k : int
        Number of neighbours.
    n_jobs : int, optional
        Threads of the classifier.

    Returns
    -------
    classifier : estimator
    """
    # Any other algorithm would build a tree that nobody may ask.
    ours = KNeighborsClassifier(k, algorithm="brute", n_jobs=n_jobs)
    classifier = ours if template is None else clone(template)
    # scikit-learn adds up all numbers to see whether they are finite.
    with np.errstate(over="ignore", invalid="ignore"):
        return classifier.fit(X[known], labels.classes[labels.codes[known]])

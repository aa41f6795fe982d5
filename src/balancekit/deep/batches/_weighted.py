"""Rows drawn by the weight of their class."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from scipy.optimize import brentq
from sklearn.utils._param_validation import Interval, StrOptions

from balancekit.core.recipes import FloatArray, IntArray
from balancekit.core.wording import list_names, suggest
from balancekit.deep.batches._base import BatchSampler
from balancekit.deep.batches._labels import CodedLabels
from balancekit.deep.batches._passes import rows_by_class

# exp(-exp(50)) is zero, and 1 - exp(-exp(-50)) nearly so.
LARGEST_EXPONENT = 50.0


class WeightedBatches(BatchSampler):
    """Draw rows with probabilities in proportion to the weights of their classes.

    Parameters
    ----------
    class_weight : "balanced", dict or None, default="balanced"
        Weights of the rows of each class.

        - ``"balanced"``: ``N / (C * n)`` for a class with n of all N rows, where C is the number
          of classes that have rows. All classes are drawn equally often on average.
        - dict: weights by label, 0 or more; classes that it does not name weigh 1.
        - None: all rows weigh the same.
    replacement : bool, default=True
        Whether a row may be drawn again in the same epoch.
    n_draws : int, default=None
        Rows of an epoch. None takes as many as there are in the data; without replacement, that
        would be every row once, and `n_draws` has to be given.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The label of each class code, once bound.

    Raises
    ------
    ValueError
        If weights are negative, not finite, zero for all rows, or for a class that is not there,
        or more rows are asked for without replacement than have a weight.

    See Also
    --------
    ClassAwareBatches : Draws the classes in turn, so counts are not up to chance.

    Notes
    -----
    With replacement, the counts of the classes are drawn from a multinomial distribution first,
    then rows within each class, which is the same as drawing rows one by one. Without replacement,
    rows are those that successive draws would give, in each of which the rows that are left have
    probabilities in proportion to their weights: each row gets an exponential variate, divided by
    its weight, and the smallest win [1]_. They are shuffled: else, the rows of the heaviest classes
    would all come first. `draws_per_class` is exact with replacement, and without it
    where all weights are the same; else, it is the mean for large classes [2]_.

    O(n_rows + n_draws) time and memory.

    References
    ----------
    .. [1] P. S. Efraimidis and P. G. Spirakis, "Weighted random sampling with a reservoir",
       Information Processing Letters 97, 2006.
    .. [2] B. Rosén, "Asymptotic theory for successive sampling with varying probabilities without
       replacement, I", Annals of Mathematical Statistics 43, 1972.

    Examples
    --------
    >>> from balancekit.deep.batches import WeightedBatches
    >>> WeightedBatches().draws_per_class([900, 100])
    array([500., 500.])
    >>> batches = WeightedBatches({"sick": 3.0}).bind(["sane", "sick"])
    >>> batches.draws_per_class([900, 100])
    array([750., 250.])
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "class_weight": [StrOptions({"balanced"}), Mapping, None],
        "replacement": ["boolean"],
        "n_draws": [Interval(Integral, 1, None, closed="left"), None],
    }

    def __init__(
        self,
        class_weight: Any = "balanced",
        replacement: bool = True,
        n_draws: int | None = None,
    ) -> None:
        self.class_weight = class_weight
        self.replacement = replacement
        self.n_draws = n_draws

    def _draw(
        self, codes: IntArray, counts: IntArray, epoch: int, rng: np.random.Generator
    ) -> IntArray:
        weights = self._weights(counts)
        n_draws = self._n_draws(counts, weights)
        if not self.replacement:
            with np.errstate(divide="ignore"):
                keys = rng.standard_exponential(len(codes)) / weights[codes]
            return rng.permutation(np.argpartition(keys, n_draws - 1)[:n_draws])
        shares = _shares(weights * counts)
        # NumPy gives the last class what the others leave, which rounding may make a row too many.
        weighing = np.flatnonzero(shares)
        drawn = rng.multinomial(n_draws, shares[weighing])
        rows = rows_by_class(codes, counts)
        return rng.permutation(
            np.concatenate(
                [
                    rows[code][rng.integers(len(rows[code]), size=n)]
                    for code, n in zip(weighing, drawn, strict=True)
                ]
            )
        )

    def _expect(self, counts: IntArray) -> FloatArray:
        weights = self._weights(counts)
        n_draws = self._n_draws(counts, weights)
        if self.replacement:
            return _shares(weights * counts, n_draws)
        return _expected_winners(counts, weights, n_draws)

    def _weights(self, counts: IntArray) -> FloatArray:
        """Return the weight of a row of each class; zero where there are none."""
        is_there = counts > 0
        if self.class_weight == "balanced":
            size = counts.sum() / is_there.sum()
            return np.where(is_there, size / np.maximum(counts, 1), 0.0)
        weights = is_there.astype(np.float64)
        if self.class_weight is not None:
            # Each class once: one that has no rows may have a weight, too.
            codes = np.arange(len(counts))
            labels = CodedLabels(codes, np.ones_like(counts), self._labels_of(len(counts)))
            for label, weight in self.class_weight.items():
                weights[_code_of(label, labels)] *= _weight(weight, label)
        if not weights.any():
            msg = "class_weight is 0 for every class that has rows. Give one of them more."
            raise ValueError(msg)
        # The largest may be near the end of the range of floats.
        return np.asarray(weights / weights.max())

    def _n_draws(self, counts: IntArray, weights: FloatArray) -> int:
        n_rows, n_weighing = int(counts.sum()), int(counts[weights > 0].sum())
        if self.replacement:
            return n_rows if self.n_draws is None else self.n_draws
        if self.n_draws is None:
            msg = (
                "n_draws=None takes as many rows as there are; with replacement=False, that is "
                f"every row once, whatever the weights. Pass n_draws below {n_weighing}, or take "
                "NaturalBatches."
            )
            raise ValueError(msg)
        if self.n_draws > n_weighing:
            msg = (
                f"n_draws={self.n_draws} is more than the {n_weighing} rows with a weight above "
                f"0. Pass {n_weighing} or less, or replacement=True."
            )
            raise ValueError(msg)
        return self.n_draws


def _shares(values: FloatArray, total: float = 1.0) -> FloatArray:
    return np.asarray(values * (total / values.sum()), dtype=np.float64)


def _code_of(label: Any, labels: CodedLabels) -> int:
    code = labels.code_of(label)
    if code is None:
        names = [labels.name(code) for code in range(len(labels.classes))]
        msg = (
            f"class_weight names class {label!r}, which is none of {list_names(names)}."
            f"{suggest(label, names)}"
        )
        raise ValueError(msg)
    return code


def _weight(weight: Any, label: Any) -> float:
    number = float(weight) if isinstance(weight, Real) else -1.0
    if not 0 <= number < float("inf"):
        msg = f"class_weight is {weight!r} for class {label!r}. Pass a finite number, 0 or more."
        raise ValueError(msg)
    return number


def _expected_winners(counts: IntArray, weights: FloatArray, n_draws: int) -> FloatArray:
    """Compute how many rows of each class are among the winners, for large classes.

    An exponential variate, divided by the weight w, is below t with the probability
    ``1 - exp(-w * t)``; t is such that these sum up to the number of draws.
    """
    winners = np.zeros(len(counts))
    weighing = weights > 0
    sizes, log_weights = counts[weighing], np.log(weights[weighing])
    if n_draws == sizes.sum():
        winners[weighing] = sizes
        return winners

    def expected(log_t: float) -> FloatArray:
        # Beyond the limit, all rows of a class are certain to win.
        exponents = np.minimum(log_weights + log_t, LARGEST_EXPONENT)
        return np.asarray(-sizes * np.expm1(-np.exp(exponents)), dtype=np.float64)

    low, high = -LARGEST_EXPONENT, LARGEST_EXPONENT - log_weights.min()
    log_t = brentq(lambda log_t: expected(log_t).sum() - n_draws, low, high, xtol=1e-12)
    winners[weighing] = _shares(expected(log_t), n_draws)
    return winners

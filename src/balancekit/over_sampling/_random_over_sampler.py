"""Random over-sampling: rows repeated, or scattered by a smoothed bootstrap."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from balancekit.core.base import BaseOverSampler
from balancekit.core.containers.problems import NotNumericError
from balancekit.core.neighbors.distance import excess_exponents
from balancekit.core.plan import Plan
from balancekit.core.recipes import Noise
from balancekit.core.typing import SamplingStrategy, Seed
from balancekit.core.wording import list_names


class RandomOverSampler(BaseOverSampler):
    """Over-sample by repeating rows at random, or by scattering new rows around them.

    Without `shrinkage`, rows are only chosen: columns may be of any kind, missing values included.
    With it, every new row is a drawn row plus normal noise, in each column in proportion to the
    standard deviation of its class (the smoothed bootstrap, ROSE [1]_).

    Parameters
    ----------
    sampling_strategy : float, str, dict or callable, default="auto"
        How many rows the classes should have afterwards.

        - float: every class below this fraction of the largest is raised to it.
        - str: the classes to raise to the size of the largest: ``"minority"``, ``"not minority"``,
          ``"not majority"``, ``"all"`` or ``"auto"`` (``"not majority"``).
        - dict: the number of rows for each class named.
        - callable: takes y and returns such a dict.
    random_state : None, int, RandomState or Generator, default=None
        Seed of the one random stream of a call. Given a RandomState, the rows are those of
        imbalanced-learn; with `shrinkage` only in float64, as new rows keep the dtype of X and are
        rounded to it once.
    shrinkage : float or dict, default=None
        Scale of the noise, for all classes or for each class that is over-sampled. None or 0
        repeats rows exactly; 1 is the choice of the paper for normal data.
    keep_plan : bool, default=True
        Whether to keep `plan_`. Without it, a pickled sampler is smaller, with `shrinkage` by as
        much as the new rows take.

    Attributes
    ----------
    sampling_strategy_ : dict
        Number of new rows for each class.
    plan_ : Plan
        Where every output row comes from; ``plan_.carry(array)`` brings row-aligned data along.
        Only with `keep_plan`.
    sample_indices_ : ndarray of int, shape (n_output,)
        The input row that each output row is or was drawn as the base of.
    shrinkage_ : dict or None
        Scale of the noise for each class that is over-sampled.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str, shape (n_columns,)
        Column names, if all are strings.

    Raises
    ------
    ValueError
        If `shrinkage` is negative, lacks a class, or is used with data that is not numeric and
        finite.

    See Also
    --------
    SMOTE : New rows between neighbours of one class.

    References
    ----------
    .. [1] G. Menardi and N. Torelli, "Training and assessing classification rules with imbalanced
       data", Data Mining and Knowledge Discovery 28, 2014.

    Examples
    --------
    >>> from balancekit.over_sampling import RandomOverSampler
    >>> X, y = [["a", 1], ["b", None], ["c", 3]], ["no", "no", "yes"]
    >>> RandomOverSampler(random_state=0).fit_resample(X, y)
    ([['a', 1], ['b', None], ['c', 3], ['c', 3]], ['no', 'no', 'yes', 'yes'])
    """

    _parameter_constraints: ClassVar[dict] = {
        **BaseOverSampler._parameter_constraints,
        "shrinkage": [Interval(Real, 0, None, closed="left"), dict, None],
    }
    _test_parameters: ClassVar[list[dict]] = [{}, {"shrinkage": 0.7}]

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: Seed = None,
        shrinkage: Any = None,
        keep_plan: bool = True,
    ) -> None:
        super().__init__(sampling_strategy=sampling_strategy)
        self.random_state = random_state
        self.shrinkage = shrinkage
        self.keep_plan = keep_plan

    @property
    def _computes(self):
        return self.shrinkage is not None

    def _plan(self, X, labels, targets, rng):
        shrinkage = self._resolve_shrinkage(labels, targets)
        keep = [np.arange(len(labels))]
        new = []
        for code, n_new in targets.items():
            members = labels.rows_of(code)
            drawn = rng.choice(members, size=n_new, replace=True)
            if shrinkage is None:
                keep.append(drawn)
            else:
                scale = _bandwidth(X, members, shrinkage[code])
                new.append((code, Noise(drawn, scale, rng.randn(n_new, X.shape[1]))))
        self.shrinkage_ = shrinkage and {labels.classes[c]: f for c, f in shrinkage.items()}
        if new:
            return Plan.extend(labels, new)
        return Plan.select(labels, np.concatenate(keep))

    def _check(self, X, y):
        try:
            return super()._check(X, y)
        except NotNumericError as error:
            msg = f"When shrinkage is not None, {error}"
            raise ValueError(msg) from error

    def _resolve_shrinkage(self, labels, targets):
        """Return the factor of each class code that is over-sampled, or None to repeat rows."""
        if self.shrinkage is None:
            return None
        if not isinstance(self.shrinkage, Mapping):
            return dict.fromkeys(targets, float(self.shrinkage))
        factors = {labels.code_of(label): factor for label, factor in self.shrinkage.items()}
        missing = [labels.name(code) for code in targets if code not in factors]
        if missing:
            msg = (
                "`shrinkage` should contain a shrinkage factor for each class that will be "
                f"resampled. The missing classes are: {missing}. Add them; a factor of 0 repeats "
                "rows."
            )
            strangers = [label for label in self.shrinkage if labels.code_of(label) is None]
            if strangers:
                msg += f" Not present in y, but named: {list_names(strangers)}."
            raise ValueError(msg)
        for label, factor in self.shrinkage.items():
            if not (isinstance(factor, Real) and 0 <= factor < float("inf")):
                msg = (
                    "The shrinkage factor needs to be >= 0, and a finite number. Got "
                    f"shrinkage={factor!r} for class {label!r}. Use 0 to repeat rows."
                )
                raise ValueError(msg)
        return {code: float(factors[code]) for code in targets}


def _bandwidth(X, members, shrinkage):
    """Return Silverman's factor for the whole data, shrunk, times the deviations of the class."""
    n_rows, n_columns = X.shape
    silverman = (4 / ((n_columns + 2) * n_rows)) ** (1 / (n_columns + 4))
    rows = X[members]
    rows = rows.toarray() if hasattr(rows, "toarray") else rows
    rows = np.ascontiguousarray(rows, dtype=np.float64)
    # Columns at the ends of the range of floats are scaled, so that squares stay within it.
    exponents = excess_exponents(np.abs(rows).max(axis=0))
    deviation = np.ldexp(np.std(np.ldexp(rows, -exponents), axis=0), exponents)
    return shrinkage * silverman * deviation

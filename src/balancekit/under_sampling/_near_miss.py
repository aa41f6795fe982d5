"""NearMiss: rows of larger classes by their distance to the smallest class."""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from balancekit.core.base import BaseUnderSampler
from balancekit.core.neighborhood import (
    check_enough_partners,
    mean_farthest,
    mean_farthest_with,
    mean_nearest,
)
from balancekit.core.neighbors import METRIC, NEIGHBORS, SEARCH, choose_engine
from balancekit.core.plan import Plan
from balancekit.core.typing import SamplingStrategy
from balancekit.core.wording import counted


class NearMiss(BaseUnderSampler):
    """Under-sample by keeping rows that are close to the smallest class.

    Three versions [1]_ keep the rows with the least mean distance to their nearest rows of the
    smallest class (1) or to its farthest rows (2), or, of the rows that are nearest to each row of
    the smallest class, those with the largest mean distance to their own nearest ones (3).

    Parameters
    ----------
    sampling_strategy : float, str, dict or callable, default="auto"
        How many rows the classes should have afterwards.

        - float: every class is lowered to at most the smallest one divided by this.
        - str: the classes to lower to the size of the smallest: ``"majority"``,
          ``"not minority"``, ``"not majority"``, ``"all"`` or ``"auto"`` (``"not minority"``).
        - dict: the number of rows for each class named.
        - callable: takes y and returns such a dict.
    version : {1, 2, 3}, default=1
        The version.
    n_neighbors : int or estimator, default=3
        Number of rows of the smallest class that distances are averaged over. An estimator with
        `kneighbors` searches for itself; its `n_neighbors` does not count the row itself.
    n_neighbors_ver3 : int or estimator, default=3
        Number of rows of each larger class that are candidates for each row of the smallest class,
        in version 3.
    n_jobs : int, default=None
        Threads for the neighbour search. None takes what scikit-learn's compiled code takes: all
        processors, or ``OMP_NUM_THREADS``.
    engine : {"auto", "compiled", "sklearn", "direct", "torch"}, default="auto"
        The neighbour search; see `SMOTE`. All find the same neighbours.
    device : str, default=None
        Where PyTorch searches, such as ``"cuda"``; see `SMOTE`.
    metric : {"euclidean", "nan_euclidean"}, default="euclidean"
        Distance of the neighbour search. ``"nan_euclidean"`` takes rows with missing values: it
        measures by the columns that both rows have, weighted up to the number of all; a row
        that shares columns with too few others is an error.
    keep_plan : bool, default=True
        Whether to keep `plan_`. Without it, a pickled sampler is smaller.

    Attributes
    ----------
    sampling_strategy_ : dict
        Number of rows to keep of each class that is under-sampled.
    nn_, nn_ver3_ : estimator
        The clones of estimators passed as `n_neighbors` and, in version 3, `n_neighbors_ver3`, or
        unfitted `NearestNeighbors` that stand for the numbers.
    plan_ : Plan
        Where every output row comes from; ``plan_.carry(array)`` brings row-aligned data along.
        Only with `keep_plan`.
    sample_indices_ : ndarray of int, shape (n_output,)
        The input row that each output row is.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str, shape (n_columns,)
        Column names, if all are strings.

    Raises
    ------
    ValueError
        If the smallest class has fewer rows than `n_neighbors`, a larger one fewer than
        `n_neighbors_ver3`, or X is not numeric and finite.

    Warns
    -----
    ShortfallWarning
        If version 3 has fewer candidates than rows were asked for.

    See Also
    --------
    RandomUnderSampler : Chooses at random, and so keeps the shape of the class.

    Notes
    -----
    Version 1 takes one search, version 3 two, in O(n_rows) memory. Version 2 measures all distances
    to the smallest class, in blocks. Rows at the same mean distance come in the order of the input.
    The output is ordered by class, and within a class by mean distance.

    Version 1 prefers rows among the smallest class, noise included; check on held-out rows whether
    it helps.

    References
    ----------
    .. [1] I. Mani and J. Zhang, "kNN approach to unbalanced data distributions: a case study
       involving information extraction", ICML Workshop on Learning from Imbalanced Datasets, 2003.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from balancekit.under_sampling import NearMiss
    >>> X, y = make_classification(n_samples=1000, weights=[0.9], random_state=0)
    >>> X_resampled, y_resampled = NearMiss(version=2).fit_resample(X, y)
    >>> sorted(Counter(y_resampled.tolist()).items())
    [(0, 102), (1, 102)]
    """

    # Nothing is drawn.
    random_state = None
    _parameter_constraints: ClassVar[dict] = {
        **BaseUnderSampler._parameter_constraints,
        "version": [Interval(Integral, 1, 3, closed="both")],
        "n_neighbors": NEIGHBORS,
        "n_neighbors_ver3": NEIGHBORS,
        **SEARCH,
        **METRIC,
    }
    _test_parameters: ClassVar[list[dict]] = [
        {},
        {"version": 2},
        {"version": 3, "n_neighbors": 2, "n_neighbors_ver3": 5},
    ]
    _estimators_count_the_row: ClassVar[bool] = False

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        version: int = 1,
        n_neighbors: Any = 3,
        n_neighbors_ver3: Any = 3,
        n_jobs: int | None = None,
        engine: str = "auto",
        device: str | None = None,
        metric: str = "euclidean",
        keep_plan: bool = True,
    ) -> None:
        super().__init__(sampling_strategy=sampling_strategy)
        self.version = version
        self.n_neighbors = n_neighbors
        self.n_neighbors_ver3 = n_neighbors_ver3
        self.n_jobs = n_jobs
        self.engine = engine
        self.device = device
        self.metric = metric
        self.keep_plan = keep_plan

    def _plan(self, X, labels, targets, rng):
        engine, estimator, k = choose_engine(
            "n_neighbors",
            self.n_neighbors,
            self.engine,
            self.n_jobs,
            device=self.device,
            counts_itself=False,
            metric=self.metric,
        )
        smallest = labels.rows_of(labels.smallest)
        keep, reasons = [], {}
        for code in range(len(labels.classes)):
            members = labels.rows_of(code)
            if code not in targets:
                keep.append(members)
                continue
            check_enough_partners("n_neighbors", k, labels, labels.smallest, code)
            if code == labels.smallest:
                means = self._means_of_smallest(X, members, engine, estimator, k)
                keep.append(members[np.argsort(means, kind="stable")[: targets[code]]])
                continue
            if self.version == 3:
                members = self._candidates(X, labels, members, code)
                reasons[code] = (
                    f"it has only {counted(len(members), 'row')} among the n_neighbors_ver3 "
                    f"nearest to a row of class {labels.name(labels.smallest)!r}; raise "
                    "n_neighbors_ver3"
                )
                means = -mean_nearest(X, members, smallest, engine, k)
            elif self.version == 1:
                means = mean_nearest(X, members, smallest, engine, k)
            elif isinstance(self.n_neighbors, Integral):
                means = mean_farthest(X, members, smallest, k, self.n_jobs)
            else:
                means = mean_farthest_with(estimator, X, members, smallest, k)
            keep.append(members[np.argsort(means, kind="stable")[: targets[code]]])
        self.nn_ = estimator
        return Plan.select(labels, np.concatenate(keep), shortfall_reasons=reasons)

    def _means_of_smallest(self, X, members, engine, estimator, k):
        """Each row is the first of its own nearest ones, as in imbalanced-learn."""
        others = min(k, len(members) - 1) if self.version == 2 else k - 1
        if others == 0:
            return np.zeros(len(members))
        if self.version == 2 and not isinstance(self.n_neighbors, Integral):
            return mean_farthest_with(estimator, X, members, members, others)
        if self.version == 2:
            return mean_farthest(X, members, members, others, self.n_jobs)
        sign = -1 if self.version == 3 else 1
        return sign * mean_nearest(X, members, members, engine, others)

    def _candidates(self, X, labels, members, code):
        engine, self.nn_ver3_, k = choose_engine(
            "n_neighbors_ver3",
            self.n_neighbors_ver3,
            self.engine,
            self.n_jobs,
            device=self.device,
            counts_itself=False,
            metric=self.metric,
        )
        check_enough_partners("n_neighbors_ver3", k, labels, code, labels.smallest)
        _, nearest = engine.kneighbors(X, labels.rows_of(labels.smallest), members, k)
        return np.unique(nearest)

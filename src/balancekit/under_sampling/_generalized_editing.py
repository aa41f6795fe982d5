"""Generalized editing: rows take the class of their neighbours, or go."""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from balancekit.core.base import BaseCleaningSampler
from balancekit.core.neighborhood import check_enough_rows, check_majority, majority_class
from balancekit.core.neighbors import NEIGHBORS, SEARCH, choose_engine
from balancekit.core.plan import Plan
from balancekit.core.typing import SamplingStrategy


class GeneralizedEditing(BaseCleaningSampler):
    """Relabel rows to the class of their neighbours, and remove those whose neighbours disagree.

    If enough of the nearest rows are of one class, a row becomes one of that class; otherwise it
    goes [1]_. It is meant for data whose labels are noisy.

    Parameters
    ----------
    sampling_strategy : str, list or callable, default="all"
        Which classes rows are relabelled in or removed from: ``"all"``, ``"majority"``,
        ``"not minority"``, ``"not majority"``, ``"auto"`` (``"not minority"``), a list of labels,
        or a callable that takes y and returns a dict whose keys are labels. Rows may be relabelled
        to any class.
    n_neighbors : int or estimator, default=3
        Number of neighbours that are looked at. An estimator with `kneighbors` searches for itself;
        its `n_neighbors` counts the row itself.
    n_agreeing : int or None, default=None
        So many of the neighbours have to be of one class: more than half of `n_neighbors`, so that
        there is one such class at most. None is the least such number, 2 of 3.
    n_jobs : int, default=None
        Threads for the neighbour search. None takes what scikit-learn's compiled code takes: all
        processors, or ``OMP_NUM_THREADS``.
    engine : {"auto", "compiled", "sklearn", "direct", "torch"}, default="auto"
        The neighbour search; see `SMOTE`. All find the same neighbours.
    device : str, default=None
        Where PyTorch searches, such as ``"cuda"``; see `SMOTE`.
    keep_plan : bool, default=True
        Whether to keep `plan_`. Without it, a pickled sampler is smaller.

    Attributes
    ----------
    sampling_strategy_ : dict
        The classes whose rows are relabelled or removed; the numbers are those of rows they have.
    plan_ : Plan
        Where every output row comes from and which class it has now; ``plan_.carry(array)`` brings
        row-aligned data along. Only with `keep_plan`.
    sample_indices_ : ndarray of int, shape (n_output,)
        The input row that each output row is, ascending.
    nn_ : estimator
        The estimator passed as `n_neighbors`, cloned, or an unfitted `NearestNeighbors` that stands
        for the number.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str, shape (n_columns,)
        Column names, if all are strings.

    Raises
    ------
    ValueError
        If `n_agreeing` is not more than half of `n_neighbors` or is more than all, X has no more
        rows than `n_neighbors`, or is not numeric and finite.

    Warns
    -----
    ShortfallWarning
        If no row of a class is left.

    See Also
    --------
    RestrictedDecontamination : Leaves the rows of the smallest class alone.
    EditedNearestNeighbours : Removes rows and relabels none.

    Notes
    -----
    One search; all rows are judged by the labels of the input. Rows of a small class are the ones
    to have neighbours of other classes, so that this may well empty it: see
    `RestrictedDecontamination`, and look at the counts.

    References
    ----------
    .. [1] J. Koplowitz and T. A. Brown, "On the relation of performance to editing in nearest
       neighbor rules", Pattern Recognition 13, 1981.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from balancekit.under_sampling import GeneralizedEditing
    >>> X, y = make_classification(n_samples=1000, weights=[0.9], random_state=0)
    >>> sampler = GeneralizedEditing(n_neighbors=5, n_agreeing=4)
    >>> X_resampled, y_resampled = sampler.fit_resample(X, y)
    >>> sorted(Counter(y.tolist()).items()), sorted(Counter(y_resampled.tolist()).items())
    ([(0, 898), (1, 102)], [(0, 930), (1, 23)])
    """

    _parameter_constraints: ClassVar[dict] = {
        **BaseCleaningSampler._parameter_constraints,
        "n_neighbors": NEIGHBORS,
        "n_agreeing": [Interval(Integral, 1, None, closed="left"), None],
        **SEARCH,
    }
    _test_parameters: ClassVar[list[dict]] = [
        {},
        {"n_neighbors": 5},
    ]
    _relabels: ClassVar[bool] = True

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "all",
        n_neighbors: Any = 3,
        n_agreeing: Any = None,
        n_jobs: int | None = None,
        engine: str = "auto",
        device: str | None = None,
        keep_plan: bool = True,
    ) -> None:
        super().__init__(sampling_strategy=sampling_strategy)
        self.n_neighbors = n_neighbors
        self.n_agreeing = n_agreeing
        self.n_jobs = n_jobs
        self.engine = engine
        self.device = device
        self.keep_plan = keep_plan

    def _plan(self, X, labels, targets, rng):
        engine, self.nn_, k = choose_engine(
            "n_neighbors", self.n_neighbors, self.engine, self.n_jobs, device=self.device
        )
        check_enough_rows("n_neighbors", k, len(labels))
        n_agreeing = check_majority(self.n_agreeing, k)
        queries = np.flatnonzero(np.isin(labels.codes, list(targets)))
        codes = labels.codes.copy()
        codes[queries] = majority_class(X, labels.codes, queries, engine, k, n_agreeing)
        keep = np.flatnonzero(codes >= 0)
        return Plan(len(labels), keep, codes[keep])

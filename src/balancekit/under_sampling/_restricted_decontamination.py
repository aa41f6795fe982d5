"""Barandela's restricted decontamination: only rows of larger classes are relabelled or removed."""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from balancekit.core.base import BaseCleaningSampler
from balancekit.core.neighborhood import (
    agree_with_most,
    check_enough_rows,
    check_majority,
    majority_class,
)
from balancekit.core.neighbors import NEIGHBORS, SEARCH, choose_engine
from balancekit.core.plan import Plan
from balancekit.core.typing import SamplingStrategy


class RestrictedDecontamination(BaseCleaningSampler):
    """Relabel rows of larger classes to the smallest class, or remove them.

    Two steps [1]_. Where enough of the nearest rows are of the smallest class, a row of a larger
    class becomes one of the smallest; where too few are of its own class, it goes. Then rows of
    larger classes go whose neighbours, of those that are left, would classify them wrongly.

    Parameters
    ----------
    sampling_strategy : str, list or callable, default="auto"
        Which classes rows are removed from: ``"majority"``, ``"not minority"``,
        ``"not majority"``, ``"all"``, ``"auto"`` (``"not minority"``), a list of labels, or a
        callable that takes y and returns a dict whose keys are labels.
    n_neighbors : int or estimator, default=3
        Number of neighbours that are looked at. An estimator with `kneighbors` searches for itself;
        its `n_neighbors` counts the row itself.
    n_agreeing : int or None, default=None
        So many of the neighbours have to be of one class: more than half of `n_neighbors`, so that
        there is one such class at most. None is the least such number, 2 of 3.
    edit_minority : bool, default=False
        Whether the second step may remove rows of the smallest class, too.
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
    GeneralizedEditing : Relabels rows of all classes.
    NeighbourhoodCleaningRule : Removes rows and relabels none.

    Notes
    -----
    Two searches. A row of a larger class whose neighbours are mostly of another larger class goes:
    the paper has two classes, and only the smallest one gains rows here. The paper does not say
    whether the second step may remove rows of the smallest class; by default it does not.

    A relabelled row stays in the training data with a label that nobody observed. That moves the
    probabilities a classifier learns; check on held-out rows whether it helps.

    References
    ----------
    .. [1] R. Barandela, J. S. Sanchez, V. Garcia and E. Rangel, "Strategies for learning in class
       imbalance problems", Pattern Recognition 36, 2003.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from balancekit.under_sampling import RestrictedDecontamination
    >>> X, y = make_classification(n_samples=1000, weights=[0.9], random_state=0)
    >>> X_resampled, y_resampled = RestrictedDecontamination().fit_resample(X, y)
    >>> sorted(Counter(y.tolist()).items()), sorted(Counter(y_resampled.tolist()).items())
    ([(0, 898), (1, 102)], [(0, 895), (1, 105)])
    """

    _parameter_constraints: ClassVar[dict] = {
        **BaseCleaningSampler._parameter_constraints,
        "n_neighbors": NEIGHBORS,
        "n_agreeing": [Interval(Integral, 1, None, closed="left"), None],
        "edit_minority": ["boolean"],
        **SEARCH,
    }
    _test_parameters: ClassVar[list[dict]] = [
        {},
        {"n_neighbors": 5, "n_agreeing": 4, "edit_minority": True},
    ]
    _relabels: ClassVar[bool] = True

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        n_neighbors: Any = 3,
        n_agreeing: Any = None,
        edit_minority: bool = False,
        n_jobs: int | None = None,
        engine: str = "auto",
        device: str | None = None,
        keep_plan: bool = True,
    ) -> None:
        super().__init__(sampling_strategy=sampling_strategy)
        self.n_neighbors = n_neighbors
        self.n_agreeing = n_agreeing
        self.edit_minority = edit_minority
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
        # Of classes of one size, the one that is not to be changed.
        smallest = min(range(len(labels.counts)), key=lambda c: (labels.counts[c], c in targets))
        larger = [code for code in targets if code != smallest]
        queries = np.flatnonzero(np.isin(labels.codes, larger))
        codes = labels.codes.copy()
        found = majority_class(X, labels.codes, queries, engine, k, n_agreeing)
        codes[queries] = np.where((found == smallest) | (found == codes[queries]), found, -1)
        keep = np.flatnonzero(codes >= 0)
        if len(keep) > k:
            edited = [*larger, smallest] if self.edit_minority else larger
            queries = keep[np.isin(codes[keep], edited)]
            agrees = agree_with_most(X, codes, queries, engine, k, among=keep)
            codes[queries[~agrees]] = -1
            keep = np.flatnonzero(codes >= 0)
        return Plan(len(labels), keep, codes[keep])

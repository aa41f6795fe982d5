"""Laurikkala's neighbourhood cleaning rule."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

import numpy as np
from sklearn.base import clone
from sklearn.utils._param_validation import HasMethods, Interval

from balancekit.core.base import BaseCleaningSampler
from balancekit.core.foreign import as_float64
from balancekit.core.neighborhood import (
    agree_with_most,
    check_enough_rows,
    most_frequent,
)
from balancekit.core.neighbors import NEIGHBORS, SEARCH, choose_engine
from balancekit.core.plan import Plan
from balancekit.core.typing import SamplingStrategy
from balancekit.under_sampling._edited_nearest_neighbours import EditedNearestNeighbours


class NeighbourhoodCleaningRule(BaseCleaningSampler):
    """Remove rows that their neighbours disagree with, and those around the smallest class.

    Editing comes first. Then rows of the smallest class are looked at: where the neighbours of one
    would classify it wrongly, those neighbours go that are of the classes to be cleaned [1]_.

    Parameters
    ----------
    sampling_strategy : str, list or callable, default="auto"
        Which classes rows are removed from: ``"majority"``, ``"not minority"``,
        ``"not majority"``, ``"all"``, ``"auto"`` (``"not minority"``), a list of labels, or a
        callable that takes y and returns a dict whose keys are labels.
    edited_nearest_neighbours : sampler, default=None
        What to edit with: any sampler that has `sample_indices_`. None is
        `EditedNearestNeighbours` with ``kind_sel="mode"`` and the parameters given here.
    n_neighbors : int or estimator, default=3
        Number of neighbours that are looked at. An estimator with `kneighbors` searches for itself;
        its `n_neighbors` counts the row itself.
    threshold_cleaning : float, default=0.5
        In the second step, rows are removed only from classes with more rows than this share of
        the smallest class.
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
        The classes that rows are removed from; the numbers are those of rows they have.
    edited_nearest_neighbours_ : sampler
        The clone of the sampler that was passed, fitted, or the unfitted equivalent of the default.
    nn_ : estimator
        The estimator passed as `n_neighbors`, cloned, or an unfitted `NearestNeighbors` that stands
        for the number.
    classes_to_clean_ : list
        Classes that rows may be removed from in the second step.
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
        If X has no more rows than `n_neighbors`, or is not numeric and finite.

    Warns
    -----
    ShortfallWarning
        If all rows of a class are removed.

    See Also
    --------
    EditedNearestNeighbours : The first step alone.

    Notes
    -----
    A search for each step. In the second, as in imbalanced-learn, a row of the smallest class has a
    vote on itself: it and all but the farthest of its neighbours decide whether it is classified
    correctly. The output is in the order of the input.

    References
    ----------
    .. [1] J. Laurikkala, "Improving identification of difficult small classes by balancing class
       distribution", Conference on Artificial Intelligence in Medicine in Europe, 2001.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from balancekit.under_sampling import NeighbourhoodCleaningRule
    >>> X, y = make_classification(n_samples=1000, weights=[0.9], random_state=0)
    >>> X_resampled, y_resampled = NeighbourhoodCleaningRule().fit_resample(X, y)
    >>> sorted(Counter(y.tolist()).items()), sorted(Counter(y_resampled.tolist()).items())
    ([(0, 898), (1, 102)], [(0, 807), (1, 102)])
    """

    _parameter_constraints: ClassVar[dict] = {
        **BaseCleaningSampler._parameter_constraints,
        "edited_nearest_neighbours": [HasMethods("fit_resample"), None],
        "n_neighbors": NEIGHBORS,
        "threshold_cleaning": [Interval(Real, 0, None, closed="neither")],
        **SEARCH,
    }
    _test_parameters: ClassVar[list[dict]] = [
        {},
        {"n_neighbors": 5, "threshold_cleaning": 0.1},
    ]

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        edited_nearest_neighbours: Any = None,
        n_neighbors: Any = 3,
        threshold_cleaning: float = 0.5,
        n_jobs: int | None = None,
        engine: str = "auto",
        device: str | None = None,
        keep_plan: bool = True,
    ) -> None:
        super().__init__(sampling_strategy=sampling_strategy)
        self.edited_nearest_neighbours = edited_nearest_neighbours
        self.n_neighbors = n_neighbors
        self.threshold_cleaning = threshold_cleaning
        self.n_jobs = n_jobs
        self.engine = engine
        self.device = device
        self.keep_plan = keep_plan

    def _plan(self, X, labels, targets, rng):
        engine, self.nn_, k = choose_engine(
            "n_neighbors", self.n_neighbors, self.engine, self.n_jobs, device=self.device
        )
        check_enough_rows("n_neighbors", k, len(labels))
        codes = labels.codes
        is_kept = self._edit(X, labels, targets, engine, k)
        cleaned = [
            code
            for code in targets
            if labels.counts[code] > labels.counts[labels.smallest] * self.threshold_cleaning
        ]
        self.classes_to_clean_ = [labels.name(code) for code in cleaned]
        smallest = labels.rows_of(labels.smallest)
        _, near = engine.kneighbors(X, smallest, np.arange(len(labels)), k)
        votes = codes[np.column_stack([smallest, near[:, :-1]])]
        around = near[most_frequent(votes) != labels.smallest].ravel()
        is_kept[around[np.isin(codes[around], cleaned)]] = False
        return Plan.select(labels, np.flatnonzero(is_kept))

    def _edit(self, X, labels, targets, engine, k):
        is_kept = np.ones(len(labels), dtype=bool)
        if self.edited_nearest_neighbours is None:
            self.edited_nearest_neighbours_ = EditedNearestNeighbours(
                sampling_strategy=self.sampling_strategy,
                n_neighbors=self.n_neighbors,
                kind_sel="mode",
                n_jobs=self.n_jobs,
                engine=self.engine,
                device=self.device,
            )
            queries = np.flatnonzero(np.isin(labels.codes, list(targets)))
            is_kept[queries] = agree_with_most(X, labels.codes, queries, engine, k)
            return is_kept
        editor = clone(self.edited_nearest_neighbours)
        editor.fit_resample(as_float64(X), labels.values)
        if not hasattr(editor, "sample_indices_"):
            msg = (
                f"edited_nearest_neighbours is a {type(editor).__name__}, which has no "
                "sample_indices_ after fit_resample, so nobody knows which rows it removed; pass a "
                "sampler that only chooses rows, such as EditedNearestNeighbours."
            )
            raise ValueError(msg)
        rows = np.asarray(editor.sample_indices_)
        plan = getattr(editor, "plan_", None)
        makes_rows = plan is not None and plan.is_synthetic.any()
        if makes_rows or getattr(editor, "_relabels", False) or len(np.unique(rows)) < len(rows):
            msg = (
                f"edited_nearest_neighbours is a {type(editor).__name__}, which adds or changes "
                "rows; pass a sampler that only removes some, such as EditedNearestNeighbours."
            )
            raise ValueError(msg)
        is_kept[:] = False
        is_kept[rows] = True
        self.edited_nearest_neighbours_ = editor
        return is_kept

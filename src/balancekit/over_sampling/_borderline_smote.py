"""Borderline-SMOTE: new rows from rows that are in danger, close to the border."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import StrOptions

from balancekit.core.base import BaseOverSampler
from balancekit.core.draws import neighbor_draws
from balancekit.core.neighborhood import (
    check_enough_rows,
    check_raised_classes,
    count_enemies,
)
from balancekit.core.neighbors import METRIC, NEIGHBORS, SEARCH, choose_engine
from balancekit.core.plan import Plan
from balancekit.core.recipes import Interpolation
from balancekit.core.typing import SamplingStrategy, Seed


class BorderlineSMOTE(BaseOverSampler):
    """Over-sample with new rows around rows that are close to the border.

    A row is in danger if at least half of its `m_neighbors` nearest rows are of other classes, but
    not all: then it is noise. New rows arise as in `SMOTE`, from rows in danger only [1]_.

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
        imbalanced-learn, unless distances are tied.
    k_neighbors : int or estimator, default=5
        Number of neighbours to draw the partner from. An estimator with `kneighbors` searches for
        itself; its `n_neighbors` counts the row itself.
    m_neighbors : int or estimator, default=10
        Number of neighbours, of all classes, that tell whether a row is in danger. An estimator
        counts the row itself.
    kind : {"borderline-1", "borderline-2"}, default="borderline-1"
        Whether partners are drawn from the class only, or from all classes. A new row is in the
        half of the line that is nearer to the base if its partner is of another class.
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
        that shares columns with too few others is an error. A new value lies between those of its
        parents, is that of the one which has it, or is missing.
    keep_plan : bool, default=True
        Whether to keep `plan_`. Without it, a pickled sampler is smaller.

    Attributes
    ----------
    sampling_strategy_ : dict
        Number of new rows for each class.
    plan_ : Plan
        Where every output row comes from; ``plan_.is_synthetic`` marks the new ones and
        ``plan_.carry(array)`` brings row-aligned data along. Only with `keep_plan`.
    sample_indices_ : ndarray of int, shape (n_output,)
        The input row that each output row is, or was drawn as the base of.
    in_danger_indices : dict
        For each over-sampled class, the rows that are in danger.
    nn_k_, nn_m_ : estimator
        The clones of estimators passed as `k_neighbors` and `m_neighbors`, or unfitted
        `NearestNeighbors` that stand for the numbers.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str, shape (n_columns,)
        Column names, if all are strings.

    Raises
    ------
    ValueError
        If a class has no more rows than `k_neighbors`, X has no more rows than `m_neighbors`, or X
        is not numeric and finite.

    Warns
    -----
    ShortfallWarning
        If no row of a class is in danger: the class gets no new rows.

    See Also
    --------
    SMOTE : Starts from any row.
    ADASYN : Prefers rows with many enemies around them.

    Notes
    -----
    For partners of another class, the paper draws the position from U(0, 0.5); as in
    imbalanced-learn, a position from U(0, 1) is multiplied by such a draw.

    References
    ----------
    .. [1] H. Han, W.-Y. Wang and B.-H. Mao, "Borderline-SMOTE: a new over-sampling method in
       imbalanced data sets learning", International Conference on Intelligent Computing, 2005.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from balancekit.over_sampling import BorderlineSMOTE
    >>> X, y = make_classification(n_samples=1000, weights=[0.9], random_state=0)
    >>> X_resampled, y_resampled = BorderlineSMOTE(random_state=0).fit_resample(X, y)
    >>> sorted(Counter(y_resampled.tolist()).items())
    [(0, 898), (1, 898)]
    """

    _parameter_constraints: ClassVar[dict] = {
        **BaseOverSampler._parameter_constraints,
        "k_neighbors": NEIGHBORS,
        "m_neighbors": NEIGHBORS,
        "kind": [StrOptions({"borderline-1", "borderline-2"})],
        **SEARCH,
        **METRIC,
    }
    _test_parameters: ClassVar[list[dict]] = [
        {},
        {"kind": "borderline-2", "k_neighbors": 3, "m_neighbors": 6},
    ]

    # imbalanced-learn multiplies the difference by the second draw, not the step.
    _incumbent_rounding: ClassVar[float] = 1e-15

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: Seed = None,
        k_neighbors: Any = 5,
        m_neighbors: Any = 10,
        kind: str = "borderline-1",
        n_jobs: int | None = None,
        engine: str = "auto",
        device: str | None = None,
        metric: str = "euclidean",
        keep_plan: bool = True,
    ) -> None:
        super().__init__(sampling_strategy=sampling_strategy)
        self.random_state = random_state
        self.k_neighbors = k_neighbors
        self.m_neighbors = m_neighbors
        self.kind = kind
        self.n_jobs = n_jobs
        self.engine = engine
        self.device = device
        self.metric = metric
        self.keep_plan = keep_plan

    def _plan(self, X, labels, targets, rng):
        search, self.nn_k_, k = choose_engine(
            "k_neighbors",
            self.k_neighbors,
            self.engine,
            self.n_jobs,
            device=self.device,
            metric=self.metric,
        )
        look, self.nn_m_, m = choose_engine(
            "m_neighbors",
            self.m_neighbors,
            self.engine,
            self.n_jobs,
            device=self.device,
            metric=self.metric,
        )
        check_raised_classes("k_neighbors", k, labels, targets)
        check_enough_rows("m_neighbors", m, len(labels))
        codes, everyone = labels.codes, np.arange(len(labels))
        new, reasons, in_danger = [], {}, {}
        for code, n_new in targets.items():
            if n_new == 0:
                continue
            members = labels.rows_of(code)
            enemies = count_enemies(X, codes, members, look, m)
            danger = members[(2 * enemies >= m) & (enemies < m)]
            if not danger.size:
                reasons[code] = (
                    f"none of its rows is in danger: of the {m} nearest rows (m_neighbors), at "
                    "least half and not all would have to be of other classes. SMOTE needs no such "
                    "rows"
                )
                continue
            in_danger[labels.name(code)] = danger
            among = members if self.kind == "borderline-1" else everyone
            _, nearest = search.kneighbors(X, danger, among, k)
            base, neighbor, step = neighbor_draws(rng, *nearest.shape, n_new)
            partner = nearest[base, neighbor]
            is_enemy = codes[partner] != code
            if self.kind == "borderline-2":
                step[is_enemy] *= rng.uniform(0, 0.5, size=np.count_nonzero(is_enemy))
            new.append((code, Interpolation(danger[base], partner, step)))
        self.in_danger_indices = in_danger
        return Plan.extend(labels, new, shortfall_reasons=reasons)

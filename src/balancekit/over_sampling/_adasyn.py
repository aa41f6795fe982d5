"""ADASYN: more new rows where a class has more enemies around it."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from balancekit.core.base import BaseOverSampler
from balancekit.core.neighborhood import (
    check_enough_rows,
    check_raised_classes,
    count_enemies,
)
from balancekit.core.neighbors import METRIC, NEIGHBORS, SEARCH, choose_engine
from balancekit.core.plan import Plan
from balancekit.core.recipes import Interpolation
from balancekit.core.typing import SamplingStrategy, Seed


class ADASYN(BaseOverSampler):
    """Over-sample rows the more, the more of their nearest rows are of other classes.

    Each row of a class gets a share of the new rows in proportion to its enemies among its
    `n_neighbors` nearest rows. They arise as in `SMOTE` [1]_.

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
    n_neighbors : int or estimator, default=5
        Number of neighbours: of all classes, to count enemies, and of the class, to draw the
        partner from. An estimator with `kneighbors` searches for itself; its `n_neighbors` counts
        the row itself.
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
    nn_ : estimator
        The clone of an estimator passed as `n_neighbors`, fitted on the last class, or an unfitted
        `NearestNeighbors` that stands for the number.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str, shape (n_columns,)
        Column names, if all are strings.

    Raises
    ------
    ValueError
        If a class has no more rows than `n_neighbors`, or X is not numeric and finite.

    Warns
    -----
    ShortfallWarning
        If a class gets fewer rows than were asked for, because shares are rounded, or none, because
        no row has an enemy among its neighbours.

    See Also
    --------
    SMOTE : Starts from all rows alike.
    BorderlineSMOTE : Starts from rows that are close to the border only.

    Notes
    -----
    Shares are rounded row by row, so a class may get a few rows more or fewer than asked for.

    References
    ----------
    .. [1] H. He, Y. Bai, E. A. Garcia and S. Li, "ADASYN: adaptive synthetic sampling approach for
       imbalanced learning", IEEE International Joint Conference on Neural Networks, 2008.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from balancekit.over_sampling import ADASYN
    >>> X, y = make_classification(n_samples=1000, weights=[0.9], random_state=3)
    >>> X_resampled, y_resampled = ADASYN(random_state=0).fit_resample(X, y)
    >>> sorted(Counter(y_resampled.tolist()).items())
    [(0, 899), (1, 901)]
    """

    _parameter_constraints: ClassVar[dict] = {
        **BaseOverSampler._parameter_constraints,
        "n_neighbors": NEIGHBORS,
        **SEARCH,
        **METRIC,
    }
    _test_parameters: ClassVar[list[dict]] = [{}, {"n_neighbors": 3}]
    _delivers_exactly: ClassVar[bool] = False

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: Seed = None,
        n_neighbors: Any = 5,
        n_jobs: int | None = None,
        engine: str = "auto",
        device: str | None = None,
        metric: str = "euclidean",
        keep_plan: bool = True,
    ) -> None:
        super().__init__(sampling_strategy=sampling_strategy)
        self.random_state = random_state
        self.n_neighbors = n_neighbors
        self.n_jobs = n_jobs
        self.engine = engine
        self.device = device
        self.metric = metric
        self.keep_plan = keep_plan

    def _plan(self, X, labels, targets, rng):
        search, self.nn_, k = choose_engine(
            "n_neighbors",
            self.n_neighbors,
            self.engine,
            self.n_jobs,
            device=self.device,
            metric=self.metric,
        )
        check_raised_classes("n_neighbors", k, labels, targets)
        check_enough_rows("n_neighbors", k, len(labels))
        new, reasons = [], {}
        for code, n_new in targets.items():
            if n_new == 0:
                continue
            members = labels.rows_of(code)
            share = count_enemies(X, labels.codes, members, search, k) / k
            if not share.any():
                reasons[code] = (
                    f"no row has one of another class among its {k} nearest rows (n_neighbors); "
                    "SMOTE needs none"
                )
                continue
            share /= share.sum()
            n_of_row = np.rint(share * n_new).astype(int)
            reasons[code] = "the share of each row is rounded"
            base = np.repeat(np.flatnonzero(n_of_row), n_of_row[n_of_row > 0])
            if not base.size:
                continue
            # Only rows that yield any need partners.
            bases, position = np.unique(base, return_inverse=True)
            _, nearest = search.kneighbors(X, members[bases], members, k)
            neighbor = rng.choice(k, size=len(base))
            step = rng.uniform(size=len(base))
            new.append((code, Interpolation(members[base], nearest[position, neighbor], step)))
        return Plan.extend(labels, new, shortfall_reasons=reasons)

"""SMOTE: new rows between a row and one of its nearest rows of the same class."""

from __future__ import annotations

from typing import Any, ClassVar

from balancekit.core.base import BaseOverSampler
from balancekit.core.neighborhood import (
    between_partners,
    check_raised_classes,
    find_partners,
)
from balancekit.core.neighbors import METRIC, NEIGHBORS, SEARCH, choose_engine
from balancekit.core.plan import Plan
from balancekit.core.typing import SamplingStrategy, Seed


class SMOTE(BaseOverSampler):
    """Over-sample with new rows between a row and one of its nearest rows of the same class.

    For every new row, a row of the class is drawn at random, then one of its `k_neighbors` nearest
    rows of that class, then a point between the two [1]_.

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
    n_jobs : int, default=None
        Threads for the neighbour search. None takes what scikit-learn's compiled code takes: all
        processors, or ``OMP_NUM_THREADS``.
    engine : {"auto", "compiled", "sklearn", "direct", "torch"}, default="auto"
        The neighbour search. All find the same neighbours. ``"compiled"`` is by far the fastest on
        large dense data and takes some seconds to compile the first time; ``"auto"`` uses it where
        it pays, and scikit-learn elsewhere. ``"direct"`` computes every distance, and
        ``"torch"`` multiplies matrices with PyTorch.
    device : str, default=None
        Where PyTorch searches, such as ``"cuda"`` or ``"cuda:1"``, whatever X is in. None is
        where X is: tensors on an accelerator are searched there, all else as `engine` says. New
        rows are made where X is.
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
    nn_k_ : estimator
        The clone of an estimator passed as `k_neighbors`, fitted on the last class, or an unfitted
        `NearestNeighbors` that stands for the number.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str, shape (n_columns,)
        Column names, if all are strings.

    Raises
    ------
    ValueError
        If a class has no more rows than `k_neighbors`, or X is not numeric and finite.

    See Also
    --------
    RandomOverSampler : Repeats rows; takes columns of any kind.

    Notes
    -----
    Ties between distances go to the lower row number, so that the result does not depend on how
    neighbours are searched.

    References
    ----------
    .. [1] N. V. Chawla, K. W. Bowyer, L. O. Hall and W. P. Kegelmeyer, "SMOTE: synthetic minority
       over-sampling technique", Journal of Artificial Intelligence Research 16, 2002.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from balancekit.over_sampling import SMOTE
    >>> X, y = make_classification(n_samples=1000, weights=[0.9], random_state=0)
    >>> sorted(Counter(y.tolist()).items())
    [(0, 898), (1, 102)]
    >>> X_resampled, y_resampled = SMOTE(random_state=0).fit_resample(X, y)
    >>> sorted(Counter(y_resampled.tolist()).items())
    [(0, 898), (1, 898)]
    """

    _parameter_constraints: ClassVar[dict] = {
        **BaseOverSampler._parameter_constraints,
        "k_neighbors": NEIGHBORS,
        **SEARCH,
        **METRIC,
    }
    _test_parameters: ClassVar[list[dict]] = [{}, {"k_neighbors": 2}]

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: Seed = None,
        k_neighbors: Any = 5,
        n_jobs: int | None = None,
        engine: str = "auto",
        device: str | None = None,
        metric: str = "euclidean",
        keep_plan: bool = True,
    ) -> None:
        super().__init__(sampling_strategy=sampling_strategy)
        self.random_state = random_state
        self.k_neighbors = k_neighbors
        self.n_jobs = n_jobs
        self.engine = engine
        self.device = device
        self.metric = metric
        self.keep_plan = keep_plan

    def _plan(self, X, labels, targets, rng):
        search, estimator, k = choose_engine(
            "k_neighbors",
            self.k_neighbors,
            self.engine,
            self.n_jobs,
            device=self.device,
            metric=self.metric,
        )
        check_raised_classes("k_neighbors", k, labels, targets)
        self.nn_k_ = estimator
        partners = find_partners(search, X, labels, targets, k)
        return Plan.extend(labels, between_partners(partners, rng))

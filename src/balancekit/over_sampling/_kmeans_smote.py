"""k-means SMOTE: new rows inside the clusters where a class is at home."""

from __future__ import annotations

import math
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from sklearn.base import clone
from sklearn.cluster import MiniBatchKMeans
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions

from balancekit.core.base import BaseOverSampler
from balancekit.core.draws import dependency_seed, neighbor_draws, seeded
from balancekit.core.foreign import in_range
from balancekit.core.neighborhood import (
    check_enough_rows,
    check_raised_classes,
    mean_distance,
)
from balancekit.core.neighbors import NEIGHBORS, SEARCH, choose_engine
from balancekit.core.plan import Plan
from balancekit.core.recipes import Interpolation
from balancekit.core.typing import SamplingStrategy, Seed


class KMeansSMOTE(BaseOverSampler):
    """Over-sample with new rows inside clusters where the class is frequent.

    All rows are clustered. In clusters where enough rows are of the class, new rows arise as in
    `SMOTE`, more of them where its rows are sparse [1]_.

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
    k_neighbors : int or estimator, default=2
        Number of neighbours, of the class and in the cluster, to draw the partner from. An
        estimator with `kneighbors` searches for itself; its `n_neighbors` counts the row itself.
    n_jobs : int, default=None
        Threads for the neighbour search. None takes what scikit-learn's compiled code takes: all
        processors, or ``OMP_NUM_THREADS``.
    kmeans_estimator : int, clusterer or None, default=None
        A clusterer with `fit_predict`, or the number of clusters of a
        `sklearn.cluster.MiniBatchKMeans`; None is one with its default number.
    cluster_balance_threshold : float or "auto", default="auto"
        Least share that the class needs to have of the rows of a cluster. Auto is half the share
        that the class has of all new rows.
    density_exponent : float or "auto", default="auto"
        Exponent of the mean distance between the rows of a cluster: the larger, the more new rows
        come to sparse clusters. Auto grows with their number.
    engine : {"auto", "compiled", "sklearn", "direct", "torch"}, default="auto"
        The neighbour search; see `SMOTE`. All find the same neighbours.
    device : str, default=None
        Where PyTorch searches, such as ``"cuda"``; see `SMOTE`.
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
    kmeans_estimator_ : clusterer
        As it was fitted last.
    cluster_balance_threshold_ : float or "auto"
        The threshold; minus infinity with a single cluster.
    nn_k_ : estimator
        The estimator passed as `k_neighbors`, cloned, or an unfitted `NearestNeighbors` that stands
        for the number.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str, shape (n_columns,)
        Column names, if all are strings.

    Raises
    ------
    ValueError
        If a class has no more rows than `k_neighbors`, or X is not numeric and finite.

    Warns
    -----
    ShortfallWarning
        If no cluster qualifies: the class gets no new rows.

    See Also
    --------
    SMOTE : Makes new rows wherever the class has any.
    ClusterOverSampler : Clusters each class by itself.

    Notes
    -----
    A clustering, and a search for each cluster and class. Shares are rounded up, so a class may get
    a few rows more than asked for.

    References
    ----------
    .. [1] G. Douzas, F. Bacao and F. Last, "Improving imbalanced learning through a heuristic
       oversampling method based on k-means and SMOTE", Information Sciences 465, 2018.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_blobs
    >>> from balancekit.over_sampling import KMeansSMOTE
    >>> X, y = make_blobs([100, 800, 100], random_state=0)
    >>> y = (y == 1).astype(int)
    >>> X_resampled, y_resampled = KMeansSMOTE(random_state=0).fit_resample(X, y)
    >>> sorted(Counter(y_resampled.tolist()).items())
    [(0, 801), (1, 800)]
    """

    _parameter_constraints: ClassVar[dict] = {
        **BaseOverSampler._parameter_constraints,
        "k_neighbors": NEIGHBORS,
        "kmeans_estimator": [
            HasMethods("fit_predict"),
            Interval(Integral, 1, None, closed="left"),
            None,
        ],
        # An interval without ends holds every number, but not NaN.
        "cluster_balance_threshold": [
            StrOptions({"auto"}),
            Interval(Real, None, None, closed="both"),
        ],
        "density_exponent": [StrOptions({"auto"}), Interval(Real, None, None, closed="both")],
        **SEARCH,
    }
    _test_parameters: ClassVar[list[dict]] = [
        {"kmeans_estimator": 3, "cluster_balance_threshold": 0.02},
        {"kmeans_estimator": 1, "k_neighbors": 3, "density_exponent": 2.0},
    ]
    _delivers_exactly: ClassVar[bool] = False
    _seeds_a_dependency: ClassVar[bool] = True
    _same_rows_when_sparse: ClassVar[bool] = False

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: Seed = None,
        k_neighbors: Any = 2,
        n_jobs: int | None = None,
        kmeans_estimator: Any = None,
        cluster_balance_threshold: Any = "auto",
        density_exponent: Any = "auto",
        engine: str = "auto",
        device: str | None = None,
        keep_plan: bool = True,
    ) -> None:
        super().__init__(sampling_strategy=sampling_strategy)
        self.random_state = random_state
        self.k_neighbors = k_neighbors
        self.n_jobs = n_jobs
        self.kmeans_estimator = kmeans_estimator
        self.cluster_balance_threshold = cluster_balance_threshold
        self.density_exponent = density_exponent
        self.engine = engine
        self.device = device
        self.keep_plan = keep_plan

    def _plan(self, X, labels, targets, rng):
        search, self.nn_k_, k = choose_engine(
            "k_neighbors", self.k_neighbors, self.engine, self.n_jobs, device=self.device
        )
        check_raised_classes("k_neighbors", k, labels, targets)
        check_enough_rows("k_neighbors", k, len(labels))
        clusterer = self._clusterer(dependency_seed(self.random_state, rng))
        threshold = self.cluster_balance_threshold
        if getattr(clusterer, "n_clusters", None) == 1:
            threshold = -math.inf
        values, _ = in_range(X)
        new, reasons = [], {}
        for code, n_new in targets.items():
            if n_new == 0:
                continue
            share = n_new / sum(targets.values()) / 2 if threshold == "auto" else threshold
            clusters = self._cluster(clusterer, values)
            members = labels.rows_of(code)
            homes = _homes(clusters, members, share, k + 1)
            if not homes:
                reasons[code] = (
                    f"in none of the clusters at least {share:.3g} of the rows "
                    f"(cluster_balance_threshold) and {k + 1} rows (k_neighbors and the row "
                    "itself) are of the class. Lower the threshold, or change the number of "
                    "clusters; SMOTE needs none"
                )
                continue
            weights = self._weights(X, homes)
            for rows, weight in zip(homes, weights, strict=True):
                _, near = search.kneighbors(X, rows, rows, k)
                drawn = neighbor_draws(rng, *near.shape, math.ceil(n_new * weight))
                base, neighbor, step = drawn
                new.append((code, Interpolation(rows[base], near[base, neighbor], step)))
        self.kmeans_estimator_, self.cluster_balance_threshold_ = clusterer, threshold
        return Plan.extend(labels, new, shortfall_reasons=reasons)

    def _clusterer(self, seed):
        if self.kmeans_estimator is None:
            return MiniBatchKMeans(random_state=seed)
        if isinstance(self.kmeans_estimator, Integral):
            return MiniBatchKMeans(n_clusters=int(self.kmeans_estimator), random_state=seed)
        return seeded(clone(self.kmeans_estimator), seed)

    def _cluster(self, clusterer, values):
        try:
            return np.asarray(clusterer.fit_predict(values))
        except ValueError as error:
            msg = (
                f"kmeans_estimator, {type(clusterer).__name__}, cannot cluster X: {error} Set "
                "kmeans_estimator to another number of clusters, or use SMOTE."
            )
            raise ValueError(msg) from error

    def _weights(self, X, homes):
        """Share the new rows between clusters: sparse ones get more."""
        sizes = np.array([len(rows) for rows in homes])
        extents = np.array([mean_distance(X, rows) for rows in homes])
        exponents = self.density_exponent
        if exponents == "auto":
            exponents = np.array([math.log(size, 1.6) ** 1.8 * 0.16 for size in sizes])
        with np.errstate(all="ignore"):
            shares = extents**exponents / sizes
            if not 0 < shares.sum() < np.inf:
                # Clusters of copies have no extent, others may be beyond the range of floats.
                logs = np.where(exponents == 0, 0, exponents * np.log(extents)) - np.log(sizes)
                widest = logs.max()
                shares = np.exp(logs - widest) if np.isfinite(widest) else logs == widest
        return shares / shares.sum()


def _homes(clusters, members, share, fewest):
    """Return the members in each cluster that holds enough of them."""
    homes = []
    # What a clusterer numbers -1 is noise, and no cluster.
    for cluster in np.unique(clusters[members][clusters[members] >= 0]):
        rows = members[clusters[members] == cluster]
        if len(rows) >= fewest and len(rows) / np.count_nonzero(clusters == cluster) >= share:
            homes.append(rows)
    return homes

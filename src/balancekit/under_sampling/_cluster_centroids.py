"""Cluster centroids: a class is replaced by the centres of its clusters."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from scipy import sparse
from sklearn.base import clone
from sklearn.cluster import KMeans
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import HasMethods, StrOptions

from balancekit.core.base import BaseUnderSampler
from balancekit.core.clusters import count_different, nearest_rows
from balancekit.core.draws import dependency_seed, seeded
from balancekit.core.foreign import in_range
from balancekit.core.kmeans import as_estimator, k_means, rows_to_cluster
from balancekit.core.neighbors import SEARCH, choose_engine
from balancekit.core.plan import Plan
from balancekit.core.recipes import Rows
from balancekit.core.typing import SamplingStrategy, Seed


class ClusterCentroids(BaseUnderSampler):
    """Under-sample by replacing a class with the centres of its clusters.

    There are as many clusters as rows are to be kept.

    Parameters
    ----------
    sampling_strategy : float, str, dict or callable, default="auto"
        How many rows the classes should have afterwards.

        - float: every class is lowered to at most the smallest one divided by this.
        - str: the classes to lower to the size of the smallest: ``"majority"``,
          ``"not minority"``, ``"not majority"``, ``"all"`` or ``"auto"`` (``"not minority"``).
        - dict: the number of rows for each class named.
        - callable: takes y and returns such a dict.
    random_state : None, int, RandomState or Generator, default=None
        Seed of the one random stream of a call. Given a RandomState, the rows are those of
        imbalanced-learn, unless distances are tied.
    estimator : clusterer, default=None
        A clusterer with the parameter `n_clusters` and, once fitted, `cluster_centers_`. None is
        k-means whose centres are the same on any device and in any number of threads; see Notes.
        With `sklearn.cluster.KMeans()`, they are rounded as it happens to.
    voting : {"auto", "hard", "soft"}, default="auto"
        What to return for a cluster: its centre (soft) or the row that is nearest to it (hard).
        Auto is hard for sparse input, soft otherwise.
    n_jobs : int, default=None
        Threads for k-means and the search for nearest rows. None takes what scikit-learn's compiled
        code takes: all processors, or ``OMP_NUM_THREADS``.
    engine : {"auto", "compiled", "sklearn", "direct", "torch"}, default="auto"
        The neighbour search; see `SMOTE`. All find the same neighbours, and k-means, which uses
        compiled kernels or PyTorch where the search does, the same centres.
    device : str, default=None
        Where PyTorch clusters and searches, such as ``"cuda"``; see `SMOTE`.
    keep_plan : bool, default=True
        Whether to keep `plan_`. Without it, a pickled sampler is smaller.

    Attributes
    ----------
    sampling_strategy_ : dict
        Number of rows to keep of each class that is under-sampled.
    estimator_ : clusterer
        Fitted on the last class. Without an estimator, a `sklearn.cluster.KMeans` with what was
        found: `cluster_centers_`, `labels_`, `inertia_` and `n_iter_`; it predicts and transforms.
    voting_ : {"hard", "soft"}
        What was returned.
    plan_ : Plan
        Where every output row comes from; ``plan_.is_synthetic`` marks the centres and
        ``plan_.carry(array)`` brings row-aligned data along. Only with `keep_plan`.
    sample_indices_ : ndarray of int, shape (n_output,)
        The input row that each output row is; for a centre, the row that is nearest to it.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str, shape (n_columns,)
        Column names, if all are strings.

    Raises
    ------
    ValueError
        If `estimator` has no parameter `n_clusters`, or X is not numeric and finite.
    RuntimeError
        If `estimator` has no `cluster_centers_` once it is fitted.

    See Also
    --------
    RandomUnderSampler : Keeps rows as they are, and takes no time.

    Notes
    -----
    Nearly all time goes into the clustering, in O(n_rows * n_kept * n_columns) for each round of
    k-means at most, and a log(n_kept) more to find where to start. Without an estimator, it follows
    `sklearn.cluster.KMeans` with its default parameters, draw for draw; every distance is added up
    in a fixed order, and sums are exact. Sparse rows are left to that class, so that their centres
    are rounded as it happens to.

    Centres are averages: they lie closer together than the rows do, integers are rounded,
    and a classifier may take that for knowledge. Two centres may share their nearest row, which
    then comes back twice. Where a class has fewer different rows than are asked for, centres are
    repeated.

    In the output, centres come after all rows that are kept as they are.

    References
    ----------
    .. [1] S.-J. Yen and Y.-S. Lee, "Cluster-based under-sampling approaches for imbalanced data
       distributions", Expert Systems with Applications 36, 2009.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from balancekit.under_sampling import ClusterCentroids
    >>> X, y = make_classification(n_samples=1000, weights=[0.9], random_state=0)
    >>> X_resampled, y_resampled = ClusterCentroids(random_state=0).fit_resample(X, y)
    >>> sorted(Counter(y_resampled.tolist()).items())
    [(0, 102), (1, 102)]
    """

    _parameter_constraints: ClassVar[dict] = {
        **BaseUnderSampler._parameter_constraints,
        "estimator": [HasMethods(["fit", "predict"]), None],
        "voting": [StrOptions({"auto", "hard", "soft"})],
        **SEARCH,
    }
    _test_parameters: ClassVar[list[dict]] = [{}, {"voting": "hard"}]
    _same_rows_when_sparse: ClassVar[bool] = False
    _seeds_a_dependency: ClassVar[bool] = True
    _incumbent_order: ClassVar[bool] = False
    # Both round sums, and scikit-learn takes the mean off the rows and adds it to the centres.
    _incumbent_rounding: ClassVar[float] = 3e-16

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: Seed = None,
        estimator: Any = None,
        voting: str = "auto",
        n_jobs: int | None = None,
        engine: str = "auto",
        device: str | None = None,
        keep_plan: bool = True,
    ) -> None:
        super().__init__(sampling_strategy=sampling_strategy)
        self.random_state = random_state
        self.estimator = estimator
        self.voting = voting
        self.n_jobs = n_jobs
        self.engine = engine
        self.device = device
        self.keep_plan = keep_plan

    @property
    def _follows_incumbent(self):
        # The centre of two rows is as far from the one as from the other, up to rounding.
        return self.voting != "hard"

    def _plan(self, X, labels, targets, rng):
        seed = dependency_seed(self.random_state, rng)
        is_sparse = sparse.issparse(X[:1])
        engine, _, _ = choose_engine("n_neighbors", 1, self.engine, self.n_jobs, device=self.device)
        # k-means on sparse rows is scikit-learn's.
        is_own = self.estimator is None and not is_sparse
        clusterer = self._clusterer(seed)
        voting = self.voting
        if voting == "auto":
            voting = "hard" if is_sparse else "soft"
        keep, new = [], []
        for code in range(len(labels.classes)):
            members = labels.rows_of(code)
            if code not in targets:
                keep.append(members)
                continue
            n_clusters = targets[code]
            if not n_clusters:
                continue
            if is_own:
                rows, exponent = rows_to_cluster(X, members, n_clusters, engine, self.n_jobs)
                found = k_means(rows, rows.count_different(n_clusters), check_random_state(seed))
                clusterer = as_estimator(found, exponent, seed)
                centres = _as_many(found.centres, n_clusters)
                nearest = rows.nearest(centres)
            else:
                rows, exponent = in_range(X, members)
                centres, nearest = _cluster(clusterer, rows, n_clusters, engine)
            if voting == "hard":
                keep.append(members[nearest])
            else:
                new.append((code, Rows(members[nearest], np.ldexp(centres, exponent))))
        self.estimator_, self.voting_ = clusterer, voting
        return Plan.replace(labels, np.concatenate(keep or [np.empty(0, np.intp)]), new)

    def _clusterer(self, seed):
        clusterer = KMeans() if self.estimator is None else clone(self.estimator)
        if "n_clusters" not in clusterer.get_params():
            msg = (
                "`estimator` should be a clustering estimator exposing a parameter `n_clusters` "
                f"and a fitted parameter `cluster_centers_`. {type(clusterer).__name__} has no "
                "n_clusters: pass one such as KMeans()."
            )
            raise ValueError(msg)
        return seeded(clusterer, seed)


def _cluster(clusterer, rows, n_clusters, engine):
    """Return the centres that a clusterer finds, and the row that is nearest to each."""
    # With more clusters than different rows, it may put a centre anywhere.
    clusterer.set_params(n_clusters=count_different(rows, n_clusters)).fit(rows)
    if not hasattr(clusterer, "cluster_centers_"):
        msg = (
            "`estimator` should be a clustering estimator exposing a fitted parameter "
            f"`cluster_centers_`. {type(clusterer).__name__} has none: pass one such as "
            "KMeans()."
        )
        raise RuntimeError(msg)
    centres = np.asarray(clusterer.cluster_centers_, dtype=np.float64)
    if clusterer.n_clusters < n_clusters:
        centres = _as_many(centres, n_clusters)
    return centres, nearest_rows(rows, centres, engine)


def _as_many(centres, n_clusters):
    """Repeat centres where a class has fewer different rows than are asked for."""
    return centres[np.arange(n_clusters) % len(centres)]

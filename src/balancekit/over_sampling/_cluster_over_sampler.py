"""Cluster-based over-sampling: small clusters of a class are raised, not the class as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions

from balancekit.core.base import BaseOverSampler
from balancekit.core.clusters import cluster_class, raise_equally
from balancekit.core.draws import neighbor_draws
from balancekit.core.neighbors import SEARCH, choose_engine
from balancekit.core.plan import Plan
from balancekit.core.recipes import Interpolation
from balancekit.core.typing import SamplingStrategy, Seed
from balancekit.core.wording import counted, list_names, suggest


class ClusterOverSampler(BaseOverSampler):
    """Over-sample the clusters that a class consists of, so that they become equally large.

    A class may consist of parts, and a small part of a small class is what classifiers overlook.
    Each class is clustered by itself; its new rows go to its smallest clusters [1]_.

    Parameters
    ----------
    sampling_strategy : float, str, dict or callable, default="auto"
        How many rows the classes should have afterwards.

        - ``"all"``: as in the paper, the largest class is raised, too. Each of its clusters gets
          as many rows as its largest one, and the other classes as many as it has then.
        - ``"auto"`` (``"not majority"``), ``"minority"`` or ``"not minority"``: the classes to
          raise to the size of the largest.
        - float: every class below this fraction of the largest is raised to it.
        - dict: the number of rows for each class named.
        - callable: takes y and returns such a dict.
    random_state : None, int, RandomState or Generator, default=None
        Seed of the one random stream of a call.
    method : {"random", "smote"}, default="random"
        Whether rows of a cluster are repeated, or new rows lie between two of its rows, as in
        `SMOTE`.
    n_clusters : "silhouette", int or dict, default="silhouette"
        Number of clusters of each class: the number from 2 on with the highest silhouette, a number
        for all classes, or one for each label. A class has at most as many clusters as different
        rows.
    max_clusters : int, default=10
        The most clusters that are tried for the silhouette.
    estimator : clusterer, default=None
        A clusterer with `fit_predict`; None is `sklearn.cluster.KMeans`. Without a parameter
        `n_clusters`, it finds the number by itself. Rows that it gives -1 are in no cluster.
    k_neighbors : int, default=5
        Number of neighbours in the cluster to draw the partner from, with ``method="smote"``. In
        a cluster with no more rows, all others; a row that is alone is repeated.
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
        Number of new rows for each class.
    n_clusters_ : dict
        Number of clusters of each class that is over-sampled.
    cluster_labels_ : ndarray of int, shape (n_rows,)
        The cluster of each row within its class; -1 for rows in no cluster.
    plan_ : Plan
        Where every output row comes from; ``plan_.is_synthetic`` marks the new ones and
        ``plan_.carry(array)`` brings row-aligned data along. Only with `keep_plan`.
    sample_indices_ : ndarray of int, shape (n_output,)
        The input row that each output row is, or was drawn as the base of.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str, shape (n_columns,)
        Column names, if all are strings.

    Raises
    ------
    ValueError
        If `n_clusters` lacks a class or is no number, or X is not numeric and finite.

    See Also
    --------
    KMeansSMOTE : Clusters all classes together.
    RandomOverSampler : Repeats rows wherever they are.

    Notes
    -----
    A clustering for each class, and one for each number that is tried for the silhouette, which is
    measured on at most 1,000 rows of the class. Clusters that are larger than their share stay as
    they are, and the others share what is left.

    References
    ----------
    .. [1] T. Jo and N. Japkowicz, "Class imbalances versus small disjuncts", ACM SIGKDD
       Explorations 6, 2004.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_blobs
    >>> from balancekit.over_sampling import ClusterOverSampler
    >>> X, part = make_blobs([20, 10, 8, 8, 5], cluster_std=0.1, random_state=0)
    >>> y = (part > 2).astype(int)
    >>> sampler = ClusterOverSampler(
    ...     sampling_strategy="all", n_clusters={0: 3, 1: 2}, random_state=0
    ... )
    >>> X_resampled, y_resampled = sampler.fit_resample(X, y)
    >>> sorted(Counter(part[sampler.sample_indices_].tolist()).items())
    [(0, 20), (1, 20), (2, 20), (3, 30), (4, 30)]
    """

    _parameter_constraints: ClassVar[dict] = {
        **BaseOverSampler._parameter_constraints,
        "method": [StrOptions({"random", "smote"})],
        "n_clusters": [
            StrOptions({"silhouette"}),
            Interval(Integral, 1, None, closed="left"),
            dict,
        ],
        "max_clusters": [Interval(Integral, 1, None, closed="left")],
        "estimator": [HasMethods("fit_predict"), None],
        "k_neighbors": [Interval(Integral, 1, None, closed="left")],
        **SEARCH,
    }
    _test_parameters: ClassVar[list[dict]] = [
        {"max_clusters": 3},
        {"sampling_strategy": "all", "method": "smote", "n_clusters": 3, "k_neighbors": 3},
    ]
    _same_rows_when_sparse: ClassVar[bool] = False

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: Seed = None,
        method: str = "random",
        n_clusters: Any = "silhouette",
        max_clusters: int = 10,
        estimator: Any = None,
        k_neighbors: Any = 5,
        n_jobs: int | None = None,
        engine: str = "auto",
        device: str | None = None,
        keep_plan: bool = True,
    ) -> None:
        super().__init__(sampling_strategy=sampling_strategy)
        self.random_state = random_state
        self.method = method
        self.n_clusters = n_clusters
        self.max_clusters = max_clusters
        self.estimator = estimator
        self.k_neighbors = k_neighbors
        self.n_jobs = n_jobs
        self.engine = engine
        self.device = device
        self.keep_plan = keep_plan

    def _plan(self, X, labels, targets, rng):
        largest = int(labels.counts.argmax())
        raises_largest = isinstance(self.sampling_strategy, str) and self.sampling_strategy == "all"
        raised = [code for code, n_new in targets.items() if n_new or raises_largest]
        numbers = self._numbers_of_clusters(labels, raised)
        clusters = {}
        for code in raised:
            clusters[code] = self._clusters_of(X, labels, code, numbers[code], rng)
        if raises_largest:
            sizes = [len(rows) for rows in clusters[largest]]
            targets[largest] = len(sizes) * max(sizes) - sum(sizes)
            for code in raised:
                n_rows = int(labels.counts[largest]) + targets[largest]
                targets[code] = n_rows - int(labels.counts[code])
        repeats, new = [], []
        for code in raised:
            sizes = np.array([len(rows) for rows in clusters[code]])
            for rows, n_new in zip(
                clusters[code], raise_equally(sizes, targets[code]), strict=True
            ):
                if self.method == "random" or len(rows) == 1:
                    repeats.append(rng.choice(rows, size=n_new))
                else:
                    new.append((code, self._between(X, rows, n_new, rng)))
        cluster_labels = np.full(len(labels), -1)
        for found in clusters.values():
            for number, rows in enumerate(found):
                cluster_labels[rows] = number
        self.n_clusters_ = {labels.name(code): len(found) for code, found in clusters.items()}
        self.cluster_labels_ = cluster_labels
        keep = np.concatenate([np.arange(len(labels)), *repeats])
        return Plan.replace(labels, keep, new)

    def _clusters_of(self, X, labels, code, number, rng):
        rows = labels.rows_of(code)
        try:
            return cluster_class(X, rows, self.estimator, number, self.max_clusters, rng)
        except ValueError as error:
            if self.estimator is None:
                raise
            msg = (
                f"estimator, {type(self.estimator).__name__}, cannot cluster the "
                f"{counted(len(rows), 'row')} of class {labels.name(code)!r}: {error} Pass another "
                "one, or leave the class out of sampling_strategy."
            )
            raise ValueError(msg) from error

    def _between(self, X, rows, n_new, rng):
        """Draw rows between neighbours in a cluster."""
        k = min(int(self.k_neighbors), len(rows) - 1)
        search, _, _ = choose_engine("k_neighbors", k, self.engine, self.n_jobs, device=self.device)
        _, near = search.kneighbors(X, rows, rows, k)
        base, neighbor, step = neighbor_draws(rng, *near.shape, n_new)
        return Interpolation(rows[base], near[base, neighbor], step)

    def _numbers_of_clusters(self, labels, raised):
        """Return for each class the number of clusters, or None to find it."""
        if not isinstance(self.n_clusters, Mapping):
            number = None if isinstance(self.n_clusters, str) else int(self.n_clusters)
            return dict.fromkeys(raised, number)
        numbers = {labels.code_of(label): number for label, number in self.n_clusters.items()}
        strangers = [label for label in self.n_clusters if labels.code_of(label) is None]
        if strangers:
            known = [labels.name(code) for code in range(len(labels.classes))]
            msg = (
                f"n_clusters names class {list_names(strangers)}, which is not present in y. Name "
                f"classes of y: {list_names(known)}.{suggest(strangers[0], known)}"
            )
            raise ValueError(msg)
        missing = [labels.name(code) for code in raised if code not in numbers]
        if missing:
            msg = (
                f"n_clusters lacks a number for class {list_names(missing)}. Add one, or use "
                "n_clusters='silhouette' to have it found."
            )
            raise ValueError(msg)
        for label, number in self.n_clusters.items():
            if not (isinstance(number, Integral) and number >= 1):
                msg = (
                    f"n_clusters of class {label!r} is {number!r}; it needs to be 1 or more, as a "
                    "whole number."
                )
                raise ValueError(msg)
        return {code: int(numbers[code]) for code in raised}

"""Exact nearest neighbours, faster than scikit-learn's, with scikit-learn's interface."""

from __future__ import annotations

from numbers import Integral
from typing import ClassVar

import numpy as np
from scipy.sparse import issparse
from sklearn import neighbors as of_sklearn
from sklearn.preprocessing import normalize
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.validation import check_is_fitted, validate_data

from balancekit.core.neighbors import ENGINES, SEARCH, choose_engine

__all__ = ["NearestNeighbors"]

EUCLIDEAN = frozenset({"euclidean", "l2", "sqeuclidean", "cosine"})

# Distances that are a multiple of the squared Euclidean one, of normalised rows for cosine.
FACTORS = {"sqeuclidean": 1.0, "cosine": 0.5}

THEIR_ALGORITHMS = frozenset({"ball_tree", "kd_tree", "brute"})


class NearestNeighbors(of_sklearn.NearestNeighbors):
    """Search for nearest neighbours: exact, and several times as fast as scikit-learn.

    A subclass of `sklearn.neighbors.NearestNeighbors` that takes its place. Euclidean, squared
    Euclidean and cosine distances of dense data are searched by balancekit's engines; everything
    else is handed to scikit-learn. Distances are summed in float64 in a fixed order and ties go by
    row number: the answer depends neither on the algorithm nor on threads or machine.

    Parameters
    ----------
    n_neighbors : int, default=5
        Number of neighbours.
    radius : float, default=1.0
        Distance within which `radius_neighbors` looks; in units of the metric.
    algorithm : str, default="auto"
        ``"auto"``, ``"compiled"``, ``"sklearn"``, ``"direct"``, ``"torch"``, ``"ball_tree"``,
        ``"kd_tree"`` or ``"brute"``.
        The first five are balancekit's engines: ``"compiled"`` uses numba kernels, ``"sklearn"``
        scikit-learn with exact distances, ``"direct"`` computes every distance, ``"torch"``
        multiplies matrices with PyTorch, and ``"auto"`` takes the compiled kernels where they pay.
        The last three are scikit-learn as it is.
    leaf_size : int, default=30
        For scikit-learn's trees.
    metric : str or callable, default="minkowski"
        ``"euclidean"``, ``"sqeuclidean"``, ``"cosine"``, ``"minkowski"`` with ``p=2``, or
        anything that scikit-learn takes.
    p : float, default=2
        Exponent of ``"minkowski"``.
    metric_params : dict, default=None
        Further arguments of the metric, for scikit-learn.
    n_jobs : int, default=None
        Threads. None takes what scikit-learn's compiled code takes: all processors, or
        ``OMP_NUM_THREADS``.
    device : str, default=None
        Where PyTorch searches, such as ``"cuda"``, with algorithm ``"auto"`` or ``"torch"``. None
        is the CPU.

    Attributes
    ----------
    n_samples_fit_ : int
        Rows searched among.
    n_features_in_ : int
        Columns.
    feature_names_in_ : ndarray of str, shape (n_columns,)
        Their names, if they are all strings.
    effective_metric_ : str or callable
        The metric used.

    See Also
    --------
    sklearn.neighbors.NearestNeighbors : The interface this follows.
    balancekit.warm_up : Compiles the kernels ahead of use.

    Notes
    -----
    `fit` only checks and keeps X; the work is done in `kneighbors`. It takes at most
    O(n_queries * n_rows * n_columns) time, far less where boxes around blocks of rows tell early
    that they are too far apart.

    Examples
    --------
    >>> import numpy as np
    >>> from balancekit.neighbors import NearestNeighbors
    >>> X = np.array([[0.0], [1.0], [3.0]])
    >>> distances, rows = NearestNeighbors(n_neighbors=1).fit(X).kneighbors()
    >>> distances.ravel(), rows.ravel()
    (array([1., 1., 2.]), array([1, 0, 1]))
    """

    _parameter_constraints: ClassVar[dict] = {
        **of_sklearn.NearestNeighbors._parameter_constraints,
        "algorithm": [StrOptions({*ENGINES, *THEIR_ALGORITHMS})],
        "device": SEARCH["device"],
    }

    def __init__(
        self,
        *,
        n_neighbors=5,
        radius=1.0,
        algorithm="auto",
        leaf_size=30,
        metric="minkowski",
        p=2,
        metric_params=None,
        n_jobs=None,
        device=None,
    ):
        super().__init__(
            n_neighbors=n_neighbors,
            radius=radius,
            algorithm=algorithm,
            leaf_size=leaf_size,
            metric=metric,
            p=p,
            metric_params=metric_params,
            n_jobs=n_jobs,
        )
        self.device = device

    def fit(self, X, y=None):
        """Keep the rows to search among.

        Parameters
        ----------
        X : array-like or sparse matrix of shape (n_rows, n_columns)
            Rows; a matrix of distances if `metric` is ``"precomputed"``.
        y : object
            Ignored.

        Returns
        -------
        self : NearestNeighbors
            The fitted search.

        Raises
        ------
        ValueError
            If a parameter or X is not usable: NaN, infinities, no row.
        TypeError
            If `algorithm` or `device` asks for one of balancekit's engines, and X, `metric` or
            `algorithm` is not for them.
        """
        self._is_ours = self._searches_itself(X)
        if not self._is_ours:
            if self.algorithm in {"compiled", "sklearn", "direct", "torch"}:
                msg = (
                    f"algorithm={self.algorithm!r} searches dense rows by euclidean, sqeuclidean "
                    f"or cosine distance; got metric={self.metric!r} and X of type "
                    f"{type(X).__name__}. Use algorithm='auto'."
                )
                raise TypeError(msg)
            if self.device is not None:
                msg = (
                    f"device={self.device!r} searches dense rows by euclidean, sqeuclidean or "
                    f"cosine distance, with algorithm 'auto' or 'torch'; got metric="
                    f"{self.metric!r}, algorithm={self.algorithm!r} and X of type "
                    f"{type(X).__name__}. Leave the device out."
                )
                raise TypeError(msg)
            return super().fit(X)
        self._validate_params()
        self._fit_X = validate_data(self, X, order="C")
        # What scikit-learn's own methods, such as `radius_neighbors`, look at.
        self._fit_method, self._tree = "brute", None
        self.n_samples_fit_ = len(self._fit_X)
        self.effective_metric_ = "euclidean" if self.metric == "minkowski" else self.metric
        self.effective_metric_params_ = {}
        return self

    def kneighbors(self, X=None, n_neighbors=None, return_distance=True):
        """Find the nearest rows.

        Parameters
        ----------
        X : array-like of shape (n_queries, n_columns), default=None
            Rows to find neighbours for. None takes the rows passed to `fit`, each of which is not
            its own neighbour.
        n_neighbors : int, default=None
            Number of neighbours; None takes that of the constructor.
        return_distance : bool, default=True
            Whether to return distances.

        Returns
        -------
        distances : ndarray of float64, shape (n_queries, n_neighbors)
            In ascending order. Only if `return_distance`.
        rows : ndarray of int64, shape (n_queries, n_neighbors)
            Numbers of the rows passed to `fit`; equal distances in ascending order of these.

        Raises
        ------
        ValueError
            If there are not as many rows, or X does not fit.

        Notes
        -----
        Queries other than None are put below the fitted rows first, which copies both.
        """
        check_is_fitted(self)
        if not self._is_ours:
            return super().kneighbors(X, n_neighbors, return_distance)
        k = _checked(self.n_neighbors if n_neighbors is None else n_neighbors)
        n_rows = self.n_samples_fit_
        most = n_rows - (X is None)
        if k > most:
            msg = (
                f"Expected n_neighbors <= n_samples_fit, but n_neighbors = {k}, n_samples_fit = "
                f"{n_rows}. Each row has {most} candidates; ask for {most} or fewer, or fit more "
                "rows."
            )
            raise ValueError(msg)
        rows = among = np.arange(n_rows)
        table = self._fit_X
        if X is not None:
            if issparse(X):
                return super().kneighbors(X, k, return_distance)
            queries = validate_data(self, X, reset=False, order="C")
            table = np.concatenate([table, queries])
            rows = np.arange(n_rows, len(table))
        if self.metric == "cosine":
            table = normalize(table)
            if not table.any(axis=1).all():
                # A row of zeros has no direction: its distance to all others is 1.
                return super().kneighbors(X, k, return_distance)
        engine = choose_engine("n_neighbors", k, self.algorithm, self.n_jobs, device=self.device)[0]
        distances, found = engine.kneighbors(table, rows, among, k)
        if not return_distance:
            return found
        if self.metric in FACTORS:
            distances = np.square(distances) * FACTORS[self.metric]
        return distances, found

    def _searches_itself(self, X):
        if issparse(X) or self.algorithm in THEIR_ALGORITHMS or self.metric_params:
            return False
        return self.metric in EUCLIDEAN or (self.metric == "minkowski" and self.p == 2)


def _checked(n_neighbors):
    if not isinstance(n_neighbors, Integral):
        msg = f"n_neighbors does not take {type(n_neighbors)} value, enter integer value"
        raise TypeError(msg)
    if n_neighbors < 1:
        msg = f"Expected n_neighbors > 0. Got {n_neighbors}"
        raise ValueError(msg)
    return int(n_neighbors)

"""SVM-SMOTE: new rows from the support vectors of a class."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

import numpy as np
from sklearn.base import clone
from sklearn.svm import SVC
from sklearn.utils._param_validation import HasMethods, Interval

from balancekit.core.base import BaseOverSampler
from balancekit.core.draws import dependency_seed, neighbor_draws
from balancekit.core.foreign import in_range
from balancekit.core.neighborhood import (
    check_enough_rows,
    check_raised_classes,
    count_enemies,
)
from balancekit.core.neighbors import NEIGHBORS, SEARCH, choose_engine
from balancekit.core.plan import Plan
from balancekit.core.recipes import Interpolation
from balancekit.core.typing import SamplingStrategy, Seed


class SVMSMOTE(BaseOverSampler):
    """Over-sample with new rows around the support vectors of a class.

    Support vectors mark the border. One in danger, with many rows of other classes around it, is
    joined to a neighbour of its class as in `SMOTE`; from one that is safe, a new row lies on the
    side away from the neighbour, so that the class grows [1]_.

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
        Number of neighbours, of all classes, that tell whether a support vector is noise (all of
        other classes), in danger (at least half) or safe. An estimator counts the row itself.
    svm_estimator : estimator, default=None
        A classifier with `support_` once it is fitted; None is `sklearn.svm.SVC`.
    out_step : float, default=0.5
        How far, at most, a new row lies beyond a safe support vector, as a share of the distance
        to the neighbour on the other side.
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
    plan_ : Plan
        Where every output row comes from; ``plan_.is_synthetic`` marks the new ones and
        ``plan_.carry(array)`` brings row-aligned data along. Only with `keep_plan`.
    sample_indices_ : ndarray of int, shape (n_output,)
        The input row that each output row is, or was drawn as the base of.
    svm_estimator_ : estimator
        The fitted classifier.
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
    RuntimeError
        If `svm_estimator` has no `support_`.

    Warns
    -----
    ShortfallWarning
        If all support vectors of a class are noise: the class gets no new rows.

    See Also
    --------
    BorderlineSMOTE : Finds the border by neighbours alone, and far faster.

    Notes
    -----
    Nearly all time goes into the support vector machine, which is fitted once, in O(n_rows**2) to
    O(n_rows**3). A share of the new rows, drawn from the beta distribution with parameters 10 and
    10, comes from support vectors in danger; all do if none is safe, and the other way round.

    References
    ----------
    .. [1] H. M. Nguyen, E. W. Cooper and K. Kamei, "Borderline over-sampling for imbalanced data
       classification", International Journal of Knowledge Engineering and Soft Data Paradigms 3,
       2011.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from balancekit.over_sampling import SVMSMOTE
    >>> X, y = make_classification(n_samples=1000, weights=[0.9], random_state=0)
    >>> X_resampled, y_resampled = SVMSMOTE(random_state=0).fit_resample(X, y)
    >>> sorted(Counter(y_resampled.tolist()).items())
    [(0, 898), (1, 898)]
    """

    _parameter_constraints: ClassVar[dict] = {
        **BaseOverSampler._parameter_constraints,
        "k_neighbors": NEIGHBORS,
        "m_neighbors": NEIGHBORS,
        "svm_estimator": [HasMethods(["fit", "predict"]), None],
        "out_step": [Interval(Real, 0, 1, closed="both")],
        **SEARCH,
    }
    _seeds_a_dependency: ClassVar[bool] = True
    # Where none is in danger, or none safe, imbalanced-learn gives too few rows.
    _incumbent_sizes: ClassVar[tuple] = ((90, 45), (90, 60, 45))
    _test_parameters: ClassVar[list[dict]] = [
        {},
        {"k_neighbors": 3, "m_neighbors": 6, "svm_estimator": SVC(kernel="linear", C=0.5)},
    ]

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: Seed = None,
        k_neighbors: Any = 5,
        m_neighbors: Any = 10,
        svm_estimator: Any = None,
        out_step: float = 0.5,
        n_jobs: int | None = None,
        engine: str = "auto",
        device: str | None = None,
        keep_plan: bool = True,
    ) -> None:
        super().__init__(sampling_strategy=sampling_strategy)
        self.random_state = random_state
        self.k_neighbors = k_neighbors
        self.m_neighbors = m_neighbors
        self.svm_estimator = svm_estimator
        self.out_step = out_step
        self.n_jobs = n_jobs
        self.engine = engine
        self.device = device
        self.keep_plan = keep_plan

    def _plan(self, X, labels, targets, rng):
        search, self.nn_k_, k = choose_engine(
            "k_neighbors", self.k_neighbors, self.engine, self.n_jobs, device=self.device
        )
        look, self.nn_m_, m = choose_engine(
            "m_neighbors", self.m_neighbors, self.engine, self.n_jobs, device=self.device
        )
        check_enough_rows("m_neighbors", m, len(labels))
        check_raised_classes("k_neighbors", k, labels, targets)
        raised = {code: count for code, count in targets.items() if count}
        seed = dependency_seed(self.random_state, rng)
        support = self._support(X, labels, seed)
        new, reasons = [], {}
        for position, (code, n_new) in enumerate(raised.items()):
            if position and self.svm_estimator is None and seed is rng:
                # imbalanced-learn fits anew for each class, and a fit draws a seed.
                rng.randint(np.iinfo("i").max)
            vectors = support[labels.codes[support] == code]
            enemies = count_enemies(X, labels.codes, vectors, look, m)
            vectors, enemies = vectors[enemies < m], enemies[enemies < m]
            if not vectors.size:
                reasons[code] = (
                    f"the {m} nearest rows (m_neighbors) of each of its support vectors are of "
                    "other classes. Raise m_neighbors; SMOTE needs no such rows"
                )
                continue
            n_in_danger = int(rng.beta(10, 10) * (n_new + 1))
            danger, safe = vectors[2 * enemies >= m], vectors[2 * enemies < m]
            if not (danger.size and safe.size):
                n_in_danger = n_new if danger.size else 0
            shares = ((danger, n_in_danger, 1.0), (safe, n_new - n_in_danger, -self.out_step))
            for bases, count, direction in shares:
                if bases.size:
                    _, near = search.kneighbors(X, bases, labels.rows_of(code), k)
                    base, neighbor, step = neighbor_draws(rng, *near.shape, count)
                    recipe = Interpolation(bases[base], near[base, neighbor], direction * step)
                    new.append((code, recipe))
        return Plan.extend(labels, new, shortfall_reasons=reasons)

    def _support(self, X, labels, seed):
        """Fit the classifier and return the ids of its support vectors."""
        if self.svm_estimator is None:
            classifier = SVC(gamma="scale", random_state=seed)
        else:
            classifier = clone(self.svm_estimator)
        try:
            classifier.fit(in_range(X)[0], labels.values)
        except ValueError as error:
            msg = (
                f"svm_estimator, {type(classifier).__name__}, cannot be fitted: {error} It may "
                "help to scale X, e.g. by StandardScaler in a pipeline."
            )
            raise ValueError(msg) from error
        if not hasattr(classifier, "support_"):
            msg = (
                "`svm_estimator` is required to exposed a `support_` fitted attribute. "
                f"{type(classifier).__name__} has none: pass a support vector machine."
            )
            raise RuntimeError(msg)
        self.svm_estimator_ = classifier
        return np.asarray(classifier.support_, dtype=np.intp)

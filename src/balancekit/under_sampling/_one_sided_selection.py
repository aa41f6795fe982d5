"""One-sided selection: redundant rows go, then those in Tomek links."""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import HasMethods, Interval

from balancekit.core.base import RANDOM_STATE, BaseCleaningSampler
from balancekit.core.neighborhood import (
    check_enough_voters,
    classifier_or_number,
    fitted_classifier,
    keep_needed,
    most_frequent,
    nearest_codes,
    predict_codes,
    tomek_links,
)
from balancekit.core.neighbors import SEARCH, choose_engine
from balancekit.core.plan import Plan
from balancekit.core.typing import SamplingStrategy, Seed


class OneSidedSelection(BaseCleaningSampler):
    """Remove rows of larger classes that are redundant, noisy or close to the border.

    Of each class, a few rows are drawn. Of the others, those stay that these and the smallest class
    would classify wrongly. Then rows in Tomek links go [1]_.

    Parameters
    ----------
    sampling_strategy : str, list or callable, default="auto"
        Which classes rows are removed from: ``"majority"``, ``"not minority"``,
        ``"not majority"``, ``"all"``, ``"auto"`` (``"not minority"``), a list of labels, or a
        callable that takes y and returns a dict whose keys are labels.
    random_state : None, int, RandomState or Generator, default=None
        Seed of the one random stream of a call. Given a RandomState, the rows are those of
        imbalanced-learn, unless distances are tied.
    n_neighbors : int, estimator or None, default=None
        Number of neighbours that vote; None is 1. An estimator, such as a `KNeighborsClassifier`,
        is fitted for each class; its `n_neighbors` does not count the row itself.
    n_seeds_S : int, default=1
        Rows of each class to draw, with replacement.
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
    estimators_ : list of estimator
        For each of these classes, a classifier that knows the rows drawn and the smallest class.
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
        If the smallest class and the seeds are fewer than `n_neighbors`, or X is not numeric and
        finite.

    Warns
    -----
    ShortfallWarning
        If all rows of a class are removed.

    See Also
    --------
    CondensedNearestNeighbour : Compares with all rows kept so far, not only with those drawn.
    TomekLinks : The second step.

    Notes
    -----
    A search among the smallest class and the rows drawn for each class, and one for the links. With
    one row drawn, nearly all of a class is nearer to the smallest class and so is kept; draw more
    to remove more.

    References
    ----------
    .. [1] M. Kubat and S. Matwin, "Addressing the curse of imbalanced training sets: one-sided
       selection", International Conference on Machine Learning, 1997.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from balancekit.under_sampling import OneSidedSelection
    >>> X, y = make_classification(n_samples=1000, weights=[0.9], random_state=0)
    >>> sampler = OneSidedSelection(n_seeds_S=50, random_state=0)
    >>> X_resampled, y_resampled = sampler.fit_resample(X, y)
    >>> sorted(Counter(y.tolist()).items()), sorted(Counter(y_resampled.tolist()).items())
    ([(0, 898), (1, 102)], [(0, 255), (1, 102)])
    """

    _parameter_constraints: ClassVar[dict] = {
        **BaseCleaningSampler._parameter_constraints,
        "random_state": RANDOM_STATE,
        "n_neighbors": [
            Interval(Integral, 1, None, closed="left"),
            HasMethods(["fit", "predict"]),
            HasMethods(["fit", "kneighbors"]),
            None,
        ],
        "n_seeds_S": [Interval(Integral, 1, None, closed="left")],
        **SEARCH,
    }
    _test_parameters: ClassVar[list[dict]] = [{}, {"n_neighbors": 3}]
    _estimators_count_the_row: ClassVar[bool] = False

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: Seed = None,
        n_neighbors: Any = None,
        n_seeds_S: int = 1,
        n_jobs: int | None = None,
        engine: str = "auto",
        device: str | None = None,
        keep_plan: bool = True,
    ) -> None:
        super().__init__(sampling_strategy=sampling_strategy)
        self.random_state = random_state
        self.n_neighbors = n_neighbors
        self.n_seeds_S = n_seeds_S
        self.n_jobs = n_jobs
        self.engine = engine
        self.device = device
        self.keep_plan = keep_plan

    def _plan(self, X, labels, targets, rng):
        codes = labels.codes
        given, k = classifier_or_number(self.n_neighbors)
        engine, _, _ = choose_engine("n_neighbors", 1, self.engine, self.n_jobs, device=self.device)
        estimators = []

        def choose(rows, others, seeds):
            check_enough_voters("n_neighbors", k, labels, len(seeds))
            known = np.concatenate([others, np.sort(rows[seeds])])
            left = np.delete(np.arange(len(rows)), seeds)
            if given is None:
                near = nearest_codes(X, codes, rows[left], engine, k, np.sort(known))
                guess = most_frequent(near)
            else:
                guess = predict_codes(given, X, codes, known, rows[left])
            estimators.append(fitted_classifier(given, X, labels, known, k, self.n_jobs))
            return np.concatenate([seeds, left[guess != codes[rows[left]]]])

        kept = keep_needed(labels, targets, rng, int(self.n_seeds_S), choose)
        self.estimators_ = estimators
        linked = tomek_links(X, codes, engine, np.sort(kept)).ravel()
        linked = linked[np.isin(codes[linked], list(targets))]
        return Plan.select(labels, kept[~np.isin(kept, linked)])

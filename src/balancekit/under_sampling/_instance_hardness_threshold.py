"""Instance hardness threshold: rows that a classifier finds hard go."""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from sklearn.base import clone
from sklearn.ensemble import RandomForestClassifier
from sklearn.ensemble._base import _set_random_states
from sklearn.model_selection import StratifiedKFold, check_cv, cross_val_predict
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils._param_validation import HasMethods

from balancekit.core.base import BaseUnderSampler
from balancekit.core.draws import dependency_seed
from balancekit.core.foreign import in_range
from balancekit.core.plan import Plan
from balancekit.core.typing import SamplingStrategy, Seed
from balancekit.core.wording import counted


class InstanceHardnessThreshold(BaseUnderSampler):
    """Under-sample by removing the rows that a classifier finds hard.

    Cross-validation gives the probability of each row's own class. In each larger class, the rows
    from a threshold on are kept [1]_.

    Parameters
    ----------
    estimator : classifier, default=None
        A classifier with `predict_proba`; None is a random forest of 100 trees.
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
    cv : int, cross-validation generator or iterable, default=5
        Number of folds, stratified and shuffled, or another way to split. Every row has to be in
        one test fold.
    n_jobs : int, default=None
        Processes for the folds; see scikit-learn.
    keep_plan : bool, default=True
        Whether to keep `plan_`. Without it, a pickled sampler is smaller.

    Attributes
    ----------
    sampling_strategy_ : dict
        Number of rows to keep of each class that is under-sampled.
    estimator_ : classifier
        The unfitted classifier whose clones were fitted.
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
        If a class has fewer rows than there are folds, or X is not numeric and finite.

    See Also
    --------
    EditedNearestNeighbours : Asks neighbours instead of a classifier.

    Notes
    -----
    As many fits as folds. Rows of the same probability are kept or removed together, so a class may
    keep more rows than asked for, as in imbalanced-learn. The output is ordered by class.

    Hard rows are those that a classifier has yet to learn: check on held-out rows whether it helps
    to hide them.

    References
    ----------
    .. [1] M. R. Smith, T. Martinez and C. Giraud-Carrier, "An instance level analysis of data
       complexity", Machine Learning 95, 2014.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from sklearn.linear_model import LogisticRegression
    >>> from balancekit.under_sampling import InstanceHardnessThreshold
    >>> X, y = make_classification(n_samples=1000, weights=[0.9], random_state=0)
    >>> sampler = InstanceHardnessThreshold(estimator=LogisticRegression(), random_state=0)
    >>> X_resampled, y_resampled = sampler.fit_resample(X, y)
    >>> sorted(Counter(y_resampled.tolist()).items())
    [(0, 102), (1, 102)]
    """

    _parameter_constraints: ClassVar[dict] = {
        **BaseUnderSampler._parameter_constraints,
        "estimator": [HasMethods(["fit", "predict_proba"]), None],
        "cv": ["cv_object"],
        "n_jobs": [Integral, None],
    }
    _test_parameters: ClassVar[list[dict]] = [
        {"estimator": RandomForestClassifier(n_estimators=5, max_depth=3), "cv": 2},
        {"estimator": DecisionTreeClassifier(max_depth=3), "cv": 3},
    ]
    _delivers_exactly: ClassVar[bool] = False
    _seeds_a_dependency: ClassVar[bool] = True

    def __init__(
        self,
        *,
        estimator: Any = None,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: Seed = None,
        cv: Any = 5,
        n_jobs: int | None = None,
        keep_plan: bool = True,
    ) -> None:
        super().__init__(sampling_strategy=sampling_strategy)
        self.random_state = random_state
        self.estimator = estimator
        self.cv = cv
        self.n_jobs = n_jobs
        self.keep_plan = keep_plan

    def _plan(self, X, labels, targets, rng):
        if self.estimator is None:
            seed = dependency_seed(self.random_state, rng)
            estimator = RandomForestClassifier(random_state=seed, n_jobs=self.n_jobs)
        else:
            estimator = clone(self.estimator)
            _set_random_states(estimator, rng)
        probability = cross_val_predict(
            estimator,
            in_range(X)[0],
            labels.codes,
            cv=self._splits(labels, rng),
            n_jobs=self.n_jobs,
            method="predict_proba",
        )[np.arange(len(labels)), labels.codes]
        keep = []
        for code in range(len(labels.classes)):
            members = labels.rows_of(code)
            if code in targets:
                removed = 1.0 - targets[code] / len(members)
                threshold = np.percentile(probability[members], removed * 100.0)
                members = members[probability[members] >= threshold]
            keep.append(members)
        self.estimator_ = estimator
        return Plan.select(labels, np.concatenate(keep))

    def _splits(self, labels, rng):
        if not isinstance(self.cv, Integral):
            return _partition(self.cv, labels)
        count = int(labels.counts[labels.smallest])
        if count < self.cv:
            msg = (
                f"Class {labels.name(labels.smallest)!r} has {counted(count, 'row')}, fewer than "
                f"cv={self.cv} folds. "
            )
            way_out = (
                f"Set cv to {count} or less." if count > 1 else "Use RandomUnderSampler instead."
            )
            raise ValueError(msg + way_out)
        return StratifiedKFold(int(self.cv), shuffle=True, random_state=rng)


def _partition(cv, labels):
    """Return the folds of a splitter, if each row is in one test fold."""
    folds = list(check_cv(cv, labels.codes, classifier=True).split(labels.codes, labels.codes))
    tested = np.concatenate([np.empty(0, np.intp), *(np.asarray(test) for _, test in folds)])
    times = np.bincount(tested, minlength=len(labels))
    if (times == 1).all():
        return folds
    row = int(np.flatnonzero(times != 1)[0])
    msg = (
        f"cv={cv!r} has row {row} in {counted(int(times[row]), 'test fold')}; each row needs to "
        "be in exactly one. Pass a number of folds, or a splitter such as StratifiedKFold."
    )
    raise ValueError(msg)

"""EasyEnsemble: AdaBoost on many balanced subsets, and one sum over all weak learners."""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from scipy import sparse
from scipy.special import softmax
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin
from sklearn.ensemble import AdaBoostClassifier
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions
from sklearn.utils.multiclass import type_of_target
from sklearn.utils.parallel import Parallel, delayed
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from balancekit.core.base import RANDOM_STATE, BaseUnderSampler
from balancekit.core.boosting import BoostedStumps, SortedColumns
from balancekit.core.draws import random_stream
from balancekit.core.labels import Labels
from balancekit.core.mining import seeded_clone
from balancekit.core.targets import resolve_targets
from balancekit.core.typing import SamplingStrategy, Seed

LARGEST_SEED = 2**31 - 1


class EasyEnsembleClassifier(ClassifierMixin, MetaEstimatorMixin, BaseEstimator):
    """Boost on several balanced subsets, and let all weak learners vote together.

    Each subset has all rows of the smallest class and as many of each other class, drawn at random.
    AdaBoost is fitted on every subset; the decision is one sum over the weak learners of all of
    them, not a vote of the AdaBoosts [1]_.

    Parameters
    ----------
    n_estimators : int, default=10
        Number of subsets. The paper has 4.
    estimator : classifier, default=None
        What is fitted on each subset, with class codes as labels. None is AdaBoost with 50 stumps,
        scikit-learn's default. An `AdaBoostClassifier` over trees of one split is fitted by the
        same fast code; anything else by its own.
    voting : {"auto", "sum", "average"}, default="auto"
        ``"sum"`` adds up the votes of all weak learners, as in the paper, and needs AdaBoost;
        ``"average"`` averages the probabilities of the subsets, as imbalanced-learn does.
        ``"auto"`` is ``"sum"`` for AdaBoost and ``"average"`` otherwise.
    warm_start : bool, default=False
        Whether `fit` keeps what is fitted and only adds up to `n_estimators` subsets; the data
        needs to be the same.
    sampling_strategy : float, str, dict or callable, default="auto"
        How many rows of each class a subset has; see
        `balancekit.under_sampling.RandomUnderSampler`.
    replacement : bool, default=False
        Whether rows are drawn with replacement.
    n_jobs : int, default=None
        Threads. They do not change the outcome.
    random_state : None, int, RandomState or Generator, default=None
        Seed of the one random stream of a call, which gives each subset a seed of its own.

    Attributes
    ----------
    estimators_ : list of length n_estimators
        What was fitted on the subsets: `BoostedStumps`, or classifiers.
    estimators_samples_ : list of ndarray of int
        The rows of each subset, repeated if drawn repeatedly.
    classes_ : ndarray of shape (n_classes,)
        Class labels.
    natural_prior_ : ndarray of float64, shape (n_classes,)
        Share of each class in the data passed to `fit`, weighted if it came with `sample_weight`.
    effective_prior_ : ndarray of float64, shape (n_classes,)
        Share of each class in the subsets. Probabilities reflect these shares.
    feature_importances_ : ndarray of float64, shape (n_columns,)
        Share of the votes that each column decides, or the mean of the classifiers' own.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str, shape (n_columns,)
        Column names, if all are strings.

    See Also
    --------
    balancekit.under_sampling.RandomUnderSampler : Draws one such subset.

    Notes
    -----
    Columns are sorted once, O(n_columns * n_rows * log(n_rows)) time and 8 bytes for each number;
    each stump takes O(n_subset * n_columns) time. Subsets are kept as row numbers, never as copies.
    Sparse rows are made dense for stumps.

    References
    ----------
    .. [1] X.-Y. Liu, J. Wu and Z.-H. Zhou, "Exploratory undersampling for class-imbalance
       learning", IEEE Transactions on Systems, Man, and Cybernetics B 39, 2009.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from balancekit.ensemble import EasyEnsembleClassifier
    >>> X, y = make_classification(n_samples=1000, weights=[0.95], random_state=0)
    >>> model = EasyEnsembleClassifier(random_state=0).fit(X, y)
    >>> model.natural_prior_.round(2), model.effective_prior_
    (array([0.95, 0.05]), array([0.5, 0.5]))
    >>> len(model.estimators_samples_), len(model.estimators_samples_[0])
    (10, 108)
    """

    _parameter_constraints: ClassVar[dict] = {
        "n_estimators": [Interval(Integral, 1, None, closed="left")],
        "estimator": [HasMethods(["fit", "predict"]), None],
        "voting": [StrOptions({"auto", "sum", "average"})],
        "warm_start": ["boolean"],
        "sampling_strategy": BaseUnderSampler._parameter_constraints["sampling_strategy"],
        "replacement": ["boolean"],
        "n_jobs": [Integral, None],
        "random_state": RANDOM_STATE,
    }

    def __init__(
        self,
        n_estimators: int = 10,
        estimator: Any = None,
        *,
        voting: str = "auto",
        warm_start: bool = False,
        sampling_strategy: SamplingStrategy = "auto",
        replacement: bool = False,
        n_jobs: int | None = None,
        random_state: Seed = None,
    ) -> None:
        self.n_estimators = n_estimators
        self.estimator = estimator
        self.voting = voting
        self.warm_start = warm_start
        self.sampling_strategy = sampling_strategy
        self.replacement = replacement
        self.n_jobs = n_jobs
        self.random_state = random_state

    def fit(self, X, y, sample_weight=None):
        """Fit on balanced subsets.

        Parameters
        ----------
        X : {array-like, sparse matrix, data frame} of shape (n_rows, n_columns)
            Numeric and finite features.
        y : array-like of shape (n_rows,)
            Labels.
        sample_weight : array-like of shape (n_rows,), optional
            Weights of the rows inside their subsets; they do not change which rows are drawn.

        Returns
        -------
        self : object

        Raises
        ------
        ValueError
            If the input cannot be used, no column tells the classes of any subset apart, or
            `n_estimators` is below what is fitted already with `warm_start`.
        """
        self._validate_params()
        if type_of_target(y).startswith("multilabel"):
            msg = (
                "Multilabel and multioutput targets are not supported. Pass one label for each "
                "row, or wrap this classifier in a MultiOutputClassifier."
            )
            raise ValueError(msg)
        X = validate_data(self, X, y, accept_sparse="csr")[0]
        labels = Labels(y)
        _, targets = resolve_targets(self.sampling_strategy, labels, "under-sampling")
        weights = None if sample_weight is None else _check_sample_weight(sample_weight, X)
        fitted, rows_of = self._kept()
        stream = random_stream(self.random_state)
        seeds = stream.randint(LARGEST_SEED, size=self.n_estimators)[len(fitted) :]
        drawn = [self._draw(labels, targets, np.random.RandomState(seed)) for seed in seeds]
        boosting = _boosting_of(self.estimator)
        if boosting is None:
            new = self._fit_own(X, labels, weights, drawn, seeds)
        else:
            columns = SortedColumns(X.toarray() if sparse.issparse(X) else X)
            new = Parallel(n_jobs=self.n_jobs, prefer="threads")(
                delayed(_boost)(columns, rows, labels, weights, *boosting) for rows in drawn
            )
        self.estimators_ = [*fitted, *new]
        self.estimators_samples_ = [*rows_of, *drawn]
        self._check_told_apart(labels)
        self.classes_ = labels.classes
        natural = np.bincount(labels.codes, weights=weights)
        self.natural_prior_ = natural / natural.sum()
        effective = np.bincount(labels.codes[self.estimators_samples_[0]])
        self.effective_prior_ = effective / effective.sum()
        return self

    def _kept(self):
        if not self.warm_start or not hasattr(self, "estimators_"):
            return [], []
        if len(self.estimators_) > self.n_estimators:
            msg = (
                f"n_estimators={self.n_estimators} is less than the {len(self.estimators_)} that "
                "are fitted already. With warm_start=True, raise it, or set warm_start=False."
            )
            raise ValueError(msg)
        return self.estimators_, self.estimators_samples_

    def _draw(self, labels, targets, rng):
        parts = []
        for code in range(len(labels.classes)):
            members = labels.rows_of(code)
            if code in targets:
                members = members[
                    rng.choice(len(members), size=targets[code], replace=self.replacement)
                ]
            parts.append(members)
        return np.concatenate(parts)

    def _fit_own(self, X, labels, weights, drawn, seeds):
        def fit(rows, seed):
            member = seeded_clone(self.estimator, np.random.RandomState(seed))
            more = {} if weights is None else {"sample_weight": weights[rows]}
            return member.fit(X[rows], labels.codes[rows], **more)

        return Parallel(n_jobs=self.n_jobs, prefer="threads")(
            delayed(fit)(rows, seed) for rows, seed in zip(drawn, seeds, strict=True)
        )

    def _check_told_apart(self, labels):
        stumps = [member for member in self.estimators_ if isinstance(member, BoostedStumps)]
        if stumps and not any((member.columns >= 0).any() for member in stumps):
            msg = (
                f"No column of X tells the {len(labels.classes)} classes of any subset apart. Pass "
                "columns that vary, or another estimator."
            )
            raise ValueError(msg)

    def _sums(self):
        boosted = isinstance(self.estimators_[0], BoostedStumps | AdaBoostClassifier)
        if self.voting == "sum" and not boosted:
            msg = (
                f"voting='sum' adds up the votes of AdaBoost's weak learners, and "
                f"{type(self.estimators_[0]).__name__} has none. Use voting='average', or an "
                "AdaBoostClassifier as estimator."
            )
            raise ValueError(msg)
        return boosted and self.voting != "average"

    def _votes(self, X):
        """Return the share of all votes for each class."""
        if isinstance(self.estimators_[0], BoostedStumps):
            return _shares(BoostedStumps.together(self.estimators_).scores(_dense(X)))
        total = np.zeros((X.shape[0], len(self.classes_)))
        for member in self.estimators_:
            for learner, vote in zip(member.estimators_, member.estimator_weights_, strict=False):
                total[np.arange(len(total)), learner.predict(X)] += vote
        return _shares(total)

    def predict_proba(self, X):
        """Predict class probabilities under `effective_prior_`.

        Parameters
        ----------
        X : {array-like, sparse matrix, data frame} of shape (n_rows, n_columns)
            Features.

        Returns
        -------
        probabilities : ndarray of float64, shape (n_rows, n_classes)
            For a sum of votes, as scikit-learn's AdaBoost makes them of its votes: they rank well
            and are no frequencies. See `natural_prior_` for a correction.
        """
        check_is_fitted(self)
        X = validate_data(self, X, accept_sparse="csr", reset=False)
        if self._sums():
            return _probabilities(self._votes(X))
        total = np.zeros((X.shape[0], len(self.classes_)))
        for member in self.estimators_:
            if isinstance(member, BoostedStumps):
                total += _probabilities(_shares(member.scores(_dense(X))))
            else:
                total += member.predict_proba(X)
        return total / len(self.estimators_)

    def decision_function(self, X):
        """Tell how far the vote is from undecided.

        Parameters
        ----------
        X : {array-like, sparse matrix, data frame} of shape (n_rows, n_columns)
            Features.

        Returns
        -------
        scores : ndarray of float64, shape (n_rows,) or (n_rows, n_classes)
            Votes for a class less those against it, from -1 to 1; of the second class if there are
            two. For averaged probabilities, the same of these.
        """
        check_is_fitted(self)
        X = validate_data(self, X, accept_sparse="csr", reset=False)
        shares = self._votes(X) if self._sums() else self.predict_proba(X)
        return 2 * shares[:, 1] - 1 if shares.shape[1] == 2 else 2 * shares - 1

    def predict(self, X):
        """Predict class labels.

        Parameters
        ----------
        X : {array-like, sparse matrix, data frame} of shape (n_rows, n_columns)
            Features.

        Returns
        -------
        y : ndarray of shape (n_rows,)
            The class with most votes or, averaged, the largest probability.
        """
        check_is_fitted(self)
        return self.classes_[self.predict_proba(X).argmax(axis=1)]

    def score(self, X, y, sample_weight=None):
        """Return the mean accuracy.

        Parameters
        ----------
        X : {array-like, sparse matrix, data frame} of shape (n_rows, n_columns)
            Features.
        y : array-like of shape (n_rows,)
            Labels.
        sample_weight : array-like of shape (n_rows,), optional
            Weights of the rows.

        Returns
        -------
        accuracy : float
            A poor measure where classes are imbalanced: all that it says may be the prior.
        """
        return super().score(X, y, sample_weight)

    @property
    def feature_importances_(self):
        """Importance of each column."""
        check_is_fitted(self)
        if isinstance(self.estimators_[0], BoostedStumps):
            stumps = BoostedStumps.together(self.estimators_)
            split = stumps.columns >= 0
            votes = np.bincount(
                stumps.columns[split], stumps.votes[split], minlength=self.n_features_in_
            )
            return votes / max(votes.sum(), np.finfo(float).tiny)
        return np.mean([member.feature_importances_ for member in self.estimators_], axis=0)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


def _boosting_of(estimator):
    """Return rounds and learning rate of an AdaBoost over stumps; None for anything else."""
    if estimator is None:
        estimator = AdaBoostClassifier()
    tree = getattr(estimator, "estimator", None)
    stump = DecisionTreeClassifier(max_depth=1).get_params()
    plain = type(estimator) is AdaBoostClassifier and (
        tree is None
        or (
            type(tree) is DecisionTreeClassifier
            and all(stump[name] == value for name, value in tree.get_params().items())
        )
    )
    return (estimator.n_estimators, estimator.learning_rate) if plain else None


def _boost(columns, rows, labels, weights, n_rounds, learning_rate):
    once, times = np.unique(rows, return_counts=True)
    start = times.astype(np.float64) if weights is None else times * weights[once]
    return columns.boost(
        once, labels.codes[once], len(labels.classes), n_rounds, learning_rate, start
    )


def _dense(X):
    return X.toarray() if sparse.issparse(X) else X


def _shares(votes):
    total = votes.sum(axis=1, keepdims=True)
    # Boosters without a vote leave the classes equal.
    return np.divide(votes, total, out=np.full(votes.shape, 1 / votes.shape[1]), where=total > 0)


def _probabilities(shares):
    """Turn shares of votes into what scikit-learn's AdaBoost calls probabilities."""
    n_classes = shares.shape[1]
    decision = (shares * n_classes - 1) / (n_classes - 1)
    return softmax(decision / (n_classes - 1) if n_classes > 2 else decision, axis=1)

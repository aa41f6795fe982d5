"""MetaCost: costs by relabelling the training data."""

from __future__ import annotations

from collections.abc import Iterator
from numbers import Integral
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.dummy import DummyClassifier
from sklearn.utils import _safe_indexing, check_consistent_length
from sklearn.utils._param_validation import HasMethods, Interval, RealNotInt, StrOptions
from sklearn.utils.metaestimators import available_if
from sklearn.utils.parallel import Parallel, delayed
from sklearn.utils.validation import (
    _check_sample_weight,
    check_is_fitted,
)

from balancekit.core.base import RANDOM_STATE
from balancekit.core.classifier import (
    InnerScoresMixin,
    check_classifier,
    check_takes_weights,
    copy_features,
    inner_has,
    prior_of,
    rows_of,
    single_column,
)
from balancekit.core.draws import random_stream, reseeded_clone, seeded_clone
from balancekit.core.labels import Labels
from balancekit.core.recipes import FloatArray, IntArray
from balancekit.core.targets import check_several_classes
from balancekit.core.typing import Seed
from balancekit.thresholding._cost_matrix import check_costs, expect, warn_of_dominated


class MetaCostClassifier(InnerScoresMixin, BaseEstimator):  # type: ignore[misc]
    """Make any classifier heed costs, by relabelling the rows that it is fitted on.

    Models fitted on bootstrap samples tell how probable the classes of each training row are; the
    row gets the label of the lowest expected cost, and one more model is fitted on all rows with
    these labels [1]_.

    Parameters
    ----------
    estimator : classifier
        The classifier, cloned for every fit. It is fitted on class codes.
    costs : array-like of shape (n_classes, n_classes), default=None
        ``costs[true, predicted]``, in the order of the sorted labels. None is 0 for hits and 1 for
        mistakes.
    n_estimators : int, default=10
        Number of bootstrap samples. The paper has 50.
    max_samples : int or float, default=1.0
        Rows of each sample, drawn with replacement: their number, or their share of all rows.
    use_all : bool, default=True
        Whether all models have a say on a row, or only those whose sample does not have it. All
        have a say on a row that is in every sample.
    voting : {"soft", "hard"}, default="soft"
        Whether models say how probable they find classes, or vote for one; the shares of the votes
        are the probabilities then.
    n_jobs : int, default=None
        Threads. They do not change the outcome.
    random_state : None, int, RandomState or Generator, default=None
        Seed of the one random stream of a call: for each sample, new seeds of the estimator, then
        the rows; at last, seeds of the final model where it has none.

    Attributes
    ----------
    estimator_ : classifier
        The final model. Its labels are positions in the sorted labels of `y_relabelled_`.
    y_relabelled_ : ndarray of shape (n_rows,)
        Labels that it was fitted on.
    estimators_samples_ : list of ndarray of int
        The rows of each bootstrap sample.
    classes_ : ndarray of shape (n_classes,)
        Class labels.
    natural_prior_ : ndarray of float64, shape (n_classes,)
        Share of each class in the data passed to `fit`, weighted if it came with `sample_weight`.
    effective_prior_ : ndarray of float64, shape (n_classes,)
        Share of each class in the relabelled data, weighted likewise.
    n_features_in_ : int
        Number of columns, if the classifier reports it.
    feature_names_in_ : ndarray of str, shape (n_columns,)
        Column names, if the classifier reports them.

    See Also
    --------
    CostMatrix : Decides by costs from probabilities, without another fit.
    cost_weights : Costs as weights of rows.

    Notes
    -----
    Probabilities are those of relabelled classes, not of the true ones: do not decide on them by
    costs again, or correct them by priors. A class that no row is relabelled to has probability 0,
    and the lowest finite number as score. A model whose sample has a single class is sure of it.

    The time is that of `n_estimators` + 1 fits.

    References
    ----------
    .. [1] P. Domingos, "MetaCost: a general method for making classifiers cost-sensitive", ACM
       SIGKDD International Conference on Knowledge Discovery and Data Mining, 1999.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from sklearn.linear_model import LogisticRegression
    >>> from balancekit.thresholding import MetaCostClassifier
    >>> X, y = make_classification(n_samples=1000, weights=[0.9], random_state=0)
    >>> costs = [[0, 1], [9, 0]]
    >>> model = MetaCostClassifier(LogisticRegression(), costs, random_state=0).fit(X, y)
    >>> model.natural_prior_.round(2), model.effective_prior_.round(2)
    (array([0.9, 0.1]), array([0.86, 0.14]))
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "estimator": [HasMethods(["fit", "predict"])],
        "costs": ["array-like", None],
        "n_estimators": [Interval(Integral, 1, None, closed="left")],
        "max_samples": [
            Interval(Integral, 1, None, closed="left"),
            Interval(RealNotInt, 0, 1, closed="right"),
        ],
        "use_all": ["boolean"],
        "voting": [StrOptions({"soft", "hard"})],
        "n_jobs": [Integral, None],
        "random_state": RANDOM_STATE,
    }

    def __init__(
        self,
        estimator: Any,
        costs: Any = None,
        *,
        n_estimators: int = 10,
        max_samples: float = 1.0,
        use_all: bool = True,
        voting: str = "soft",
        n_jobs: int | None = None,
        random_state: Seed = None,
    ) -> None:
        self.estimator = estimator
        self.costs = costs
        self.n_estimators = n_estimators
        self.max_samples = max_samples
        self.use_all = use_all
        self.voting = voting
        self.n_jobs = n_jobs
        self.random_state = random_state

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Relabel the rows, and fit on them.

        Parameters
        ----------
        X : {array-like, sparse matrix, data frame} of shape (n_rows, n_columns)
            Features, as the classifier takes them.
        y : array-like of shape (n_rows,)
            Labels.
        sample_weight : array-like of shape (n_rows,), optional
            Weights of the rows in all fits; they do not change which rows are drawn.

        Returns
        -------
        self : object

        Raises
        ------
        ValueError
            If the input cannot be used, or all rows are relabelled to one class.

        Warns
        -----
        UserWarning
            If a class would never be predicted by these costs.
        """
        self._validate_params()
        self._check_estimator()
        y = single_column(y, self)
        X = rows_of(X)
        labels = Labels(y)
        check_consistent_length(X, labels.codes)
        check_several_classes(labels)
        n_classes = len(labels.classes)
        costs = 1 - np.eye(n_classes) if self.costs is None else check_costs(self.costs, n_classes)
        warn_of_dominated(costs, labels.classes, stacklevel=2)
        weights = None if sample_weight is None else self._check_weights(sample_weight, X)
        rng = random_stream(self.random_state)
        members, samples = [], []
        for _ in range(self.n_estimators):
            members.append(reseeded_clone(self.estimator, rng))
            samples.append(rng.randint(len(labels), size=self._sample_size(len(labels))))
        shares = Parallel(n_jobs=self.n_jobs, prefer="threads", return_as="generator")(
            delayed(_shares_of)(member, X, labels, weights, rows, self.voting)
            for member, rows in zip(members, samples, strict=True)
        )
        mean = self._mean(shares, samples, (len(labels), n_classes))
        relabelled = expect(mean, costs).argmin(axis=1)
        present, positions = np.unique(relabelled, return_inverse=True)
        if len(present) == 1:
            msg = (
                f"By these costs, all rows are relabelled as class {labels.name(present[0])!r}, so "
                "that there is nothing to learn. Check that costs has the truth in rows and "
                "predictions in columns, and pass costs that are less unequal."
            )
            raise ValueError(msg)
        final = seeded_clone(self.estimator, rng)
        self.estimator_ = final.fit(X, positions, **_passed_on(weights))
        self._present: IntArray = present
        self.y_relabelled_ = labels.classes[relabelled]
        self.estimators_samples_ = samples
        self.classes_ = labels.classes
        self.natural_prior_ = prior_of(labels.codes, n_classes, weights)
        self.effective_prior_ = prior_of(relabelled, n_classes, weights)
        copy_features(self, self.estimator_)
        return self

    def predict(self, X: Any) -> NDArray[Any]:
        """Predict class labels.

        Parameters
        ----------
        X : {array-like, sparse matrix, data frame} of shape (n_rows, n_columns)
            Features.

        Returns
        -------
        y : ndarray of shape (n_rows,)
            Labels.
        """
        check_is_fitted(self)
        labels: NDArray[Any] = self.classes_[self._present[self.estimator_.predict(X)]]
        return labels

    @available_if(inner_has("predict_proba"))  # type: ignore[untyped-decorator]
    def predict_proba(self, X: Any) -> Any:
        """Predict probabilities of relabelled classes.

        Parameters
        ----------
        X : {array-like, sparse matrix, data frame} of shape (n_rows, n_columns)
            Features.

        Returns
        -------
        probabilities : ndarray of shape (n_rows, n_classes)
            They reflect the costs and `effective_prior_`.
        """
        return self._in_columns(super().predict_proba(X), 0.0)

    @available_if(inner_has("predict_log_proba"))  # type: ignore[untyped-decorator]
    def predict_log_proba(self, X: Any) -> Any:
        """Predict logarithms of probabilities of relabelled classes.

        Parameters
        ----------
        X : {array-like, sparse matrix, data frame} of shape (n_rows, n_columns)
            Features.

        Returns
        -------
        log_probabilities : ndarray of shape (n_rows, n_classes)
            They reflect the costs and `effective_prior_`.
        """
        return self._in_columns(super().predict_log_proba(X), -np.inf)

    @available_if(inner_has("decision_function"))  # type: ignore[untyped-decorator]
    def decision_function(self, X: Any) -> Any:
        """Score rows as the final model does.

        Parameters
        ----------
        X : {array-like, sparse matrix, data frame} of shape (n_rows, n_columns)
            Features.

        Returns
        -------
        scores : ndarray of shape (n_rows,) or (n_rows, n_classes)
            Confidence.
        """
        scores = super().decision_function(X)
        if scores.ndim == 1 and len(self.classes_) > 2:
            scores = np.column_stack([-scores, scores])
        # Metrics refuse infinity; this is what scikit-learn's `cross_val_predict` puts there.
        return self._in_columns(scores, np.finfo(np.float64).min)

    def _in_columns(self, scores: Any, otherwise: float) -> Any:
        if len(self._present) == len(self.classes_):
            return scores
        return _spread(scores, self._present, len(self.classes_), otherwise)

    def _check_estimator(self) -> None:
        check_classifier(self.estimator)
        if self.voting == "soft" and not hasattr(self.estimator, "predict_proba"):
            name = type(self.estimator).__name__
            msg = f"voting='soft' needs predict_proba, and {name} has none. Use voting='hard'."
            raise ValueError(msg)

    def _check_weights(self, sample_weight: Any, X: Any) -> FloatArray:
        check_takes_weights(self.estimator)
        weights: FloatArray = _check_sample_weight(sample_weight, X, dtype=np.float64)
        return weights

    def _sample_size(self, n_rows: int) -> int:
        size = self.max_samples
        return max(1, int(size * n_rows)) if isinstance(size, float) else int(size)

    def _mean(
        self, shares: Iterator[FloatArray], samples: list[IntArray], shape: tuple[int, int]
    ) -> FloatArray:
        """Average what the models say on each row."""
        # What all say, and what those say that have not seen the row; how many these are.
        everyone, others, n_others = np.zeros(shape), np.zeros(shape), np.zeros((shape[0], 1))
        for share, rows in zip(shares, samples, strict=True):
            is_new = np.ones((shape[0], 1))
            is_new[rows] = 0
            everyone += share
            others += share * is_new
            n_others += is_new
        mean: FloatArray = everyone / len(samples)
        if not self.use_all:
            np.divide(others, n_others, out=mean, where=n_others > 0)
        return mean


def _shares_of(
    member: Any, X: Any, labels: Labels, weights: Any, rows: IntArray, voting: str
) -> FloatArray:
    """Fit on a sample, and tell how probable the classes of all rows are."""
    present, positions = np.unique(labels.codes[rows], return_inverse=True)
    drawn, n_classes = _safe_indexing(X, rows), len(labels.classes)
    if len(present) == 1:
        # Many classifiers refuse this.
        member = DummyClassifier().fit(drawn, positions)
    else:
        member.fit(drawn, positions, **_passed_on(None if weights is None else weights[rows]))
    if voting == "soft":
        return _spread(member.predict_proba(X), present, n_classes, 0.0)
    votes: FloatArray = np.eye(n_classes)[present[member.predict(X)]]
    return votes


def _passed_on(weights: Any) -> dict[str, Any]:
    return {} if weights is None else {"sample_weight": weights}


def _spread(scores: Any, present: IntArray, n_classes: int, otherwise: float) -> FloatArray:
    spread: FloatArray = np.full((len(scores), n_classes), otherwise)
    spread[:, present] = scores
    return spread

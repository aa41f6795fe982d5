"""A classifier whose decisions are those of a rule."""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, clone
from sklearn.utils._param_validation import HasMethods, Interval, RealNotInt, StrOptions
from sklearn.utils.metadata_routing import (
    MetadataRouter,
    MethodMapping,
    process_routing,
)
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import _check_sample_weight, check_consistent_length, check_is_fitted

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
from balancekit.core.draws import random_stream
from balancekit.core.labels import Labels
from balancekit.core.recipes import FloatArray
from balancekit.core.routing import routing_enabled
from balancekit.core.targets import check_several_classes
from balancekit.core.wording import counted
from balancekit.thresholding._calibration import Calibrator
from balancekit.thresholding._curve import ThresholdCurve
from balancekit.thresholding._held_out import (
    HeldOut,
    prior_reported,
    reported,
    respond,
    score_held_out,
    splitter_of,
)
from balancekit.thresholding._rule import ThresholdRule
from balancekit.thresholding._scores import of_second_class
from balancekit.thresholding._tuned_thresholds import TunedThresholds
from balancekit.thresholding._verdict import (
    refuse_second_adjustment,
    warn_of_few_rows,
    warn_of_worse_probabilities,
    warn_of_wrong_prior,
)


def _scores_probabilities(outer: Any) -> bool:
    return outer.calibration is not None or inner_has("predict_proba")(outer)


class ThresholdMovingClassifier(InnerScoresMixin, BaseEstimator):  # type: ignore[misc]
    """Decide by a rule instead of by the largest probability.

    The rule is fitted on scores of rows held out, and the classifier then on all rows. Neither
    rows nor weights are changed, so that probabilities stay what they are.

    Parameters
    ----------
    estimator : classifier
        Any classifier: a pipeline, one that resamples, an ensemble, a fitted one.
    rule : ThresholdRule, default=None
        What decides: `TunedThresholds`, `ConstrainedThreshold`, `PriorCorrection`,
        `UndersamplingCorrection`, `LogitAdjustment`, `CostMatrix`. None is `TunedThresholds()`,
        which serves the balanced accuracy.
    cv : int, float, splitter, iterable or "prefit", default=5
        Folds whose rows are scored by classifiers that have not seen them. A float is the share of
        rows that is held out once. ``"prefit"`` takes the estimator as it is, fitted: pass rows to
        `fit` that it has not seen.
    method : {"predict_proba", "decision_function"}, default="predict_proba"
        Where scores come from.
    calibration : {"sigmoid", "isotonic", "temperature"}, default=None
        How scores are turned into probabilities before the rule sees them, by those held out.
    refit : bool, default=True
        Whether the classifier is fitted on all rows in the end. Without it, there may be one split
        only, whose classifier is kept.
    correct_proba : bool, default=False
        Whether `predict_proba` gives the rule's corrected probabilities, for rules that have any.
    n_jobs : int, default=None
        Jobs that folds are fitted in. They do not change the outcome.
    random_state : None, int, RandomState or Generator, default=None
        For a float as `cv`: seed of the draw.

    Attributes
    ----------
    estimator_ : classifier
        The fitted classifier.
    rule_ : ThresholdRule
        The fitted rule.
    thresholds_ : ndarray of float64, shape (1,) or (n_classes,), or None
        For two classes, the score of the second from which on a row is taken for it. For more, a
        row is taken for the class with the largest ratio of probability and threshold. None for
        costs of more than two classes.
    threshold_curve_ : ThresholdCurve or None
        For two classes: rates by threshold, of the rows held out; its `plot` draws them.
    classes_ : ndarray of shape (n_classes,)
        Class labels.
    natural_prior_ : ndarray of float64, shape (n_classes,)
        Share of each class in the data passed to `fit`, weighted if it came with `sample_weight`,
        or what a prefit classifier reports.
    effective_prior_ : ndarray of float64, shape (n_classes,), or None
        Share of each class in the data that the classifier was fitted on, if it reports that.
    n_features_in_ : int
        Number of columns, if the classifier reports it.
    feature_names_in_ : ndarray of str, shape (n_columns,)
        Column names, if the classifier reports them.

    See Also
    --------
    sklearn.model_selection.TunedThresholdClassifierCV : Tries a grid of thresholds.
    balancekit.compose.ResampledClassifier : Resamples instead.

    Notes
    -----
    A fit for each fold and one more.

    With metadata routing, requests belong to the classifier and to the splitter.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.metrics import balanced_accuracy_score
    >>> from balancekit.thresholding import ThresholdMovingClassifier
    >>> X, y = make_classification(n_samples=2000, weights=[0.95], random_state=0)
    >>> plain = LogisticRegression().fit(X[:1000], y[:1000])
    >>> moved = ThresholdMovingClassifier(LogisticRegression()).fit(X[:1000], y[:1000])
    >>> for model in (plain, moved):
    ...     print(f"{balanced_accuracy_score(y[1000:], model.predict(X[1000:])):.2f}")
    0.90
    0.94
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "estimator": [HasMethods(["fit", "predict"])],
        "rule": [ThresholdRule, None],
        "cv": [
            "cv_object",
            Interval(RealNotInt, 0, 1, closed="neither"),
            StrOptions({"prefit"}),
        ],
        "method": [StrOptions({"predict_proba", "decision_function"})],
        "calibration": [StrOptions({"sigmoid", "isotonic", "temperature"}), None],
        "refit": ["boolean"],
        "correct_proba": ["boolean"],
        "n_jobs": [Integral, None],
        "random_state": RANDOM_STATE,
    }

    def __init__(
        self,
        estimator: Any,
        rule: Any = None,
        *,
        cv: Any = 5,
        method: str = "predict_proba",
        calibration: str | None = None,
        refit: bool = True,
        correct_proba: bool = False,
        n_jobs: int | None = None,
        random_state: Any = None,
    ) -> None:
        self.estimator = estimator
        self.rule = rule
        self.cv = cv
        self.method = method
        self.calibration = calibration
        self.refit = refit
        self.correct_proba = correct_proba
        self.n_jobs = n_jobs
        self.random_state = random_state

    def fit(self, X: Any, y: Any, sample_weight: Any = None, **fit_params: Any) -> Self:
        """Score rows that are held out, fit the rule on the scores, and the classifier on all rows.

        Parameters
        ----------
        X : {array-like, sparse matrix, data frame} of shape (n_rows, n_columns)
            Features, as the classifier takes them.
        y : array-like of shape (n_rows,)
            Labels.
        sample_weight : array-like of shape (n_rows,), optional
            Weights of the rows, for the classifier and for the rule.
        **fit_params : dict
            Further arguments of the classifier's `fit` and the splitter's `split`, in the way
            metadata routing is set up. Those with an entry for each row are split.

        Returns
        -------
        self : object

        Raises
        ------
        ValueError
            If the input, the estimator or the rule cannot be used, or a net inside was trained
            with a loss that adjusts for the prior, as the rule would once more.

        Warns
        -----
        UserWarning
            If a rule that learns from the rows has few of a class, takes probabilities to reflect
            another prior than they do, or makes those of the rows held out worse.
        """
        self._validate_params()
        check_classifier(self.estimator)
        rule = TunedThresholds() if self.rule is None else clone(self.rule)
        if self.correct_proba and not hasattr(rule, "correct"):
            msg = (
                f"correct_proba=True needs a rule that corrects probabilities, and "
                f"{type(rule).__name__} does not. Use PriorCorrection or UndersamplingCorrection, "
                "or set correct_proba=False."
            )
            raise ValueError(msg)
        if np.ndim(getattr(rule, "costs", None)) == 3:
            msg = (
                "The rule has a matrix of costs for each row, which the classifier cannot match "
                "with rows held out. Pass one matrix, or use CostMatrix on scores yourself: "
                "CostMatrix(costs).fit(proba, y).decide(new_proba, new_costs)."
            )
            raise ValueError(msg)
        y = single_column(y, self)
        X = rows_of(X)
        labels = Labels(y)
        weights: FloatArray | None = None
        if sample_weight is not None:
            if not routing_enabled() and self.cv != "prefit":
                check_takes_weights(self.estimator)
            weights = _check_sample_weight(sample_weight, X, dtype=np.float64)
            fit_params["sample_weight"] = weights
        held_out = self._hold_out(X, labels, fit_params)
        codes = self._codes_of(labels)[held_out.rows]
        of_rows = None if weights is None else weights[held_out.rows]
        self.calibrator_ = None
        scores = held_out.scores
        if self.calibration is not None:
            kind = Calibrator(self.calibration, are_probabilities=self.method == "predict_proba")
            self.calibrator_ = kind.fit(scores, codes, of_rows)
            scores = self.calibrator_.transform(scores)
        self._find_priors(labels, weights)
        self.rule_ = rule.fit(
            scores,
            self.classes_[codes],
            classes=self.classes_,
            natural_prior=self.natural_prior_,
            effective_prior=self.effective_prior_,
            sample_weight=of_rows,
        )
        if self.calibrator_ is None:
            refuse_second_adjustment(self.rule_, reported(self.estimator_, "prior_adjusted_by_"))
        warn_of_few_rows(self.rule_, codes, self.classes_)
        warn_of_wrong_prior(
            self.rule_,
            self.natural_prior_,
            self.effective_prior_,
            is_calibrated=self.calibrator_ is not None,
        )
        if hasattr(self.rule_, "correct") and scores.ndim == 2:
            warn_of_worse_probabilities(self.rule_, scores, codes, of_rows, self.natural_prior_)
        self.threshold_curve_ = None
        if len(self.classes_) == 2:
            chosen = None if self.thresholds_ is None else float(self.thresholds_[0])
            self.threshold_curve_ = ThresholdCurve.of(
                of_second_class(scores), codes, of_rows, chosen, self.classes_[1]
            )
        copy_features(self, self.estimator_)
        return self

    @property
    def thresholds_(self) -> FloatArray | None:
        """What scores are compared with."""
        check_is_fitted(self)
        return _thresholds_of(self.rule_, len(self.classes_))

    def _hold_out(self, X: Any, labels: Labels, fit_params: dict[str, Any]) -> HeldOut:
        """Score rows held out, and fit the classifier that is kept."""
        if self.cv == "prefit":
            check_is_fitted(self.estimator)
            self.estimator_ = self.estimator
            self.classes_ = self.estimator.classes_
            scores = respond(self.estimator, self.method, X)
            check_consistent_length(scores, labels.codes)
            return HeldOut(scores, np.arange(len(labels)), [self.estimator])
        check_consistent_length(X, labels.codes)
        check_several_classes(labels)
        routed = self._route(fit_params)
        splitter = splitter_of(self.cv, labels.values, random_stream(self.random_state))
        splits = list(splitter.split(X, labels.values, **routed["splitter"]))
        if not self.refit and len(splits) > 1:
            msg = (
                f"refit=False keeps the classifier of the one split, but cv={self.cv!r} makes "
                f"{counted(len(splits), 'split')}. Set refit=True, or cv to a share such as 0.2."
            )
            raise ValueError(msg)
        held_out = score_held_out(
            self.estimator, X, labels, splits, self.method, routed["estimator"], self.n_jobs
        )
        if self.refit:
            self.estimator_ = clone(self.estimator).fit(X, labels.values, **routed["estimator"])
        else:
            self.estimator_ = held_out.members[0]
        self.classes_ = labels.classes
        return held_out

    def _codes_of(self, labels: Labels) -> NDArray[np.intp]:
        """Return the column of each row's class; a prefit classifier may know more classes."""
        place_of = {label: place for place, label in enumerate(self.classes_.tolist())}
        strangers = [label for label in labels.classes.tolist() if label not in place_of]
        if strangers:
            msg = (
                f"y has class {strangers[0]!r}, which the fitted {type(self.estimator_).__name__} "
                "does not know. Pass rows of its classes only."
            )
            raise ValueError(msg)
        places = np.array([place_of[label] for label in labels.classes.tolist()], dtype=np.intp)
        return places[labels.codes]

    def _find_priors(self, labels: Labels, weights: FloatArray | None) -> None:
        self.effective_prior_ = prior_reported(self.estimator_, "effective_prior_")
        reported = prior_reported(self.estimator_, "natural_prior_")
        if self.cv == "prefit" and reported is not None:
            self.natural_prior_ = reported
        else:
            codes = self._codes_of(labels)
            self.natural_prior_ = prior_of(codes, len(self.classes_), weights)

    def _seen_by_rule(self, X: Any) -> FloatArray:
        check_is_fitted(self)
        scores = respond(self.estimator_, self.method, X)
        return scores if self.calibrator_ is None else self.calibrator_.transform(scores)

    def predict(self, X: Any) -> NDArray[Any]:
        """Predict class labels by the rule.

        Parameters
        ----------
        X : {array-like, sparse matrix, data frame} of shape (n_rows, n_columns)
            Features.

        Returns
        -------
        y : ndarray of shape (n_rows,)
            Labels.
        """
        scores = self._seen_by_rule(X)
        labels: NDArray[Any] = self.classes_[self.rule_.decide(scores)]
        return labels

    @available_if(_scores_probabilities)  # type: ignore[untyped-decorator]
    def predict_proba(self, X: Any) -> Any:
        """Predict class probabilities, which do not follow the rule unless `correct_proba` is set.

        Parameters
        ----------
        X : {array-like, sparse matrix, data frame} of shape (n_rows, n_columns)
            Features.

        Returns
        -------
        probabilities : ndarray of shape (n_rows, n_classes)
            Those of the classifier; calibrated, if `calibration` is set.
        """
        check_is_fitted(self)
        if self.calibrator_ is None:
            proba = respond(self.estimator_, "predict_proba", X)
        else:
            proba = self._seen_by_rule(X)
        return self.rule_.correct(proba) if self.correct_proba else proba

    @available_if(_scores_probabilities)  # type: ignore[untyped-decorator]
    def predict_log_proba(self, X: Any) -> Any:
        """Predict logarithms of class probabilities.

        Parameters
        ----------
        X : {array-like, sparse matrix, data frame} of shape (n_rows, n_columns)
            Features.

        Returns
        -------
        log_probabilities : ndarray of shape (n_rows, n_classes)
            Of those that `predict_proba` gives.
        """
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))

    def get_metadata_routing(self) -> MetadataRouter:
        """Describe which arguments go to the classifier and which to the splitter.

        Returns
        -------
        routing : MetadataRouter
        """
        router = MetadataRouter(owner=type(self).__name__).add(
            estimator=self.estimator,
            method_mapping=MethodMapping().add(caller="fit", callee="fit"),
        )
        if not hasattr(self.cv, "split"):
            return router
        mapping = MethodMapping().add(caller="fit", callee="split")
        return router.add(splitter=self.cv, method_mapping=mapping)

    def _route(self, fit_params: dict[str, Any]) -> dict[str, dict[str, Any]]:
        if not routing_enabled():
            return {"estimator": fit_params, "splitter": {}}
        routed = process_routing(self, "fit", **fit_params)
        splitter = routed.get("splitter", {})
        return {"estimator": routed.estimator.fit, "splitter": dict(splitter.get("split", {}))}


def _thresholds_of(rule: Any, n_classes: int) -> FloatArray | None:
    """Return what `thresholds_` is for a fitted rule."""
    if n_classes == 2:
        return None if rule._moved_to is None else np.array([rule._moved_to])
    return None if rule._factors is None else 1 / rule._factors

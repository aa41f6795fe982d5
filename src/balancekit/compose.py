"""A sampler and a classifier as one estimator."""

from __future__ import annotations

from numbers import Number
from typing import ClassVar

import numpy as np
from sklearn.base import BaseEstimator, clone
from sklearn.utils import Bunch, get_tags
from sklearn.utils._param_validation import HasMethods, StrOptions
from sklearn.utils.metadata_routing import MetadataRouter, MethodMapping, process_routing
from sklearn.utils.validation import _check_sample_weight, check_is_fitted

from balancekit.core.classifier import (
    InnerScoresMixin,
    check_classifier,
    check_takes_weights,
    copy_features,
    prior_of,
    single_column,
)
from balancekit.core.containers import wrap
from balancekit.core.labels import Labels
from balancekit.core.routing import routing_enabled

__all__ = ["ResampledClassifier"]

# A validation set may happen to have as many rows as the training set.
VALIDATION_PREFIXES = ("X_", "y_", "eval_", "validation_")


class ResampledClassifier(InnerScoresMixin, BaseEstimator):
    """Resample the training data inside `fit`, then fit a classifier on it.

    Prediction sees the data as it comes. So the pair can stand wherever scikit-learn takes a
    classifier: as a step of a plain `Pipeline`, in `GridSearchCV`, `CalibratedClassifierCV`,
    `TunedThresholdClassifierCV` or a stack, and only training folds are ever resampled.

    Parameters
    ----------
    sampler : sampler, "passthrough" or None
        Anything with `fit_resample`, imbalanced-learn's samplers included. None and
        ``"passthrough"`` leave the data as it is, so that a grid search can try that too.
    estimator : classifier
        The classifier to fit on the resampled data.

    Attributes
    ----------
    sampler_ : sampler or None
        The fitted sampler.
    estimator_ : classifier
        The fitted classifier.
    classes_ : ndarray of shape (n_classes,)
        Class labels.
    natural_prior_ : ndarray of float64, shape (n_classes,)
        Share of each class in the data passed to `fit`, weighted if it came with `sample_weight`.
    effective_prior_ : ndarray of float64, shape (n_classes,)
        Share of each class in the data that the classifier was fitted on. Its probabilities
        reflect these shares; see the notes.
    n_features_in_ : int
        Number of columns, if the classifier reports it.
    feature_names_in_ : ndarray of str, shape (n_columns,)
        Column names, if the classifier reports them.

    See Also
    --------
    imblearn.pipeline.Pipeline : A pipeline with samplers as steps.

    Notes
    -----
    Arguments of `fit` with one entry per row, such as `sample_weight`, are carried through the
    resampling: a kept row keeps its entry, a new row gets that of its base row
    (`sample_indices_`). Arguments whose name begins with ``X_``, ``y_``, ``eval_`` or
    ``validation_`` are taken for validation sets and passed on as they are.

    With metadata routing, the request belongs to the classifier inside:
    ``LogisticRegression().set_fit_request(sample_weight=True)``.

    Probabilities of a resampled model reflect `effective_prior_`. Those of the natural prior are
    ``p * natural_prior_ / effective_prior_``, divided by their sum over the classes, if the model
    is calibrated; check that on held-out data.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from balancekit.compose import ResampledClassifier
    >>> from balancekit.over_sampling import SMOTE
    >>> X, y = make_classification(weights=[0.9], random_state=0)
    >>> classifier = ResampledClassifier(SMOTE(random_state=0), LogisticRegression())
    >>> model = make_pipeline(StandardScaler(), classifier).fit(X, y)
    >>> model[-1].natural_prior_
    array([0.91, 0.09])
    >>> model[-1].effective_prior_
    array([0.5, 0.5])
    """

    _parameter_constraints: ClassVar[dict] = {
        "sampler": [HasMethods("fit_resample"), StrOptions({"passthrough"}), None],
        "estimator": [HasMethods(["fit", "predict"])],
    }

    def __init__(self, sampler, estimator):
        self.sampler = sampler
        self.estimator = estimator

    def fit(self, X, y, sample_weight=None, **fit_params):
        """Resample X and y, then fit the classifier on the result.

        Parameters
        ----------
        X : {array-like, sparse matrix, data frame} of shape (n_rows, n_columns)
            Features.
        y : array-like of shape (n_rows,)
            Labels.
        sample_weight : array-like of shape (n_rows,), optional
            Weights of the rows, which the classifier needs to support.
        **fit_params : dict
            Further arguments of the classifier's `fit`, in the way metadata routing is set up.
            Those with one entry per row are carried through the resampling.

        Returns
        -------
        self : object

        Raises
        ------
        ValueError
            If the estimator is no classifier, if the sampler leaves no row of a class, or if
            row-aligned arguments are passed and the sampler does not report `sample_indices_`.
        """
        self._validate_params()
        check_classifier(self.estimator)
        y = single_column(y, self)
        labels = Labels(y)
        if sample_weight is not None:
            if not routing_enabled():
                check_takes_weights(self.estimator)
            sample_weight = _check_sample_weight(sample_weight, X)
            fit_params["sample_weight"] = sample_weight
        routed = self._route(fit_params)
        self.sampler_ = None if self.sampler in (None, "passthrough") else clone(self.sampler)
        X_fit, y_fit, carried = X, y, routed.estimator.fit
        if self.sampler_ is not None:
            X_fit, y_fit = self.sampler_.fit_resample(X, y, **routed.sampler.fit_resample)
            carried = self._carry(carried, len(labels))
        fitted = Labels(y_fit)
        _check_none_is_lost(fitted, labels)
        self.natural_prior_ = prior_of(labels.codes, len(labels.classes), sample_weight)
        self.effective_prior_ = prior_of(
            fitted.codes, len(fitted.classes), carried.get("sample_weight")
        )
        self.estimator_ = clone(self.estimator).fit(X_fit, y_fit, **carried)
        self.classes_ = self.estimator_.classes_
        copy_features(self, self.estimator_)
        return self

    def predict(self, X):
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
        return self.estimator_.predict(X)

    def get_metadata_routing(self):
        """Describe which arguments go to the sampler and which to the classifier.

        Returns
        -------
        routing : MetadataRouter
        """
        router = MetadataRouter(owner=type(self).__name__).add(
            estimator=self.estimator,
            method_mapping=MethodMapping().add(caller="fit", callee="fit"),
        )
        if self.sampler in (None, "passthrough"):
            return router
        mapping = MethodMapping().add(caller="fit", callee="fit_resample")
        return router.add(sampler=self.sampler, method_mapping=mapping)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        if self.sampler not in (None, "passthrough"):
            taken = get_tags(self.sampler).input_tags
            for what in ("sparse", "allow_nan", "string"):
                both = getattr(tags.input_tags, what) and getattr(taken, what)
                setattr(tags.input_tags, what, both)
        return tags

    def _route(self, fit_params):
        if routing_enabled():
            routed = process_routing(self, "fit", **fit_params)
            return Bunch(
                estimator=routed.estimator, sampler=routed.get("sampler", Bunch(fit_resample={}))
            )
        return Bunch(estimator=Bunch(fit=fit_params), sampler=Bunch(fit_resample={}))

    def _carry(self, fit_params, n_rows):
        aligned = {name for name, value in fit_params.items() if _is_aligned(name, value, n_rows)}
        if not aligned:
            return fit_params
        rows = getattr(self.sampler_, "sample_indices_", None)
        if rows is None:
            msg = (
                f"{', '.join(sorted(aligned))} cannot follow the rows: "
                f"{type(self.sampler_).__name__} does not report which input row each output row "
                "comes from (`sample_indices_`). Use a sampler that does, such as balancekit's, or "
                "leave the argument out."
            )
            raise ValueError(msg)
        return {
            name: wrap(value).gather(np.asarray(rows)) if name in aligned else value
            for name, value in fit_params.items()
        }


def _check_none_is_lost(fitted, natural):
    lost = np.setdiff1d(natural.classes, fitted.classes)
    if lost.size:
        msg = (
            f"The sampler left no row of class {lost.tolist()[0]!r}, so the classifier could "
            "never predict it. Use a milder sampler or leave the class out of its "
            "sampling_strategy."
        )
        raise ValueError(msg)


def _is_aligned(name, value, n_rows):
    if name.startswith(VALIDATION_PREFIXES):
        return False
    if value is None or isinstance(value, str | bytes | dict | Number | BaseEstimator):
        return False
    return getattr(value, "shape", None) != () and len(wrap(value)) == n_rows

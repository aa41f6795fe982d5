"""The classifier to compare strategies with, as a pipeline that ends in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sklearn.base import BaseEstimator, clone, is_classifier
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from balancekit.comparison.features import Features, read_features
from balancekit.core.containers import wrap

# Identifiers and free text have as many values as rows; one column each would fill the memory.
MOST_CATEGORIES = 100


@dataclass(frozen=True)
class NamedEstimator:
    """A classifier that goes by a name.

    Parameters
    ----------
    classifier : classifier
        Unfitted.
    needs_scaling : bool
        Whether columns need to be on one scale.
    """

    classifier: Any
    needs_scaling: bool = False


NAMED = {
    "logistic": NamedEstimator(LogisticRegression(max_iter=1000), needs_scaling=True),
    "forest": NamedEstimator(RandomForestClassifier()),
    "boosting": NamedEstimator(HistGradientBoostingClassifier()),
}


@dataclass(frozen=True)
class Model:
    """An unfitted pipeline, and the rows to fit it on.

    Parameters
    ----------
    pipeline : Pipeline
        Preprocessing, then a classifier.
    X : {ndarray, sparse matrix, data frame, sequence} of n_rows rows
        Features as the pipeline takes them.
    name : str
        What to call the classifier.
    features : Features, optional
        The columns; None if the user's own pipeline reads them.
    """

    pipeline: Pipeline
    X: Any
    name: str
    features: Features | None

    @property
    def gives_probabilities(self) -> bool:
        """Whether the classifier has `predict_proba`."""
        return hasattr(self.pipeline, "predict_proba")

    def rows(self, ids: Any) -> Any:
        """Select rows.

        Parameters
        ----------
        ids : ndarray of int
            Row numbers.

        Returns
        -------
        X : same type as `X`
        """
        return wrap(self.X).gather(ids)


def build_model(estimator: Any, X: Any) -> Model:
    """Put the preprocessing that the columns need in front of a classifier.

    Parameters
    ----------
    estimator : {"logistic", "forest", "boosting"}, classifier or Pipeline
        A pipeline is taken as it is, with X as it is.
    X : {array-like, sparse matrix, data frame} of shape (n_rows, n_columns)
        Features.

    Returns
    -------
    model : Model

    Raises
    ------
    ValueError
        If no estimator has that name, the estimator can neither rank nor classify rows, or X
        cannot be used.
    TypeError
        If the estimator is no scikit-learn estimator.
    """
    if isinstance(estimator, str):
        return _named_model(estimator, X)
    _check_classifier(estimator)
    if isinstance(estimator, Pipeline):
        last = estimator.steps[-1][1]
        return Model(clone(estimator), X, type(last).__name__, features=None)
    features = read_features(X)
    steps = [] if features.is_plain else preprocessing(features, scale=False)
    return _assemble(steps, clone(estimator), features, type(estimator).__name__)


def preprocessing(features: Features, *, scale: bool) -> list[tuple[str, BaseEstimator]]:
    """Make the steps that turn columns into complete numbers.

    Parameters
    ----------
    features : Features
        The columns.
    scale : bool
        Whether to bring numeric columns to one scale.

    Returns
    -------
    steps : list of (name, transformer)
    """
    numeric: list[tuple[str, BaseEstimator]] = [
        ("impute", SimpleImputer(strategy="median", keep_empty_features=True))
    ]
    if scale:
        # Centring would fill a sparse matrix.
        numeric.append(("scale", StandardScaler(with_mean=not features.is_sparse)))
    if set(features.kinds) == {"numeric"}:
        return numeric
    one_hot = OneHotEncoder(
        handle_unknown="ignore", max_categories=MOST_CATEGORIES, sparse_output=False
    )
    columns = [
        ("numeric", Pipeline(numeric), features.positions("numeric")),
        ("nominal", one_hot, features.positions("nominal")),
    ]
    return [("columns", ColumnTransformer(columns))]


def with_classifier(pipeline: Pipeline, classifier: Any) -> Pipeline:
    """Exchange the last step of a pipeline.

    Parameters
    ----------
    pipeline : Pipeline
        It is not changed.
    classifier : classifier
        The new last step.

    Returns
    -------
    pipeline : Pipeline
        Of the same class, with the same preprocessing.
    """
    name, _ = pipeline.steps[-1]
    return clone(pipeline).set_params(steps=[*pipeline.steps[:-1], (name, classifier)])


def seeded(estimator: Any, seed: int) -> Any:
    """Seed every part of an estimator that has no seed of its own.

    Parameters
    ----------
    estimator : estimator
        It is changed.
    seed : int
        The seed.

    Returns
    -------
    estimator : estimator
        The same object.
    """
    unseeded = {
        name: seed
        for name, value in estimator.get_params(deep=True).items()
        if value is None and (name == "random_state" or name.endswith("__random_state"))
    }
    return estimator.set_params(**unseeded)


def _named_model(name: str, X: Any) -> Model:
    if name not in NAMED:
        msg = (
            f"estimator={name!r} is unknown; choose {', '.join(map(repr, NAMED))} or pass a "
            "classifier."
        )
        raise ValueError(msg)
    named = NAMED[name]
    features = read_features(X)
    if name == "boosting" and features.is_sparse:
        msg = "estimator='boosting' takes no sparse X; pass X.toarray() or choose 'logistic'."
        raise ValueError(msg)
    steps = preprocessing(features, scale=named.needs_scaling)
    return _assemble(steps, clone(named.classifier), features, name)


def _assemble(steps: list[Any], classifier: Any, features: Features, name: str) -> Model:
    return Model(Pipeline([*steps, ("classifier", classifier)]), features.rows, name, features)


def _check_classifier(estimator: Any) -> None:
    kind = type(estimator).__name__
    if isinstance(estimator, type) or not hasattr(estimator, "get_params"):
        msg = (
            "estimator needs to be a name or an instance of a scikit-learn classifier; got "
            f"{estimator!r}."
        )
        raise TypeError(msg)
    if not is_classifier(estimator):
        msg = f"estimator needs to be a classifier; {kind} is none."
        raise ValueError(msg)
    if not hasattr(estimator, "predict_proba") and not hasattr(estimator, "decision_function"):
        msg = (
            f"{kind} has neither predict_proba nor decision_function, so it cannot rank rows; "
            "wrap it, for example in CalibratedClassifierCV."
        )
        raise ValueError(msg)

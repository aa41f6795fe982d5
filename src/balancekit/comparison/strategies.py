"""What may be done about imbalance, each as an ordinary scikit-learn estimator."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from balancekit.comparison.estimators import with_classifier
from balancekit.comparison.scoring import Metric
from balancekit.comparison.splits import InnerFolds
from balancekit.compose import ResampledClassifier
from balancekit.core.wording import counted, list_names
from balancekit.over_sampling import SMOTE, RandomOverSampler
from balancekit.thresholding import PriorCorrection, ThresholdMovingClassifier, TunedThresholds
from balancekit.under_sampling import RandomUnderSampler


class Strategy(ABC):
    """A way to deal with imbalance; most do the same whatever the data and the metric.

    Attributes
    ----------
    name : str
        Name in tables.
    expected_warning : str
        Start of a UserWarning that is not worth a note, as a regular expression; empty for none.
    """

    name: str
    expected_warning: ClassVar[str] = ""

    @abstractmethod
    def build(self, pipeline: Pipeline, folds: InnerFolds) -> Any:
        """Apply the strategy to a pipeline that ends in a classifier.

        Parameters
        ----------
        pipeline : Pipeline
            Unfitted; it is not changed.
        folds : InnerFolds
            Folds of the training rows.

        Returns
        -------
        estimator : classifier
            Unfitted.
        """

    def version_for(self, metric: Metric) -> Strategy:
        """Choose the version of the strategy that a metric judges.

        Parameters
        ----------
        metric : Metric
            The metric.

        Returns
        -------
        strategy : Strategy
            Itself, unless it aims at some metric.
        """
        return self

    def adapt(self, pipeline: Pipeline, n_smallest: int) -> tuple[Strategy | None, str]:
        """Fit the strategy to the estimator and to the size of the data.

        Parameters
        ----------
        pipeline : Pipeline
            Unfitted.
        n_smallest : int
            Rows of the smaller class in the smallest training fold.

        Returns
        -------
        strategy : Strategy or None
            None if it cannot be applied.
        note : str
            What was changed and why, or nothing.
        """
        return self, ""


@dataclass(frozen=True)
class Nothing(Strategy):
    """The classifier as it is."""

    name: str = "nothing"

    def build(self, pipeline: Pipeline, folds: InnerFolds) -> Any:
        """Return the pipeline."""
        return clone(pipeline)


@dataclass(frozen=True)
class TunedThreshold(Strategy):
    """The classifier as it is, with the threshold that serves a metric best.

    Parameters
    ----------
    name : str
        Name in tables.
    tuned_for : str
        Scikit-learn's name of that metric.
    """

    name: str = "nothing + tuned threshold"
    tuned_for: str = "balanced_accuracy"

    # That the threshold is mostly chance where a class is small. What that does to decisions is
    # just what is measured here, on rows held out; a note for each count of rows adds nothing.
    expected_warning: ClassVar[str] = "TunedThresholds was fitted on"

    def build(self, pipeline: Pipeline, folds: InnerFolds) -> Any:
        """Tune the threshold in folds of the training rows."""
        has_probabilities = hasattr(pipeline, "predict_proba")
        return ThresholdMovingClassifier(
            clone(pipeline),
            TunedThresholds(self.tuned_for),
            cv=folds.splitter(),
            method="predict_proba" if has_probabilities else "decision_function",
        )

    def version_for(self, metric: Metric) -> Strategy:
        """Tune for the metric that judges decisions; no threshold changes what others judge."""
        return replace(self, tuned_for=metric.tuned_for) if metric.kind == "threshold" else self


@dataclass(frozen=True)
class AllRows:
    """A splitter whose one split fits and scores all rows.

    For rules that learn nothing from scores: no row has to be held out, and one fit is enough.
    """

    def split(
        self, X: Any, y: Any, groups: Any = None
    ) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
        """Return the split.

        Parameters
        ----------
        X : table
            Not used.
        y : array-like of shape (n_rows,)
            Labels.
        groups : array-like, optional
            Not used.

        Yields
        ------
        train, test : ndarray of int, shape (n_rows,)
            All rows.
        """
        rows = np.arange(len(y))
        yield rows, rows

    def get_n_splits(self, X: Any = None, y: Any = None, groups: Any = None) -> int:
        """Return the number of splits.

        Parameters
        ----------
        X, y, groups : object, optional
            Not used.

        Returns
        -------
        n_splits : int
            1.
        """
        return 1


@dataclass(frozen=True)
class CorrectedPrior(Strategy):
    """The classifier as it is, deciding as if all classes were equally frequent."""

    name: str = "prior correction"

    # Of classes that are equally frequent anyway, and of rows that were not held out.
    expected_warning: ClassVar[str] = "PriorCorrection does not make"

    def build(self, pipeline: Pipeline, folds: InnerFolds) -> Any:
        """Divide probabilities by the share of the class before the largest decides."""
        return ThresholdMovingClassifier(
            clone(pipeline), PriorCorrection("natural", "balanced"), cv=AllRows(), refit=False
        )

    def adapt(self, pipeline: Pipeline, n_smallest: int) -> tuple[Strategy | None, str]:
        """Apply if the classifier gives probabilities."""
        if hasattr(pipeline, "predict_proba"):
            return self, ""
        return None, f"{self.name} skipped: {type(pipeline[-1]).__name__} has no predict_proba"


@dataclass(frozen=True)
class ClassWeight(Strategy):
    """Errors weigh in inverse proportion to the size of the class."""

    name: str = "class weight"

    def build(self, pipeline: Pipeline, folds: InnerFolds) -> Any:
        """Set `class_weight` of the classifier."""
        weighted = clone(pipeline)
        weighted[-1].set_params(class_weight="balanced")
        return weighted

    def adapt(self, pipeline: Pipeline, n_smallest: int) -> tuple[Strategy | None, str]:
        """Apply if the classifier has such a parameter."""
        parameters = pipeline[-1].get_params(deep=False)
        if "class_weight" not in parameters:
            return None, f"{self.name} skipped: {type(pipeline[-1]).__name__} has no class_weight"
        given = parameters["class_weight"]
        if given is None:
            return self, ""
        note = f"the estimator itself has class_weight={given!r}; all but {self.name!r} keep that"
        return self, note


@dataclass(frozen=True)
class Resampling(Strategy):
    """Training rows are resampled, after the preprocessing.

    Parameters
    ----------
    name : str
        Name in tables.
    sampler : sampler
        Anything with `fit_resample`.
    """

    name: str
    sampler: Any

    def build(self, pipeline: Pipeline, folds: InnerFolds) -> Any:
        """Put the sampler before the classifier."""
        resampled = ResampledClassifier(clone(self.sampler), clone(pipeline[-1]))
        return with_classifier(pipeline, resampled)


@dataclass(frozen=True)
class Smote(Resampling):
    """SMOTE with as many neighbours as the training folds allow, up to its default."""

    name: str = "SMOTE"
    sampler: Any = field(default_factory=SMOTE)

    def adapt(self, pipeline: Pipeline, n_smallest: int) -> tuple[Strategy | None, str]:
        """Lower `k_neighbors` if a training fold has too few rows."""
        most = n_smallest - 1
        if most >= self.sampler.k_neighbors:
            return self, ""
        note = (
            f"{self.name} uses {counted(most, 'neighbour')}, not "
            f"{self.sampler.k_neighbors}: the smallest training fold has "
            f"{counted(n_smallest, 'row')} of the smaller class"
        )
        return Smote(sampler=clone(self.sampler).set_params(k_neighbors=most)), note


NOTHING = Nothing()
TUNED = TunedThreshold()
PRIOR = CorrectedPrior()
REFERENCES: tuple[Strategy, ...] = (NOTHING, TUNED)
# Their rankings and probabilities are those of nothing.
DECIDING: tuple[Strategy, ...] = (TUNED, PRIOR)
REBALANCING: tuple[Strategy, ...] = (
    ClassWeight(),
    Resampling("random under-sampling", RandomUnderSampler()),
    Resampling("random over-sampling", RandomOverSampler()),
    Smote(),
)
CANDIDATES = (PRIOR, *REBALANCING)
BY_NAME = {"tuned threshold": TUNED} | {each.name: each for each in (*REFERENCES, *CANDIDATES)}


def choose_strategies(
    strategies: Sequence[str] | Mapping[str, Any] | None,
) -> tuple[Strategy, ...]:
    """Find the strategies to compare; the two references always come first.

    Parameters
    ----------
    strategies : sequence of str, dict of str to sampler, or None
        Names, the user's own samplers, or None for all that have a name.

    Returns
    -------
    strategies : tuple of Strategy

    Raises
    ------
    ValueError
        If a name is unknown, or one of the user's own is taken.
    TypeError
        If something is neither a name nor a sampler.
    """
    if strategies is None:
        return REFERENCES + CANDIDATES
    if isinstance(strategies, Mapping):
        chosen = [_own(name, sampler) for name, sampler in strategies.items()]
        return REFERENCES + tuple(chosen)
    if isinstance(strategies, str) or not isinstance(strategies, Sequence):
        msg = (
            "strategies needs to be a list of names, or a dict from names to samplers; got "
            f"{strategies!r}."
        )
        raise TypeError(msg)
    unknown = [name for name in strategies if name not in BY_NAME]
    if unknown:
        known = ", ".join(map(repr, BY_NAME))
        msg = (
            f"strategies names {list_names(unknown)}, which is unknown. Known are {known}; pass a "
            "dict from names to samplers to compare others."
        )
        raise ValueError(msg)
    named = dict.fromkeys(BY_NAME[name] for name in strategies)
    return REFERENCES + tuple(each for each in named if each not in REFERENCES)


def _own(name: str, sampler: Any) -> Resampling:
    # What their names stand for decides what is compared with what.
    named = BY_NAME.get(name)
    if named in REFERENCES or named in DECIDING:
        what = "a reference" if named in REFERENCES else "a rule for decisions"
        msg = f"strategies names a sampler {name!r}; that is {what}. Choose another name."
        raise ValueError(msg)
    if not isinstance(name, str):
        msg = f"strategies needs to be a dict from names to samplers; {name!r} is no name."
        raise TypeError(msg)
    if isinstance(sampler, type) or not hasattr(sampler, "fit_resample"):
        msg = f"strategies[{name!r}] needs to be a sampler with fit_resample; got {sampler!r}."
        raise TypeError(msg)
    return Resampling(name, sampler)

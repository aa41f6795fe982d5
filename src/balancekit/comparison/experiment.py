"""`compare`: what each way to deal with imbalance is worth on the data at hand."""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Mapping, Sequence
from numbers import Integral
from typing import Any

import numpy as np

from balancekit.comparison.estimators import Model, build_model
from balancekit.comparison.evaluation import Outcome, Study, evaluate_all, summarise_warnings
from balancekit.comparison.given import check_given, check_lengths
from balancekit.comparison.problem import Target, read_groups, read_target
from balancekit.comparison.remarks import column_notes
from balancekit.comparison.result import Comparison, DataDescription
from balancekit.comparison.scoring import METRICS
from balancekit.comparison.splits import LARGEST_SEED, REPEATS, outer_folds
from balancekit.comparison.strategies import Strategy, choose_strategies
from balancekit.core.draws import random_stream
from balancekit.core.wording import counted

# With fewer, the variance of a difference is itself so uncertain that p values mean little.
FEW_SPLITS = 5


def compare(
    X: Any,
    y: Any,
    *,
    estimator: Any = "logistic",
    strategies: Sequence[str] | Mapping[str, Any] | None = None,
    cv: Any = None,
    n_repeats: int = REPEATS,
    groups: Any = None,
    positive: Hashable | None = None,
    random_state: Any = 0,
    n_jobs: int | None = None,
    progress: bool = False,
) -> Comparison:
    """Compare ways to deal with class imbalance, and say which differences are reliable.

    All strategies are scored on the same splits of repeated stratified cross-validation.
    Preprocessing, resampling and tuning happen strictly inside the training folds. Decisions
    (balanced accuracy, MCC) are judged against the plain classifier with a tuned threshold, because
    moving the threshold needs no other data [1]_; rankings (PR AUC, ROC AUC) and the Brier score
    against the plain classifier. A difference is reliable if Nadeau and Bengio's corrected t test
    [2]_ rejects equality at the level .05 after Holm's adjustment [3]_ for the number of
    strategies.

    Parameters
    ----------
    X : {array-like, sparse matrix, data frame, tensor} of shape (n_rows, n_columns)
        Features: NumPy array, list, SciPy sparse matrix, pandas or polars frame, torch tensor. At
        least one column needs to be numeric. Missing numbers are imputed (median), strings and
        categories one-hot encoded, dates, also those written as text, dropped with a warning.
        Infinite values are an error.
    y : array-like of shape (n_rows,)
        Labels of any kind. With more than two classes, one is compared to the rest.
    estimator : {"logistic", "forest", "boosting"}, classifier or Pipeline, default="logistic"
        A Pipeline is used as it is on X as it is, and resampling takes place before its last step.
        Another classifier gets X as it is if that is complete and numeric, else after imputation
        and one-hot encoding.
    strategies : sequence of str, dict of str to sampler, or None, default=None
        ``"prior correction"``, ``"class weight"``, ``"random under-sampling"``,
        ``"random over-sampling"``, ``"SMOTE"``, or samplers of your own by name; None for all five.
        ``"nothing"`` and ``"tuned threshold"`` are always there, and alone if there are no others.
        Samplers and estimators see 1 for the positive class and 0 for the rest.
    cv : int, splitter, iterable of (train, test) or None, default=None
        Number of stratified folds (None: 5), or what to use instead of repeated stratified folds.
    n_repeats : int, default=5
        How often to draw new folds. Without effect if `cv` is no number.
    groups : array-like of shape (n_rows,), optional
        Rows of one group, such as visits of a patient, stay together in all folds, also in those
        that the threshold is tuned in.
    positive : hashable, optional
        Label of the positive class, or its text. By default the rarest; among equally rare ones the
        last in sorted order.
    random_state : int, RandomState, Generator or None, default=0
        Seed of folds, samplers and estimators. Parts with a seed of their own keep it.
    n_jobs : int, optional
        Processes, as in joblib. The scores do not depend on it.
    progress : bool, default=False
        Whether to show a progress bar on stderr, if that is a terminal and tqdm is installed.

    Returns
    -------
    comparison : Comparison
        Prints as a table. It holds the scores per split (`scores`), the strategies as estimators
        (`estimators`), the conclusion in words (`findings`, `verdict`), and can be drawn (`plot`)
        and saved (`to_dict`).

    Raises
    ------
    ValueError
        If labels are missing or continuous, there is one class only, a class is smaller than the
        number of folds, no column is numeric, or a name is unknown. The message says what to
        change.
    TypeError
        If `X`, `y`, `groups`, `estimator`, `strategies` or `cv` is of a type that cannot be used.

    Warns
    -----
    UserWarning
        If columns are dropped.

    See Also
    --------
    balancekit.compose.ResampledClassifier : A sampler and a classifier as one estimator.
    balancekit.thresholding.ThresholdMovingClassifier : Moves the threshold.
    balancekit.thresholding.TunedThresholds : Finds the best one.
    balancekit.thresholding.PriorCorrection : Finds it from the shares of the classes.

    Notes
    -----
    The threshold is tuned for the metric that is judged, in five inner folds: once for balanced
    accuracy, once for MCC. It is the best of all there are, on the scores of all inner folds
    together. So it costs twelve fits per split, every other strategy one. Rankings and
    probabilities of "nothing", "nothing + tuned threshold" and "prior correction" are identical:
    they are the same model.

    References
    ----------
    .. [1] R. van den Goorbergh, M. van Smeden, D. Timmerman and B. Van Calster, "The harm of class
       imbalance corrections for risk prediction models", Journal of the American Medical
       Informatics Association 29, 2022.
    .. [2] C. Nadeau and Y. Bengio, "Inference for the generalization error", Machine Learning 52,
       2003.
    .. [3] S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal
       of Statistics 6, 1979.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> import balancekit
    >>> X, y = make_classification(n_samples=300, weights=[0.9], random_state=0)
    >>> comparison = balancekit.compare(X, y, strategies=["SMOTE"], cv=3, n_repeats=1)
    >>> comparison.strategies
    ['nothing', 'nothing + tuned threshold', 'SMOTE']
    >>> print(comparison.findings[0])
    balanced accuracy: no reliable difference from nothing + tuned threshold.
    """
    chosen = choose_strategies(strategies)
    check_given("X", X)
    target = read_target(y, positive)
    check_lengths(X, len(target.codes))
    group_codes = read_groups(groups, len(target.codes))
    seed = _seed(random_state)
    folds = outer_folds(target, group_codes, cv, n_repeats, seed)
    model = build_model(estimator, X)
    _warn_of_dropped(model)
    kept, changes = _adapt(chosen, model, folds.smallest_training_class(target))
    notes = ([] if model.features is None else column_notes(model.features)) + changes
    if len(folds.splits) < FEW_SPLITS:
        notes.append(
            f"only {counted(len(folds.splits), 'split')}: how scores vary is hardly known; use "
            "more repeats (n_repeats, --repeats)"
        )
    study = Study(model, target.codes, group_codes)
    all_rows = study.inner_folds(np.arange(len(target.codes)), seed)
    estimators = {each.name: each.build(model.pipeline, all_rows) for each in kept}
    outcomes = evaluate_all(kept, study, folds, seed=seed, n_jobs=n_jobs, progress=progress)
    return Comparison(
        data=_describe(model, target, group_codes),
        estimator=model.name,
        folds=folds.description,
        seed=seed,
        test_train_ratio=folds.test_train_ratio,
        scores={name: _scores(per_split) for name, per_split in outcomes.items()},
        times={name: _times(per_split) for name, per_split in outcomes.items()},
        estimators=estimators,
        notes=notes + summarise_warnings(outcomes),
    )


def _seed(random_state: Any) -> int:
    """Settle on a number, so that the result can name it even if chance chose it."""
    if isinstance(random_state, Integral):
        if not 0 <= random_state <= LARGEST_SEED:
            msg = f"random_state={random_state}: a seed lies between 0 and {LARGEST_SEED} (--seed)."
            raise ValueError(msg)
        return int(random_state)
    return int(random_stream(random_state).randint(LARGEST_SEED))


def _adapt(
    strategies: Sequence[Strategy], model: Model, n_smallest: int
) -> tuple[list[Strategy], list[str]]:
    adapted = [strategy.adapt(model.pipeline, n_smallest) for strategy in strategies]
    kept = [strategy for strategy, _ in adapted if strategy is not None]
    return kept, [note for _, note in adapted if note]


def _warn_of_dropped(model: Model) -> None:
    if model.features is None or not model.features.dropped:
        return
    dropped = model.features.dropped
    text = ", ".join(f"{name!r} ({reason})" for name, reason in dropped.items())
    if any(reason.startswith("dates") for reason in dropped.values()):
        text += "; to use dates, turn them into numbers, such as days since the first"
    warnings.warn(f"columns not used: {text}", UserWarning, stacklevel=3)


def _describe(model: Model, target: Target, groups: Any) -> DataDescription:
    features = model.features
    kinds = ("numeric", "nominal", "dropped")
    columns = (
        {}
        if features is None
        else {kind: [features.names[index] for index in features.positions(kind)] for kind in kinds}
    )
    return DataDescription(
        n_rows=len(target.codes),
        n_positive=target.n_positive,
        positive=target.positive,
        rest=target.rest,
        is_chosen=target.is_chosen,
        is_tied=target.is_tied,
        columns=columns,
        n_groups=None if groups is None else int(groups.max()) + 1,
    )


def _scores(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    columns = {metric.key: [each.scores[metric.key] for each in outcomes] for metric in METRICS}
    return {key: None if None in values else np.array(values) for key, values in columns.items()}


def _times(outcomes: Sequence[Outcome]) -> Any:
    return np.array([outcome.fit_seconds for outcome in outcomes])

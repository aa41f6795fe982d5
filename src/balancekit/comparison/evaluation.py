"""Fitting and scoring: one strategy on one split, and all of them."""

from __future__ import annotations

import time
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from balancekit.comparison.estimators import Model, seeded
from balancekit.comparison.scoring import METRICS, Predictions, predict
from balancekit.comparison.splits import LARGEST_SEED, Folds, InnerFolds, Split
from balancekit.comparison.strategies import Strategy

LONGEST_WARNING = 160


@dataclass(frozen=True)
class Outcome:
    """How one strategy did on one split.

    Parameters
    ----------
    scores : dict of str to float or None
        Score by metric key; None where the estimator gives no probabilities.
    fit_seconds : float
        Time to fit, tuning included.
    warnings : list of str
        What the estimator warned of, once each, without what the strategy expects.
    """

    scores: dict[str, float | None]
    fit_seconds: float
    warnings: list[str]


@dataclass(frozen=True)
class Fit:
    """A fitted estimator's answers.

    Parameters
    ----------
    predictions : Predictions
        For the test rows.
    seconds : float
        Time to fit, tuning included.
    """

    predictions: Predictions
    seconds: float


@dataclass(frozen=True)
class Study:
    """What everything is fitted on.

    Parameters
    ----------
    model : Model
        Pipeline and rows.
    codes : ndarray of int, shape (n_rows,)
        1 for the positive class, 0 for the rest.
    groups : ndarray of int, shape (n_rows,), optional
        Group codes.
    """

    model: Model
    codes: NDArray[np.intp]
    groups: NDArray[np.intp] | None

    def inner_folds(self, train: NDArray[np.intp], seed: int) -> InnerFolds:
        """Divide training rows once more.

        Parameters
        ----------
        train : ndarray of int
            Training rows.
        seed : int
            Seed of the shuffling.

        Returns
        -------
        folds : InnerFolds
        """
        groups = None if self.groups is None else self.groups[train]
        return InnerFolds(self.codes[train], groups, seed)


@dataclass(frozen=True)
class Task:
    """One strategy on one split.

    Parameters
    ----------
    strategy : Strategy
        What to do.
    split : (ndarray of int, ndarray of int)
        Training and test rows.
    number : int
        Number of the split, from 1.
    seed : int
        Seed of the split. All strategies share it, so that they differ in nothing else.
    """

    strategy: Strategy
    split: Split
    number: int
    seed: int


def evaluate(task: Task, study: Study) -> Outcome:
    """Fit on the training rows, score on the test rows.

    Parameters
    ----------
    task : Task
        Strategy and split.
    study : Study
        Pipeline, rows and labels.

    Returns
    -------
    outcome : Outcome

    Raises
    ------
    ValueError
        If the estimator or the sampler fails; the message names strategy and split.
    """
    fits: dict[Strategy, Fit] = {}
    scores = {}
    # One BLAS thread is fastest for tables of this size, and adds up in the same order here and in
    # joblib's workers.
    with warnings.catch_warnings(record=True) as caught, threadpool_limits(1, user_api="blas"):
        warnings.simplefilter("always")
        warnings.simplefilter("ignore", DeprecationWarning)
        if task.strategy.expected_warning:
            warnings.filterwarnings("ignore", task.strategy.expected_warning, UserWarning)
        for metric in METRICS:
            version = task.strategy.version_for(metric)
            if version not in fits:
                fits[version] = _fit(version, task, study)
            scores[metric.key] = metric.score(fits[version].predictions)
    texts = sorted({_shorten(warning) for warning in caught})
    return Outcome(scores, fits[task.strategy].seconds, texts)


def evaluate_all(
    strategies: Sequence[Strategy],
    study: Study,
    folds: Folds,
    *,
    seed: int,
    n_jobs: int | None,
    progress: bool,
) -> dict[str, list[Outcome]]:
    """Evaluate every strategy on every split.

    Parameters
    ----------
    strategies : sequence of Strategy
        What to compare.
    study : Study
        Pipeline, rows and labels.
    folds : Folds
        The splits.
    seed : int
        Every split's own seed is drawn from it.
    n_jobs : int or None
        Processes.
    progress : bool
        Whether to draw a bar on stderr, if that is a terminal.

    Returns
    -------
    outcomes : dict of str to list of Outcome
        By strategy name, in the order of the splits.
    """
    seeds = np.random.RandomState(seed).randint(LARGEST_SEED, size=len(folds.splits))
    tasks = [
        Task(strategy, split, number, int(split_seed))
        for number, (split, split_seed) in enumerate(zip(folds.splits, seeds, strict=True), start=1)
        for strategy in strategies
    ]
    parallel = Parallel(n_jobs=n_jobs, return_as="generator")
    outcomes = parallel(delayed(evaluate)(task, study) for task in tasks)
    by_strategy: dict[str, list[Outcome]] = {strategy.name: [] for strategy in strategies}
    for task, outcome in zip(tasks, _watched(outcomes, len(tasks), progress), strict=True):
        by_strategy[task.strategy.name].append(outcome)
    return by_strategy


def summarise_warnings(outcomes: dict[str, list[Outcome]]) -> list[str]:
    """Say once what estimators warned of many times.

    Parameters
    ----------
    outcomes : dict of str to list of Outcome
        By strategy name.

    Returns
    -------
    notes : list of str
    """
    notes = []
    for name, per_split in outcomes.items():
        counts = Counter(text for outcome in per_split for text in outcome.warnings)
        for text, count in counts.items():
            notes.append(f"{name}, {count} of {len(per_split)} splits: {text}")
    return notes


def _fit(strategy: Strategy, task: Task, study: Study) -> Fit:
    train, test = task.split
    try:
        estimator = strategy.build(study.model.pipeline, study.inner_folds(train, task.seed))
        seeded(estimator, task.seed)
        X_train = study.model.rows(train)
        start = time.perf_counter()
        estimator.fit(X_train, study.codes[train])
        seconds = time.perf_counter() - start
        return Fit(predict(estimator, study.model.rows(test), study.codes[test]), seconds)
    except ValueError as error:
        msg = f"{strategy.name} failed on split {task.number}: {error}"
        raise ValueError(msg) from error


def _shorten(warning: warnings.WarningMessage) -> str:
    line = f"{warning.category.__name__}: {' '.join(str(warning.message).split())}"
    return line if len(line) <= LONGEST_WARNING else line[: LONGEST_WARNING - 3] + "..."


def _watched(outcomes: Iterable[Any], total: int, progress: bool) -> Iterator[Any]:
    if not progress:
        return iter(outcomes)
    try:
        from tqdm import tqdm
    except ImportError:
        return iter(outcomes)
    options = {"total": total, "desc": "balancekit compare", "unit": "fit", "leave": False}
    # None draws on a terminal only; in a log, a bar is as many lines as it has states.
    return iter(tqdm(outcomes, disable=None, **options))

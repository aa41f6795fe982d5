"""The loop: fit, look for false positives in the pool, add them, fit again.

It yields after every fit, so that whoever asked may stop between rounds and keep the last model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from time import perf_counter
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.utils.parallel import Parallel, delayed

from balancekit.core.mining.pools import Batch, Pool
from balancekit.core.mining.scores import DEFAULT_THRESHOLDS, check_scoring, score
from balancekit.core.mining.selection import Negatives, Selection, join, stack
from balancekit.core.recipes import FloatArray, IntArray


@dataclass(frozen=True)
class MiningRound:
    """What one round did.

    Parameters
    ----------
    n_scanned : int
        Negatives scored: those that the model was not fitted on.
    n_false_positives : int
        How many of them scored above the threshold.
    n_added : int
        How many of these joined the training rows.
    n_negatives : int
        Negatives to train on after the round.
    seconds : float
        Duration of the scan and of the fit that followed.
    """

    n_scanned: int
    n_false_positives: int
    n_added: int
    n_negatives: int
    seconds: float


@dataclass(frozen=True)
class MiningRule:
    """What the loop is told.

    Parameters
    ----------
    initial_sizes : mapping of class code to int
        Negatives of each class to start from, drawn at random.
    n_rounds : int
        Rounds at most.
    threshold : float or None
        Score above which a negative is a false positive; None for that of the method.
    max_new_per_round : int or None
        Negatives to add at most.
    hardest_first : bool
        Which of more false positives than that: those of the largest scores, or any.
    n_jobs : int or None
        Threads that score.
    most_batches : int
        Batches in memory at once, however many threads.
    """

    initial_sizes: Mapping[int, int]
    n_rounds: int
    threshold: float | None
    max_new_per_round: int | None
    hardest_first: bool = True
    n_jobs: int | None = None
    most_batches: int = 64


@dataclass(frozen=True, eq=False)
class Held:
    """Rows that are trained on in every round.

    Parameters
    ----------
    values : ndarray or CSR matrix of float64, shape (n_rows, n_columns)
    codes : ndarray of int, shape (n_rows,)
    background : ndarray of int
        Codes of the classes that negatives are of.
    """

    values: Any
    codes: IntArray
    background: IntArray


@dataclass(frozen=True, eq=False)
class Mined:
    """Where the loop stands after a fit.

    Parameters
    ----------
    estimator : classifier
        Fitted on the rows held and the negatives, with class codes for labels.
    negatives : Negatives
        In the order in which they joined.
    rounds : tuple of MiningRound
        Rounds so far.
    pool_counts : ndarray of int
        Rows of the pool by class code.
    """

    estimator: Any
    negatives: Negatives
    rounds: tuple[MiningRound, ...]
    pool_counts: IntArray


def mine(
    held: Held,
    pool: Pool,
    estimator: Any,
    rule: MiningRule,
    rng: np.random.RandomState,
    watch: Any = None,
) -> Iterator[Mined]:
    """Fit, mine, and fit again.

    Parameters
    ----------
    held : Held
        Rows that always stay.
    pool : Pool
        Negatives.
    estimator : classifier
        Cloned for every fit; seeded, if it draws.
    rule : MiningRule
        What to do.
    rng : RandomState
        One number is drawn for each row of the pool, then, unless the hardest go first, one for
        each false positive: so batches and threads do not matter.
    watch : callable, optional
        Called with the number of rows after every batch.

    Yields
    ------
    mined : Mined
        After every fit, and after a round that found nothing.

    Raises
    ------
    ValueError
        If the pool is empty, or the scores of the classifier cannot be read.
    TypeError
        If it has none.

    Notes
    -----
    One pass through the pool to draw, one for each round, and a fit for each round and one before.
    """
    negatives, pool_counts = _draw(pool, rule.initial_sizes, rng)
    if not pool_counts.sum():
        msg = "The pool of negatives has no rows, so that there is nothing to mine. Pass some."
        raise ValueError(msg)
    fitted = _fit(estimator, held, negatives)
    rounds: list[MiningRound] = []
    yield Mined(fitted, negatives, (), pool_counts)
    while len(rounds) < rule.n_rounds:
        began = perf_counter()
        added, n_found = _scan(fitted, held, pool, negatives, rule, rng, watch)
        n_scanned = int(pool_counts.sum()) - len(negatives)
        if len(added):
            negatives = join([negatives, added])
            fitted = _fit(estimator, held, negatives)
        seconds = perf_counter() - began
        rounds.append(MiningRound(n_scanned, n_found, len(added), len(negatives), seconds))
        yield Mined(fitted, negatives, tuple(rounds), pool_counts)
        if not len(added):
            return


def _draw(
    pool: Pool, sizes: Mapping[int, int], rng: np.random.RandomState
) -> tuple[Negatives, IntArray]:
    """Draw the first negatives of each class, in one pass."""
    selections = {code: Selection(size) for code, size in sizes.items()}
    counts = np.zeros(max(sizes) + 1, dtype=np.intp)
    for batch in pool.batches():
        keys = rng.random_sample(len(batch))
        counts += np.bincount(batch.codes, minlength=len(counts))
        for code, selection in selections.items():
            rows = np.flatnonzero(batch.codes == code)
            rows = rows[selection.wanted(keys[rows])]
            if rows.size:
                selection.add(keys[rows], batch.take(rows))
    return join([selection.result() for selection in selections.values()]), counts


def _fit(estimator: Any, held: Held, negatives: Negatives) -> Any:
    values = stack([held.values, negatives.values])
    return clone(estimator).fit(values, np.concatenate([held.codes, negatives.codes]))


def _scan(
    estimator: Any,
    held: Held,
    pool: Pool,
    negatives: Negatives,
    rule: MiningRule,
    rng: np.random.RandomState,
    watch: Any,
) -> tuple[Negatives, int]:
    """Find false positives that are not trained on yet; return those to add, and how many."""
    method = check_scoring(estimator)
    threshold = DEFAULT_THRESHOLDS[method] if rule.threshold is None else rule.threshold
    taken = np.sort(negatives.positions)
    selection, n_found = Selection(rule.max_new_per_round), 0

    def look(batch: Batch) -> tuple[FloatArray, Negatives, int]:
        values = batch.values(None)
        scores = score(estimator, method, values, held.background)
        first, last = np.searchsorted(taken, (batch.start, batch.start + len(batch)))
        scores[taken[first:last] - batch.start] = -np.inf
        rows = np.flatnonzero(scores > threshold)
        return scores[rows], batch.take(rows, values), len(batch)

    batches = pool.batches()
    with Parallel(n_jobs=rule.n_jobs, require="sharedmem") as threads:
        at_once = min(threads._effective_n_jobs(), rule.most_batches)
        while group := list(islice(batches, at_once)):
            for scores, found, n_rows in threads(delayed(look)(batch) for batch in group):
                n_found += len(found)
                keys = scores if rule.hardest_first else rng.random_sample(len(found))
                best = selection.wanted(keys)
                if best.size:
                    selection.add(keys[best], found.take(best))
                if watch is not None:
                    watch(n_rows)
    return selection.result(), n_found

"""Which rows train and which test, outside and inside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import (
    RepeatedStratifiedKFold,
    StratifiedGroupKFold,
    StratifiedKFold,
)

from balancekit.comparison.problem import Target, TargetError
from balancekit.core.wording import counted

FOLDS = 5
REPEATS = 5
INNER_FOLDS = 5
LARGEST_SEED = 2**31 - 1

Split = tuple[NDArray[np.intp], NDArray[np.intp]]


@dataclass(frozen=True)
class Folds:
    """Training and test rows of every split.

    Parameters
    ----------
    splits : sequence of (ndarray of int, ndarray of int)
        Training and test rows.
    description : str
        What they are, in words.
    """

    splits: Sequence[Split]
    description: str

    @property
    def test_train_ratio(self) -> float:
        """Test rows per training row, averaged over the splits."""
        return float(np.mean([len(test) / len(train) for train, test in self.splits]))

    def smallest_training_class(self, target: Target) -> int:
        """Count the rows of the smaller class in the training part that has fewest of them.

        Parameters
        ----------
        target : Target
            The classes.

        Returns
        -------
        n_rows : int
        """
        return min(int(_counts(target.codes[train]).min()) for train, _ in self.splits)


@dataclass(frozen=True)
class InnerFolds:
    """Folds of training rows, to tune a threshold in.

    Parameters
    ----------
    codes : ndarray of int, shape (n_rows,)
        1 for the positive class, 0 for the rest.
    groups : ndarray of int, shape (n_rows,), optional
        Group codes.
    seed : int
        Seed of the shuffling.
    """

    codes: NDArray[np.intp]
    groups: NDArray[np.intp] | None
    seed: int

    def splitter(self) -> Any:
        """Return what scikit-learn takes as `cv`.

        Returns
        -------
        cv : StratifiedKFold or list of (ndarray of int, ndarray of int)
            Explicit splits if there are groups, because `fit` has no way to pass those on.

        Raises
        ------
        ValueError
            If the groups cannot be divided so that every part holds both classes.
        """
        n_folds = min(INNER_FOLDS, int(_counts(self.codes).min()))
        if self.groups is None:
            return StratifiedKFold(n_folds, shuffle=True, random_state=self.seed)
        n_folds = min(n_folds, _fewest_groups(self.codes, self.groups))
        for n_splits in range(n_folds, 1, -1):
            folds = StratifiedGroupKFold(n_splits, shuffle=True, random_state=self.seed)
            splits = list(folds.split(self.codes, self.codes, self.groups))
            if all(_holds_both(self.codes, split) for split in splits):
                return splits
        msg = (
            "The threshold cannot be tuned: within a training fold a class occurs in too few "
            "groups to be divided again. Use fewer folds (cv, --folds) or finer groups."
        )
        raise ValueError(msg)


def outer_folds(
    target: Target, groups: NDArray[np.intp] | None, cv: Any, n_repeats: int, seed: int
) -> Folds:
    """Split rows into training and test folds, each holding both classes.

    Parameters
    ----------
    target : Target
        The classes.
    groups : ndarray of int, shape (n_rows,), optional
        Group codes.
    cv : int, splitter, iterable of splits or None
        Number of folds, by default 5, or what to use instead of repeated stratified folds.
    n_repeats : int
        How often to draw folds, if `cv` is a number.
    seed : int
        Seed of the folds.

    Returns
    -------
    folds : Folds

    Raises
    ------
    TargetError
        If a class has too few rows or groups for that.
    ValueError
        If a number is too small.
    TypeError
        If `cv` cannot split.
    """
    is_splitter = hasattr(cv, "split") and not isinstance(cv, str)
    if cv is None or isinstance(cv, Integral):
        folds = _repeated_folds(target, groups, FOLDS if cv is None else int(cv), n_repeats, seed)
    elif is_splitter:
        placeholder = np.zeros((len(target.codes), 1))
        folds = Folds(list(cv.split(placeholder, target.codes, groups)), str(cv))
    elif isinstance(cv, Iterable) and not isinstance(cv, str):
        folds = Folds([(np.asarray(train), np.asarray(test)) for train, test in cv], "given splits")
    else:
        msg = f"cv needs to be a number of folds, a splitter or a list of splits; got {cv!r}."
        raise TypeError(msg)
    _check_splits(folds.splits, target)
    return folds


def _repeated_folds(
    target: Target, groups: NDArray[np.intp] | None, n_folds: int, n_repeats: int, seed: int
) -> Folds:
    _check_numbers(n_folds, n_repeats)
    _check_counts(target, n_folds)
    rows, codes = np.zeros((len(target.codes), 1)), target.codes
    description = f"{n_folds} stratified folds x {counted(n_repeats, 'repeat')}"
    if groups is None:
        folds = RepeatedStratifiedKFold(n_splits=n_folds, n_repeats=n_repeats, random_state=seed)
        return Folds(list(folds.split(rows, codes)), description)
    _check_groups(target, groups, n_folds)
    splits: list[Split] = []
    for repeat_seed in np.random.RandomState(seed).randint(LARGEST_SEED, size=n_repeats):
        grouped = StratifiedGroupKFold(n_folds, shuffle=True, random_state=int(repeat_seed))
        splits.extend(grouped.split(rows, codes, groups))
    return Folds(splits, f"{description}, {groups.max() + 1} groups kept whole")


def _check_numbers(n_folds: int, n_repeats: int) -> None:
    if n_folds < 2:
        msg = f"{counted(n_folds, 'fold')}: at least 2 are needed (cv, --folds)."
        raise ValueError(msg)
    if not isinstance(n_repeats, Integral) or n_repeats < 1:
        msg = f"{n_repeats!r} repeats: a whole number from 1 is needed (n_repeats, --repeats)."
        raise ValueError(msg)


def _check_counts(target: Target, n_folds: int) -> None:
    for code, count in enumerate(_counts(target.codes)):
        if count < n_folds:
            way_out = f"use at most {count} folds (cv, --folds)" if count > 2 else "collect more"
            msg = (
                f"{target.name(code)} has {counted(count, 'row')}, fewer than the "
                f"{n_folds} folds; {way_out} or choose another positive class "
                "(positive, --positive)."
            )
            raise TargetError(msg)


def _check_groups(target: Target, groups: NDArray[np.intp], n_folds: int) -> None:
    for code in (0, 1):
        count = len(np.unique(groups[target.codes == code]))
        if count < n_folds:
            msg = (
                f"{target.name(code)} occurs in {counted(count, 'group')}, fewer than "
                f"the {n_folds} folds; use fewer folds (cv, --folds) or finer groups."
            )
            raise TargetError(msg)


def _check_splits(splits: Sequence[Split], target: Target) -> None:
    if len(splits) < 2:
        msg = f"cv gives {counted(len(splits), 'split')}; a test over splits needs at least 2."
        raise ValueError(msg)
    for number, (train, test) in enumerate(splits, start=1):
        # Two, so that a threshold can be tuned inside.
        for rows, part, needed in ((train, "training", 2), (test, "test", 1)):
            counts = _counts(target.codes[rows])
            if counts.min() < needed:
                code = int(counts.argmin())
                msg = (
                    f"The {part} part of split {number} holds "
                    f"{counted(counts[code], 'row')} of {target.name(code)}; at least {needed} "
                    f"{'is' if needed == 1 else 'are'} needed. Use fewer folds "
                    "(cv, --folds), more rows of that class, or groups that hold both classes."
                )
                raise TargetError(msg)


def _counts(codes: NDArray[np.intp]) -> NDArray[np.intp]:
    return np.bincount(codes, minlength=2)


def _fewest_groups(codes: NDArray[np.intp], groups: NDArray[np.intp]) -> int:
    return min(len(np.unique(groups[codes == code])) for code in (0, 1))


def _holds_both(codes: NDArray[np.intp], split: Split) -> bool:
    return all(_counts(codes[rows]).min() > 0 for rows in split)

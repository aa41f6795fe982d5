"""BalanceCascade: each subset is drawn from what the members before it do not yet tell apart."""

from __future__ import annotations

import math
from numbers import Real
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions

from balancekit.core.classifier import prior_of
from balancekit.core.draws import class_draws
from balancekit.core.progress import progress_bar
from balancekit.core.shortfall import warn_whoever_called
from balancekit.core.targets import resolve_targets
from balancekit.core.typing import SamplingStrategy, Seed
from balancekit.core.wording import counted
from balancekit.ensemble._members import (
    check_told_apart,
    fitter,
    have_votes,
    mean_probabilities,
    sum_of_votes,
)
from balancekit.ensemble._subsets import SubsetEnsemble
from balancekit.ensemble._voting import shares_of

# A product of shares may miss a whole number by a rounding error.
ROUNDING = 1e-9


class BalanceCascadeClassifier(SubsetEnsemble):
    """Boost on balanced subsets in sequence, without the rows that are told apart already.

    Each subset has all rows of the smallest class and as many of each larger class, drawn from
    those that remain. After AdaBoost is fitted on it, the rows of each larger class that it is most
    certain of are removed, so that the share `false_positive_rate` of them remains [1]_.

    Parameters
    ----------
    n_estimators : int, default=10
        Number of subsets at most. The paper has 4.
    estimator : classifier, default=None
        What is fitted on each subset, with class codes as labels. None is AdaBoost with 50 stumps,
        scikit-learn's default. An `AdaBoostClassifier` over trees of one split is fitted by the
        same fast code; anything else by its own.
    voting : {"auto", "sum", "average"}, default="auto"
        ``"sum"`` adds up the votes of all weak learners and needs AdaBoost; ``"average"`` averages
        the probabilities of the members. ``"auto"`` is ``"sum"`` for AdaBoost and ``"average"``
        otherwise.
    false_positive_rate : "auto" or float, default="auto"
        Share of the remaining rows of each larger class that remains after a member. ``"auto"``
        leaves as many rows as a subset needs for the last one:
        ``(n_subset / n_class) ** (1 / (n_estimators - 1))``.
    adjust_thresholds : bool, default=False
        Whether the sum of votes has to exceed the sum of `thresholds_`, as in the paper. Then a
        row counts as of a larger class only if it would have been removed, so to speak, by all
        members together: with many members, nearly everything is taken for the smallest class.
        Does not change the ranking of two classes.
    sampling_strategy : float, str, dict or callable, default="auto"
        How many rows of each class a subset has; see
        `balancekit.under_sampling.RandomUnderSampler`.
    replacement : bool, default=False
        Whether rows are drawn with replacement.
    progress : bool, default=False
        Whether to show a progress bar on stderr; it needs tqdm.
    random_state : None, int, RandomState or Generator, default=None
        Seed of the one random stream of a call, which gives each subset, and each estimator, seeds
        of its own.

    Attributes
    ----------
    estimators_ : list
        What was fitted on the subsets: `BoostedStumps`, or classifiers. Fewer than `n_estimators`
        if a class ran dry.
    estimators_samples_ : list of ndarray of int
        The rows of each subset, repeated if drawn repeatedly.
    thresholds_ : ndarray of float64, shape (n_fitted, n_classes)
        By how much a class has to lead all others, for a member to be certain; 0 for classes of
        which no rows are removed. In votes, or in probabilities if they are averaged.
    n_remaining_ : ndarray of int, shape (n_fitted, n_classes)
        Rows of each class that each subset was drawn from.
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
    EasyEnsembleClassifier : Draws all subsets from all rows, so that they can be fitted at once.

    Notes
    -----
    Columns are sorted once, O(n_columns * n_rows * log(n_rows)) time and 12 bytes for each number;
    each stump takes O(n_subset * n_columns) time. Members depend on each other, so they are not
    fitted in parallel.

    The paper has two classes. With more, each class that is under-sampled loses the rows that lead
    all other classes by most, and `false_positive_rate` is the class's own. Rows that lead by the
    same amount are removed at random, so that exactly the share remains.

    References
    ----------
    .. [1] X.-Y. Liu, J. Wu and Z.-H. Zhou, "Exploratory undersampling for class-imbalance
       learning", IEEE Transactions on Systems, Man, and Cybernetics B 39, 2009.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from balancekit.ensemble import BalanceCascadeClassifier
    >>> X, y = make_classification(n_samples=5000, weights=[0.99], flip_y=0, random_state=0)
    >>> model = BalanceCascadeClassifier(4, random_state=0).fit(X, y)
    >>> model.n_remaining_
    array([[4950,   50],
           [1071,   50],
           [ 232,   50],
           [  51,   50]])
    """

    _parameter_constraints: ClassVar[dict] = {
        **SubsetEnsemble._parameter_constraints,
        "false_positive_rate": [Interval(Real, 0, 1, closed="neither"), StrOptions({"auto"})],
        "adjust_thresholds": ["boolean"],
    }

    def __init__(
        self,
        n_estimators: int = 10,
        estimator: Any = None,
        *,
        voting: str = "auto",
        false_positive_rate: Any = "auto",
        adjust_thresholds: bool = False,
        sampling_strategy: SamplingStrategy = "auto",
        replacement: bool = False,
        progress: bool = False,
        random_state: Seed = None,
    ) -> None:
        self.n_estimators = n_estimators
        self.estimator = estimator
        self.voting = voting
        self.false_positive_rate = false_positive_rate
        self.adjust_thresholds = adjust_thresholds
        self.sampling_strategy = sampling_strategy
        self.replacement = replacement
        self.progress = progress
        self.random_state = random_state

    def fit(self, X, y, sample_weight=None):
        """Fit on balanced subsets, one after another.

        Parameters
        ----------
        X : {array-like, sparse matrix, data frame} of shape (n_rows, n_columns)
            Features: numeric and finite, unless an estimator that is not AdaBoost over stumps takes
            others.
        y : array-like of shape (n_rows,)
            Labels.
        sample_weight : array-like of shape (n_rows,), optional
            Weights of the rows inside their subsets; they do not change which rows are drawn or
            removed.

        Returns
        -------
        self : object

        Raises
        ------
        ValueError
            If the input cannot be used, or no column tells the classes of any subset apart.

        Warns
        -----
        ShortfallWarning
            If so few rows of a class remain that no further subset can be drawn; the members so far
            are kept.
        """
        self._validate_params()
        X, labels, weights = self._check_fit(X, y, sample_weight)
        n_classes = len(labels.classes)
        _, targets = resolve_targets(self.sampling_strategy, labels, "under-sampling")
        kept_shares = self._kept_shares(labels, targets)
        fit = fitter(self._unfitted(), X, labels, weights)
        remaining = [labels.rows_of(code) for code in range(n_classes)]
        members, drawn, thresholds, sizes = [], [], [], []
        with progress_bar(self.progress, "subset", "Boosting", self.n_estimators) as bar:
            for unfitted, rng in self._seeded_members():
                if self._is_dry(remaining, targets, labels, len(members)):
                    break
                sizes.append([len(rows) for rows in remaining])
                drawn.append(class_draws(rng, remaining, targets, replacement=self.replacement))
                members.append(fit(unfitted, drawn[-1]))
                thresholds.append(np.zeros(n_classes))
                for code, share in kept_shares.items():
                    remaining[code], thresholds[-1][code] = self._least_certain(
                        members[-1], X, remaining[code], code, share, n_classes, rng
                    )
                if bar is not None:
                    bar.update()
        check_told_apart(members, n_classes)
        self.classes_ = labels.classes
        self.estimators_ = members
        self.estimators_samples_ = drawn
        self.thresholds_ = np.array(thresholds)
        self.n_remaining_ = np.array(sizes)
        self.natural_prior_ = prior_of(labels.codes, n_classes, weights)
        self.effective_prior_ = prior_of(labels.codes[drawn[0]], n_classes)
        return self

    def _kept_shares(self, labels, targets):
        """Return for each class the share of its rows that remains after each member."""
        if self.false_positive_rate != "auto":
            return dict.fromkeys(targets, self.false_positive_rate)
        power = 1 / max(self.n_estimators - 1, 1)
        return {code: (size / labels.counts[code]) ** power for code, size in targets.items()}

    def _is_dry(self, remaining, targets, labels, n_fitted):
        if self.replacement:
            return False
        for code, size in targets.items():
            if len(remaining[code]) < size:
                warn_whoever_called(
                    f"BalanceCascade ends after {n_fitted} of {self.n_estimators} subsets: class "
                    f"{labels.name(code)!r} has {counted(len(remaining[code]), 'row')} left, and "
                    f"a subset needs {size}. Lower n_estimators, or raise false_positive_rate."
                )
                return True
        return False

    def _least_certain(self, member, X, rows, code, share, n_classes, rng):
        """Return the rows of a class that remain, and the lead of the most certain of them."""
        if have_votes([member]) and self.voting != "average":
            votes = sum_of_votes([member], X[rows], n_classes)
        else:
            votes = mean_probabilities([member], X[rows], n_classes)
        leads = votes[:, code] - np.delete(votes, code, axis=1).max(axis=1)
        n_kept = max(math.ceil(share * len(rows) - ROUNDING), 1)
        shuffled = rng.permutation(len(rows))
        kept = shuffled[np.argsort(leads[shuffled], kind="stable")[:n_kept]]
        return rows[np.sort(kept)], leads[kept[-1]]

    def _shares(self, X):
        if not (self.adjust_thresholds and self._sums()):
            return super()._shares(X)
        votes = sum_of_votes(self.estimators_, X, len(self.classes_))
        thresholds = self.thresholds_.sum(axis=0)
        # Handicaps that add up to zero leave the sum of the votes as it is.
        handicaps = thresholds - thresholds.mean()
        return shares_of(votes) - handicaps / votes.sum(axis=1, keepdims=True)

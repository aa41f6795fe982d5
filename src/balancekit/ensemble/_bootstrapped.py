"""Bootstrapping as a classifier: hard negatives of a pool that need not fit in memory."""

from __future__ import annotations

import warnings
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import column_or_1d, get_tags
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions
from sklearn.utils.validation import check_consistent_length, check_is_fitted, validate_data

from balancekit.core.classifier import InnerScoresMixin, prior_of, single_column
from balancekit.core.draws import random_stream, seeded_clone
from balancekit.core.mining import (
    Held,
    MiningRound,
    MiningRule,
    TablePool,
    check_scoring,
    initial_sizes,
    mine,
)
from balancekit.core.progress import progress_bar
from balancekit.core.wording import counted
from balancekit.ensemble._background import check_background, resolve_background
from balancekit.ensemble._negatives import batch_size, pool_of


class BootstrappedClassifier(InnerScoresMixin, BaseEstimator):
    """Fit a classifier on positives and on the negatives that it gets wrong.

    The pool of negatives is read in batches, as often as there are rounds and once more, so that
    it may be a memory map or a stream of windows cut from pictures [1]_.

    Parameters
    ----------
    estimator : classifier, default=None
        A classifier with `predict_proba` or `decision_function`, cloned for every fit. It gets
        float64 arrays or CSR matrices. None is a logistic regression of scaled columns.
    background : label or list of labels, default=None
        The class, or classes, that negatives are of. None is all but the smallest class of y, and
        has to be set where negatives are passed.
    initial_size : int, float or "auto", default="auto"
        Negatives of each class to start from, drawn at random. An int is their number, a float how
        many for each positive (row of another class). ``"auto"`` is three for each positive, but at
        least 30 and, of a class of y, at most a quarter.
    n_rounds : int, default=2
        Rounds of mining at most. It ends earlier when no false positive is left.
    threshold : float or "auto", default="auto"
        Score above which a negative is a false positive. ``"auto"`` is .5 for `predict_proba` and 0
        for `decision_function`.
    max_new_per_round : int, default=10_000
        Negatives to add in a round at most; None adds all false positives.
    order : {"hardest", "random"}, default="hardest"
        Which negatives are added where there are more than that.
    memory_budget : float, default=None
        MiB for the batches that are scored at a time, beside the rows that are trained on. None is
        scikit-learn's `working_memory`.
    n_jobs : int, default=None
        Threads that score batches. They do not change the outcome.
    progress : bool, default=False
        Whether to show a progress bar on stderr; it needs tqdm.
    random_state : None, int, RandomState or Generator, default=None
        Seed of the one random stream of a call. Estimators without a seed draw theirs from it.

    Attributes
    ----------
    estimator_ : classifier
        The last one fitted, with class codes (positions in `classes_`) as labels.
    classes_ : ndarray of shape (n_classes,)
        Class labels, the background's among them.
    rounds_ : list of MiningRound
        What each round did: `n_scanned`, `n_false_positives`, `n_added`, `n_negatives` (mined so
        far, with the initial ones) and `seconds`. Where the last one found no false positive,
        mining has converged.
    mined_indices_ : ndarray of int, shape (n_mined,)
        Positions in the pool of the negatives trained on, in the order in which they joined: the
        initial ones, then those of each round. The pool is `negatives` or, without it, the rows of
        X that are background.
    natural_prior_ : ndarray of float64, shape (n_classes,)
        Share of each class in all that was passed, the whole pool included.
    effective_prior_ : ndarray of float64, shape (n_classes,)
        Share of each class in the rows that the classifier was fitted on.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str, shape (n_columns,)
        Column names, if all are strings.

    See Also
    --------
    balancekit.under_sampling.HardNegativeMining : The same loop as a sampler, for rows in memory.

    Notes
    -----
    One pass through the pool draws the first negatives (a table that knows its length is not read
    for that), and each round is one more. The classifier is fitted once before the first round and
    once after each.

    Ctrl-C ends the fit after the last model that is complete, with a warning.

    `effective_prior_` is what ``p * natural_prior_ / effective_prior_`` would need, but mined
    negatives are no random ones: probabilities are off even so. Calibrate on rows as they come, or
    use the scores for ranking. It does not help where all negatives can be fitted, where classes
    overlap, or where the pool holds positives that were overlooked: these are mined first.

    References
    ----------
    .. [1] K.-K. Sung and T. Poggio, "Example-based learning for view-based human face detection",
       A.I. Memo 1521, MIT, 1994.

    Examples
    --------
    >>> import numpy as np
    >>> from balancekit.ensemble import BootstrappedClassifier
    >>> rng = np.random.RandomState(0)
    >>> positives = rng.normal(3, 1, (100, 2))
    >>> def windows():
    ...     draws = np.random.RandomState(1)
    ...     for _ in range(20):
    ...         yield draws.normal(0, 1, (5000, 2))
    >>> model = BootstrappedClassifier(background="rest", random_state=0)
    >>> model = model.fit(positives, ["digit"] * 100, negatives=windows)
    >>> [(mined.n_scanned, mined.n_false_positives) for mined in model.rounds_]
    [(99700, 769), (98931, 0)]
    >>> model.predict([[3, 3], [0, 0]])
    array(['digit', 'rest'], dtype='<U5')
    """

    _parameter_constraints: ClassVar[dict] = {
        "estimator": [HasMethods(["fit", "predict"]), None],
        "background": "no_validation",
        "initial_size": [
            Interval(Integral, 1, None, closed="left"),
            Interval(Real, 0, None, closed="neither"),
            StrOptions({"auto"}),
        ],
        "n_rounds": [Interval(Integral, 1, None, closed="left")],
        "threshold": [Real, StrOptions({"auto"})],
        "max_new_per_round": [Interval(Integral, 1, None, closed="left"), None],
        "order": [StrOptions({"hardest", "random"})],
        "memory_budget": [Interval(Real, 0, None, closed="neither"), None],
        "n_jobs": [Integral, None],
        "progress": ["boolean"],
        "random_state": ["random_state", np.random.Generator],
    }

    def __init__(
        self,
        estimator: Any = None,
        *,
        background: Any = None,
        initial_size: Any = "auto",
        n_rounds: int = 2,
        threshold: Any = "auto",
        max_new_per_round: int | None = 10_000,
        order: str = "hardest",
        memory_budget: float | None = None,
        n_jobs: int | None = None,
        progress: bool = False,
        random_state: Any = None,
    ) -> None:
        self.estimator = estimator
        self.background = background
        self.initial_size = initial_size
        self.n_rounds = n_rounds
        self.threshold = threshold
        self.max_new_per_round = max_new_per_round
        self.order = order
        self.memory_budget = memory_budget
        self.n_jobs = n_jobs
        self.progress = progress
        self.random_state = random_state

    def fit(self, X, y, negatives=None, negative_labels=None):
        """Fit on the rows given, and on negatives mined from a pool.

        Parameters
        ----------
        X : {array-like, sparse matrix, data frame} of shape (n_rows, n_columns)
            Rows. With `negatives`, all of them are trained on; without, those of the background
            are the pool.
        y : array-like of shape (n_rows,)
            Their labels.
        negatives : {array-like, memory map, sparse matrix, data frame} of shape \
                (n_negatives, n_columns), or callable, optional
            The pool. A callable is called for every pass and returns an iterable of batches: tables
            of any length or, where the background has several classes, pairs of a table and its
            labels. The rows should be the same in every pass: those that are trained on are passed
            over by their position.
        negative_labels : array-like of shape (n_negatives,), optional
            Classes of the rows of a pool that is no callable, where the background has several.

        Returns
        -------
        self : object

        Raises
        ------
        ValueError
            If the background is not named or has no rows, or rows cannot be used; a message about
            the pool says so.
        TypeError
            If the estimator cannot score.

        Warns
        -----
        ShortfallWarning
            If the pool has fewer rows of a class than `initial_size` asks for.
        UserWarning
            If the fit was interrupted, and which model is kept.
        """
        self._validate_params()
        X = self._checked(X, reset=True)
        y = column_or_1d(single_column(y, self), warn=True)
        check_consistent_length(X, y)
        has_pool = negatives is not None
        labels, background = resolve_background(y, self.background, has_pool=has_pool)
        check_scoring(self._inner)
        # There may be more labels, of classes that X has no row of.
        codes = labels.codes[: len(y)]
        is_background = np.isin(codes, background)
        batch_rows, most_batches = batch_size(X, self.memory_budget)
        if has_pool:
            held = Held(X, codes, background)
            pool = pool_of(
                negatives, negative_labels, labels, background, self._checked_pool, batch_rows
            )
        else:
            rows = np.flatnonzero(is_background)
            held = Held(X[~is_background], codes[~is_background], background)
            pool = TablePool(X, lambda rows: rows, rows, codes[rows], batch_rows)
        counts = np.bincount(codes, minlength=len(labels.classes))
        names = {code: labels.name(code) for code in background.tolist()}
        available = {code: None if has_pool else int(counts[code]) for code in names}
        n_positives = int((~is_background).sum())
        rule = MiningRule(
            initial_sizes=initial_sizes(self.initial_size, n_positives, available, names),
            n_rounds=self.n_rounds,
            threshold=None if self.threshold == "auto" else self.threshold,
            max_new_per_round=self.max_new_per_round,
            hardest_first=self.order == "hardest",
            n_jobs=self.n_jobs,
            most_batches=most_batches,
        )
        rng = random_stream(self.random_state)
        mined = self._mine(held, pool, seeded_clone(self._inner, rng), rule, rng)
        in_pool = np.pad(mined.pool_counts, (0, len(counts) - len(mined.pool_counts)))
        if has_pool:
            asked = None if self.initial_size == "auto" else rule.initial_sizes
            check_background(names, counts, in_pool, asked)
        everything = counts + in_pool if has_pool else counts
        self.natural_prior_ = everything / everything.sum()
        self.effective_prior_ = prior_of(np.append(held.codes, mined.negatives.codes), len(counts))
        self.classes_ = labels.classes
        self.estimator_ = mined.estimator
        self.rounds_: list[MiningRound] = list(mined.rounds)
        self.mined_indices_ = mined.negatives.positions
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
        return self.classes_[self.estimator_.predict(self._for_inner(X))]

    def _mine(self, held, pool, estimator, rule, rng):
        """Run the loop; interrupted, return where it stood after the last fit."""
        mined = None
        with progress_bar(self.progress, "row", "Negatives") as bar:
            watch = None if bar is None else bar.update
            try:
                for mined in mine(held, pool, estimator, rule, rng, watch):
                    if bar is not None:
                        bar.total = int(mined.pool_counts.sum()) * rule.n_rounds
                        bar.set_postfix(negatives=len(mined.negatives))
            except KeyboardInterrupt:
                if mined is None:
                    raise
                warnings.warn(
                    f"Interrupted in round {len(mined.rounds) + 1} of at most {rule.n_rounds}: the "
                    f"model fitted after {counted(len(mined.rounds), 'round')} on "
                    f"{counted(len(mined.negatives), 'negative')} of the pool is kept.",
                    UserWarning,
                    stacklevel=3,
                )
        return mined

    @property
    def _inner(self):
        if self.estimator is not None:
            return self.estimator
        # Centring would fill a sparse matrix.
        return make_pipeline(StandardScaler(with_mean=False), LogisticRegression(max_iter=1000))

    def _for_inner(self, X):
        return self._checked(X, reset=False)

    def _checked(self, X, *, reset):
        allow_nan = get_tags(self._inner).input_tags.allow_nan
        return validate_data(
            self,
            X,
            reset=reset,
            accept_sparse="csr",
            dtype=np.float64,
            ensure_all_finite="allow-nan" if allow_nan else True,
        )

    def _checked_pool(self, rows):
        try:
            return self._for_inner(rows)
        except (TypeError, ValueError) as error:
            msg = f"negatives cannot be used; pass rows like those of X. {error}"
            raise type(error)(msg) from error

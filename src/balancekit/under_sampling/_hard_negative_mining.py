"""Hard-negative mining: the rows that a classifier takes for positives join the training rows."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import get_tags
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions

from balancekit.core.base import RANDOM_STATE, BaseCleaningSampler
from balancekit.core.draws import seeded_clone
from balancekit.core.foreign import as_float64, in_range
from balancekit.core.mining import (
    Held,
    MiningRound,
    MiningRule,
    TablePool,
    check_scoring,
    initial_sizes,
    mine,
)
from balancekit.core.plan import Plan
from balancekit.core.typing import SamplingStrategy, Seed

# Rows that are scored together; scores must not depend on `n_jobs`.
BATCH_ROWS = 16_384


class HardNegativeMining(BaseCleaningSampler):
    """Under-sample by keeping the rows that a classifier takes for positives.

    Bootstrapping, as Sung and Poggio called it [1]_: a classifier is fitted on the positives and a
    few negatives drawn at random, then scores all other negatives. Those that it takes for
    positives join, and it is fitted again.

    Parameters
    ----------
    estimator : classifier, default=None
        A classifier with `predict_proba` or `decision_function`, cloned for every fit; best the one
        that the rows are for. None is a logistic regression of standardized columns.
    sampling_strategy : str, list or callable, default="auto"
        The classes that are mined, the negatives; all rows of the others are kept.

        - str: ``"auto"`` and ``"not minority"`` (all but the smallest), ``"majority"`` or
          ``"not majority"``. ``"all"`` leaves no positives and is refused.
        - list: the classes themselves.
        - callable: takes y and returns a dict whose keys are the classes.
    initial_size : int, float or "auto", default="auto"
        Rows of each mined class to start from, drawn at random. An int is their number, a float
        how many for each positive. ``"auto"`` is three for each positive, but at least 30 and at
        most a quarter of the class.
    n_rounds : int, default=2
        Rounds of mining at most. It ends earlier when no false positive is left.
    threshold : float or "auto", default="auto"
        Score above which a negative is a false positive. ``"auto"`` is .5 for `predict_proba` and 0
        for `decision_function`. See the notes on how to choose it.
    max_new_per_round : int, default=None
        Rows to add in a round at most; None adds all false positives.
    order : {"hardest", "random"}, default="hardest"
        Which rows are added where there are more than that: those of the largest scores, or any.
    random_state : None, int, RandomState or Generator, default=None
        Seed of the one random stream of a call. Estimators without a seed draw theirs from it.
    n_jobs : int, default=None
        Threads that score rows. They do not change the outcome.
    keep_plan : bool, default=True
        Whether to keep `plan_`. Without it, a pickled sampler is smaller.

    Attributes
    ----------
    sampling_strategy_ : dict
        Number of rows that each mined class is cleaned by, as imbalanced-learn defines it.
    estimator_ : classifier
        Fitted on the rows that come out, as float64 arrays, with class codes (positions in the
        sorted labels) as labels.
    rounds_ : list of MiningRound
        What each round did: `n_scanned`, `n_false_positives`, `n_added`, `n_negatives` (of the
        mined classes, after the round) and `seconds`. Where the last one found no false positive,
        mining has converged.
    plan_ : Plan
        Where every output row comes from; ``plan_.carry(array)`` brings row-aligned data along.
        Only with `keep_plan`.
    sample_indices_ : ndarray of int, shape (n_output,)
        The input row that each output row is.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str, shape (n_columns,)
        Column names, if all are strings.

    Raises
    ------
    ValueError
        If every class is mined, or X is not numeric and finite. NaN is taken if the estimator
        takes it.
    TypeError
        If the estimator cannot score.

    Warns
    -----
    ShortfallWarning
        If a class has fewer rows than an int or float `initial_size` asks for.

    See Also
    --------
    balancekit.ensemble.BootstrappedClassifier : The same for negatives that do not fit in memory.
    InstanceHardnessThreshold : Does the opposite: it removes hard rows.

    Notes
    -----
    A fit before the first round and one after each, and every round scores all negatives. The
    output is ordered by class. In each round, one number is drawn for each false positive, if
    `order` is random.

    With more than two classes, a row is a false positive if any class that is not mined scores
    above the threshold. Rows that are only mistaken for another mined class are not added: name in
    `sampling_strategy` the classes that are background, and leave out those that you look for.

    A classifier that sees few negatives expects positives to be frequent, so its threshold of .5
    stands for far less than that in the data. That is what makes mining thrifty: negatives are
    added until the classifier is right about them in spite of it. Classifiers that are sure of
    everything, such as boosted trees, find few rows above .5 and gain from a `threshold` of .02.

    It does not help where time and memory allow for all negatives; these are the better training
    set as a rule. Nor where the classes overlap: no model is right about the rows that are mined
    then, and for a forest on two overlapping normal clouds, as many random negatives are better by
    .05 in average precision. Probabilities are off, even if corrected by the prior, because the
    rows kept are no random ones. And where labels are noisy, positives that were overlooked are the
    hardest negatives of all, and are the first to join.

    References
    ----------
    .. [1] K.-K. Sung and T. Poggio, "Example-based learning for view-based human face detection",
       A.I. Memo 1521, MIT, 1994.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from balancekit.under_sampling import HardNegativeMining
    >>> X, y = make_classification(n_samples=5000, weights=[0.97], random_state=0)
    >>> sampler = HardNegativeMining(random_state=0)
    >>> X_resampled, y_resampled = sampler.fit_resample(X, y)
    >>> sorted(Counter(y_resampled.tolist()).items())
    [(0, 607), (1, 176)]
    >>> [(mined.n_false_positives, mined.n_negatives) for mined in sampler.rounds_]
    [(79, 607), (0, 607)]
    """

    _parameter_constraints: ClassVar[dict] = {
        **BaseCleaningSampler._parameter_constraints,
        "estimator": [HasMethods(["fit", "predict"]), None],
        "initial_size": [
            Interval(Integral, 1, None, closed="left"),
            Interval(Real, 0, None, closed="neither"),
            StrOptions({"auto"}),
        ],
        "n_rounds": [Interval(Integral, 1, None, closed="left")],
        "threshold": [Real, StrOptions({"auto"})],
        "max_new_per_round": [Interval(Integral, 1, None, closed="left"), None],
        "order": [StrOptions({"hardest", "random"})],
        "random_state": RANDOM_STATE,
        "n_jobs": [Integral, None],
    }
    _test_parameters: ClassVar[list[dict]] = [
        {},
        {"initial_size": 5, "max_new_per_round": 4, "order": "random", "threshold": 0.1},
    ]

    def __init__(
        self,
        *,
        estimator: Any = None,
        sampling_strategy: SamplingStrategy = "auto",
        initial_size: Any = "auto",
        n_rounds: int = 2,
        threshold: Any = "auto",
        max_new_per_round: int | None = None,
        order: str = "hardest",
        random_state: Seed = None,
        n_jobs: int | None = None,
        keep_plan: bool = True,
    ) -> None:
        super().__init__(sampling_strategy=sampling_strategy)
        self.estimator = estimator
        self.initial_size = initial_size
        self.n_rounds = n_rounds
        self.threshold = threshold
        self.max_new_per_round = max_new_per_round
        self.order = order
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.keep_plan = keep_plan

    @property
    def _takes_missing(self):
        return self.estimator is not None and get_tags(self.estimator).input_tags.allow_nan

    def _plan(self, X, labels, targets, rng):
        mined = np.sort(np.array(list(targets), dtype=np.intp))
        is_mined = np.isin(labels.codes, mined)
        if is_mined.all():
            msg = (
                f"sampling_strategy={self.sampling_strategy!r} has all {len(labels.classes)} "
                "classes mined, which leaves no positives to mistake negatives for. Use 'auto', "
                f"which leaves out the smallest class, {labels.name(labels.smallest)!r}."
            )
            raise ValueError(msg)
        values = as_float64(X) if self._takes_missing else in_range(X)[0]
        estimator = self.estimator
        if estimator is None:
            # Centring would fill a sparse matrix, and does not move the optimum.
            scaler = StandardScaler(with_mean=not sparse.issparse(values))
            estimator = make_pipeline(scaler, LogisticRegression(max_iter=1000))
        check_scoring(estimator)
        kept, candidates = np.flatnonzero(~is_mined), np.flatnonzero(is_mined)
        available = {code: int(labels.counts[code]) for code in mined.tolist()}
        names = {code: labels.name(code) for code in available}
        rule = MiningRule(
            initial_sizes=initial_sizes(self.initial_size, len(kept), available, names),
            n_rounds=self.n_rounds,
            threshold=None if self.threshold == "auto" else self.threshold,
            max_new_per_round=self.max_new_per_round,
            hardest_first=self.order == "hardest",
            n_jobs=self.n_jobs,
        )
        held = Held(values[kept], labels.codes[kept], mined)
        pool = TablePool(
            values, lambda rows: rows, candidates, labels.codes[candidates], BATCH_ROWS
        )
        for state in mine(held, pool, seeded_clone(estimator, rng), rule, rng):
            outcome = state
        self.estimator_ = outcome.estimator
        self.rounds_: list[MiningRound] = list(outcome.rounds)
        is_kept = ~is_mined
        is_kept[candidates[outcome.negatives.positions]] = True
        return Plan.select_by_class(labels, is_kept)

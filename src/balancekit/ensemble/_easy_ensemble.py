"""EasyEnsemble: AdaBoost on many balanced subsets, and one sum over all weak learners."""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar

from sklearn.utils.parallel import Parallel, delayed

from balancekit.core.classifier import prior_of
from balancekit.core.draws import class_draws
from balancekit.core.progress import progress_bar
from balancekit.core.targets import resolve_targets
from balancekit.core.typing import SamplingStrategy, Seed
from balancekit.ensemble._members import check_told_apart, fitter
from balancekit.ensemble._subsets import SubsetEnsemble


class EasyEnsembleClassifier(SubsetEnsemble):
    """Boost on several balanced subsets, and let all weak learners vote together.

    Each subset has all rows of the smallest class and as many of each other class, drawn at random.
    AdaBoost is fitted on every subset; the decision is one sum over the weak learners of all of
    them, not a vote of the AdaBoosts [1]_.

    Parameters
    ----------
    n_estimators : int, default=10
        Number of subsets. The paper has 4.
    estimator : classifier, default=None
        What is fitted on each subset, with class codes as labels. None is AdaBoost with 50 stumps,
        scikit-learn's default. An `AdaBoostClassifier` over trees of one split is fitted by the
        same fast code; anything else by its own.
    voting : {"auto", "sum", "average"}, default="auto"
        ``"sum"`` adds up the votes of all weak learners, as in the paper, and needs AdaBoost;
        ``"average"`` averages the probabilities of the subsets, as imbalanced-learn does.
        ``"auto"`` is ``"sum"`` for AdaBoost and ``"average"`` otherwise.
    warm_start : bool, default=False
        Whether `fit` keeps what is fitted and only adds up to `n_estimators` subsets; the data
        needs to be the same.
    sampling_strategy : float, str, dict or callable, default="auto"
        How many rows of each class a subset has; see
        `balancekit.under_sampling.RandomUnderSampler`.
    replacement : bool, default=False
        Whether rows are drawn with replacement.
    n_jobs : int, default=None
        Threads. They do not change the outcome.
    progress : bool, default=False
        Whether to show a progress bar on stderr; it needs tqdm.
    random_state : None, int, RandomState or Generator, default=None
        Seed of the one random stream of a call, which gives each subset, and each estimator, seeds
        of its own. Subsets are those of imbalanced-learn.

    Attributes
    ----------
    estimators_ : list of length n_estimators
        What was fitted on the subsets: `BoostedStumps`, or classifiers.
    estimators_samples_ : list of ndarray of int
        The rows of each subset, repeated if drawn repeatedly.
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
    balancekit.under_sampling.RandomUnderSampler : Draws one such subset.

    Notes
    -----
    Columns are sorted once, O(n_columns * n_rows * log(n_rows)) time and 12 bytes for each number;
    each stump takes O(n_subset * n_columns) time. Subsets are kept as row numbers, never as copies.
    Sparse rows are made dense for stumps.

    References
    ----------
    .. [1] X.-Y. Liu, J. Wu and Z.-H. Zhou, "Exploratory undersampling for class-imbalance
       learning", IEEE Transactions on Systems, Man, and Cybernetics B 39, 2009.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from balancekit.ensemble import EasyEnsembleClassifier
    >>> X, y = make_classification(n_samples=1000, weights=[0.95], random_state=0)
    >>> model = EasyEnsembleClassifier(random_state=0).fit(X, y)
    >>> model.natural_prior_.round(2), model.effective_prior_
    (array([0.95, 0.05]), array([0.5, 0.5]))
    >>> len(model.estimators_samples_), len(model.estimators_samples_[0])
    (10, 108)
    """

    _parameter_constraints: ClassVar[dict] = {
        **SubsetEnsemble._parameter_constraints,
        "warm_start": ["boolean"],
        "n_jobs": [Integral, None],
    }

    def __init__(
        self,
        n_estimators: int = 10,
        estimator: Any = None,
        *,
        voting: str = "auto",
        warm_start: bool = False,
        sampling_strategy: SamplingStrategy = "auto",
        replacement: bool = False,
        n_jobs: int | None = None,
        progress: bool = False,
        random_state: Seed = None,
    ) -> None:
        self.n_estimators = n_estimators
        self.estimator = estimator
        self.voting = voting
        self.warm_start = warm_start
        self.sampling_strategy = sampling_strategy
        self.replacement = replacement
        self.n_jobs = n_jobs
        self.progress = progress
        self.random_state = random_state

    def fit(self, X, y, sample_weight=None):
        """Fit on balanced subsets.

        Parameters
        ----------
        X : {array-like, sparse matrix, data frame} of shape (n_rows, n_columns)
            Features: numeric and finite, unless an estimator that is not AdaBoost over stumps takes
            others.
        y : array-like of shape (n_rows,)
            Labels.
        sample_weight : array-like of shape (n_rows,), optional
            Weights of the rows inside their subsets; they do not change which rows are drawn.

        Returns
        -------
        self : object

        Raises
        ------
        ValueError
            If the input cannot be used, no column tells the classes of any subset apart, or
            `n_estimators` is below what is fitted already with `warm_start`.
        """
        self._validate_params()
        X, labels, weights = self._check_fit(X, y, sample_weight)
        _, targets = resolve_targets(self.sampling_strategy, labels, "under-sampling")
        fitted, rows_of = self._kept()
        by_class = [labels.rows_of(code) for code in range(len(labels.classes))]
        members, drawn = [], []
        for member, rng in list(self._seeded_members())[len(fitted) :]:
            members.append(member)
            drawn.append(class_draws(rng, by_class, targets, replacement=self.replacement))
        fit = fitter(self._unfitted(), X, labels, weights)
        fits = Parallel(n_jobs=self.n_jobs, prefer="threads", return_as="generator")(
            delayed(fit)(member, rows) for member, rows in zip(members, drawn, strict=True)
        )
        with progress_bar(self.progress, "subset", "Boosting", len(drawn)) as bar:
            new = []
            for member in fits:
                new.append(member)
                if bar is not None:
                    bar.update()
        self.estimators_ = [*fitted, *new]
        self.estimators_samples_ = [*rows_of, *drawn]
        check_told_apart(self.estimators_, len(labels.classes))
        self.classes_ = labels.classes
        self.natural_prior_ = prior_of(labels.codes, len(labels.classes), weights)
        first = self.estimators_samples_[0]
        self.effective_prior_ = prior_of(labels.codes[first], len(labels.classes))
        return self

    def _kept(self):
        if not self.warm_start or not hasattr(self, "estimators_"):
            return [], []
        if len(self.estimators_) > self.n_estimators:
            msg = (
                f"n_estimators={self.n_estimators} is less than the {len(self.estimators_)} that "
                "are fitted already. With warm_start=True, raise it, or set warm_start=False."
            )
            raise ValueError(msg)
        return self.estimators_, self.estimators_samples_

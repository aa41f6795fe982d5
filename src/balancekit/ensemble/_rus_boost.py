"""RUSBoost: every round of boosting has a balanced subset of its own."""

from __future__ import annotations

from typing import Any, ClassVar

from balancekit.core.base import BaseUnderSampler
from balancekit.core.draws import class_draws
from balancekit.core.plan import Plan
from balancekit.core.targets import resolve_targets
from balancekit.core.typing import SamplingStrategy, Seed
from balancekit.ensemble._boosted import BoostedClassifier
from balancekit.ensemble._members import is_stump


class RUSBoostClassifier(BoostedClassifier):
    """Boost, and under-sample at random anew in every round.

    Each weak learner is fitted on all rows of the smallest class and as many of each other class,
    drawn at random, and judged on all rows [1]_.

    Parameters
    ----------
    estimator : classifier, default=None
        The weak learner; its `fit` needs to take `sample_weight`. None is a tree of one split, for
        which there is fast code.
    n_estimators : int, default=50
        Rounds. A learner without errors ends them; one that is no better than chance has no vote.
    learning_rate : float, default=1.0
        Factor of each learner's vote.
    sampling_strategy : float, str, dict or callable, default="auto"
        How many rows of each class a round has; see
        `balancekit.under_sampling.RandomUnderSampler`.
    replacement : bool, default=False
        Whether rows are drawn with replacement.
    algorithm : {"SAMME", "M2"}, default="M2"
        How learners are judged. ``"SAMME"``, as in scikit-learn's AdaBoost: by the class that each
        names. ``"M2"``: by the share of its vote that each gives to each class, and every wrong
        class of a row has a weight of its own.
    random_state : None, int, RandomState or Generator, default=None
        Seed of the one random stream of a call, which seeds the weak learner and the draw of each
        round. Subsets are those of imbalanced-learn.

    Attributes
    ----------
    estimators_ : BoostedStumps, or list of classifiers
        The weak learners.
    estimator_weights_ : ndarray of float64, shape (n_fitted,)
        Their votes.
    estimator_errors_ : ndarray of float64, shape (n_fitted,)
        The pseudo-loss of each on all rows, under the weights of its round; for SAMME, its error.
    classes_ : ndarray of shape (n_classes,)
        Class labels.
    natural_prior_ : ndarray of float64, shape (n_classes,)
        Share of each class in the data passed to `fit`, weighted if it came with `sample_weight`.
    effective_prior_ : ndarray of float64, shape (n_classes,)
        Share of each class in the weights that the first learner was fitted with.
    feature_importances_ : ndarray of float64, shape (n_columns,)
        Share of the votes that each column decides, or the mean of the learners' own by votes.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str, shape (n_columns,)
        Column names, if all are strings.

    See Also
    --------
    SMOTEBoostClassifier : Makes rows of the smaller classes instead.
    EasyEnsembleClassifier : Boosts on several subsets that stay the same.

    Notes
    -----
    Columns are sorted once; a round takes O(n_rows * n_columns) time. M2 is the
    paper's; with SAMME, learners and votes are imbalanced-learn's. A learner that is fitted on a
    balanced subset may well err in most rows as they came: by SAMME, it has no vote then, which
    in imbalanced-learn ends boosting.

    References
    ----------
    .. [1] C. Seiffert, T. M. Khoshgoftaar, J. Van Hulse and A. Napolitano, "RUSBoost: a hybrid
       approach to alleviating class imbalance", IEEE Transactions on Systems, Man, and Cybernetics
       A 40, 2010.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from balancekit.ensemble import RUSBoostClassifier
    >>> X, y = make_classification(n_samples=1000, weights=[0.9], random_state=0)
    >>> model = RUSBoostClassifier(random_state=0).fit(X, y)
    >>> model.effective_prior_
    array([0.5, 0.5])
    """

    _parameter_constraints: ClassVar[dict] = {
        **BoostedClassifier._parameter_constraints,
        "sampling_strategy": BaseUnderSampler._parameter_constraints["sampling_strategy"],
        "replacement": ["boolean"],
    }

    def __init__(
        self,
        estimator: Any = None,
        *,
        n_estimators: int = 50,
        learning_rate: float = 1.0,
        sampling_strategy: SamplingStrategy = "auto",
        replacement: bool = False,
        algorithm: str = "M2",
        random_state: Seed = None,
    ) -> None:
        self.estimator = estimator
        self.n_estimators = n_estimators
        self.learning_rate = learning_rate
        self.sampling_strategy = sampling_strategy
        self.replacement = replacement
        self.algorithm = algorithm
        self.random_state = random_state

    def _passes_rows_on(self):
        return None if is_stump(self.estimator) else self.estimator

    def _resampling(self, X, labels):
        _, targets = resolve_targets(self.sampling_strategy, labels, "under-sampling")
        by_class = [labels.rows_of(code) for code in range(len(labels.classes))]

        def resample(rule, rng):
            rows = class_draws(rng, by_class, targets, replacement=self.replacement)
            return Plan.select(labels, rows), rule.weights[rows]

        return resample

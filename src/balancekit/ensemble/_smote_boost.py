"""SMOTEBoost: every round of boosting has new rows of its own."""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar

from balancekit.core.base import BaseOverSampler
from balancekit.core.containers import wrap
from balancekit.core.neighborhood import between_partners, check_raised_classes, find_partners
from balancekit.core.neighbors import NEIGHBORS, choose_engine
from balancekit.core.plan import Plan
from balancekit.core.targets import resolve_targets
from balancekit.core.typing import SamplingStrategy, Seed
from balancekit.ensemble._boosted import BoostedClassifier


class SMOTEBoostClassifier(BoostedClassifier):
    """Boost, and over-sample by SMOTE anew in every round.

    Each weak learner is fitted on all rows and on new ones between a row of a smaller class and one
    of its nearest rows of that class [1]_. The new rows are dropped after the round: learners are
    judged on the rows as they came.

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
        How many rows each class has in a round; see `balancekit.over_sampling.SMOTE`.
    k_neighbors : int or estimator, default=5
        Number of neighbours to draw the partner from. An estimator with `kneighbors` searches for
        itself; its `n_neighbors` counts the row itself.
    n_jobs : int, default=None
        Threads for the neighbour search. They do not change the outcome.
    algorithm : {"SAMME", "M2"}, default="M2"
        How learners are judged. ``"SAMME"``, as in scikit-learn's AdaBoost: by the class that each
        names. ``"M2"``: by the share of its vote that each gives to each class, and every wrong
        class of a row has a weight of its own.
    random_state : None, int, RandomState or Generator, default=None
        Seed of the one random stream of a call, which seeds the weak learner and the new rows of
        each round.

    Attributes
    ----------
    estimators_ : BoostedStumps, or list of classifiers
        The weak learners.
    estimator_weights_ : ndarray of float64, shape (n_fitted,)
        Their votes.
    estimator_errors_ : ndarray of float64, shape (n_fitted,)
        The pseudo-loss of each on the rows as they came, under the weights of its round; for SAMME,
        its error.
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
    RUSBoostClassifier : Drops rows of the larger classes instead, which is faster.
    balancekit.over_sampling.SMOTE : Makes such rows once.

    Notes
    -----
    Neighbours are searched and columns are sorted once; a round takes O(n_output * n_columns) time,
    and the sorting of its new rows. A new row has the weight of its base row, on which the paper
    is silent.

    References
    ----------
    .. [1] N. V. Chawla, A. Lazarevic, L. O. Hall and K. W. Bowyer, "SMOTEBoost: improving
       prediction of the minority class in boosting", PKDD 2003.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from balancekit.ensemble import SMOTEBoostClassifier
    >>> X, y = make_classification(n_samples=1000, weights=[0.9], random_state=0)
    >>> model = SMOTEBoostClassifier(random_state=0).fit(X, y)
    >>> model.effective_prior_
    array([0.5, 0.5])
    >>> len(model.estimators_)
    48
    """

    _parameter_constraints: ClassVar[dict] = {
        **BoostedClassifier._parameter_constraints,
        "sampling_strategy": BaseOverSampler._parameter_constraints["sampling_strategy"],
        "k_neighbors": NEIGHBORS,
        "n_jobs": [Integral, None],
    }

    def __init__(
        self,
        estimator: Any = None,
        *,
        n_estimators: int = 50,
        learning_rate: float = 1.0,
        sampling_strategy: SamplingStrategy = "auto",
        k_neighbors: Any = 5,
        n_jobs: int | None = None,
        algorithm: str = "M2",
        random_state: Seed = None,
    ) -> None:
        self.estimator = estimator
        self.n_estimators = n_estimators
        self.learning_rate = learning_rate
        self.sampling_strategy = sampling_strategy
        self.k_neighbors = k_neighbors
        self.n_jobs = n_jobs
        self.algorithm = algorithm
        self.random_state = random_state

    def _resampling(self, X, labels):
        _, targets = resolve_targets(self.sampling_strategy, labels, "over-sampling")
        search, _, k = choose_engine("k_neighbors", self.k_neighbors, "auto", self.n_jobs)
        check_raised_classes("k_neighbors", k, labels, targets)
        partners = find_partners(search, wrap(X).numbers, labels, targets, k)

        def resample(rule, rng):
            plan = Plan.extend(labels, between_partners(partners, rng))
            return plan, rule.weights[plan.sample_indices]

        return resample

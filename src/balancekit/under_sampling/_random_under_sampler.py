"""Random under-sampling: rows of the larger classes chosen at random."""

from __future__ import annotations

from typing import ClassVar

from balancekit.core.base import BaseUnderSampler
from balancekit.core.draws import class_draws
from balancekit.core.plan import Plan
from balancekit.core.typing import SamplingStrategy, Seed


class RandomUnderSampler(BaseUnderSampler):
    """Under-sample by keeping rows of the larger classes at random.

    Rows are only chosen: columns may be of any kind, missing values included.

    Parameters
    ----------
    sampling_strategy : float, str, dict or callable, default="auto"
        How many rows the classes should have afterwards.

        - float: every class is lowered to at most the smallest one divided by this.
        - str: the classes to lower to the size of the smallest: ``"majority"``,
          ``"not minority"``, ``"not majority"``, ``"all"`` or ``"auto"`` (``"not minority"``).
        - dict: the number of rows for each class named.
        - callable: takes y and returns such a dict.
    random_state : None, int, RandomState or Generator, default=None
        Seed of the one random stream of a call. Given a RandomState, the rows are those of
        imbalanced-learn.
    replacement : bool, default=False
        Whether a row may be drawn more than once.
    keep_plan : bool, default=True
        Whether to keep `plan_`. Without it, a pickled sampler is smaller.

    Attributes
    ----------
    sampling_strategy_ : dict
        Number of rows to keep of each class that is under-sampled.
    plan_ : Plan
        Where every output row comes from; ``plan_.carry(array)`` brings row-aligned data along.
        Only with `keep_plan`.
    sample_indices_ : ndarray of int, shape (n_output,)
        The input row that each output row is.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str, shape (n_columns,)
        Column names, if all are strings.

    See Also
    --------
    balancekit.over_sampling.RandomOverSampler : Repeats rows of the smaller classes.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from balancekit.under_sampling import RandomUnderSampler
    >>> X, y = make_classification(n_samples=1000, weights=[0.9], random_state=0)
    >>> X_resampled, y_resampled = RandomUnderSampler(random_state=0).fit_resample(X, y)
    >>> sorted(Counter(y_resampled.tolist()).items())
    [(0, 102), (1, 102)]
    """

    _parameter_constraints: ClassVar[dict] = {
        **BaseUnderSampler._parameter_constraints,
        "replacement": ["boolean"],
    }
    _test_parameters: ClassVar[list[dict]] = [{}, {"replacement": True}]

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: Seed = None,
        replacement: bool = False,
        keep_plan: bool = True,
    ) -> None:
        super().__init__(sampling_strategy=sampling_strategy)
        self.random_state = random_state
        self.replacement = replacement
        self.keep_plan = keep_plan

    @property
    def _computes(self):
        return False

    def _plan(self, X, labels, targets, rng):
        rows = [labels.rows_of(code) for code in range(len(labels.classes))]
        return Plan.select(labels, class_draws(rng, rows, targets, replacement=self.replacement))

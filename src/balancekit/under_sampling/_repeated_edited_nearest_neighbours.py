"""Wilson's editing, repeated."""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar

from sklearn.utils._param_validation import Interval, StrOptions

from balancekit.core.base import BaseCleaningSampler
from balancekit.core.neighborhood import check_enough_rows, edit_in_rounds
from balancekit.core.neighbors import NEIGHBORS, SEARCH, choose_engine
from balancekit.core.plan import Plan
from balancekit.core.typing import SamplingStrategy


class RepeatedEditedNearestNeighbours(BaseCleaningSampler):
    """Remove rows whose nearest neighbours are of other classes, until none is left.

    Rows that were kept may lose the neighbours that agreed with them: so editing is repeated [1]_,
    until a round removes nothing, after `max_iter` rounds, or when a class has lost its last row or
    has become smaller than the smallest one was.

    Parameters
    ----------
    sampling_strategy : str, list or callable, default="auto"
        Which classes rows are removed from: ``"majority"``, ``"not minority"``,
        ``"not majority"``, ``"all"``, ``"auto"`` (``"not minority"``), a list of labels, or a
        callable that takes y and returns a dict whose keys are labels.
    n_neighbors : int or estimator, default=3
        Number of neighbours that are looked at. An estimator with `kneighbors` searches for itself;
        its `n_neighbors` counts the row itself.
    max_iter : int, default=100
        Rounds at most.
    kind_sel : {"all", "mode"}, default="all"
        Whether a row is kept if all of its neighbours are of its class, or if their most frequent
        class is its own.
    n_jobs : int, default=None
        Threads for the neighbour search. None takes what scikit-learn's compiled code takes: all
        processors, or ``OMP_NUM_THREADS``.
    engine : {"auto", "compiled", "sklearn", "direct", "torch"}, default="auto"
        The neighbour search; see `SMOTE`. All find the same neighbours.
    device : str, default=None
        Where PyTorch searches, such as ``"cuda"``; see `SMOTE`.
    keep_plan : bool, default=True
        Whether to keep `plan_`. Without it, a pickled sampler is smaller.

    Attributes
    ----------
    sampling_strategy_ : dict
        The classes that rows are removed from; the numbers are those of rows they have.
    plan_ : Plan
        Where every output row comes from; ``plan_.carry(array)`` brings row-aligned data along.
        Only with `keep_plan`.
    sample_indices_ : ndarray of int, shape (n_output,)
        The input row that each output row is.
    nn_ : estimator
        The estimator passed as `n_neighbors`, cloned, or an unfitted `NearestNeighbors` that stands
        for the number.
    n_iter_ : int
        Rounds done.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str, shape (n_columns,)
        Column names, if all are strings.

    Raises
    ------
    ValueError
        If X has no more rows than `n_neighbors`, or is not numeric and finite.

    Warns
    -----
    ShortfallWarning
        If all rows of a class are removed.

    See Also
    --------
    EditedNearestNeighbours : One round.
    AllKNN : Uses more neighbours in every round.

    Notes
    -----
    One search, and further ones only for rows that lose many neighbours. The classes that rows are
    removed from are fixed at the start. The output is ordered by class.

    References
    ----------
    .. [1] I. Tomek, "An experiment with the edited nearest-neighbor rule", IEEE Transactions on
       Systems, Man, and Cybernetics 6, 1976.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from balancekit.under_sampling import RepeatedEditedNearestNeighbours
    >>> X, y = make_classification(n_samples=1000, weights=[0.9], random_state=0)
    >>> X_resampled, y_resampled = RepeatedEditedNearestNeighbours().fit_resample(X, y)
    >>> sorted(Counter(y.tolist()).items()), sorted(Counter(y_resampled.tolist()).items())
    ([(0, 898), (1, 102)], [(0, 840), (1, 102)])
    """

    _parameter_constraints: ClassVar[dict] = {
        **BaseCleaningSampler._parameter_constraints,
        "n_neighbors": NEIGHBORS,
        "kind_sel": [StrOptions({"all", "mode"})],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        **SEARCH,
    }
    _test_parameters: ClassVar[list[dict]] = [{}, {"kind_sel": "mode", "max_iter": 2}]

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        n_neighbors: Any = 3,
        max_iter: int = 100,
        kind_sel: str = "all",
        n_jobs: int | None = None,
        engine: str = "auto",
        device: str | None = None,
        keep_plan: bool = True,
    ) -> None:
        super().__init__(sampling_strategy=sampling_strategy)
        self.n_neighbors = n_neighbors
        self.max_iter = max_iter
        self.kind_sel = kind_sel
        self.n_jobs = n_jobs
        self.engine = engine
        self.device = device
        self.keep_plan = keep_plan

    def _plan(self, X, labels, targets, rng):
        engine, self.nn_, k = choose_engine(
            "n_neighbors", self.n_neighbors, self.engine, self.n_jobs, device=self.device
        )
        check_enough_rows("n_neighbors", k, len(labels))
        is_kept, self.n_iter_ = edit_in_rounds(
            X, labels, targets, engine, [k] * self.max_iter, k,
            kind=self.kind_sel, until_stable=True, keep_order=True,
        )  # fmt: skip
        return Plan.select_by_class(labels, is_kept)

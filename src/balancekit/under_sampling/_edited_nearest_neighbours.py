"""Wilson's editing: rows whose neighbours disagree with their class go."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import StrOptions

from balancekit.core.base import BaseCleaningSampler
from balancekit.core.neighborhood import agree_with_all, agree_with_most, check_enough_rows
from balancekit.core.neighbors import METRIC, NEIGHBORS, SEARCH, choose_engine
from balancekit.core.plan import Plan
from balancekit.core.typing import SamplingStrategy


class EditedNearestNeighbours(BaseCleaningSampler):
    """Remove rows whose nearest neighbours are of other classes.

    A row that its neighbours would classify wrongly is noise, or close to the border [1]_.

    Parameters
    ----------
    sampling_strategy : str, list or callable, default="auto"
        Which classes rows are removed from: ``"majority"``, ``"not minority"``,
        ``"not majority"``, ``"all"``, ``"auto"`` (``"not minority"``), a list of labels, or a
        callable that takes y and returns a dict whose keys are labels.
    n_neighbors : int or estimator, default=3
        Number of neighbours that are looked at. An estimator with `kneighbors` searches for itself;
        its `n_neighbors` counts the row itself.
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
    metric : {"euclidean", "nan_euclidean"}, default="euclidean"
        Distance of the neighbour search. ``"nan_euclidean"`` takes rows with missing values: it
        measures by the columns that both rows have, weighted up to the number of all; a row
        that shares columns with too few others is an error.
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
    RepeatedEditedNearestNeighbours : Repeats it.
    AllKNN : Repeats it with more and more neighbours.

    Notes
    -----
    One search. The output is ordered by class. Ties between distances go to the lower row number,
    those between classes to the lower one.

    References
    ----------
    .. [1] D. L. Wilson, "Asymptotic properties of nearest neighbor rules using edited data", IEEE
       Transactions on Systems, Man, and Cybernetics 2, 1972.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from balancekit.under_sampling import EditedNearestNeighbours
    >>> X, y = make_classification(n_samples=1000, weights=[0.9], random_state=0)
    >>> X_resampled, y_resampled = EditedNearestNeighbours().fit_resample(X, y)
    >>> sorted(Counter(y.tolist()).items()), sorted(Counter(y_resampled.tolist()).items())
    ([(0, 898), (1, 102)], [(0, 849), (1, 102)])
    """

    _parameter_constraints: ClassVar[dict] = {
        **BaseCleaningSampler._parameter_constraints,
        "n_neighbors": NEIGHBORS,
        "kind_sel": [StrOptions({"all", "mode"})],
        **SEARCH,
        **METRIC,
    }
    _test_parameters: ClassVar[list[dict]] = [{}, {"kind_sel": "mode", "n_neighbors": 4}]

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        n_neighbors: Any = 3,
        kind_sel: str = "all",
        n_jobs: int | None = None,
        engine: str = "auto",
        device: str | None = None,
        metric: str = "euclidean",
        keep_plan: bool = True,
    ) -> None:
        super().__init__(sampling_strategy=sampling_strategy)
        self.n_neighbors = n_neighbors
        self.kind_sel = kind_sel
        self.n_jobs = n_jobs
        self.engine = engine
        self.device = device
        self.metric = metric
        self.keep_plan = keep_plan

    def _plan(self, X, labels, targets, rng):
        engine, self.nn_, k = choose_engine(
            "n_neighbors",
            self.n_neighbors,
            self.engine,
            self.n_jobs,
            device=self.device,
            metric=self.metric,
        )
        check_enough_rows("n_neighbors", k, len(labels))
        queries = np.flatnonzero(np.isin(labels.codes, list(targets)))
        agree = agree_with_all if self.kind_sel == "all" else agree_with_most
        is_kept = np.ones(len(labels), dtype=bool)
        is_kept[queries] = agree(X, labels.codes, queries, engine, k)
        return Plan.select_by_class(labels, is_kept)

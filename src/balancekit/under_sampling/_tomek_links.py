"""Tomek links: the larger class's rows of mutual nearest neighbours of different classes."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from balancekit.core.base import BaseCleaningSampler
from balancekit.core.neighborhood import check_enough_rows, tomek_links
from balancekit.core.neighbors import METRIC, SEARCH, choose_engine
from balancekit.core.plan import Plan
from balancekit.core.typing import SamplingStrategy


class TomekLinks(BaseCleaningSampler):
    """Remove rows that form a Tomek link with a row of another class.

    Two rows of different classes link if each is the nearest row of the other [1]_: they are noise,
    or close to the border.

    Parameters
    ----------
    sampling_strategy : str, list or callable, default="auto"
        Which classes rows are removed from: ``"majority"``, ``"not minority"``,
        ``"not majority"``, ``"all"``, ``"auto"`` (``"not minority"``), a list of labels, or a
        callable that takes y and returns a dict whose keys are labels.
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
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str, shape (n_columns,)
        Column names, if all are strings.

    Raises
    ------
    ValueError
        If X has a single row, or is not numeric and finite.

    Warns
    -----
    ShortfallWarning
        If all rows of a class are removed.

    See Also
    --------
    OneSidedSelection : Removes redundant rows, too.
    EditedNearestNeighbours : Asks more neighbours than one.

    Notes
    -----
    Where the classes outside the largest are small, their rows are searched for, and the rows of
    the largest that they are nearest to; no others. Ties between distances go to the lower row
    number.

    References
    ----------
    .. [1] I. Tomek, "Two modifications of CNN", IEEE Transactions on Systems, Man, and Cybernetics
       6, 1976.

    Examples
    --------
    >>> from collections import Counter
    >>> from sklearn.datasets import make_classification
    >>> from balancekit.under_sampling import TomekLinks
    >>> X, y = make_classification(n_samples=1000, weights=[0.9], random_state=0)
    >>> X_resampled, y_resampled = TomekLinks().fit_resample(X, y)
    >>> sorted(Counter(y.tolist()).items()), sorted(Counter(y_resampled.tolist()).items())
    ([(0, 898), (1, 102)], [(0, 891), (1, 102)])
    """

    _parameter_constraints: ClassVar[dict] = {
        **BaseCleaningSampler._parameter_constraints,
        **SEARCH,
        **METRIC,
    }
    _test_parameters: ClassVar[list[dict]] = [{}, {"sampling_strategy": "all"}]

    def __init__(
        self,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        n_jobs: int | None = None,
        engine: str = "auto",
        device: str | None = None,
        metric: str = "euclidean",
        keep_plan: bool = True,
    ) -> None:
        super().__init__(sampling_strategy=sampling_strategy)
        self.n_jobs = n_jobs
        self.engine = engine
        self.device = device
        self.metric = metric
        self.keep_plan = keep_plan

    def _plan(self, X, labels, targets, rng):
        check_enough_rows("the search for the nearest row, with n_neighbors", 1, len(labels))
        engine, _, _ = choose_engine(
            "n_neighbors",
            1,
            self.engine,
            self.n_jobs,
            device=self.device,
            metric=self.metric,
        )
        linked = tomek_links(X, labels.codes, engine).ravel()
        is_kept = np.ones(len(labels), dtype=bool)
        is_kept[linked[np.isin(labels.codes[linked], list(targets))]] = False
        return Plan.select(labels, np.flatnonzero(is_kept))

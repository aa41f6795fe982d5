"""SMOTE-N: new rows of names."""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from sklearn.base import clone
from sklearn.preprocessing import OrdinalEncoder
from sklearn.utils._param_validation import HasMethods

from balancekit.core.base import BaseOverSampler
from balancekit.core.mixed import read_mixed
from balancekit.core.neighborhood import check_raised_classes, find_modes
from balancekit.core.neighbors import NEIGHBORS, SEARCH, choose_engine
from balancekit.core.neighbors.value_differences import ValueDifferences
from balancekit.core.plan import Plan
from balancekit.core.recipes import Interpolation
from balancekit.core.typing import SamplingStrategy, Seed


class SMOTEN(BaseOverSampler):
    """Over-sample data with nominal columns only.

    A new row starts from a row of the class. In each column it takes the value that is most
    frequent among that row and its neighbours [1]_. How far two values are apart depends on how
    differently the classes are distributed among the rows that have them: the value difference
    metric [2]_.

    Parameters
    ----------
    categorical_encoder : encoder, default=None
        For compatibility with imbalanced-learn: columns are integer codes here. An encoder that is
        passed is fitted.
    sampling_strategy : float, str, dict or callable, default="auto"
        How many rows the classes should have afterwards.

        - float: every class below this fraction of the largest is raised to it.
        - str: the classes to raise to the size of the largest: ``"minority"``, ``"not minority"``,
          ``"not majority"``, ``"all"`` or ``"auto"`` (``"not majority"``).
        - dict: the number of rows for each class named.
        - callable: takes y and returns such a dict.
    random_state : None, int, RandomState or Generator, default=None
        Seed of the one random stream of a call. Given a RandomState, the rows are those of
        imbalanced-learn, unless distances are tied.
    k_neighbors : int or estimator, default=5
        Number of neighbours that vote, besides the row itself. An estimator with `kneighbors` is
        asked with ``metric="precomputed"``; its `n_neighbors` counts the row itself.
    n_jobs : int, default=None
        Threads for the neighbour search. None takes what scikit-learn's compiled code takes: all
        processors, or ``OMP_NUM_THREADS``.
    device : str, default=None
        Where PyTorch searches, such as ``"cuda"``. None is where X is, if that is a tensor on an
        accelerator, and else the CPU, without PyTorch.
    keep_plan : bool, default=True
        Whether to keep `plan_`. Without it, a pickled sampler is smaller.

    Attributes
    ----------
    sampling_strategy_ : dict
        Number of new rows for each class.
    plan_ : Plan
        Where every output row comes from; ``plan_.is_synthetic`` marks the new ones and
        ``plan_.carry(array)`` brings row-aligned data along. Only with `keep_plan`.
    sample_indices_ : ndarray of int, shape (n_output,)
        The input row that each output row is, or was drawn as the base of.
    categorical_encoder_ : encoder
        The clone of the encoder that was passed, fitted, or an unfitted `OrdinalEncoder`.
    nn_k_ : estimator
        The estimator passed as `k_neighbors`, cloned, or an unfitted `NearestNeighbors` that stands
        for the number.
    n_features_in_ : int
        Number of columns.
    feature_names_in_ : ndarray of str, shape (n_columns,)
        Column names, if all are strings.

    Raises
    ------
    ValueError
        If a class has no more rows than `k_neighbors`.

    See Also
    --------
    SMOTENC : For numeric and nominal columns.

    Notes
    -----
    O(n**2 * n_columns) time for a class of n different rows, in blocks within scikit-learn's
    `working_memory`. Distances between rows of names are tied more often than not; ties go to the
    lower row number. Of values that are equally frequent, the first in order counts. A missing
    value is a value of its own.

    References
    ----------
    .. [1] N. V. Chawla, K. W. Bowyer, L. O. Hall and W. P. Kegelmeyer, "SMOTE: synthetic minority
       over-sampling technique", Journal of Artificial Intelligence Research 16, 2002.
    .. [2] C. Stanfill and D. Waltz, "Toward memory-based reasoning", Communications of the ACM 29,
       1986.

    Examples
    --------
    >>> import numpy as np
    >>> from balancekit.over_sampling import SMOTEN
    >>> X = np.array([["green"], ["red"], ["blue"]])[[0] * 5 + [1] * 10 + [2] * 4]
    >>> y = np.array(["apple"] * 15 + ["berry"] * 4)
    >>> X_resampled, y_resampled = SMOTEN(k_neighbors=2, random_state=0).fit_resample(X, y)
    >>> set(X_resampled[19:, 0].tolist())
    {'blue'}
    """

    _parameter_constraints: ClassVar[dict] = {
        **BaseOverSampler._parameter_constraints,
        "categorical_encoder": [HasMethods(["fit_transform", "inverse_transform"]), None],
        "k_neighbors": NEIGHBORS,
        "n_jobs": SEARCH["n_jobs"],
        "device": SEARCH["device"],
    }
    _test_parameters: ClassVar[list[dict]] = [{}, {"k_neighbors": 2}]

    def __init__(
        self,
        categorical_encoder: Any = None,
        *,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: Seed = None,
        k_neighbors: Any = 5,
        n_jobs: int | None = None,
        device: str | None = None,
        keep_plan: bool = True,
    ) -> None:
        super().__init__(sampling_strategy=sampling_strategy)
        self.categorical_encoder = categorical_encoder
        self.random_state = random_state
        self.k_neighbors = k_neighbors
        self.n_jobs = n_jobs
        self.device = device
        self.keep_plan = keep_plan

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        # What is missing is a name like any other.
        tags.input_tags.allow_nan = tags.input_tags.string = True
        return tags

    def _read(self, rows):
        everything = np.arange(rows.shape[1])
        self.categorical_encoder_ = OrdinalEncoder(dtype=np.int32)
        if self.categorical_encoder is not None:
            table = np.empty(rows.shape, dtype=object)
            for index in everything.tolist():
                table[:, index] = rows.column_labels(index)
            self.categorical_encoder_ = clone(self.categorical_encoder).fit(table)
        return read_mixed(rows, everything)

    def _plan(self, X, labels, targets, rng):
        _, self.nn_k_, k = choose_engine(
            "k_neighbors", self.k_neighbors, "auto", self.n_jobs, device=self.device
        )
        check_raised_classes("k_neighbors", k, labels, targets)
        device = X.device if self.device is None else self.device
        differences = ValueDifferences(X.codes, labels.codes, self.n_jobs, device)
        everything = np.arange(X.codes.shape[1])
        new = []
        for code, n_new in targets.items():
            if n_new == 0:
                continue
            members = labels.rows_of(code)
            if isinstance(self.k_neighbors, Integral):
                near = differences.nearest(members, k)
            else:
                finder = clone(self.nn_k_).set_params(metric="precomputed")
                table = differences.between(members, members)
                # A classifier of neighbours wants labels, and is not asked for any.
                y = (np.zeros(len(members)),) if hasattr(finder, "predict") else ()
                near = np.asarray(finder.fit(table, *y).kneighbors(table, return_distance=False))
            base = rng.choice(len(members), size=n_new)
            # The first of those that tie.
            donors = []
            for column in X.codes[members].T:
                modes = find_modes(column[near])
                donors.append(near[base, modes.donors[modes.starts[base]]])
            # Nothing is interpolated; a partner only has to be another row.
            partner = np.where(near[:, 0] == np.arange(len(members)), near[:, 1], near[:, 0])
            new.append(
                (
                    code,
                    Interpolation(
                        members[base],
                        members[partner[base]],
                        np.zeros(n_new),
                        nominal=everything,
                        donor=members[np.column_stack(donors)],
                    ),
                )
            )
        return Plan.extend(labels, new)

"""SMOTE-NC: new rows of numbers and names."""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from scipy import sparse
from sklearn.base import clone
from sklearn.preprocessing import OneHotEncoder
from sklearn.utils._param_validation import HasMethods, StrOptions

from balancekit.core.base import BaseOverSampler
from balancekit.core.draws import neighbor_draws
from balancekit.core.mixed import check_encoder, deviations, nominal_positions, read_mixed
from balancekit.core.neighborhood import check_raised_classes, find_modes
from balancekit.core.neighbors import NEIGHBORS, SEARCH, choose_engine
from balancekit.core.neighbors.mixed import nearest_mixed_rows
from balancekit.core.plan import Plan
from balancekit.core.recipes import Interpolation
from balancekit.core.typing import SamplingStrategy, Seed
from balancekit.core.wording import counted

# Up to so many columns, vectors are dense: trees take no others.
FEW_COLUMNS = 256


class SMOTENC(BaseOverSampler):
    """Over-sample data with both numeric and nominal columns.

    Numeric columns are interpolated as in `SMOTE`. A nominal column takes the value that is most
    frequent among the neighbours. Where rows differ in a nominal column, their squared distance
    grows by the square of the median of the numeric columns' standard deviations in the class [1]_.

    Parameters
    ----------
    categorical_features : "auto" or array-like of bool, int or str
        The nominal columns: a mask, positions or names. "auto" takes those of categories,
        enumerations, strings, objects and bool.
    categorical_encoder : encoder, default=None
        For compatibility with imbalanced-learn: nominal columns are integer codes here. An encoder
        that is passed is fitted, and refused if it does not keep all categories.
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
        Number of neighbours to draw the partner from, and that vote. An estimator with `kneighbors`
        searches for itself, among rows with a column for each nominal value; its `n_neighbors`
        counts the row itself.
    n_jobs : int, default=None
        Threads for the neighbour search. None takes what scikit-learn's compiled code takes: all
        processors, or ``OMP_NUM_THREADS``.
    device : str, default=None
        Where PyTorch searches dense rows, such as ``"cuda"``. None is where X is, if that is a
        tensor on an accelerator, and else the CPU, without PyTorch.
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
    categorical_features_, continuous_features_ : ndarray of int
        Positions of the nominal and of the numeric columns.
    categorical_encoder_ : encoder
        The clone of the encoder that was passed, fitted, or an unfitted `OneHotEncoder`.
    median_std_ : dict
        For each class that is over-sampled, the median of the standard deviations.
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
        If all columns are nominal or none is, a class has no more rows than `k_neighbors`, or a
        numeric column is not numeric and finite.

    See Also
    --------
    SMOTE : For numeric columns only.
    SMOTEN : For nominal columns only.

    Notes
    -----
    O(n**2 * n_columns) time for a class of n rows and O(n_rows * n_columns) memory, whatever the
    number of different values. A missing value in a nominal column is a value of its own. Values
    that are equally frequent are drawn from.

    References
    ----------
    .. [1] N. V. Chawla, K. W. Bowyer, L. O. Hall and W. P. Kegelmeyer, "SMOTE: synthetic minority
       over-sampling technique", Journal of Artificial Intelligence Research 16, 2002.

    Examples
    --------
    >>> import numpy as np
    >>> from balancekit.over_sampling import SMOTENC
    >>> rng = np.random.RandomState(0)
    >>> X = np.empty((60, 2), dtype=object)
    >>> X[:, 0], X[:, 1] = rng.randn(60), rng.choice(["red", "green"], 60)
    >>> y = np.repeat([0, 1], [45, 15])
    >>> X_resampled, y_resampled = SMOTENC("auto", random_state=0).fit_resample(X, y)
    >>> X_resampled.shape, np.bincount(y_resampled)
    ((90, 2), array([45, 45]))
    """

    _parameter_constraints: ClassVar[dict] = {
        **BaseOverSampler._parameter_constraints,
        "categorical_features": ["array-like", StrOptions({"auto"})],
        "categorical_encoder": [HasMethods(["fit_transform", "inverse_transform"]), None],
        "k_neighbors": NEIGHBORS,
        "n_jobs": SEARCH["n_jobs"],
        "device": SEARCH["device"],
    }
    _incumbent_rounding: ClassVar[float] = 1e-15
    _test_parameters: ClassVar[list[dict]] = [
        {"categorical_features": [1]},
        {"categorical_features": [-1], "k_neighbors": 3},
    ]

    def __init__(
        self,
        categorical_features: Any,
        *,
        categorical_encoder: Any = None,
        sampling_strategy: SamplingStrategy = "auto",
        random_state: Seed = None,
        k_neighbors: Any = 5,
        n_jobs: int | None = None,
        device: str | None = None,
        keep_plan: bool = True,
    ) -> None:
        super().__init__(sampling_strategy=sampling_strategy)
        self.categorical_features = categorical_features
        self.categorical_encoder = categorical_encoder
        self.random_state = random_state
        self.k_neighbors = k_neighbors
        self.n_jobs = n_jobs
        self.device = device
        self.keep_plan = keep_plan

    def _read(self, rows):
        nominal = nominal_positions(self.categorical_features, rows)
        kinds = {0: ("numerical", "categorical"), rows.shape[1]: ("categorical", "numerical")}
        if len(nominal) in kinds:
            only, needed = kinds[len(nominal)]
            other = "SMOTE" if only == "numerical" else "SMOTEN"
            msg = (
                f"SMOTE-NC is not designed to work only with {only} features. It requires some "
                f"{needed} features; by categorical_features, {len(nominal)} of "
                f"{counted(rows.shape[1], 'column')} are categorical. Use {other}, or name some "
                "columns, but not all."
            )
            raise ValueError(msg)
        mixed = read_mixed(rows, nominal)
        self.categorical_features_ = nominal
        self.continuous_features_ = np.setdiff1d(np.arange(rows.shape[1]), nominal)
        self.categorical_encoder_ = OneHotEncoder(handle_unknown="ignore")
        if self.categorical_encoder is not None:
            self.categorical_encoder_ = check_encoder(
                clone(self.categorical_encoder), rows, nominal
            )
        return mixed

    def _plan(self, X, labels, targets, rng):
        engine, self.nn_k_, k = choose_engine(
            "k_neighbors", self.k_neighbors, "auto", self.n_jobs, device=self.device
        )
        check_raised_classes("k_neighbors", k, labels, targets)
        device = X.device if self.device is None else self.device
        new, medians = [], {}
        for code, n_new in targets.items():
            if n_new == 0:
                continue
            members = labels.rows_of(code)
            values, exponent = X.in_range(members)
            median = float(np.median(deviations(values)))
            medians[labels.name(code)] = float(np.ldexp(median, exponent))
            names = X.codes[members]
            if isinstance(self.k_neighbors, Integral):
                near = nearest_mixed_rows(values, names, median**2, k, self.n_jobs, device)
            else:
                everyone = np.arange(len(members))
                table = _with_columns_for_names(values, names, median)
                near = engine.kneighbors(table, everyone, everyone, k)[1]
            base, neighbor, step = neighbor_draws(rng, *near.shape, n_new)
            donors = [near[base, find_modes(column[near]).draw(base, rng)] for column in names.T]
            new.append(
                (
                    code,
                    Interpolation(
                        members[base],
                        members[near[base, neighbor]],
                        step,
                        nominal=X.nominal,
                        donor=members[np.column_stack(donors)],
                    ),
                )
            )
        self.median_std_ = medians
        return Plan.extend(labels, new)


def _with_columns_for_names(values, names, median):
    """Return vectors with the distances of the definition, for a user's own search."""
    columns = [values]
    for column in names.T:
        places = np.arange(len(column)), np.unique(column, return_inverse=True)[1]
        is_name = sparse.csr_array((np.ones(len(column)), places))
        columns.append(is_name * (median / np.sqrt(2)))
    table = sparse.hstack(columns, format="csr")
    return table.toarray() if table.shape[1] <= FEW_COLUMNS else table

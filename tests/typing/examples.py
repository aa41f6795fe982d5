"""What comes out of `fit_resample` and `carry`, as `test_types.py` checks it and runs it.

Whatever asserts a type stands in a function without parameters. Libraries are imported in there,
as not every environment has all of them.
"""

from __future__ import annotations

import tempfile
from collections import deque
from typing import Any, TypeAlias, assert_type

import numpy as np
from numpy.typing import NDArray
from sklearn.neighbors import NearestNeighbors

from balancekit.combine import SMOTEENN, SamplerChain, SMOTETomek
from balancekit.core.chained_plan import ChainedPlan
from balancekit.core.plan import Plan
from balancekit.over_sampling import (
    ADASYN,
    SMOTE,
    SMOTEN,
    SMOTENC,
    SVMSMOTE,
    BorderlineSMOTE,
    ClusterOverSampler,
    KMeansSMOTE,
    RandomOverSampler,
)
from balancekit.testing import make_blobs_of_sizes
from balancekit.under_sampling import (
    AllKNN,
    ClusterCentroids,
    CondensedNearestNeighbour,
    EditedNearestNeighbours,
    GeneralizedEditing,
    HardNegativeMining,
    InstanceHardnessThreshold,
    NearMiss,
    NeighbourhoodCleaningRule,
    OneSidedSelection,
    RandomUnderSampler,
    RepeatedEditedNearestNeighbours,
    RestrictedDecontamination,
    TomekLinks,
)

X: NDArray[np.float64]
y: NDArray[np.int64]
X, y = make_blobs_of_sizes((60, 25), n_columns=3)
rows: list[list[float]] = X.tolist()
labels: list[int] = y.tolist()
names: list[str] = y.astype(str).tolist()
flags: NDArray[np.bool_] = y == 1

Arrays: TypeAlias = tuple[NDArray[np.float64], NDArray[np.int64]]


def arrays() -> None:
    X_resampled, y_resampled = SMOTE().fit_resample(X, y)
    assert_type(X_resampled, NDArray[np.float64])
    assert_type(y_resampled, NDArray[np.int64])
    assert_type(SMOTE().fit_resample(X.astype(np.float32), y)[0], NDArray[np.float32])
    assert_type(SMOTE().fit_resample(X, y.astype(np.str_))[1], NDArray[np.str_])
    assert_type(SMOTE().fit_resample(X, flags)[1], NDArray[np.bool_])


def labels_in_a_column() -> None:
    assert_type(SMOTE().fit_resample(X, y[:, np.newaxis])[1], NDArray[np.int64])


def subclasses_of_arrays() -> None:
    with tempfile.TemporaryFile() as file:
        mapped = np.memmap(file, dtype=np.float32, shape=X.shape)
        mapped[:] = X
        X_resampled = SMOTE().fit_resample(mapped, y)[0]
    assert_type(X_resampled, np.ndarray[Any, np.dtype[np.float32]])
    assert_type(SMOTE().fit_resample(X, np.ma.array(y, dtype=np.int64))[1], NDArray[np.int64])


def lists() -> None:
    assert_type(SMOTE().fit_resample(rows, labels), tuple[list[list[float]], list[int]])
    assert_type(SMOTE().fit_resample(X, names)[1], list[str])
    assert_type(SMOTE().fit_resample(X, [[label] for label in labels])[1], list[list[int]])


def tuples() -> None:
    X_resampled, y_resampled = SMOTE().fit_resample(tuple(rows), tuple(labels))
    assert_type(X_resampled, tuple[list[float], ...])
    assert_type(y_resampled, tuple[int, ...])


def lists_of_other_rows() -> None:
    pairs: list[tuple[float, float]] = [(row[0], row[1]) for row in rows]
    assert_type(SMOTE().fit_resample(pairs, y)[0], list[list[Any] | tuple[float, float]])
    arrays: list[NDArray[np.float64]] = list(X)
    assert_type(SMOTE().fit_resample(arrays, y)[0], list[list[Any] | NDArray[np.float64]])


def sparse_matrices() -> None:
    from scipy import sparse

    # Not asserted: it depends on whether SciPy's stubs are installed.
    array: sparse.csr_array = SMOTE().fit_resample(sparse.csr_array(X), y)[0]
    matrix: sparse.lil_matrix = SMOTE().fit_resample(sparse.lil_matrix(X), y)[0]
    assert (type(array), type(matrix)) == (sparse.csr_array, sparse.lil_matrix)


def pandas_frames() -> None:
    import pandas as pd

    frame = pd.DataFrame(X, columns=["a", "b", "c"])
    X_resampled, y_resampled = SMOTE().fit_resample(frame, pd.Series(labels))
    assert_type(X_resampled, pd.DataFrame)
    assert_type(y_resampled, "pd.Series[int]")
    assert_type(SMOTE().fit_resample(frame, frame["a"] > 0)[1], "pd.Series[bool]")
    frame["label"] = y
    assert_type(SMOTE().fit_resample(frame, frame["label"])[1], "pd.Series[Any]")
    assert_type(SMOTE().fit_resample(X, frame[["label"]])[1], pd.DataFrame)


def subclasses_of_pandas_frames() -> None:
    import pandas as pd

    class Measurements(pd.DataFrame):
        @property
        def _constructor(self) -> type[Measurements]:
            return Measurements

    assert_type(SMOTE().fit_resample(Measurements(X), y)[0], Measurements)


def pandas_vectors() -> None:
    import pandas as pd

    assert_type(SMOTE().fit_resample(X, pd.Index(names))[1], "pd.Index[str]")
    assert_type(SMOTE().fit_resample(X, pd.Categorical(names))[1], "pd.Categorical[str]")
    assert_type(SMOTE().fit_resample(X, pd.array(labels))[1], pd.arrays.IntegerArray)


def polars_frames() -> None:
    import polars as pl

    X_resampled, y_resampled = SMOTE().fit_resample(pl.DataFrame(X), pl.Series(y))
    assert_type(X_resampled, pl.DataFrame)
    assert_type(y_resampled, pl.Series)
    assert_type(SMOTE().fit_resample(X, pl.DataFrame({"y": y}))[1], pl.DataFrame)


def narwhals_frames() -> None:
    import narwhals as nw
    import polars as pl

    frame = nw.from_native(pl.DataFrame(X), eager_only=True)
    series = nw.from_native(pl.Series(y), series_only=True)
    X_resampled, y_resampled = SMOTE().fit_resample(frame, series)
    assert_type(X_resampled, nw.DataFrame[pl.DataFrame])
    assert_type(y_resampled, nw.Series[pl.Series])


def pyarrow_tables() -> None:
    import pyarrow as pa

    # It has no types of its own, so this is for those who have its stubs.
    table, labels = pa.table({"a": X[:, 0], "b": X[:, 1]}), pa.chunked_array([y])
    assert_type(SMOTE().fit_resample(table, labels), tuple[pa.Table, pa.ChunkedArray])
    assert_type(SMOTE().fit_resample(X, pa.array(y))[1], pa.Int64Array)


def tensors() -> None:
    import torch

    table, labels = torch.tensor(X), torch.tensor(y)
    assert_type(SMOTE().fit_resample(table, labels), tuple[torch.Tensor, torch.Tensor])
    assert_type(SMOTE().fit_resample(torch.nn.Parameter(table), y)[0], torch.Tensor)


def containers_mixed() -> None:
    import pandas as pd
    import polars as pl

    X_resampled, y_resampled = SMOTE().fit_resample(pd.DataFrame(X), y)
    assert_type(X_resampled, pd.DataFrame)
    assert_type(y_resampled, NDArray[np.int64])
    assert_type(SMOTE().fit_resample(pl.DataFrame(X), labels), tuple[pl.DataFrame, list[int]])
    assert_type(SMOTE().fit_resample(X=X, y=pl.Series(y)), tuple[NDArray[np.float64], pl.Series])


def types_unknown() -> None:
    import pandas as pd

    anything: Any = X
    assert_type(SMOTE().fit_resample(anything, y), tuple[Any, NDArray[np.int64]])
    assert_type(SMOTE().fit_resample(pd.DataFrame(X), anything[:, 0] > 0), tuple[pd.DataFrame, Any])


def one_of_two_types() -> None:
    import pandas as pd

    def balance(
        X: NDArray[np.float64] | pd.DataFrame, y: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64] | pd.DataFrame, NDArray[np.int64]]:
        return SMOTE().fit_resample(X, y)

    assert type(balance(X, y)[0]) is np.ndarray
    assert type(balance(pd.DataFrame(X), y)[0]) is pd.DataFrame


def array_likes() -> None:
    # They come back as arrays, which type checkers want to see.
    queue = deque(labels)
    fit_resample = SMOTE().fit_resample
    assert_type(fit_resample(X, np.array(queue, dtype=np.int64))[1], NDArray[np.int64])
    queue_resampled: Any
    _, queue_resampled = fit_resample(X, queue)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert type(queue_resampled) is np.ndarray


def attributes() -> None:
    sampler = assert_type(SMOTE().fit(X, y), SMOTE)
    sampler.fit_resample(X, y)
    assert_type(sampler.sample_indices_, NDArray[np.intp])
    assert_type(sampler.sampling_strategy_, dict[Any, int])
    assert_type(sampler.n_features_in_, int)
    plan = assert_type(sampler.plan_, Plan)
    assert_type(plan.keep, NDArray[np.intp])
    assert_type(plan.codes, NDArray[np.intp])
    assert_type(plan.sample_indices, NDArray[np.intp])
    assert_type(plan.is_synthetic, NDArray[np.bool_])
    assert_type(plan.is_first_copy, NDArray[np.bool_])
    assert_type(plan.n_output, int)


def attributes_of_a_chain() -> None:
    chain = assert_type(SMOTETomek().fit(X, y), SMOTETomek)
    chain.fit_resample(X, y)
    assert_type(chain.sample_indices_, NDArray[np.intp])
    plan = assert_type(chain.plan_, ChainedPlan)
    assert_type(plan.plans, tuple[Plan, ...])
    assert_type(plan.is_synthetic, NDArray[np.bool_])
    assert_type(plan.carry(y), NDArray[np.int64])


def what_a_plan_carries() -> None:
    import pandas as pd
    import polars as pl

    sampler = SMOTE()
    sampler.fit_resample(X, y)
    carry = sampler.plan_.carry
    assert_type(carry(X), NDArray[np.float64])
    assert_type(carry(X[:, :1]), NDArray[np.float64])
    assert_type(carry(names), list[str])
    assert_type(carry(tuple(names)), tuple[str, ...])
    assert_type(carry([(name, 1) for name in names]), list[tuple[str, int]])
    frame = pd.DataFrame({"name": names})
    assert_type(carry(frame), pd.DataFrame)
    assert_type(carry(frame["name"]), "pd.Series[Any]")
    assert_type(carry(pl.Series(names)), pl.Series)


def every_sampler() -> None:
    assert_type(ADASYN().fit_resample(X, y), Arrays)
    assert_type(AllKNN().fit_resample(X, y), Arrays)
    assert_type(BorderlineSMOTE().fit_resample(X, y), Arrays)
    assert_type(ClusterCentroids().fit_resample(X, y), Arrays)
    assert_type(ClusterOverSampler().fit_resample(X, y), Arrays)
    assert_type(CondensedNearestNeighbour().fit_resample(X, y), Arrays)
    assert_type(EditedNearestNeighbours().fit_resample(X, y), Arrays)
    assert_type(GeneralizedEditing().fit_resample(X, y), Arrays)
    assert_type(HardNegativeMining().fit_resample(X, y), Arrays)
    assert_type(InstanceHardnessThreshold().fit_resample(X, y), Arrays)
    assert_type(KMeansSMOTE().fit_resample(X, y), Arrays)
    assert_type(NearMiss().fit_resample(X, y), Arrays)
    assert_type(NeighbourhoodCleaningRule().fit_resample(X, y), Arrays)
    assert_type(OneSidedSelection().fit_resample(X, y), Arrays)
    assert_type(RandomOverSampler().fit_resample(X, y), Arrays)
    assert_type(RandomUnderSampler().fit_resample(X, y), Arrays)
    assert_type(RepeatedEditedNearestNeighbours().fit_resample(X, y), Arrays)
    assert_type(RestrictedDecontamination().fit_resample(X, y), Arrays)
    assert_type(SMOTE().fit_resample(X, y), Arrays)
    assert_type(SMOTEENN().fit_resample(X, y), Arrays)
    assert_type(SMOTEN().fit_resample(X.round(), y), Arrays)
    assert_type(SMOTENC([0]).fit_resample(X.round(), y), Arrays)
    assert_type(SMOTETomek().fit_resample(X, y), Arrays)
    assert_type(SVMSMOTE().fit_resample(X, y), Arrays)
    assert_type(SamplerChain([SMOTE(), TomekLinks()]).fit_resample(X, y), Arrays)
    assert_type(TomekLinks().fit_resample(X, y), Arrays)


def parameters_of_every_kind() -> None:
    half: SMOTE = SMOTE(sampling_strategy=0.5, random_state=np.random.default_rng(0))
    assert_type(half.fit_resample(X, y), Arrays)
    of_some = SMOTE(sampling_strategy={1: 60}, k_neighbors=NearestNeighbors(n_neighbors=4))
    assert_type(of_some.fit_resample(X, y), Arrays)
    of_all = RandomOverSampler(sampling_strategy=lambda y: {1: 60}, shrinkage={1: 0.1})
    assert_type(of_all.fit_resample(X, y), Arrays)
    cleaning = TomekLinks(sampling_strategy=[0, 1], n_jobs=1, engine="direct")
    assert_type(cleaning.fit_resample(X, y), Arrays)
    missing = SMOTE(metric="nan_euclidean", random_state=np.random.RandomState(0))
    assert_type(missing.fit_resample(X, y), Arrays)


def parts_of_the_package() -> None:
    import balancekit

    assert_type(balancekit.over_sampling.SMOTE(), SMOTE)
    assert_type(balancekit.under_sampling.TomekLinks(), TomekLinks)

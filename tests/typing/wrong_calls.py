"""What type checkers have to refuse, as `test_types.py` checks; at run time, it raises.

Whatever is refused stands in a function without parameters. Where a checker has nothing to say, the
comment that expects it to is reported instead.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

import balancekit
from balancekit.combine import SMOTETomek
from balancekit.over_sampling import SMOTE
from balancekit.testing import make_blobs_of_sizes

X: NDArray[np.float64]
y: NDArray[np.int64]
X, y = make_blobs_of_sizes((60, 25), n_columns=3)
rows: list[list[float]] = X.tolist()
labels: list[int] = y.tolist()
fit_resample = SMOTE().fit_resample


def a_word_for_a_flag() -> None:
    SMOTE(keep_plan="yes").fit_resample(X, y)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def a_word_for_a_seed() -> None:
    SMOTE(random_state="0").fit_resample(X, y)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def no_labels() -> None:
    fit_resample(X)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def labels_that_are_missing() -> None:
    fit_resample(X, None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def fitting_without_labels() -> None:
    SMOTE().fit(X, None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def one_label() -> None:
    fit_resample(X, 1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def labels_without_order() -> None:
    fit_resample(X, set(labels))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def labels_by_row() -> None:
    fit_resample(X, dict(enumerate(labels)))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def labels_in_a_string() -> None:
    fit_resample(X, "ab" * 40)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def rows_from_a_generator() -> None:
    fit_resample((row for row in rows), y)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def a_lazy_polars_frame() -> None:
    import polars as pl

    fit_resample(pl.LazyFrame(X), y)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def a_lazy_narwhals_frame() -> None:
    import narwhals as nw
    import polars as pl

    frame = nw.from_native(pl.LazyFrame(X))
    fit_resample(frame, y)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def nothing_to_carry() -> None:
    sampler = SMOTE()
    sampler.fit_resample(X, y)
    sampler.plan_.carry(len(X))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def an_array_taken_for_a_frame() -> object:
    X_resampled, _ = fit_resample(X, y)
    return X_resampled.columns  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]


def a_frame_taken_for_an_array() -> None:
    import polars as pl

    X_resampled, _ = fit_resample(pl.DataFrame(X), y)
    X_resampled.ravel()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]


def a_series_taken_for_a_frame() -> None:
    import pandas as pd

    _, y_resampled = fit_resample(X, pd.Series(labels))
    y_resampled.columns.tolist()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]


def a_list_taken_for_an_array() -> object:
    X_resampled, _ = fit_resample(rows, labels)
    return X_resampled.shape  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]


def a_sparse_matrix_taken_for_an_array() -> None:
    from scipy import sparse

    X_resampled, _ = fit_resample(sparse.csr_array(X), y)
    # To mypy, it is anything, unless SciPy's stubs are installed.
    X_resampled.ravel()  # pyright: ignore[reportAttributeAccessIssue]


def a_chain_taken_for_a_sampler() -> object:
    chain = SMOTETomek()
    chain.fit_resample(X, y)
    return chain.plan_.keep  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]


def a_name_that_is_not_there() -> object:
    return balancekit.nonsense  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]

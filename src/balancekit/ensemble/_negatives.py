"""The negatives that `BootstrappedClassifier` is given, as a pool that is read in batches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import sparse
from sklearn import get_config
from sklearn.utils.validation import _num_samples

from balancekit.core.labels import Labels
from balancekit.core.mining import StreamPool, TablePool
from balancekit.core.wording import counted, list_names

# Copies of a batch while it is scored: as it comes, as float64, and within the estimator.
COPIES = 6
# Scores must depend on neither threads nor free memory, as far as memory allows.
MOST_ROWS = 16_384
MIB = 2**20


def batch_size(values: Any, memory_budget: float | None) -> tuple[int, int]:
    """Tell how many rows make a batch, and how many batches may be in memory at once.

    Parameters
    ----------
    values : ndarray or CSR matrix of shape (n_rows, n_columns)
        Rows like those of the pool.
    memory_budget : float or None
        MiB; None is scikit-learn's `working_memory`.

    Returns
    -------
    batch_rows, most_batches : int
        At least 1 each.
    """
    budget = (get_config()["working_memory"] if memory_budget is None else memory_budget) * MIB
    n_numbers = values.shape[1]
    if sparse.issparse(values):
        # With an index beside each number.
        n_numbers = min(n_numbers, 2 * values.nnz / values.shape[0] + 1)
    row_bytes = 8 * n_numbers * COPIES
    batch_rows = int(max(1, min(MOST_ROWS, budget // row_bytes)))
    return batch_rows, int(max(1, budget // (batch_rows * row_bytes)))


def pool_of(
    negatives: Any,
    negative_labels: Any,
    labels: Labels,
    background: Any,
    check: Callable[[Any], Any],
    batch_rows: int,
) -> TablePool | StreamPool:
    """Make a pool of what was passed as negatives.

    Parameters
    ----------
    negatives : array-like, sparse matrix, data frame or callable
        Rows, or a callable that returns an iterable of batches.
    negative_labels : array-like of shape (n_negatives,) or None
        Their classes.
    labels : Labels
        Knows all classes.
    background : ndarray of int
        Codes of the classes that negatives may be of.
    check : callable
        Makes float64 numbers of a table.
    batch_rows : int
        Rows to look at together.

    Returns
    -------
    pool : TablePool or StreamPool

    Raises
    ------
    ValueError
        If labels are missing, too many, or of no class of the background.
    """
    names = list_names(labels.name(code) for code in background)
    is_several = len(background) > 1

    def coded(given: Any, n_rows: int) -> Any:
        found = Labels(given)
        if len(found) != n_rows:
            msg = (
                f"negatives has {counted(n_rows, 'row')}, but there are "
                f"{counted(len(found), 'label')} for them. Pass one label for each row."
            )
            raise ValueError(msg)
        codes = [labels.code_of(name) for name in found.classes]
        for position, code in enumerate(codes):
            if code not in background:
                msg = (
                    f"Negatives are labelled {found.name(position)!r}, which is no class of the "
                    f"background. Label them as one of {names}, or name that class in background."
                )
                raise ValueError(msg)
        return np.array(codes, dtype=np.intp)[found.codes]

    def read(given: Any) -> tuple[Any, Any]:
        is_labelled = is_several and isinstance(given, tuple)
        if is_several and not (is_labelled and len(given) == 2):
            msg = (
                f"background names several classes ({names}), so that each batch needs to be a "
                f"pair of rows and labels; found {type(given).__name__}. Yield `(rows, labels)`."
            )
            raise ValueError(msg)
        rows = given[0] if is_labelled else given
        n_rows = _num_samples(rows)
        if n_rows == 0:
            return None, np.empty(0, dtype=np.intp)
        if is_labelled:
            return check(rows), coded(given[1], n_rows)
        return check(rows), np.full(n_rows, background[0], dtype=np.intp)

    if callable(negatives):
        return StreamPool(negatives, read, batch_rows)
    n_rows = _num_samples(negatives)
    if negative_labels is not None:
        codes = coded(negative_labels, n_rows)
    elif is_several:
        msg = (
            f"background names several classes ({names}), and negative_labels=None does not tell "
            "which of them the negatives are of. Pass a label for each in negative_labels."
        )
        raise ValueError(msg)
    else:
        codes = np.broadcast_to(np.intp(background[0]), n_rows)
    return TablePool(negatives, check, None, codes, batch_rows)

"""Row labels of resampled pandas objects.

Every input row keeps its label once. Repeats and new rows get fresh labels of the same kind, which
no input row has: an index that was unique stays unique.
"""

from __future__ import annotations

from itertools import count, islice
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from balancekit.core.recipes import IntArray

if TYPE_CHECKING:
    from balancekit.core.plan import Plan

INT64 = np.iinfo(np.int64)
TICKS_PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


def output_index(index: pd.Index[Any], plan: Plan) -> pd.Index[Any]:
    """Return the row labels of a plan's output.

    Parameters
    ----------
    index : pandas.Index of n_rows labels
        Labels of the input.
    plan : Plan
        What became of the input rows.

    Returns
    -------
    labels : pandas.Index of n_output labels
        The input's label for the first copy of a row, a fresh label for every other row.
    """
    if isinstance(index, pd.RangeIndex) and index.step == 1 and plan.keeps_input:
        stop = index.start + plan.n_output
        if stop <= INT64.max:
            return pd.RangeIndex(index.start, stop, name=index.name)
    rows, first = plan.sample_indices, plan.is_first_copy
    if first.all():
        return index.take(rows)
    kept, others = index.take(rows[first]), rows[~first]
    position = np.empty(len(rows), dtype=np.intp)
    position[first] = np.arange(len(kept))
    position[~first] = len(kept) + np.arange(len(others))
    fresh = fresh_labels(index, others)
    if index.dtype == object and not isinstance(index, pd.MultiIndex):
        # Index.append would look for a narrower dtype.
        labels = np.concatenate([kept.to_numpy(), fresh.to_numpy()])
        joined: pd.Index[Any] = pd.Index(labels, dtype=object, name=index.name, tupleize_cols=False)
        return joined.take(position)
    return kept.append(fresh).take(position)


def fresh_labels(index: pd.Index[Any], rows: IntArray) -> pd.Index[Any]:
    """Make labels that an index does not hold, of the index's own kind where that is possible.

    Numbers and periods count on from the largest label, dates and time differences by the second; a
    multi-index gets fresh labels in its first level and copies the others; all else gets strings.

    Parameters
    ----------
    index : pandas.Index of n_rows labels
        Labels that are taken.
    rows : ndarray of int, shape (n_fresh,)
        The input row that each labelled row stems from.

    Returns
    -------
    labels : pandas.Index of n_fresh labels
    """
    n_fresh = len(rows)
    if isinstance(index, pd.MultiIndex):
        levels = [index.get_level_values(i) for i in range(index.nlevels)]
        parts = [fresh_labels(levels[0], rows), *(level.take(rows) for level in levels[1:])]
        return pd.MultiIndex.from_arrays(parts, names=index.names)
    known = index.dropna()
    fresh: pd.Index[Any] | None = None
    if isinstance(index, pd.DatetimeIndex | pd.TimedeltaIndex):
        fresh = _fresh_times(known, n_fresh)
    elif isinstance(index, pd.PeriodIndex) and len(known):
        fresh = pd.PeriodIndex([known.max()]).repeat(n_fresh) + np.arange(1, n_fresh + 1)
    elif pd.api.types.is_integer_dtype(index.dtype):
        fresh = _fresh_integers(known, n_fresh)
    elif pd.api.types.is_float_dtype(index.dtype):
        fresh = _fresh_floats(known, n_fresh)
    if fresh is None:
        fresh = _fresh_strings(index, n_fresh)
    return fresh.rename(index.name)


def _fresh_integers(known: pd.Index[Any], n_fresh: int) -> pd.Index[Any]:
    limits = np.iinfo(getattr(known.dtype, "numpy_dtype", known.dtype))
    start = max(int(known.max()), -1) + 1 if len(known) else 0
    if start + n_fresh - 1 <= limits.max:
        labels = np.arange(n_fresh).astype(limits.dtype) + limits.dtype.type(start)
        return _index(labels, known.dtype)
    taken = set(known.tolist())
    free = list(islice((label for label in count() if label not in taken), n_fresh))
    fits = free[-1] <= limits.max
    return pd.Index(free, dtype=known.dtype if fits else np.int64)


def _fresh_floats(known: pd.Index[Any], n_fresh: int) -> pd.Index[Any]:
    start = np.floor(float(known.max())) + 1 if len(known) else 0.0
    labels = _index(start + np.arange(n_fresh), known.dtype)
    if np.isfinite(start) and labels.is_unique and not labels.isin(known).any():
        return labels
    taken = set(known.tolist())
    free = islice((float(label) for label in count() if label not in taken), n_fresh)
    return _index(list(free), known.dtype)


def _fresh_times(known: Any, n_fresh: int) -> pd.Index[Any] | None:
    if not len(known):
        return None
    ticks = known.astype(np.int64)
    seconds = TICKS_PER_SECOND[known.unit] * np.arange(1, n_fresh + 1)
    if int(ticks.max()) + int(seconds[-1]) <= INT64.max:
        return _index(ticks.max() + seconds, known.dtype)
    if int(ticks.min()) - int(seconds[-1]) > INT64.min:
        return _index(ticks.min() - seconds, known.dtype)
    return None


def _index(labels: Any, dtype: Any) -> pd.Index[Any]:
    index: pd.Index[Any] = pd.Index(labels).astype(dtype)
    return index


def _fresh_strings(index: pd.Index[Any], n_fresh: int) -> pd.Index[Any]:
    prefix = "new_"
    taken = {label for label in index if isinstance(label, str)}
    while any(label.startswith(prefix) for label in taken):
        prefix = "_" + prefix
    labels = [f"{prefix}{number}" for number in range(n_fresh)]
    is_text = isinstance(index.dtype, pd.StringDtype)
    return _index(labels, index.dtype if is_text else object)

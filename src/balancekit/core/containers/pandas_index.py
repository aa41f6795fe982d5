"""Row labels of resampled pandas objects.

Every input row keeps its label once. Repeats and new rows get fresh labels of the same kind, which
no input row has: an index that was unique stays unique.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from balancekit.core.plan import Plan
    from balancekit.core.recipes import IntArray

LARGEST_EXACT_FLOAT = 2**53


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
    import pandas as pd

    if isinstance(index, pd.RangeIndex) and index.step == 1 and plan.keeps_input:
        return pd.RangeIndex(index.start, index.start + plan.n_output, name=index.name)
    rows, first = plan.sample_indices, plan.is_first_copy
    if first.all():
        return index.take(rows)
    kept, others = index.take(rows[first]), rows[~first]
    position = np.empty(len(rows), dtype=np.intp)
    position[first] = np.arange(len(kept))
    position[~first] = len(kept) + np.arange(len(others))
    return kept.append(fresh_labels(index, others)).take(position)


def fresh_labels(index: pd.Index[Any], rows: IntArray) -> pd.Index[Any]:
    """Make labels that an index does not hold, of the index's own kind where that is possible.

    Integers, floats, dates, time differences and periods count on from the largest label (dates by
    the second); a multi-index gets fresh labels in its first level and copies the others; all else
    gets strings.

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
    import pandas as pd

    if isinstance(index, pd.MultiIndex):
        levels = [index.get_level_values(i) for i in range(index.nlevels)]
        parts = [fresh_labels(levels[0], rows), *(level.take(rows) for level in levels[1:])]
        return pd.MultiIndex.from_arrays(parts, names=index.names)
    steps = np.arange(1, len(rows) + 1)
    top = index.max() if _is_ordered(index) else None
    if top is None or pd.isna(top):
        dtype = index.dtype if isinstance(index.dtype, pd.StringDtype) else object
        return _index(_fresh_strings(index, len(rows)), index, dtype)
    if pd.api.types.is_integer_dtype(index.dtype):
        counted = max(int(top), -1) + steps.astype(object)
        if counted[-1] > np.iinfo(np.int64).max:
            counted = min(int(index.min()), 0) - steps.astype(object)
        return _index(counted.astype(np.int64), index)
    if pd.api.types.is_float_dtype(index.dtype):
        return _index(np.floor(float(top)) + steps, index)
    unit = 1 if isinstance(index, pd.PeriodIndex) else pd.Timedelta(seconds=1)
    return _index([top + int(step) * unit for step in steps], index)


def _index(labels: Any, like: pd.Index[Any], dtype: Any = None) -> pd.Index[Any]:
    import pandas as pd

    index: pd.Index[Any] = pd.Index(labels, dtype=dtype, name=like.name)
    return index


def _is_ordered(index: pd.Index[Any]) -> bool:
    import pandas as pd

    if isinstance(index, pd.DatetimeIndex | pd.TimedeltaIndex | pd.PeriodIndex):
        return True
    if pd.api.types.is_float_dtype(index.dtype):
        return bool(np.nanmax(np.abs(index.to_numpy(float)), initial=0) < LARGEST_EXACT_FLOAT / 2)
    return bool(pd.api.types.is_integer_dtype(index.dtype))


def _fresh_strings(index: pd.Index[Any], count: int) -> list[str]:
    prefix = "new_"
    taken = {label for label in index if isinstance(label, str)}
    while any(label.startswith(prefix) for label in taken):
        prefix = "_" + prefix
    return [f"{prefix}{number}" for number in range(count)]

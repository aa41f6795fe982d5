"""Arrays of numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def read_numbers(values: Any, name: str, way_out: str) -> NDArray[np.float64]:
    """Read an array of real numbers of any shape.

    Parameters
    ----------
    values : array-like
        Numbers; they need not be finite.
    name : str
        What to call them in messages.
    way_out : str
        What to pass instead, for messages.

    Returns
    -------
    numbers : ndarray of float64
        A copy.

    Raises
    ------
    TypeError, ValueError
        If there is something else.
    """
    try:
        if np.iscomplexobj(values):
            msg = "They are complex."
            raise TypeError(msg)
        return np.array(values, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        msg = f"{name} is no array of real numbers. {way_out} {error}"
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(msg) from None

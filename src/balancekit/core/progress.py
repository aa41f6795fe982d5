"""Progress bars, for whoever asks for one."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from typing import Any


def progress_bar(
    shown: bool, unit: str, description: str, total: int | None = None
) -> AbstractContextManager[Any]:
    """Open a progress bar on stderr.

    Parameters
    ----------
    shown : bool
        Whether there is to be one.
    unit : str
        What is counted, in the singular.
    description : str
        What stands before the bar.
    total : int, optional
        How many there will be, if known.

    Returns
    -------
    bar : context manager of tqdm or None

    Raises
    ------
    ImportError
        If tqdm is not installed; the message names the extra it comes with.
    """
    if not shown:
        return nullcontext()
    try:
        tqdm = import_module("tqdm").tqdm
    except ImportError as error:
        msg = (
            "progress=True needs tqdm, which cannot be imported; install it with "
            'pip install "balancekit[report]", or set progress=False.'
        )
        raise ImportError(msg) from error
    bar: AbstractContextManager[Any] = tqdm(
        desc=description, unit=f" {unit}", total=total, unit_scale=total is None
    )
    return bar

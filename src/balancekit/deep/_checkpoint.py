"""Files from which a training that was cut off goes on."""

from __future__ import annotations

import os
import re
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import torch

from balancekit.core.recipes import IntArray
from balancekit.core.wording import list_names
from balancekit.deep._rows import Rows, SparseRows, TensorRows
from balancekit.deep._saving import read_file

FORMAT = "balancekit checkpoint 1"
# What does not change the weights.
FREE = frozenset({"callbacks", "checkpoint", "device", "progress"})


class Checkpoint:
    """A file that holds the state of a training after its last whole epoch.

    Parameters
    ----------
    net : BalancedNetClassifier
        Its `checkpoint` is the path; None makes this do nothing.

    Raises
    ------
    ValueError
        If the file is there and holds something else.
    """

    def __init__(self, net: Any) -> None:
        self.path = None if net.checkpoint is None else Path(net.checkpoint)
        self.about = _describe(net)
        self.state: dict[str, Any] | None = None
        if self.path is None or not self.path.exists():
            return
        self.state = read_file(self.path, FORMAT, "cpu")
        if self.state is None:
            msg = f"checkpoint={str(self.path)!r} holds something else. Pass another path."
            raise ValueError(msg)

    def check(self, rows: Rows | None, codes: IntArray | None) -> None:
        """Compare the training that the file is of with this one.

        Parameters
        ----------
        rows : Rows or None
            What is trained on; None if that cannot be looked at.
        codes : ndarray of intp, shape (n_rows,), or None
            Class of each.

        Raises
        ------
        ValueError
            If a parameter or the data are others. The message names them.
        """
        if self.path is None:
            return
        self.about["X and y"] = _checksum(rows, codes)
        if self.state is None:
            return
        before = self.state["about"]
        names = sorted({*before, *self.about})
        differing = [name for name in names if before.get(name) != self.about.get(name)]
        if differing:
            msg = (
                f"checkpoint={str(self.path)!r} is of another training: {list_names(differing)} "
                "differ. Pass what it had, or another path, or remove the file."
            )
            raise ValueError(msg)

    def save(self, state: dict[str, Any]) -> None:
        """Write a state, so that the file is whole at any time.

        Parameters
        ----------
        state : dict
            Tensors, numbers and strings.
        """
        if self.path is None:
            return
        beside = self.path.with_name(f"{self.path.name}.{os.getpid()}.part")
        try:
            torch.save({"format": FORMAT, "about": self.about, **state}, beside)
            os.replace(beside, self.path)
        finally:
            beside.unlink(missing_ok=True)


def _describe(net: Any) -> dict[str, str]:
    parameters = net.get_params(deep=True)
    if not isinstance(parameters["random_state"], int):
        # The seed that it gave is in the file.
        del parameters["random_state"]
    return {name: _text(value) for name, value in parameters.items() if name not in FREE}


def _text(value: Any) -> str:
    name = getattr(value, "__qualname__", None)
    text = f"{value.__module__}.{name}" if name is not None else repr(value)
    return re.sub(r" at 0x[0-9a-f]+", "", text)


def _checksum(rows: Rows | None, codes: IntArray | None) -> str:
    if rows is None or codes is None:
        return ""
    total = zlib.crc32(np.ascontiguousarray(codes).tobytes())
    if isinstance(rows, TensorRows):
        # A single column may have any stride, and only one of 1 can be viewed as bytes.
        whole = rows.values.detach().cpu().contiguous().flatten()
        total = zlib.crc32(whole.view(torch.uint8).numpy().data, total)
    elif isinstance(rows, SparseRows):
        total = zlib.crc32(np.ascontiguousarray(rows.values.data).data, total)
    return f"{len(rows)} rows, {total:08x}"

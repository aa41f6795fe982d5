"""Rows, and a rounded copy of them for which a product of matrices proposes neighbours."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from balancekit.kernels.torch.memory import cut
from balancekit.kernels.torch.precision import summing_error

# Centred rows are of this magnitude: float16 holds them, and what is far smaller too.
SCALE = 2.0**13

# Rows that the centre is taken from.
SAMPLE = 1_000

# What float32 rounds to zero, squared and summed, is less than this.
UNDERFLOW = 2.0**-100

# Room for rounding, by float64, of the bounds themselves.
ROOM = 1 + 2.0**-30


@dataclass(frozen=True)
class Frame:
    """What is taken from rows before they are rounded.

    Parameters
    ----------
    centre : Tensor of float64, shape (n_columns,)
        What is taken away.
    factor : float
        A power of two to multiply by then.
    """

    centre: Tensor
    factor: float

    @classmethod
    def of(cls, rows: Tensor, exponent: int) -> Frame:
        """Choose a frame.

        Parameters
        ----------
        rows : Tensor of float, shape (n_rows, n_columns)
            Those that are searched.
        exponent : int
            That of the largest magnitude.

        Returns
        -------
        frame : Frame
        """
        step = max(1, len(rows) // SAMPLE)
        # A few rows far away would move a mean, and with it everything into the noise. PyTorch's
        # own median refuses where a user asks for deterministic algorithms.
        columns = rows[::step].double().sort(dim=0).values
        return cls(columns[len(columns) // 2], SCALE * 2.0**-exponent)


@dataclass(frozen=True)
class Points:
    """Rows twice: as they are, to decide, and rounded, to propose.

    Parameters
    ----------
    exact : Tensor of float, shape (n_rows, n_columns)
        Rows.
    rounded : Tensor of float, shape (n_rows, n_columns)
        The same in a frame, rounded.
    norms : Tensor of float64, shape (n_rows,)
        Squared lengths of these.
    errors : Tensor of float64, shape (n_rows,)
        How far, at most, rounding has moved each.
    """

    exact: Tensor
    rounded: Tensor
    norms: Tensor
    errors: Tensor

    @classmethod
    def of(
        cls,
        exact: Tensor,
        frame: Frame,
        operand: torch.dtype,
        storage: torch.dtype,
        n_bytes: int,
    ) -> Points:
        """Round rows.

        Parameters
        ----------
        exact : Tensor of float, shape (n_rows, n_columns)
            Rows.
        frame : Frame
            What is taken from them.
        operand : torch.dtype
            What they are rounded to.
        storage : torch.dtype
            How that is kept: a dtype that holds all values of `operand`.
        n_bytes : int
            What the work on a tile may take.

        Returns
        -------
        points : Points
        """
        device, n_rows = exact.device, len(exact)
        rounded = torch.empty(exact.shape, dtype=storage, device=device)
        norms, errors = torch.empty((2, n_rows), dtype=torch.float64, device=device)
        for rows in cut(n_rows, n_bytes // (40 * max(1, exact.shape[1]))):
            centred = (exact[rows].double() - frame.centre) * frame.factor
            kept = centred.to(operand)
            if operand == torch.float16:
                # Some tensor cores take what is smaller for zero.
                kept = kept.masked_fill(kept.abs() < torch.finfo(operand).smallest_normal, 0)
            rounded[rows] = kept
            norms[rows] = kept.double().square().sum(1)
            moved = (centred - kept.double()).square().sum(1).sqrt()
            # The difference from the centre is rounded as well.
            errors[rows] = (moved + centred.square().sum(1).sqrt() * 2.0**-52) * ROOM
        return cls(exact, rounded, norms, errors)

    def __len__(self) -> int:
        return len(self.exact)

    def take(self, rows: Tensor) -> Points:
        """Take rows by number.

        Parameters
        ----------
        rows : Tensor of int64
            Their numbers.

        Returns
        -------
        points : Points
        """
        return Points(self.exact[rows], self.rounded[rows], self.norms[rows], self.errors[rows])

    def bias(self, share: float) -> Tensor:
        """Return squared lengths, less what sums of products may be wrong by.

        Parameters
        ----------
        share : float
            See `summing_error`.

        Returns
        -------
        bias : Tensor of float64, shape (n_rows,)
            ``bias(share)[c] - 2 q.c`` plus that of the query is not above the squared distance of
            the rounded rows.
        """
        return self.norms * (1 - share) - UNDERFLOW

    def reach(self, squared: Tensor, factor: float) -> Tensor:
        """Return how near a rounded row has to be to be a rival of a neighbour.

        Parameters
        ----------
        squared : Tensor of float64, shape (n_rows,)
            Squared distances to the neighbours that are known, of the rows as they are.
        factor : float
            That of the frame.

        Returns
        -------
        reach : Tensor of float64, shape (n_rows,)
            Rounding moves the query and the rival: a rounded row that is farther than this and its
            own error is farther than the neighbour.
        """
        # The sum that decides is rounded, too.
        n_columns = self.exact.shape[1]
        rounding = 1 + summing_error(n_columns, torch.float64)
        return (squared.sqrt() * factor * rounding + self.errors) * ROOM

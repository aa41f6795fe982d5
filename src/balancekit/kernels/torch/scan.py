"""One pass over candidates on a device: which of them are within the limits of the queries.

Triton's kernel is `balancekit.kernels.torch.scan_kernel`; here is what it is given.
"""

from __future__ import annotations

import os
import warnings
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec

import torch
from torch import Tensor

from balancekit.kernels.torch.memory import OutOfMemoryError
from balancekit.kernels.torch.points import Points
from balancekit.kernels.torch.precision import summing_error

# Queries and candidates of one tile, and columns of one step of its product.
ROWS = 128
WIDTH = 128
DEPTH = 64

# Candidates whose bits are in one word.
WORD = 32

# Programs that keep a large device busy, where there are few queries.
PROGRAMS = 1_024

# Tensor cores take no fewer columns.
LEAST_COLUMNS = 16

# What limits are widened by, for their rounding by float32.
MARGIN = 2.0**-20


def is_there(device: torch.device, n_columns: int) -> bool:
    """Whether Triton's kernel runs on a device, for rows of so many columns.

    Parameters
    ----------
    device : torch.device
        A CUDA device, or the CPU if Triton interprets its kernels (``TRITON_INTERPRET=1``).
    n_columns : int
        Number of columns.

    Returns
    -------
    is_there : bool
        On its first failure on a device, a RuntimeWarning says why it is not.
    """
    is_interpreted = os.environ.get("TRITON_INTERPRET") == "1"
    if find_spec("triton") is None or device.type != ("cpu" if is_interpreted else "cuda"):
        return False
    return _runs(device, _padded_width(n_columns))


@cache
def _runs(device: torch.device, n_padded: int) -> bool:
    """Whether the kernel finds what is to be found, in a few tiles of the very shape."""
    n = 4 * WIDTH
    numbers = torch.arange(n, device=device)
    rows = torch.zeros((n, n_padded), dtype=torch.float16, device=device)
    rows[:, 0] = numbers
    squares = rows[:, 0].float().square()
    table = Table(rows, squares, squares.new_zeros(n // WIDTH), numbers)
    wanted = numbers[: ROWS + WIDTH]
    limits = Limits(
        rows[: len(wanted)] * -2, squares.new_ones(len(wanted)), squares[: len(wanted)] - 0.5
    )
    try:
        pairs = table.within(limits, 0, n, 3).pairs(numbers)
    except OutOfMemoryError:
        raise
    # Whatever is lacking, a compiler or a driver, the answer is found without it.
    except Exception as error:
        return _warned(device, str(error))
    steps = torch.tensor([-1, 0, 1], device=device)
    near = wanted[:, None] + steps
    expected = torch.stack([wanted[:, None].expand_as(near), near])[:, near >= 0]
    if torch.equal(torch.stack(pairs), expected):
        return True
    return _warned(device, "it does not find what is to be found.")


def _warned(device: torch.device, why: str) -> bool:
    msg = (
        f"Triton is installed, but its kernel does not run on {device}: {why:.200} Neighbours are "
        "searched by PyTorch's operations instead, with the same answer in more time."
    )
    warnings.warn(msg, RuntimeWarning, stacklevel=2)
    return False


@dataclass(frozen=True)
class Limits:
    """How near a candidate has to be to each query.

    Parameters
    ----------
    rows : Tensor of float16, shape (n_queries, n_padded)
        Rounded queries, times -2.
    reach : Tensor of float32, shape (n_queries,)
        Distance, before the error of a candidate is added.
    offset : Tensor of float32, shape (n_queries,)
        Squared lengths.
    """

    rows: Tensor
    reach: Tensor
    offset: Tensor

    @classmethod
    def of(cls, queries: Points, reach: Tensor) -> Limits:
        """Prepare queries.

        Parameters
        ----------
        queries : Points
            Rounded to float16.
        reach : Tensor of float64, shape (n_queries,)
            See `Points.reach`.

        Returns
        -------
        limits : Limits
        """
        share = summing_error(queries.exact.shape[1], torch.float32)
        offset = queries.bias(share)
        return cls(
            _padded(queries.rounded * -2),
            (reach * (1 + MARGIN)).float(),
            (offset - offset.abs() * MARGIN).float(),
        )


@dataclass(frozen=True)
class Table:
    """Candidates, in the order in which they are scanned.

    Parameters
    ----------
    rows : Tensor of float16, shape (n_tiles * WIDTH, n_padded)
        Rounded candidates; in the end, some that are nobody's neighbours.
    bias : Tensor of float32, shape (n_tiles * WIDTH,)
        Squared lengths; infinite for these.
    errors : Tensor of float32, shape (n_tiles,)
        The largest error of each tile.
    ids : Tensor of int64, shape (n_tiles * WIDTH,)
        Which candidates they are.
    """

    rows: Tensor
    bias: Tensor
    errors: Tensor
    ids: Tensor

    @classmethod
    def of(cls, candidates: Points, ids: Tensor) -> Table:
        """Prepare candidates.

        Parameters
        ----------
        candidates : Points
            Rounded to float16.
        ids : Tensor of int64, shape (n_candidates,)
            Their order.

        Returns
        -------
        table : Table
        """
        n_tiles = -(-len(ids) // WIDTH)
        ids = torch.nn.functional.pad(ids, (0, n_tiles * WIDTH - len(ids)))
        share = summing_error(candidates.exact.shape[1], torch.float32)
        bias = candidates.bias(share)[ids]
        bias = bias - bias.abs() * MARGIN
        bias[len(candidates) :] = torch.inf
        errors = candidates.errors[ids].view(n_tiles, WIDTH).amax(dim=1)
        return cls(
            _padded(candidates.rounded[ids]), bias.float(), (errors * (1 + MARGIN)).float(), ids
        )

    def __len__(self) -> int:
        return len(self.ids)

    def within(self, limits: Limits, first: int, last: int, capacity: int) -> Hits:
        """Find the candidates that are near enough.

        Parameters
        ----------
        limits : Limits
            Queries.
        first, last : int
            Places in the table, at the ends of tiles.
        capacity : int
            Most words to return for a query.

        Returns
        -------
        hits : Hits
        """
        # Imports triton.
        from balancekit.kernels.torch.scan_kernel import within

        n_queries, n_padded = limits.rows.shape
        device = self.rows.device
        n_blocks = -(-n_queries // ROWS)
        n_tiles = (last - first) // WIDTH
        span = -(-n_tiles // min(n_tiles, -(-PROGRAMS // n_blocks))) * WIDTH
        n_parts = -(-n_tiles * WIDTH // span)
        lists = (2, n_queries, n_parts, capacity)
        groups, words = torch.empty(lists, dtype=torch.int32, device=device).unbind()
        counts = torch.empty((n_queries, n_parts), dtype=torch.int32, device=device)
        depth = min(DEPTH, n_padded)
        # A kernel starts on the current device, which need not be that of its tensors.
        with torch.cuda.device(device) if device.type == "cuda" else nullcontext():
            within[n_blocks, n_parts](
                limits.rows,
                limits.reach,
                limits.offset,
                self.rows,
                self.bias,
                self.errors,
                groups,
                words,
                counts,
                n_queries,
                first,
                last,
                span,
                capacity,
                DEPTH=depth,
                STEPS=n_padded // depth,
                ROWS=ROWS,
                WIDTH=WIDTH,
                num_warps=8,
                # More would not fit into the shared memory of every device.
                num_stages=3 if n_padded == depth else 2,
                enable_fp_fusion=True,
            )
        return Hits(groups, words, counts)


@dataclass(frozen=True)
class Hits:
    """Candidates that are near enough, one bit for each, in words of 32.

    Parameters
    ----------
    groups : Tensor of int32, shape (n_queries, n_parts, capacity)
        Which 32 places of the table a word is of, ascending.
    words : Tensor of int32, shape (n_queries, n_parts, capacity)
        Their bits. Only so many are set as `counts` says.
    counts : Tensor of int32, shape (n_queries, n_parts)
        How many words there are in each part of the table, beyond `capacity` too.
    """

    groups: Tensor
    words: Tensor
    counts: Tensor

    @property
    def is_complete(self) -> Tensor:
        """Whether there was room for all words of a query."""
        return (self.counts <= self.words.shape[2]).all(dim=1)

    def pairs(self, ids: Tensor) -> tuple[Tensor, Tensor]:
        """List queries and candidates.

        Parameters
        ----------
        ids : Tensor of int64, shape (n_places,)
            The candidates, by their places in the table.

        Returns
        -------
        rows : Tensor of int64, shape (n_pairs,)
            Queries, ascending; none that is not complete.
        found : Tensor of int64, shape (n_pairs,)
            Candidates.
        """
        n_words = torch.where(self.is_complete[:, None], self.counts, 0)
        slots = torch.arange(self.words.shape[2], device=ids.device)
        at = (slots < n_words[:, :, None]).nonzero(as_tuple=True)
        bits = torch.arange(WORD, dtype=torch.int32, device=ids.device)
        which, place = (self.words[at][:, None] >> bits & 1).nonzero(as_tuple=True)
        return at[0][which], ids[self.groups[at][which].long() * WORD + place]


def _padded(rows: Tensor) -> Tensor:
    """Add columns of zeros."""
    missing = _padded_width(rows.shape[1]) - rows.shape[1]
    return torch.nn.functional.pad(rows, (0, missing)).contiguous()


def _padded_width(n_columns: int) -> int:
    """Return the next power of two, or the next whole step."""
    width = LEAST_COLUMNS
    while width < min(n_columns, DEPTH):
        width *= 2
    return width if n_columns <= width else -(-n_columns // DEPTH) * DEPTH

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

# Room for rounding, by float32, of the limits.
ROOM = 2.0**-20


def is_there(device: torch.device) -> bool:
    """Whether Triton's kernel runs on a device.

    Parameters
    ----------
    device : torch.device
        A CUDA device, or the CPU if Triton interprets its kernels (``TRITON_INTERPRET=1``).

    Returns
    -------
    is_there : bool
        On its first failure on a device, a RuntimeWarning says why it is not.
    """
    is_asked = device.type == "cuda" or os.environ.get("TRITON_INTERPRET") == "1"
    return is_asked and find_spec("triton") is not None and _runs(device)


@cache
def _runs(device: torch.device) -> bool:
    # Imports triton.
    from balancekit.kernels.torch import scan_kernel

    if device.type != "cuda":
        return scan_kernel.IS_INTERPRETED and device.type == "cpu"
    try:
        rows = torch.zeros((WIDTH, LEAST_COLUMNS), dtype=torch.float16, device=device)
        nothing = torch.zeros(WIDTH, device=device)
        table = Table(rows, nothing, nothing[:1], torch.arange(WIDTH, device=device))
        hits = table.within(Limits(rows, nothing, nothing), 0, WIDTH, 1)
        return bool((hits.counts == WIDTH // WORD).all())
    # Whatever is lacking, a compiler or a driver, the answer is found without it.
    except Exception as error:
        msg = (
            f"Triton is installed, but its kernel does not run on {device}: {error!s:.200} "
            "Neighbours are searched by PyTorch's operations instead, with the same answer in more "
            "time."
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
            (reach * (1 + ROOM)).float(),
            (offset - offset.abs() * ROOM).float(),
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
        bias = bias - bias.abs() * ROOM
        bias[len(candidates) :] = torch.inf
        errors = candidates.errors[ids].view(n_tiles, WIDTH).amax(dim=1)
        return cls(
            _padded(candidates.rounded[ids]), bias.float(), (errors * (1 + ROOM)).float(), ids
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
        groups, words = torch.empty(
            (2, n_queries, capacity), dtype=torch.int32, device=device
        ).unbind()
        counts = torch.zeros(n_queries, dtype=torch.int32, device=device)
        n_blocks = -(-n_queries // ROWS)
        n_tiles = (last - first) // WIDTH
        n_parts = min(n_tiles, -(-PROGRAMS // n_blocks))
        span = -(-n_tiles // n_parts) * WIDTH
        depth = min(DEPTH, n_padded)
        # A kernel starts on the current device, which need not be that of its tensors.
        with torch.cuda.device(device) if device.type == "cuda" else nullcontext():
            within[(n_blocks, -(-n_tiles * WIDTH // span))](
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
                enable_fp_fusion=True,
            )
        return Hits(groups, words, counts)


@dataclass(frozen=True)
class Hits:
    """Candidates that are near enough, one bit for each, in words of 32.

    Parameters
    ----------
    groups : Tensor of int32, shape (n_queries, capacity)
        Which 32 places of the table a word is of.
    words : Tensor of int32, shape (n_queries, capacity)
        Their bits. Words are in no order, and only so many are set as `counts` says.
    counts : Tensor of int32, shape (n_queries,)
        How many words there are, beyond `capacity` too.
    """

    groups: Tensor
    words: Tensor
    counts: Tensor

    @property
    def is_complete(self) -> Tensor:
        """Whether there was room for all words of a query."""
        return self.counts <= self.words.shape[1]

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
        n_words = torch.where(self.is_complete, self.counts, 0)
        slots = torch.arange(self.words.shape[1], device=ids.device)
        rows, columns = (slots < n_words[:, None]).nonzero(as_tuple=True)
        bits = torch.arange(WORD, dtype=torch.int32, device=ids.device)
        is_set = (self.words[rows, columns][:, None] >> bits & 1).bool()
        words, places = is_set.nonzero(as_tuple=True)
        return rows[words], ids[self.groups[rows, columns][words].long() * WORD + places]


def _padded(rows: Tensor) -> Tensor:
    """Add columns of zeros, up to a power of two or whole steps."""
    n_columns = rows.shape[1]
    wanted = LEAST_COLUMNS
    while wanted < min(n_columns, DEPTH):
        wanted *= 2
    wanted = wanted if n_columns <= wanted else -(-n_columns // DEPTH) * DEPTH
    return torch.nn.functional.pad(rows, (0, wanted - n_columns)).contiguous()

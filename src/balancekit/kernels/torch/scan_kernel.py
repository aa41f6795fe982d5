"""The kernel of `balancekit.kernels.torch.scan`. Imported only where Triton is."""

# Triton reads a kernel's annotations itself.
# mypy: disable-error-code="no-untyped-def, untyped-decorator"

import triton
import triton.language as tl
from triton.runtime.interpreter import InterpretedFunction


@triton.jit
def within(
    queries,
    reaches,
    offsets,
    candidates,
    biases,
    errors,
    groups,
    words,
    counts,
    n_queries,
    first,
    last,
    span,
    capacity,
    DEPTH: tl.constexpr,
    STEPS: tl.constexpr,
    ROWS: tl.constexpr,
    WIDTH: tl.constexpr,
):
    """Write down, for a block of queries, which candidates of a span are near enough."""
    GROUPS: tl.constexpr = WIDTH // 32
    rows = tl.program_id(0) * ROWS + tl.arange(0, ROWS)
    is_query = rows < n_queries
    reach = tl.load(reaches + rows, mask=is_query, other=0.0)
    offset = tl.load(offsets + rows, mask=is_query, other=float("inf"))
    depth = tl.arange(0, DEPTH)
    bits = (1 << tl.arange(0, 32))[None, None, :]
    # A product of int32 may be too large.
    query_at = queries + rows.to(tl.int64)[:, None] * (DEPTH * STEPS) + depth[None, :]
    query = tl.load(query_at, mask=is_query[:, None], other=0.0)
    start = first + tl.program_id(1) * span
    for left in range(start, tl.minimum(start + span, last), WIDTH):
        columns = left + tl.arange(0, WIDTH)
        candidate_at = candidates + columns.to(tl.int64)[None, :] * (DEPTH * STEPS) + depth[:, None]
        bias = tl.load(biases + columns)
        values = tl.dot(query, tl.load(candidate_at))
        for step in range(1, STEPS):
            part = tl.load(query_at + step * DEPTH, mask=is_query[:, None], other=0.0)
            values = tl.dot(part, tl.load(candidate_at + step * DEPTH), values)
        radius = reach + tl.load(errors + left // WIDTH)
        is_near = values + bias[None, :] <= (radius * radius - offset)[:, None]
        # One bit for each candidate: what follows has a 32nd of the size.
        word = tl.sum(tl.where(tl.reshape(is_near, (ROWS, GROUPS, 32)), bits, 0), axis=2)
        is_set = word != 0
        n_set = tl.sum(is_set.to(tl.int32), axis=1)
        # Few tiles hold any, once the limits are tight.
        if tl.max(n_set) > 0:
            before = tl.atomic_add(counts + rows, n_set, mask=n_set > 0, sem="relaxed")
            slots = before[:, None] + tl.cumsum(is_set.to(tl.int32), axis=1) - 1
            line = rows.to(tl.int64)[:, None] * capacity
            is_kept = is_set & (slots < capacity)
            group = left // 32 + tl.arange(0, GROUPS)[None, :] + tl.zeros_like(word)
            tl.store(groups + line + slots, group, mask=is_kept)
            tl.store(words + line + slots, word, mask=is_kept)


IS_INTERPRETED = isinstance(within, InterpretedFunction)

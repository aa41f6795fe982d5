"""The kernel of `balancekit.kernels.torch.scan`. Imported only where Triton is."""

# Triton reads a kernel's annotations itself.
# mypy: disable-error-code="no-untyped-def, untyped-decorator"

import triton
import triton.language as tl


# A kernel for every residue of these would be compiled anew.
@triton.jit(do_not_specialize=["n_queries", "first", "last", "span", "capacity"])
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
    # Programs share no list: what one writes, no other reads or counts.
    line = (rows.to(tl.int64) * tl.num_programs(1) + tl.program_id(1))[:, None] * capacity
    n_words = tl.zeros((ROWS,), dtype=tl.int32)
    columns = tl.arange(0, WIDTH)
    steps = columns[None, :] * (DEPTH * STEPS) + depth[:, None]
    start = first + tl.program_id(1) * span
    for unaligned in range(start, tl.minimum(start + span, last), WIDTH):
        left = tl.multiple_of(unaligned, WIDTH)
        # First the scalar: what is left is the same in every round.
        candidate_at = candidates + left.to(tl.int64) * (DEPTH * STEPS) + steps
        bias = tl.load(biases + left + columns)
        values = tl.dot(query, tl.load(candidate_at))
        for step in range(1, STEPS):
            part = tl.load(query_at + step * DEPTH, mask=is_query[:, None], other=0.0)
            values = tl.dot(part, tl.load(candidate_at + step * DEPTH), values)
        radius = reach + tl.load(errors + left // WIDTH)
        gaps = values + bias[None, :] - (radius * radius - offset)[:, None]
        # Few tiles hold any that is near, once the limits are tight.
        if tl.min(gaps) <= 0:
            is_near = tl.reshape(gaps <= 0, (ROWS, GROUPS, 32))
            # One bit for each candidate: what follows has a 32nd of the size.
            word = tl.sum(tl.where(is_near, bits, 0), axis=2)
            is_set = word != 0
            slots = n_words[:, None] + tl.cumsum(is_set.to(tl.int32), axis=1) - 1
            n_words += tl.sum(is_set.to(tl.int32), axis=1)
            is_kept = is_set & (slots < capacity)
            group = left // 32 + tl.arange(0, GROUPS)[None, :] + tl.zeros_like(word)
            tl.store(groups + line + slots, group, mask=is_kept)
            tl.store(words + line + slots, word, mask=is_kept)
    count_at = counts + rows * tl.num_programs(1) + tl.program_id(1)
    tl.store(count_at, n_words, mask=is_query)

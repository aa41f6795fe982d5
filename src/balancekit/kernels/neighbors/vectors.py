"""Small operations that numba cannot express, written in terms of vector instructions."""

from __future__ import annotations

from functools import reduce

from llvmlite import ir
from numba import types
from numba.core import cgutils

from balancekit.kernels.neighbors.llvm import (
    DOUBLE,
    FLOAT,
    INT32,
    INT64,
    data_of,
    intrinsic,
    lanes_of,
    load_vector,
    shifted,
    store_vector,
)
from balancekit.kernels.neighbors.target import BLOCK, host_tile

STRIPES = 8
LANES = host_tile().width


@intrinsic
def squared_distance(typing, left, i, right, j):  # type: ignore[no-untyped-def]
    """Compute the distance that decides: row `i` of `left` to row `j` of `right`, squared.

    Column c goes to stripe c mod 8 and the stripes are added in the order that
    `balancekit.core.neighbors.distance` fixes; nothing is fused or reordered. `left` and `right`
    are C-contiguous arrays of float32 or float64, of shape (n, n_columns).
    """
    signature = types.float64(left, types.int64, right, types.int64)

    def codegen(context, builder, signature, values):  # type: ignore[no-untyped-def]
        doubles = ir.VectorType(DOUBLE, STRIPES)
        rows = []
        for kind, array, row in (
            (signature.args[0], values[0], values[1]),
            (signature.args[2], values[2], values[3]),
        ):
            table = context.make_array(kind)(context, builder, array)
            n_columns = cgutils.unpack_tuple(builder, table.shape, 2)[1]
            number = FLOAT if kind.dtype == types.float32 else DOUBLE
            rows.append((shifted(builder, table.data, builder.mul(row, n_columns)), number))

        def square(column, load, wide):  # type: ignore[no-untyped-def]
            first, second = (
                value if number is DOUBLE else builder.fpext(value, wide)
                for value, number in (
                    (load(shifted(builder, pointer, column), number), number)
                    for pointer, number in rows
                )
            )
            gap = builder.fsub(first, second)
            return builder.fmul(gap, gap)

        # Eight columns at a time, one to each stripe.
        memory = cgutils.alloca_once(builder, ir.ArrayType(DOUBLE, STRIPES))
        memory = builder.bitcast(memory, DOUBLE.as_pointer())
        before = builder.block
        check = builder.append_basic_block("check")
        whole = builder.append_basic_block("whole")
        rest = builder.append_basic_block("rest")
        one = builder.append_basic_block("one")
        total = builder.append_basic_block("total")
        builder.branch(check)
        builder.position_at_end(check)
        column = builder.phi(INT64)
        column.add_incoming(ir.Constant(INT64, 0), before)
        stripes = builder.phi(doubles)
        stripes.add_incoming(ir.Constant(doubles, [0.0] * STRIPES), before)
        following = builder.add(column, ir.Constant(INT64, STRIPES))
        builder.cbranch(builder.icmp_signed("<=", following, n_columns), whole, rest)
        builder.position_at_end(whole)
        squares = square(
            column,
            lambda pointer, number: load_vector(builder, pointer, ir.VectorType(number, STRIPES)),
            doubles,
        )
        column.add_incoming(following, whole)
        stripes.add_incoming(builder.fadd(stripes, squares), whole)
        builder.branch(check)

        # The rest one by one, with the stripes in memory.
        builder.position_at_end(rest)
        store_vector(builder, stripes, memory)
        builder.cbranch(builder.icmp_signed("<", column, n_columns), one, total)
        builder.position_at_end(one)
        single = builder.phi(INT64)
        single.add_incoming(column, rest)
        stripe = shifted(builder, memory, builder.sub(single, column))
        squared = square(single, lambda pointer, _: builder.load(pointer), DOUBLE)
        builder.store(builder.fadd(builder.load(stripe), squared), stripe)
        next_single = builder.add(single, ir.Constant(INT64, 1))
        single.add_incoming(next_single, one)
        builder.cbranch(builder.icmp_signed("<", next_single, n_columns), one, total)

        # One by one again: a vector that was written in pieces is slow to read.
        builder.position_at_end(total)
        sums = [builder.load(shifted(builder, memory, stripe)) for stripe in range(STRIPES)]
        while len(sums) > 1:
            half = len(sums) // 2
            sums = [builder.fadd(sums[place], sums[place + half]) for place in range(half)]
        return sums[0]

    return signature, codegen


@intrinsic
def lowest_bit(typing, word):  # type: ignore[no-untyped-def]
    """Find the position of the lowest bit that is set in a word that is not zero."""

    def codegen(context, builder, signature, values):  # type: ignore[no-untyped-def]
        return builder.cttz(values[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.int64), codegen


@intrinsic
def smallest_of_block(typing, numbers, start):  # type: ignore[no-untyped-def]
    """Find the smallest of `BLOCK` numbers of a float32 array, from `start` on; none may be NaN."""

    def codegen(context, builder, signature, values):  # type: ignore[no-untyped-def]
        vector = ir.VectorType(FLOAT, 8)
        pointer = shifted(
            builder, data_of(context, builder, signature.args[0], values[0]), values[1]
        )
        parts = [load_vector(builder, shifted(builder, pointer, place), vector)
                 for place in range(0, BLOCK, 8)]  # fmt: skip

        def smaller(one, two):  # type: ignore[no-untyped-def]
            return builder.select(builder.fcmp_ordered("<", one, two), one, two)

        smallest = reduce(smaller, parts)
        for half in (4, 2, 1):
            smallest = smaller(
                lanes_of(builder, smallest, 0, half), lanes_of(builder, smallest, half, 2 * half)
            )
        return builder.extract_element(smallest, ir.Constant(INT32, 0))

    return types.float32(numbers, types.int64), codegen


@intrinsic
def keep_largest(typing, best, n_levels, numbers, start):  # type: ignore[no-untyped-def]
    """Put a number for each place of a block into the place's list of largest numbers.

    `best` is a float32 array of shape (n_levels * BLOCK,), descending from level to level; the new
    numbers are those of the float32 array `numbers` from `start` on. All places move at once: the
    larger number of each level stays, the smaller one goes on to the next.
    """

    def codegen(context, builder, signature, values):  # type: ignore[no-untyped-def]
        best, n_levels, numbers, start = (
            data_of(context, builder, kind, value) if isinstance(kind, types.Array) else value
            for kind, value in zip(signature.args, values, strict=True)
        )
        vector = ir.VectorType(FLOAT, LANES)
        lanes = range(0, BLOCK, LANES)

        def row_of(array, offset):  # type: ignore[no-untyped-def]
            pointer = shifted(builder, array, offset)
            return [load_vector(builder, shifted(builder, pointer, lane), vector) for lane in lanes]

        def is_larger(ones, others):  # type: ignore[no-untyped-def]
            return [
                builder.fcmp_ordered(">", one, other)
                for one, other in zip(ones, others, strict=True)
            ]

        new = row_of(numbers, start)
        one = ir.Constant(INT64, 1)
        last = builder.mul(builder.sub(n_levels, one), ir.Constant(INT64, BLOCK))
        larger = reduce(builder.or_, is_larger(new, row_of(best, last)))
        any_larger = builder.bitcast(larger, ir.IntType(LANES))
        before = builder.block
        loop = builder.append_basic_block("level")
        leave = builder.append_basic_block("leave")
        is_any = builder.icmp_unsigned("!=", any_larger, ir.Constant(any_larger.type, 0))
        builder.cbranch(is_any, loop, leave)
        builder.position_at_end(loop)
        level = builder.phi(INT64)
        level.add_incoming(ir.Constant(INT64, 0), before)
        moved = [builder.phi(vector) for _ in lanes]
        offset = builder.mul(level, ir.Constant(INT64, BLOCK))
        kept = row_of(best, offset)
        pointer = shifted(builder, best, offset)
        for place, lane in enumerate(lanes):
            is_new = builder.fcmp_ordered(">", moved[place], kept[place])
            stays = builder.select(is_new, moved[place], kept[place])
            goes = builder.select(is_new, kept[place], moved[place])
            store_vector(builder, stays, shifted(builder, pointer, lane))
            moved[place].add_incoming(new[place], before)
            moved[place].add_incoming(goes, loop)
        following = builder.add(level, one)
        level.add_incoming(following, loop)
        builder.cbranch(builder.icmp_signed("<", following, n_levels), loop, leave)
        builder.position_at_end(leave)
        return context.get_dummy_value()

    return types.void(best, types.int64, numbers, types.int64), codegen

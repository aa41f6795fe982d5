"""Three operations that numba cannot express, written in terms of vector instructions.

An intrinsic of numba is a Python function that writes LLVM code: `codegen` runs once, at compile
time, and each call on `builder` appends one instruction. Vectors have a fixed number of lanes;
LLVM maps them to what the processor has, so the code is the same for AVX2, AVX-512 and NEON.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic as numba_intrinsic

from balancekit.kernels.neighbors.target import BLOCK, Tile, host_tile

# What it makes is called with numba's own types only.
intrinsic: Any = numba_intrinsic

FLOAT = ir.FloatType()
DOUBLE = ir.DoubleType()
INT32 = ir.IntType(32)
INT64 = ir.IntType(64)
STRIPES = 8


def _data(context: Any, builder: Any, array_type: Any, array: Any) -> Any:
    """Return the pointer to the first entry of an array."""
    return context.make_array(array_type)(context, builder, array).data


def _at(builder: Any, pointer: Any, offset: Any) -> Any:
    if isinstance(offset, int):
        offset = ir.Constant(INT64, offset)
    return builder.gep(pointer, [offset])


def _load_vector(builder: Any, pointer: Any, vector: Any) -> Any:
    # Rows start anywhere, so no more alignment than that of one number is promised.
    align = 4 if vector.element is FLOAT else 8
    return builder.load(builder.bitcast(pointer, vector.as_pointer()), align=align)


def _store_vector(builder: Any, vector: Any, pointer: Any) -> None:
    align = 4 if vector.type.element is FLOAT else 8
    builder.store(vector, builder.bitcast(pointer, vector.type.as_pointer()), align=align)


def _broadcast(builder: Any, number: Any, vector: Any) -> Any:
    undefined = ir.Constant(vector, ir.Undefined)
    first = builder.insert_element(undefined, number, ir.Constant(INT32, 0))
    lanes = ir.Constant(ir.VectorType(INT32, vector.count), [0] * vector.count)
    return builder.shuffle_vector(first, undefined, lanes)


def _part(builder: Any, vector: Any, start: int, stop: int) -> Any:
    undefined = ir.Constant(vector.type, ir.Undefined)
    lanes = list(range(start, stop))
    mask = ir.Constant(ir.VectorType(INT32, len(lanes)), lanes)
    return builder.shuffle_vector(vector, undefined, mask)


def make_tile_kernel(tile: Tile, *, resumes: bool, stops_early: bool) -> Any:
    """Write the kernel that compares a tile: a few rows of one block with some of another.

    It adds the products of columns ``first:last`` to sums that live in registers, and says which
    pairs of rows reach the limit of either row. Columns may be dealt with in several calls.

    Parameters
    ----------
    tile : Tile
        What fits the registers.
    resumes : bool
        Whether to start from stored sums, and not from the biases.
    stops_early : bool
        Whether columns are left: the sums are stored, and what the other columns can add at most,
        the product of the norms of both rows there, is added before comparing.

    Returns
    -------
    compare : intrinsic
        ``compare(left, i, right, j, first, last, left_bias, p, right_bias, q, left_limit,
        right_limit, s, left_rest, u, right_rest, v, sums, at, masks, w)``: panels, biases, limits
        (that of the left at `p`), norms of the columns left, stored sums and the words in which the
        bits of surviving pairs are set, one a row; each with the place where the tile begins in it.
        It returns 0 if no pair survives; the words are not written then.
    """
    vector = ir.VectorType(FLOAT, tile.width)
    bits = ir.IntType(tile.width)
    rows, lanes = range(tile.rows), range(tile.vectors)

    @intrinsic
    def compare(  # type: ignore[no-untyped-def]
        typing, left, i, right, j, first, last, left_bias, p, right_bias, q, left_limit,
        right_limit, s, left_rest, u, right_rest, v, sums, at, masks, w,
    ):  # fmt: skip
        arguments = (
            left, i, right, j, first, last, left_bias, p, right_bias, q, left_limit, right_limit, s,
            left_rest, u, right_rest, v, sums, at, masks, w,
        )  # fmt: skip
        signature = types.int64(
            *(types.int64 if isinstance(given, types.Integer) else given for given in arguments)
        )

        def codegen(context, builder, signature, values):  # type: ignore[no-untyped-def]
            (left, i, right, j, first, last, left_bias, p, right_bias, q, left_limit, right_limit,
             s, left_rest, u, right_rest, v, sums, at, masks, w) = (
                _data(context, builder, kind, value) if isinstance(kind, types.Array) else value
                for kind, value in zip(signature.args, values, strict=True)
            )  # fmt: skip
            fused = cgutils.get_or_insert_function(
                builder.module,
                ir.FunctionType(vector, [vector] * 3),
                f"llvm.fma.v{tile.width}f32",
            )

            def number(pointer, row):  # type: ignore[no-untyped-def]
                return _broadcast(
                    builder, builder.load(_at(builder, pointer, row), align=4), vector
                )

            def vectors(pointer):  # type: ignore[no-untyped-def]
                return [
                    _load_vector(builder, _at(builder, pointer, lane * tile.width), vector)
                    for lane in lanes
                ]

            stored = [_at(builder, sums, builder.add(at, ir.Constant(INT64, row * BLOCK)))
                      for row in rows]  # fmt: skip
            if resumes:
                starts = [vectors(stored[row]) for row in rows]
            else:
                biases = vectors(_at(builder, right_bias, q))
                ours = _at(builder, left_bias, p)
                starts = [
                    [builder.fadd(number(ours, row), biases[lane]) for lane in lanes]
                    for row in rows
                ]

            # The loop over columns: load once, multiply rows times lanes, all in registers.
            before = builder.block
            loop = builder.append_basic_block("columns")
            after = builder.append_basic_block("compare")
            builder.branch(loop)
            builder.position_at_end(loop)
            column = builder.phi(INT64)
            column.add_incoming(first, before)
            partial = [[builder.phi(vector) for _ in lanes] for _ in rows]
            offset = builder.mul(column, ir.Constant(INT64, BLOCK))
            ours = _at(builder, left, builder.add(i, offset))
            theirs = vectors(_at(builder, right, builder.add(j, offset)))
            total = [
                [
                    builder.call(fused, [number(ours, row), theirs[lane], partial[row][lane]])
                    for lane in lanes
                ]
                for row in rows
            ]
            for row in rows:
                for lane in lanes:
                    partial[row][lane].add_incoming(starts[row][lane], before)
                    partial[row][lane].add_incoming(total[row][lane], loop)
            following = builder.add(column, ir.Constant(INT64, 1))
            column.add_incoming(following, loop)
            builder.cbranch(builder.icmp_signed("<", following, last), loop, after)

            builder.position_at_end(after)
            if stops_early:
                for row in rows:
                    for lane in lanes:
                        pointer = _at(builder, stored[row], lane * tile.width)
                        _store_vector(builder, total[row][lane], pointer)
                ours, theirs = _at(builder, left_rest, u), vectors(_at(builder, right_rest, v))
                total = [
                    [
                        builder.call(fused, [number(ours, row), theirs[lane], total[row][lane]])
                        for lane in lanes
                    ]
                    for row in rows
                ]

            # A pair survives if either of its two rows may want it.
            ours, theirs = _at(builder, left_limit, p), vectors(_at(builder, right_limit, s))
            kept = []
            for row in rows:
                limit = number(ours, row)
                for lane in lanes:
                    is_lower = builder.fcmp_ordered("<", limit, theirs[lane])
                    lower = builder.select(is_lower, limit, theirs[lane])
                    kept.append(builder.fcmp_ordered(">=", total[row][lane], lower))
            union = kept[0]
            for one in kept[1:]:
                union = builder.or_(union, one)
            any_kept = builder.zext(builder.bitcast(union, bits), INT64)
            if stops_early:
                return any_kept
            store = builder.append_basic_block("store")
            leave = builder.append_basic_block("leave")
            is_any = builder.icmp_signed("!=", any_kept, ir.Constant(INT64, 0))
            builder.cbranch(is_any, store, leave)
            builder.position_at_end(store)
            for row in rows:
                word = ir.Constant(INT64, 0)
                for lane in lanes:
                    part = builder.bitcast(kept[row * tile.vectors + lane], bits)
                    shift = ir.Constant(INT64, lane * tile.width)
                    word = builder.or_(word, builder.shl(builder.zext(part, INT64), shift))
                builder.store(word, _at(builder, _at(builder, masks, w), row))
            builder.branch(leave)
            builder.position_at_end(leave)
            return any_kept

        return signature, codegen

    return compare


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
            rows.append((_at(builder, table.data, builder.mul(row, n_columns)), number))

        def square(column, load, wide):  # type: ignore[no-untyped-def]
            first, second = (
                value if number is DOUBLE else builder.fpext(value, wide)
                for value, number in (
                    (load(_at(builder, pointer, column), number), number)
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
            lambda pointer, number: _load_vector(builder, pointer, ir.VectorType(number, STRIPES)),
            doubles,
        )
        column.add_incoming(following, whole)
        stripes.add_incoming(builder.fadd(stripes, squares), whole)
        builder.branch(check)

        # The rest one by one, with the stripes in memory.
        builder.position_at_end(rest)
        _store_vector(builder, stripes, memory)
        builder.cbranch(builder.icmp_signed("<", column, n_columns), one, total)
        builder.position_at_end(one)
        single = builder.phi(INT64)
        single.add_incoming(column, rest)
        stripe = _at(builder, memory, builder.sub(single, column))
        squared = square(single, lambda pointer, _: builder.load(pointer), DOUBLE)
        builder.store(builder.fadd(builder.load(stripe), squared), stripe)
        next_single = builder.add(single, ir.Constant(INT64, 1))
        single.add_incoming(next_single, one)
        builder.cbranch(builder.icmp_signed("<", next_single, n_columns), one, total)

        builder.position_at_end(total)
        eight = _load_vector(builder, memory, doubles)
        four = builder.fadd(_part(builder, eight, 0, 4), _part(builder, eight, 4, 8))
        two = builder.fadd(_part(builder, four, 0, 2), _part(builder, four, 2, 4))
        return builder.fadd(
            builder.extract_element(two, ir.Constant(INT32, 0)),
            builder.extract_element(two, ir.Constant(INT32, 1)),
        )

    return signature, codegen


@intrinsic
def lowest_bit(typing, word):  # type: ignore[no-untyped-def]
    """Find the position of the lowest bit that is set in a word that is not zero."""

    def codegen(context, builder, signature, values):  # type: ignore[no-untyped-def]
        return builder.cttz(values[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.int64), codegen


TILE = host_tile()
compare_all = make_tile_kernel(TILE, resumes=False, stops_early=False)
compare_first = make_tile_kernel(TILE, resumes=False, stops_early=True)
compare_next = make_tile_kernel(TILE, resumes=True, stops_early=True)
compare_last = make_tile_kernel(TILE, resumes=True, stops_early=False)

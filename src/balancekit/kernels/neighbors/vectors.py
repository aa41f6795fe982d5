"""Operations that numba cannot express, written in terms of vector instructions.

An intrinsic of numba is a Python function that writes LLVM code: `codegen` runs once, at compile
time, and each call on `builder` appends one instruction. Vectors have a fixed number of lanes;
LLVM maps them to what the processor has, so the code is the same for AVX2, AVX-512 and NEON.
"""

from __future__ import annotations

from functools import partial, reduce
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
INT16 = ir.IntType(16)
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
    align = 8 if vector.element is DOUBLE else 4
    return builder.load(builder.bitcast(pointer, vector.as_pointer()), align=align)


def _store_vector(builder: Any, vector: Any, pointer: Any) -> None:
    align = 8 if vector.type.element is DOUBLE else 4
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


def make_kernel(tile: Tile, *, squares_gaps: bool, resumes: bool, leaves: str) -> Any:
    """Write the kernel that compares the rows of two blocks, tile by tile.

    It computes the value of each pair of rows from words ``first:last`` of their panels: the biases
    of both plus the product of the rows, or minus half the square of their gap. The sums of a tile
    live in registers until the end. Products are added and compared as integers, without rounding.

    Parameters
    ----------
    tile : Tile
        What fits the registers.
    squares_gaps : bool
        Whether words are numbers of float32 whose squared gaps are added up, or pairs of 16-bit
        integers whose products are.
    resumes : bool
        Whether to go on with tiles that are left, from stored sums; for products only.
    leaves : {"masks", "sums", "values"}
        What to do with the values. "masks" sets the bits of pairs that reach the limit of either
        row. "sums" is for words that are not the last: sums are stored, and what the other words
        can add at most, the product of the norms of both rows there, is added before comparing.
        "values" stores them all.

    Returns
    -------
    compare : intrinsic
        ``compare(panels, other_panels, bias, other_bias, limits, other_limits, limits_at, rest,
        rest_at, other_rest, other_rest_at, sums, tiles, masks, n_tiles, block, other, n_words,
        first, last)``, of arrays and integers. The arrays are those of `Blocks`, `Lists` and
        `Scratch`; the limits of `other` begin at `limits_at`, norms of the words left at `rest_at`
        and `other_rest_at`. It returns how many tiles are left, that is have pairs that survive,
        and puts them into the first `tiles`, and their masks into the first `masks`, a word for
        each row. `n_tiles` are left before.
    """
    vector = ir.VectorType(FLOAT, tile.width)
    integers = ir.VectorType(INT32, tile.width)
    sum_type = vector if squares_gaps else integers
    bits = ir.IntType(tile.width)
    rows, lanes = range(tile.rows), range(tile.vectors)
    tiles_down = BLOCK // tile.rows

    @intrinsic
    def compare(  # type: ignore[no-untyped-def]
        typing, panels, other_panels, bias, other_bias, limits, other_limits, limits_at, rest,
        rest_at, other_rest, other_rest_at, sums, tiles, masks, n_tiles, block, other, n_words,
        first, last,
    ):  # fmt: skip
        arguments = (
            panels, other_panels, bias, other_bias, limits, other_limits, limits_at, rest,
            rest_at, other_rest, other_rest_at, sums, tiles, masks, n_tiles, block, other, n_words,
            first, last,
        )  # fmt: skip
        signature = types.int64(
            *(types.int64 if isinstance(given, types.Integer) else given for given in arguments)
        )

        def codegen(context, builder, signature, values):  # type: ignore[no-untyped-def]
            (panels, other_panels, bias, other_bias, limits, other_limits, limits_at, rest,
             rest_at, other_rest, other_rest_at, sums, tiles, masks, n_tiles, block, other, n_words,
             first, last) = (
                _data(context, builder, kind, value) if isinstance(kind, types.Array) else value
                for kind, value in zip(signature.args, values, strict=True)
            )  # fmt: skip
            fused = cgutils.get_or_insert_function(
                builder.module,
                ir.FunctionType(vector, [vector] * 3),
                f"llvm.fma.v{tile.width}f32",
            )
            if squares_gaps:
                panels, other_panels, bias, other_bias = (
                    builder.bitcast(pointer, FLOAT.as_pointer())
                    for pointer in (panels, other_panels, bias, other_bias)
                )

            def times(one, factor):  # type: ignore[no-untyped-def]
                return builder.mul(one, ir.Constant(INT64, factor))

            def number(pointer, row, kind=vector):  # type: ignore[no-untyped-def]
                return _broadcast(builder, builder.load(_at(builder, pointer, row), align=4), kind)

            def vectors(pointer, kind=vector):  # type: ignore[no-untyped-def]
                return [
                    _load_vector(builder, _at(builder, pointer, lane * tile.width), kind)
                    for lane in lanes
                ]

            def store_vectors(ones, pointer):  # type: ignore[no-untyped-def]
                for lane, one in enumerate(ones):
                    _store_vector(builder, one, _at(builder, pointer, lane * tile.width))

            def biases(row, column, kind):  # type: ignore[no-untyped-def]
                ours, theirs = (
                    _at(builder, bias, row),
                    vectors(_at(builder, other_bias, column), kind),
                )
                add = builder.fadd if kind is vector else builder.add
                return [[add(number(ours, row, kind), theirs[lane]) for lane in lanes]
                        for row in rows]  # fmt: skip

            start, other_start = times(block, BLOCK), times(other, BLOCK)
            panel = _at(builder, panels, builder.mul(start, n_words))
            other_panel = _at(builder, other_panels, builder.mul(other_start, n_words))
            bias, limits = _at(builder, bias, start), _at(builder, limits, start)
            other_bias = _at(builder, other_bias, other_start)
            other_limits = _at(builder, other_limits, limits_at)
            if leaves == "sums":
                rest = _at(builder, rest, builder.add(rest_at, start))
                other_rest = _at(builder, other_rest, builder.add(other_rest_at, other_start))

            # Tile after tile; those that are left move to the front.
            entry = builder.block
            next_tile = builder.append_basic_block("tile")
            leave = builder.append_basic_block("leave")
            n_all = n_tiles if resumes else ir.Constant(INT64, tiles_down * (BLOCK // tile.columns))
            zero, one = ir.Constant(INT64, 0), ir.Constant(INT64, 1)
            builder.cbranch(builder.icmp_signed(">", n_all, zero), next_tile, leave)
            builder.position_at_end(next_tile)
            index, n_left = builder.phi(INT64), builder.phi(INT64)
            index.add_incoming(zero, entry)
            n_left.add_incoming(zero, entry)
            this = builder.load(_at(builder, tiles, index)) if resumes else index
            column = times(builder.udiv(this, ir.Constant(INT64, tiles_down)), tile.columns)
            row = times(builder.urem(this, ir.Constant(INT64, tiles_down)), tile.rows)
            first_sum = _at(builder, sums, builder.add(times(row, BLOCK), column))
            stored = [_at(builder, first_sum, row * BLOCK) for row in rows]
            if squares_gaps:
                nothing = ir.Constant(vector, [0.0] * tile.width)
                totals = [[nothing for _ in lanes] for _ in rows]
            elif resumes:
                totals = [vectors(stored[row], integers) for row in rows]
            else:
                totals = biases(row, column, integers)

            # Word after word: load once, multiply rows times lanes, all in registers.
            before = builder.block
            next_word = builder.append_basic_block("word")
            after = builder.append_basic_block("compare")
            builder.branch(next_word)
            builder.position_at_end(next_word)
            word = builder.phi(INT64)
            word.add_incoming(first, before)
            so_far = [[builder.phi(sum_type) for _ in lanes] for _ in rows]
            offset = times(word, BLOCK)
            ours = _at(builder, panel, builder.add(row, offset))
            theirs = vectors(_at(builder, other_panel, builder.add(column, offset)), sum_type)
            for line in rows:
                mine = number(ours, line, sum_type)
                for lane in lanes:
                    if squares_gaps:
                        gap = builder.fsub(mine, theirs[lane])
                        total = builder.call(fused, [gap, gap, so_far[line][lane]])
                    else:
                        products = _products_of_pairs(builder, mine, theirs[lane])
                        total = builder.add(so_far[line][lane], products)
                    so_far[line][lane].add_incoming(totals[line][lane], before)
                    so_far[line][lane].add_incoming(total, next_word)
                    totals[line][lane] = total
            following = builder.add(word, one)
            word.add_incoming(following, next_word)
            builder.cbranch(builder.icmp_signed("<", following, last), next_word, after)

            builder.position_at_end(after)
            if leaves == "sums":
                for line in rows:
                    store_vectors(totals[line], stored[line])
            if squares_gaps:
                half = ir.Constant(vector, [-0.5] * tile.width)
                totals = [
                    [builder.call(fused, [half, totals[line][lane], raised[lane]])
                     for lane in lanes]
                    for line, raised in enumerate(biases(row, column, vector))
                ]  # fmt: skip
            elif leaves != "masks":
                totals = [[builder.sitofp(total, vector) for total in line] for line in totals]
            if leaves == "values":
                for line in rows:
                    store_vectors(totals[line], stored[line])
            else:
                if leaves == "sums":
                    ours = _at(builder, rest, row)
                    theirs = vectors(_at(builder, other_rest, column))
                    for line in rows:
                        norm = number(ours, line)
                        totals[line] = [
                            builder.call(fused, [norm, theirs[lane], totals[line][lane]])
                            for lane in lanes
                        ]
                # A pair survives if either of its two rows may want it.
                is_whole = totals[0][0].type == integers
                compare = partial(builder.icmp_signed if is_whole else builder.fcmp_ordered, "<")
                ours, theirs = (
                    _at(builder, limits, row),
                    vectors(_at(builder, other_limits, column)),
                )
                if is_whole:
                    theirs = [builder.fptosi(limit, integers) for limit in theirs]
                below = []
                for line in rows:
                    limit = number(ours, line)
                    if is_whole:
                        limit = builder.fptosi(limit, integers)
                    for lane in lanes:
                        is_lower = compare(limit, theirs[lane])
                        lower = builder.select(is_lower, limit, theirs[lane])
                        below.append(builder.sext(compare(totals[line][lane], lower), integers))
                none = ir.Constant(integers, [0] * tile.width)
                is_kept = builder.icmp_signed("==", _all_of(builder, below), none)
                any_kept = builder.bitcast(is_kept, bits)
                compared = builder.block
                keep = builder.append_basic_block("keep")
                go_on = builder.append_basic_block("go_on")
                is_any = builder.icmp_unsigned("!=", any_kept, ir.Constant(bits, 0))
                builder.cbranch(is_any, keep, go_on)
                builder.position_at_end(keep)
                builder.store(this, _at(builder, tiles, n_left))
                if leaves == "masks":
                    words = _at(builder, masks, times(n_left, tile.rows))
                    for line in rows:
                        mask = zero
                        for lane in lanes:
                            is_kept = builder.icmp_signed(
                                "==", below[line * tile.vectors + lane], none
                            )
                            part = builder.zext(builder.bitcast(is_kept, bits), INT64)
                            shift = ir.Constant(INT64, lane * tile.width)
                            mask = builder.or_(mask, builder.shl(part, shift))
                        builder.store(mask, _at(builder, words, line))
                one_more = builder.add(n_left, one)
                builder.branch(go_on)
                builder.position_at_end(go_on)
                n_now = builder.phi(INT64)
                n_now.add_incoming(n_left, compared)
                n_now.add_incoming(one_more, keep)
            if leaves == "values":
                n_now = n_left
            done = builder.block
            following = builder.add(index, one)
            index.add_incoming(following, done)
            n_left.add_incoming(n_now, done)
            builder.cbranch(builder.icmp_signed("<", following, n_all), next_tile, leave)
            builder.position_at_end(leave)
            result = builder.phi(INT64)
            result.add_incoming(zero, entry)
            result.add_incoming(n_now, done)
            return result

        return signature, codegen

    return compare


def _all_of(builder: Any, masks: list[Any]) -> Any:
    """Return the bits that are set in all of some vectors; in pairs, so that none waits for all."""
    while len(masks) > 1:
        masks = [
            builder.and_(one, other) for one, other in zip(masks[::2], masks[1::2], strict=True)
        ]
    return masks[0]


def _products_of_pairs(builder: Any, one: Any, other: Any) -> Any:
    """Multiply 16-bit integers and add each pair of products: one instruction on most processors.

    Written out in 32 bits, in the form that LLVM recognises as such.
    """
    n_words = one.type.count
    pairs, wide = ir.VectorType(INT16, 2 * n_words), ir.VectorType(INT32, 2 * n_words)
    products = builder.mul(
        builder.sext(builder.bitcast(one, pairs), wide),
        builder.sext(builder.bitcast(other, pairs), wide),
    )
    undefined = ir.Constant(wide, ir.Undefined)
    lanes = ir.VectorType(INT32, n_words)
    even, odd = (
        builder.shuffle_vector(
            products, undefined, ir.Constant(lanes, list(range(half, 2 * n_words, 2)))
        )
        for half in (0, 1)
    )
    return builder.add(even, odd)


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

        # One by one again: a vector that was written in pieces is slow to read.
        builder.position_at_end(total)
        sums = [builder.load(_at(builder, memory, stripe)) for stripe in range(STRIPES)]
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
        pointer = _at(builder, _data(context, builder, signature.args[0], values[0]), values[1])
        parts = [_load_vector(builder, _at(builder, pointer, place), vector)
                 for place in range(0, BLOCK, 8)]  # fmt: skip

        def smaller(one, two):  # type: ignore[no-untyped-def]
            return builder.select(builder.fcmp_ordered("<", one, two), one, two)

        smallest = reduce(smaller, parts)
        for half in (4, 2, 1):
            smallest = smaller(
                _part(builder, smallest, 0, half), _part(builder, smallest, half, 2 * half)
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
            _data(context, builder, kind, value) if isinstance(kind, types.Array) else value
            for kind, value in zip(signature.args, values, strict=True)
        )
        vector = ir.VectorType(FLOAT, TILE.width)
        lanes = range(0, BLOCK, TILE.width)

        def row_of(array, offset):  # type: ignore[no-untyped-def]
            pointer = _at(builder, array, offset)
            return [_load_vector(builder, _at(builder, pointer, lane), vector) for lane in lanes]

        def is_larger(ones, others):  # type: ignore[no-untyped-def]
            return [
                builder.fcmp_ordered(">", one, other)
                for one, other in zip(ones, others, strict=True)
            ]

        new = row_of(numbers, start)
        one = ir.Constant(INT64, 1)
        last = builder.mul(builder.sub(n_levels, one), ir.Constant(INT64, BLOCK))
        larger = reduce(builder.or_, is_larger(new, row_of(best, last)))
        any_larger = builder.bitcast(larger, ir.IntType(TILE.width))
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
        pointer = _at(builder, best, offset)
        for place, lane in enumerate(lanes):
            is_new = builder.fcmp_ordered(">", moved[place], kept[place])
            stays = builder.select(is_new, moved[place], kept[place])
            goes = builder.select(is_new, kept[place], moved[place])
            _store_vector(builder, stays, _at(builder, pointer, lane))
            moved[place].add_incoming(new[place], before)
            moved[place].add_incoming(goes, loop)
        following = builder.add(level, one)
        level.add_incoming(following, loop)
        builder.cbranch(builder.icmp_signed("<", following, n_levels), loop, leave)
        builder.position_at_end(leave)
        return context.get_dummy_value()

    return types.void(best, types.int64, numbers, types.int64), codegen


TILE = host_tile()
compare_all = make_kernel(TILE, squares_gaps=False, resumes=False, leaves="masks")
compare_first = make_kernel(TILE, squares_gaps=False, resumes=False, leaves="sums")
compare_next = make_kernel(TILE, squares_gaps=False, resumes=True, leaves="sums")
compare_last = make_kernel(TILE, squares_gaps=False, resumes=True, leaves="masks")
compute_products = make_kernel(TILE, squares_gaps=False, resumes=False, leaves="values")
compare_gaps = make_kernel(TILE, squares_gaps=True, resumes=False, leaves="masks")
compute_gaps = make_kernel(TILE, squares_gaps=True, resumes=False, leaves="values")

"""The kernels that compare two blocks of rows, written in terms of vector instructions."""

from __future__ import annotations

from functools import partial
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils

from balancekit.kernels.neighbors.llvm import (
    FLOAT,
    INT16,
    INT32,
    INT64,
    broadcast,
    data_of,
    intrinsic,
    load_vector,
    shifted,
    store_vector,
)
from balancekit.kernels.neighbors.target import BLOCK, Tile, host_tile


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
        Whether two words are a number, as a sum of two numbers of float32, and squared gaps of the
        numbers are added up; or a word is a pair of 16-bit integers, and products are.
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
                data_of(context, builder, kind, value) if isinstance(kind, types.Array) else value
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
                return broadcast(
                    builder, builder.load(shifted(builder, pointer, row), align=4), kind
                )

            def vectors(pointer, kind=vector):  # type: ignore[no-untyped-def]
                return [
                    load_vector(builder, shifted(builder, pointer, lane * tile.width), kind)
                    for lane in lanes
                ]

            def store_vectors(ones, pointer):  # type: ignore[no-untyped-def]
                for lane, one in enumerate(ones):
                    store_vector(builder, one, shifted(builder, pointer, lane * tile.width))

            def biases(row, column, kind):  # type: ignore[no-untyped-def]
                ours, theirs = (
                    shifted(builder, bias, row),
                    vectors(shifted(builder, other_bias, column), kind),
                )
                add = builder.fadd if kind is vector else builder.add
                return [[add(number(ours, row, kind), theirs[lane]) for lane in lanes]
                        for row in rows]  # fmt: skip

            start, other_start = times(block, BLOCK), times(other, BLOCK)
            panel = shifted(builder, panels, builder.mul(start, n_words))
            other_panel = shifted(builder, other_panels, builder.mul(other_start, n_words))
            bias, limits = shifted(builder, bias, start), shifted(builder, limits, start)
            other_bias = shifted(builder, other_bias, other_start)
            other_limits = shifted(builder, other_limits, limits_at)
            if leaves == "sums":
                rest = shifted(builder, rest, builder.add(rest_at, start))
                other_rest = shifted(builder, other_rest, builder.add(other_rest_at, other_start))

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
            this = builder.load(shifted(builder, tiles, index)) if resumes else index
            column = times(builder.udiv(this, ir.Constant(INT64, tiles_down)), tile.columns)
            row = times(builder.urem(this, ir.Constant(INT64, tiles_down)), tile.rows)
            first_sum = shifted(builder, sums, builder.add(times(row, BLOCK), column))
            stored = [shifted(builder, first_sum, row * BLOCK) for row in rows]
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
            ours = shifted(builder, panel, builder.add(row, offset))
            theirs_at = shifted(builder, other_panel, builder.add(column, offset))
            theirs = vectors(theirs_at, sum_type)
            if squares_gaps:
                our_rest, their_rest = (
                    shifted(builder, ours, BLOCK),
                    vectors(shifted(builder, theirs_at, BLOCK)),
                )
            for line in rows:
                mine = number(ours, line, sum_type)
                for lane in lanes:
                    if squares_gaps:
                        # Of near numbers, the first difference is exact.
                        gap = builder.fadd(
                            builder.fsub(mine, theirs[lane]),
                            builder.fsub(number(our_rest, line), their_rest[lane]),
                        )
                        total = builder.call(fused, [gap, gap, so_far[line][lane]])
                    else:
                        products = _products_of_pairs(builder, mine, theirs[lane])
                        total = builder.add(so_far[line][lane], products)
                    so_far[line][lane].add_incoming(totals[line][lane], before)
                    so_far[line][lane].add_incoming(total, next_word)
                    totals[line][lane] = total
            following = builder.add(word, ir.Constant(INT64, 2 if squares_gaps else 1))
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
                    ours = shifted(builder, rest, row)
                    theirs = vectors(shifted(builder, other_rest, column))
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
                    shifted(builder, limits, row),
                    vectors(shifted(builder, other_limits, column)),
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
                builder.store(this, shifted(builder, tiles, n_left))
                if leaves == "masks":
                    words = shifted(builder, masks, times(n_left, tile.rows))
                    for line in rows:
                        mask = zero
                        for lane in lanes:
                            is_kept = builder.icmp_signed(
                                "==", below[line * tile.vectors + lane], none
                            )
                            part = builder.zext(builder.bitcast(is_kept, bits), INT64)
                            shift = ir.Constant(INT64, lane * tile.width)
                            mask = builder.or_(mask, builder.shl(part, shift))
                        builder.store(mask, shifted(builder, words, line))
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


TILE = host_tile()
compare_all = make_kernel(TILE, squares_gaps=False, resumes=False, leaves="masks")
compare_first = make_kernel(TILE, squares_gaps=False, resumes=False, leaves="sums")
compare_next = make_kernel(TILE, squares_gaps=False, resumes=True, leaves="sums")
compare_last = make_kernel(TILE, squares_gaps=False, resumes=True, leaves="masks")
compute_products = make_kernel(TILE, squares_gaps=False, resumes=False, leaves="values")
compare_gaps = make_kernel(TILE, squares_gaps=True, resumes=False, leaves="masks")
compute_gaps = make_kernel(TILE, squares_gaps=True, resumes=False, leaves="values")

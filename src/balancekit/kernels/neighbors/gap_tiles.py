"""Squared gaps between the rows of a panel and some centres, in float32 and in registers."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils

from balancekit.kernels.neighbors.llvm import (
    FLOAT,
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


def make_kernel(tile: Tile, *, leaves: str) -> Any:
    """Write the kernel that compares some rows of a panel with some centres.

    Parameters
    ----------
    tile : Tile
        What fits the registers: so many centres at once, and lanes of a panel.
    leaves : {"nearest", "masks"}
        What to do with the sums of squared gaps. "nearest" keeps the smallest for each row, the
        second smallest, and which centre the smallest is of. "masks" sets the bits of sums below
        the limit of their row.

    Returns
    -------
    compare : intrinsic
        ``compare(panels, start, centres, group, n_columns, best, second, index, first, number)``,
        or ``compare(panels, start, centres, group, n_columns, limits, masks, first, at)``. Panels
        hold column after column of `BLOCK` rows; `start` is where the first row of the tile has
        its first column. Centres are in groups of ``tile.rows``, column after column; `group` is
        where one starts. `best`, `second`, `limits` (float32) and `index` (int32) are arrays over
        rows, with the first row of the tile at `first`; `number` is that of the group's first
        centre. Masks are words of 64 bits, one for each centre of the group from `at` on; the bits
        of this tile are added to them.
    """
    vector = ir.VectorType(FLOAT, tile.width)
    integers = ir.VectorType(INT32, tile.width)
    bits = ir.IntType(tile.width)
    rows, lanes = range(tile.rows), range(tile.vectors)

    def typed(arguments: Any) -> Any:
        signature = types.void(
            *(types.int64 if isinstance(given, types.Integer) else given for given in arguments)
        )

        def codegen(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            panels, start, centres, group, n_columns, *others = (
                data_of(context, builder, kind, value) if isinstance(kind, types.Array) else value
                for kind, value in zip(signature.args, values, strict=True)
            )
            fused = cgutils.get_or_insert_function(  # type: ignore[no-untyped-call]
                builder.module,
                ir.FunctionType(vector, [vector] * 3),
                f"llvm.fma.v{tile.width}f32",
            )

            def vectors(pointer: Any, kind: Any = vector) -> list[Any]:
                return [
                    load_vector(builder, shifted(builder, pointer, lane * tile.width), kind)
                    for lane in lanes
                ]

            def store_vectors(ones: list[Any], pointer: Any) -> None:
                for lane, one in enumerate(ones):
                    store_vector(builder, one, shifted(builder, pointer, lane * tile.width))

            nothing = ir.Constant(vector, [0.0] * tile.width)
            panel, centre = shifted(builder, panels, start), shifted(builder, centres, group)
            before = builder.block
            next_column = builder.append_basic_block("column")
            after = builder.append_basic_block("after")
            builder.branch(next_column)
            builder.position_at_end(next_column)
            column = builder.phi(INT64)
            column.add_incoming(ir.Constant(INT64, 0), before)
            sums = [[builder.phi(vector) for _ in lanes] for _ in rows]
            theirs = vectors(
                shifted(builder, panel, builder.mul(column, ir.Constant(INT64, BLOCK)))
            )
            mine = shifted(builder, centre, builder.mul(column, ir.Constant(INT64, tile.rows)))
            for row in rows:
                number = broadcast(
                    builder, builder.load(shifted(builder, mine, row), align=4), vector
                )
                for lane in lanes:
                    gap = builder.fsub(theirs[lane], number)
                    total = builder.call(fused, [gap, gap, sums[row][lane]])
                    sums[row][lane].add_incoming(nothing, before)
                    sums[row][lane].add_incoming(total, next_column)
                    sums[row][lane] = total
            following = builder.add(column, ir.Constant(INT64, 1))
            column.add_incoming(following, next_column)
            builder.cbranch(builder.icmp_signed("<", following, n_columns), next_column, after)
            builder.position_at_end(after)
            if leaves == "nearest":
                best_at, second_at, index_at, first, number = others
                best_at, second_at, index_at = (
                    shifted(builder, pointer, first) for pointer in (best_at, second_at, index_at)
                )
                best, second = vectors(best_at), vectors(second_at)
                index = vectors(index_at, integers)
                for row in rows:
                    this = broadcast(
                        builder,
                        builder.trunc(builder.add(number, ir.Constant(INT64, row)), INT32),
                        integers,
                    )
                    for lane in lanes:
                        total = sums[row][lane]
                        is_nearer = builder.fcmp_ordered("<", total, best[lane])
                        is_second = builder.fcmp_ordered("<", total, second[lane])
                        other = builder.select(is_second, total, second[lane])
                        second[lane] = builder.select(is_nearer, best[lane], other)
                        best[lane] = builder.select(is_nearer, total, best[lane])
                        index[lane] = builder.select(is_nearer, this, index[lane])
                store_vectors(best, best_at)
                store_vectors(second, second_at)
                store_vectors(index, index_at)
            else:
                limits, masks, first, at = others
                width = builder.and_(first, ir.Constant(INT64, BLOCK - 1))
                limit = vectors(shifted(builder, limits, first))
                words = shifted(builder, masks, at)
                for row in rows:
                    mask = ir.Constant(INT64, 0)
                    for lane in lanes:
                        is_below = builder.fcmp_ordered("<", sums[row][lane], limit[lane])
                        part = builder.zext(builder.bitcast(is_below, bits), INT64)
                        shift = ir.Constant(INT64, lane * tile.width)
                        mask = builder.or_(mask, builder.shl(part, shift))
                    word = shifted(builder, words, row)
                    shifted_mask = builder.shl(mask, width)
                    builder.store(builder.or_(builder.load(word), shifted_mask), word)
            return context.get_dummy_value()

        return signature, codegen

    @intrinsic
    def keep(  # type: ignore[no-untyped-def]
        typing, panels, start, centres, group, n_columns, best, second, index, first, number
    ):
        return typed((panels, start, centres, group, n_columns, best, second, index, first, number))

    @intrinsic
    def mark(typing, panels, start, centres, group, n_columns, limits, masks, first, at):  # type: ignore[no-untyped-def]
        return typed((panels, start, centres, group, n_columns, limits, masks, first, at))

    return keep if leaves == "nearest" else mark


TILE = host_tile()
keep_nearest = make_kernel(TILE, leaves="nearest")
mark_near = make_kernel(TILE, leaves="masks")

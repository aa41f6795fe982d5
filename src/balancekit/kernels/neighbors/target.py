"""What the processor offers: how wide its vectors are, and the tile that fits its registers."""

from __future__ import annotations

from dataclasses import dataclass

from llvmlite import binding

# Rows in a block: one panel of the packed data, one box, one word of a survivor mask.
BLOCK = 32


@dataclass(frozen=True)
class Tile:
    """The part of a block pair that stays in registers.

    Parameters
    ----------
    width : int
        Numbers of float32 in a vector.
    rows : int
        Rows of the first block at once.
    vectors : int
        Vectors of columns, that is rows of the second block, at once.
    """

    width: int
    rows: int
    vectors: int

    @property
    def columns(self) -> int:
        """Rows of the second block at once."""
        return self.width * self.vectors


# rows * vectors accumulators, `vectors` operands and one that is broadcast fit the registers: 32 of
# 512 bits, 16 of 256 bits, 32 of 128 bits (NEON) and 16 of 128 bits (SSE).
WIDE = Tile(width=16, rows=8, vectors=2)
MIDDLE = Tile(width=8, rows=4, vectors=2)
NEON = Tile(width=4, rows=8, vectors=2)
NARROW = Tile(width=4, rows=4, vectors=2)


def host_tile() -> Tile:
    """Choose the tile for the processor of this machine.

    Returns
    -------
    tile : Tile
    """
    features = binding.get_host_cpu_features()
    if all(features.get(name) for name in ("avx512f", "avx512vl", "avx512bw")):
        return WIDE
    if features.get("avx2") and features.get("fma"):
        return MIDDLE
    return NEON if features.get("neon") else NARROW

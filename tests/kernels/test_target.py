"""The tile that fits a processor."""

import pytest

from balancekit.kernels.neighbors import target
from balancekit.kernels.neighbors.target import BLOCK, MIDDLE, NARROW, NEON, WIDE

AVX512 = {"avx512f": True, "avx512vl": True, "avx512bw": True, "avx2": True, "fma": True}
REGISTERS = {WIDE: 32, MIDDLE: 16, NEON: 32, NARROW: 16}


@pytest.mark.parametrize(
    ("features", "tile"),
    [
        (AVX512, WIDE),
        (AVX512 | {"avx512vl": False}, MIDDLE),
        (AVX512 | {"avx512bw": False}, MIDDLE),
        ({"avx2": True, "fma": True}, MIDDLE),
        ({"avx2": True, "fma": False}, NARROW),
        ({"neon": True}, NEON),
        ({}, NARROW),
    ],
)
def test_the_widest_tile_that_the_processor_has_is_chosen(monkeypatch, features, tile):
    monkeypatch.setattr(target.binding, "get_host_cpu_features", lambda: features)
    assert target.host_tile() == tile


@pytest.mark.parametrize("tile", REGISTERS)
def test_tiles_fit_the_registers_and_cover_a_block(tile):
    assert tile.rows * tile.vectors + tile.vectors + 1 <= REGISTERS[tile]
    assert tile.columns == tile.width * tile.vectors
    assert BLOCK % tile.rows == BLOCK % tile.columns == 0

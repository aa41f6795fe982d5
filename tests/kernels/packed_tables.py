"""Tables and their packed form, for the tests of the kernels that read it."""

import numpy as np

from balancekit.core.neighbors.coordinates import Coordinates
from balancekit.core.neighbors.crew import Crew
from balancekit.core.neighbors.distance import all_squared_distances
from balancekit.core.neighbors.packed import in_parts, pack_rows
from balancekit.kernels.neighbors.target import BLOCK

rng = np.random.RandomState(0)
TABLES = {
    "normal": rng.randn(100, 7),
    "one column": rng.randn(90, 1),
    "rotated": rng.randn(400, 20) @ rng.randn(20, 20),
    "rotated float32": (rng.randn(300, 24) * np.logspace(0, -3, 24)).astype(np.float32),
    "wide": rng.randn(70, 130),
    "far from the origin": rng.randn(200, 5) + 1e8,
    "twelve decades": rng.randn(300, 18) * np.logspace(-6, 6, 18),
    "outlier": np.vstack([rng.randn(99, 6), np.full((1, 6), 1e12)]),
    "two far clusters": np.vstack([rng.randn(60, 13), rng.randn(80, 13) + 1e6]),
    "integer grid": rng.randint(0, 3, (120, 4)).astype(float),
    "constant": np.ones((50, 3)),
}


def packed(X, edges=None, by_gaps=False):
    """Pack all rows of a table, to be compared in parts that end at `edges`."""
    rows = np.arange(len(X))
    with Crew(1) as crew:
        coordinates = Coordinates(X, rows, rows[:0], crew)
        blocks = pack_rows(coordinates, X, rows, crew, by_gaps=by_gaps)
        return blocks if edges is None else in_parts(blocks, np.array(edges), crew)


def packed_points(blocks):
    """Return the coordinates at each place, in float64."""
    if blocks.by_gaps:
        panels = blocks.panels.view(np.float32).reshape(-1, blocks.n_words // 2, 2, BLOCK)
        panels = panels.sum(axis=2, dtype=np.float64)[..., np.newaxis]
    else:
        panels = blocks.panels.view(np.int16).reshape(-1, blocks.n_words, BLOCK, 2)
    return panels.transpose(0, 2, 1, 3).reshape(len(blocks.bias), -1).astype(np.float64)


def packed_bias(blocks):
    """Return the bias at each place, in float64."""
    return (blocks.bias.view(np.float32) if blocks.by_gaps else blocks.bias).astype(np.float64)


def exact_values(points, bias, other_points, other_bias, by_gaps=False):
    """Return what a kernel computes, and how far rounding in float32 may lead it astray."""
    bias, other_bias = bias[:, np.newaxis].astype(np.float64), other_bias.astype(np.float64)
    if not by_gaps:
        value = bias + other_bias + points @ other_points.T
        return value, np.zeros_like(value)
    half = 0.5 * all_squared_distances(points, other_points)
    rounding = (points.shape[1] + 8) * 2.0**-24 * (half + np.abs(bias) + np.abs(other_bias))
    return bias + other_bias - half, rounding

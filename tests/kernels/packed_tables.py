"""Tables and their packed form, for the tests of the kernels that read it."""

import numpy as np

from balancekit.core.neighbors.coordinates import Coordinates
from balancekit.core.neighbors.crew import Crew
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


def packed(X, edges=None):
    """Pack all rows of a table, to be compared in parts that end at `edges`."""
    rows = np.arange(len(X))
    with Crew(1) as crew:
        blocks = pack_rows(Coordinates(X, rows, rows[:0]), X, rows, crew)
        return blocks if edges is None else in_parts(blocks, np.array(edges), crew)


def packed_points(blocks):
    """Return the coordinates at each place, in float64."""
    panels = blocks.panels.reshape(-1, blocks.n_columns, BLOCK)
    return panels.transpose(0, 2, 1).reshape(-1, blocks.n_columns).astype(np.float64)


def exact_values(points, bias, other_points, other_bias):
    """Return what a tile kernel computes, and how far rounding in float32 may lead it astray."""
    bias, other_bias = bias[:, np.newaxis].astype(np.float64), other_bias.astype(np.float64)
    value = bias + other_bias + points @ other_points.T
    magnitude = np.abs(bias) + np.abs(other_bias) + np.abs(points) @ np.abs(other_points).T
    return value, (points.shape[1] + 3) * 2.0**-24 * magnitude

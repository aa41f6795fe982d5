"""Timings of the neighbour search over the project's history, for airspeed velocity (asv).

``asv run --config benchmarks/asv.conf.json``; for ratios against others see
`benchmarks.side_by_side`.
"""

from balancekit import warm_up
from balancekit.neighbors import NearestNeighbors
from benchmarks.side_by_side import KINDS, draw


class Neighbors:
    """Five neighbours of every row, one thread."""

    params = (("5000x3", "10000x30", "4000x200"), KINDS)
    param_names = ("shape", "kind")

    def setup(self, shape, kind):
        """Draw the rows, and compile."""
        warm_up()
        self.X = draw(kind, *map(int, shape.split("x")))
        self.search = NearestNeighbors(algorithm="compiled", n_jobs=1)

    def time_own_neighbors(self, shape, kind):
        """Search for every row among all others."""
        self.search.fit(self.X).kneighbors()

    def time_neighbors_of_some(self, shape, kind):
        """Search for a tenth of the rows among the rest."""
        n_queries = len(self.X) // 10
        self.search.fit(self.X[n_queries:]).kneighbors(self.X[:n_queries])

    def peakmem_own_neighbors(self, shape, kind):
        """Search for every row among all others."""
        self.search.fit(self.X).kneighbors()

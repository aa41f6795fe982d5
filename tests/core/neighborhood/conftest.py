"""Tables of rows and classes, with and without ties."""

import numpy as np
import pytest
from scipy import sparse

from balancekit.core.neighbors import DirectEngine


def _classes(rng, n_rows):
    """Three classes of about 1 : 3 : 6, and a single row of a fourth."""
    codes = rng.choice(3, size=n_rows, p=[0.6, 0.1, 0.3])
    codes[n_rows // 2] = 3
    return codes


def _tables():
    rng = np.random.RandomState(0)
    return {
        "normal": rng.randn(90, 5),
        "wide": rng.randn(70, 19),
        "integer grid": rng.randint(0, 4, (90, 3)).astype(float),
        "duplicates": np.repeat(rng.randint(0, 9, (22, 3)).astype(float), 4, axis=0),
        "constant": np.ones((30, 2)),
        "uint8": rng.randint(0, 255, (70, 4)).astype(np.uint8),
        "sparse": sparse.csr_array(rng.randint(0, 4, (60, 6)) * (rng.rand(60, 6) < 0.4)),
    }


TABLES = _tables()


@pytest.fixture(params=TABLES)
def table(request):
    """Rows of every kind, and their classes."""
    X = TABLES[request.param]
    return X, _classes(np.random.RandomState(1), X.shape[0])


@pytest.fixture
def untied():
    """Rows without ties, of overlapping classes in no order, as imbalanced-learn's oracle takes."""
    rng = np.random.RandomState(5)
    codes = rng.choice(3, size=220, p=[0.6, 0.1, 0.3])
    return rng.randn(220, 4) + 0.9 * codes[:, np.newaxis], codes


@pytest.fixture
def direct():
    """The search that is the reference."""
    return DirectEngine()


@pytest.fixture
def squares():
    """All squared distances by definition; sums of integers are exact."""

    def compute(X):
        dense = (X.toarray() if sparse.issparse(X) else X).astype(float)
        return ((dense[:, np.newaxis] - dense) ** 2).sum(axis=2)

    return compute


@pytest.fixture
def neighbors(squares):
    """Ids of the k nearest other rows of each query by (distance, id), one row at a time."""

    def find(X, queries, among, k):
        near = squares(X)
        others = [[row for row in among.tolist() if row != query] for query in queries.tolist()]
        return np.array(
            [
                sorted(rows, key=near[query].__getitem__)[:k]
                for query, rows in zip(queries, others, strict=True)
            ]
        )

    return find

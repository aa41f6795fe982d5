"""Memory: any layout and width goes in, and what goes in is not written to."""

import tempfile
from pathlib import Path

import numpy as np
from scipy import sparse

from balancekit.testing import make_blobs_of_sizes
from benchmarks.behaviour.observing import Observation, Topic, attempt, listed

topic = Topic("Memory")

MEMORY = "layout and precision"
SIZES = (60, 25)


def _samplers(library):
    """Return samplers that make, choose and clean."""
    return {
        "SMOTE": library.over_sampling.SMOTE(random_state=0),
        "RandomOverSampler": library.over_sampling.RandomOverSampler(shrinkage=0.5, random_state=0),
        "RandomUnderSampler": library.under_sampling.RandomUnderSampler(random_state=0),
        "TomekLinks": library.under_sampling.TomekLinks(),
    }


def _read_only(values):
    values = values.copy()
    values.flags.writeable = False
    return values


LAYOUTS = {
    "Fortran order": np.asfortranarray,
    "read-only": _read_only,
    "every other row": lambda values: np.repeat(values, 2, axis=0)[::2],
    "every other column": lambda values: np.repeat(values, 2, axis=1)[:, ::2],
}


@topic.probe(MEMORY, "Fortran order, read-only, strided and memory-mapped")
def layouts(library):
    X, y = make_blobs_of_sizes(SIZES, 3)
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        np.save(Path(folder) / "X.npy", X)
        mapped = np.load(Path(folder) / "X.npy", mmap_mode="r")
        for name, sampler in _samplers(library).items():
            expected = sampler.fit_resample(X, y)[0]
            tables = {layout: change(X) for layout, change in LAYOUTS.items()}
            for layout, table in {**tables, "memory-mapped": mapped}.items():
                tried = attempt(lambda s=sampler, t=table: s.fit_resample(t, y)[0])
                if tried.error is not None or not np.array_equal(tried.result, expected):
                    faults.append(f"{name} of {layout}")
        # Some systems do not delete a file that is still mapped.
        del mapped, tables, table
    return Observation(f"other rows: {listed(faults)}" if faults else "the same rows", not faults)


@topic.probe(MEMORY, "float16 and float32")
def precision(library):
    X, y = make_blobs_of_sizes(SIZES, 3)
    changed = {}
    for name, sampler in _samplers(library).items():
        for dtype in (np.float16, np.float32):
            rows = sampler.fit_resample(X.astype(dtype), y)[0]
            if rows.dtype != dtype:
                changed[f"{rows.dtype} out of {name}"] = dtype
    return Observation(listed(changed) if changed else "dtypes kept", not changed)


def _unsorted(X):
    """Return a CSR matrix whose columns stand in no order, the first of them twice."""
    n_rows = len(X)
    columns = np.tile([2, 0, 1, 0], n_rows)
    starts = np.arange(0, 4 * n_rows + 1, 4)
    return sparse.csr_array((X[:, [2, 0, 1, 0]].ravel(), columns, starts), shape=X.shape)


@topic.probe(MEMORY, "an unsorted CSR matrix is not written to")
def untouched(library):
    X, y = make_blobs_of_sizes(SIZES, 3)
    written = []
    for name, sampler in _samplers(library).items():
        table = _unsorted(X)
        before = [part.copy() for part in (table.data, table.indices, table.indptr)]
        tried = attempt(lambda s=sampler, t=table: s.fit_resample(t, y))
        after = (table.data, table.indices, table.indptr)
        if tried.error is not None or not all(map(np.array_equal, before, after)):
            written.append(name)
    return Observation(f"written to by {listed(written)}" if written else "untouched", not written)

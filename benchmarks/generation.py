"""Generating new rows, apart from finding neighbours."""

import argparse

import imblearn.over_sampling
import numpy as np

from balancekit.core.arithmetic import synthesise
from balancekit.core.containers import wrap
from balancekit.core.plan import Plan
from balancekit.core.recipes import Interpolation
from benchmarks.timing import interleaved, machine, report

SHAPES = {(100_000, 30): "1:10", (10_000, 784): "1:10"}


def generate(n_rows, n_columns, dtype, rounds):
    """Compare new rows alone, then the whole output with a fresh copy of it."""
    rng = np.random.default_rng(0)
    X = (100 * rng.standard_normal((n_rows, n_columns))).astype(dtype)
    members = np.sort(rng.choice(n_rows, n_rows // 11, replace=False))
    n_new = n_rows - 2 * len(members)
    table = rng.integers(len(members), size=(len(members), 5))
    row, column = rng.integers(len(members), size=n_new), rng.integers(5, size=n_new)
    recipe = Interpolation(members[row], members[table[row, column]], rng.uniform(size=n_new))
    plan = Plan(n_rows, np.arange(n_rows), np.zeros(n_rows + n_new, dtype=int), [recipe])

    def new_rows(kernel):
        out = np.empty((n_new, n_columns), dtype)
        synthesise(recipe, X, out, kernel=kernel)
        return out

    X_class = X[members]
    theirs = imblearn.over_sampling.SMOTE()
    step = recipe.step[:, np.newaxis]

    def incumbent():
        return theirs._generate_samples(X_class, X_class, table, row, column, step)

    assert np.array_equal(new_rows(True), new_rows(False))
    if dtype in (np.float32, np.float64):
        assert np.array_equal(new_rows(True), incumbent())
    size = f"{n_new} of {n_columns} columns, {np.dtype(dtype).name}"
    report(
        f"New rows alone, {size}",
        interleaved(
            {
                "balancekit, compiled": lambda: new_rows(True),
                "balancekit, NumPy": lambda: new_rows(False),
                "imbalanced-learn": incumbent,
            },
            rounds,
        ),
    )
    whole = wrap(X).build(plan)
    report(
        f"Whole output, {len(whole)} rows of {n_columns} columns, {np.dtype(dtype).name}",
        interleaved(
            {
                "balancekit, compiled": lambda: wrap(X).build(plan),
                "a fresh copy of the output": whole.copy,
                "imbalanced-learn, stacking included": lambda: np.vstack([X.copy(), incumbent()]),
            },
            rounds,
        ),
    )


def main(arguments=None):
    """Run all shapes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shrink", type=int, default=1, help="divide the rows by this")
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args(arguments)
    print(machine())
    for n_rows, n_columns in SHAPES:
        for dtype in (np.float64, np.float32):
            generate(n_rows // options.shrink, n_columns, dtype, options.rounds)


if __name__ == "__main__":
    main()

"""What mining hard negatives is worth on mammography, and in how much memory it reads a large pool.

The first table: average precision on held-out rows, 5 stratified folds for each seed, of models
fitted on all negatives, on a random quarter and on the mined ones; the same folds and seeds for
all. The second: anonymous resident memory while a pool on disk is mined.
"""

import argparse
import os
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
from imblearn.datasets import fetch_datasets
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.model_selection import StratifiedKFold

from balancekit.ensemble import BootstrappedClassifier
from balancekit.under_sampling import HardNegativeMining

# Trees that are boosted are sure of nearly everything: see the notes of HardNegativeMining.
CLASSIFIERS = {
    "LogisticRegression": (LogisticRegression(max_iter=1000), "auto"),
    "RandomForest": (RandomForestClassifier(), "auto"),
    "HistGradientBoosting": (HistGradientBoostingClassifier(), "auto"),
    "HistGradientBoosting, threshold .02": (HistGradientBoostingClassifier(), 0.02),
}
HEAD = (
    f"  {'':<36} {'all':>6} {'quarter':>8} {'mined':>7} {'- all':>15} {'- quarter':>16} {'kept':>6}"
)


def mammography():
    """Return X and y of mammography, 1 in 43 rows positive, from the folder of data sets."""
    home = Path(os.environ.get("BALANCEKIT_DATA", "../shared/data")) / "imblearn_home"
    found = fetch_datasets(
        data_home=str(home), filter_data=("mammography",), download_if_missing=False
    )["mammography"]
    return found.data, (found.target == 1).astype(int)


def measure(X, y, classifier, threshold, n_seeds):
    """Fit on every fold three ways.

    Returns
    -------
    scores : ndarray of shape (n_fits, 3)
        Average precision: all negatives, a random quarter, mined.
    kept : ndarray of shape (n_fits,)
        Share of the negatives that were mined.
    """
    scores, kept = [], []
    for seed in range(n_seeds):
        folds = StratifiedKFold(5, shuffle=True, random_state=seed).split(X, y)
        for fold, (train, test) in enumerate(folds):
            X_train, y_train = X[train], y[train]
            model = classifier.set_params(random_state=seed)
            negatives, positives = np.flatnonzero(y_train == 0), np.flatnonzero(y_train == 1)
            quarter = len(negatives) // 4
            drawn = np.random.RandomState(5 * seed + fold).permutation(negatives)[:quarter]
            sampler = HardNegativeMining(
                estimator=model,
                threshold=threshold,
                # Three negatives for each positive are there at the start.
                max_new_per_round=(quarter - 3 * len(positives)) // 2,
                random_state=5 * seed + fold,
            )
            sampler.fit_resample(X_train, y_train)
            ways = (np.arange(len(train)), np.append(positives, drawn), sampler.sample_indices_)
            scores.append(
                [
                    average_precision_score(
                        y[test],
                        model.fit(X_train[rows], y_train[rows]).predict_proba(X[test])[:, 1],
                    )
                    for rows in ways
                ]
            )
            kept.append((len(sampler.sample_indices_) - len(positives)) / len(negatives))
    return np.array(scores), np.array(kept)


def report_precision(n_seeds):
    """Print the first table."""
    X, y = mammography()
    print(f"mammography, average precision, {n_seeds} x 5 folds; mean and standard error of pairs")
    print(HEAD)
    for name, (classifier, threshold) in CLASSIFIERS.items():
        scores, kept = measure(X, y, classifier, threshold, n_seeds)
        means = scores.mean(axis=0)
        gaps = [scores[:, 2] - scores[:, other] for other in (0, 1)]
        texts = [f"{gap.mean():+.4f} ({gap.std() / len(gap) ** 0.5:.4f})" for gap in gaps]
        print(
            f"  {name:<36} {means[0]:6.3f} {means[1]:8.3f} {means[2]:7.3f} {texts[0]:>15} "
            f"{texts[1]:>16} {kept.max():6.1%}",
            flush=True,
        )


def anonymous_memory():
    """Return RssAnon of this process in MB."""
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("RssAnon"))
    return int(line.split()[1]) * 1024 / 1e6


def report_memory(n_negatives, n_columns, n_jobs):
    """Mine a memory map, and print the most anonymous memory meanwhile."""
    rng = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder:
        shape = (n_negatives, n_columns)
        pool = np.memmap(Path(folder) / "pool", dtype=np.float32, mode="w+", shape=shape)
        for start in range(0, n_negatives, 100_000):
            part = pool[start : start + 100_000]
            part[:] = rng.standard_normal(part.shape, dtype=np.float32)
        pool.flush()
        positives = rng.standard_normal((1000, n_columns), dtype=np.float32) + 0.6
        done, most = threading.Event(), [anonymous_memory()]

        def watch():
            while not done.wait(0.01):
                most.append(anonymous_memory())

        watcher = threading.Thread(target=watch)
        watcher.start()
        began = time.perf_counter()
        model = BootstrappedClassifier(background=0, n_jobs=n_jobs, random_state=0)
        model.fit(positives, np.ones(1000, dtype=int), negatives=pool)
        seconds = time.perf_counter() - began
        done.set()
        watcher.join()
        size = pool.nbytes / 1e6
        del pool
    print(f"\n{n_negatives:,} negatives of {n_columns} float32 columns, {size:,.0f} MB on disk")
    for mined in model.rounds_:
        print(f"  {mined}")
    print(f"  RssAnon {most[0]:.0f} MB before, at most {max(most):.0f} MB; {seconds:.1f} s")
    return max(most)


def main(arguments=None):
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3, help="of the folds; 0 leaves the table out")
    parser.add_argument("--negatives", type=int, default=5_000_000, help="0 leaves memory out")
    parser.add_argument("--columns", type=int, default=40)
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args(arguments)
    # First, so that nothing of the other table is left in memory.
    if options.negatives:
        report_memory(options.negatives, options.columns, options.jobs)
    if options.seeds:
        report_precision(options.seeds)


if __name__ == "__main__":
    main()

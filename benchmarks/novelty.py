"""What a net that knows one class is worth beside scikit-learn's detectors.

Area under the ROC curve of novelty, held out: detectors are fitted on the frequent class of the
training rows and score rows of both classes, means over 5 stratified folds, the same for all, and
for the net over seeds. The incumbents get the best of their settings by these very areas; the net
has its defaults. Those were chosen on the first two sets, and the others were looked at afterwards.
"""

import argparse
import warnings

import numpy as np
from sklearn.base import clone
from sklearn.ensemble import IsolationForest
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import OneClassSVM

from benchmarks.ensembles import load

SETS = ("pen_digits", "mammography", "optical_digits", "thyroid_sick")
ERRORS = ("absolute", "squared", "euclidean", "mahalanobis")
FORESTS = {
    "its defaults": IsolationForest(random_state=0),
    "500 trees of 1,024 rows": IsolationForest(n_estimators=500, max_samples=1024, random_state=0),
}
MACHINES = {
    f"nu={nu}, gamma={gamma}": make_pipeline(StandardScaler(), OneClassSVM(nu=nu, gamma=gamma))
    for nu in (0.5, 0.1, 0.01)
    for gamma in ("scale", 0.1, 0.5, 1.0)
}


def folds_of(X, y):
    """Return the folds of a set, the same for all."""
    return StratifiedKFold(5, shuffle=True, random_state=0).split(X, y)


def areas_of(X, y, detectors):
    """Return the mean area of each detector over the folds of a set."""
    areas = {}
    for name, detector in detectors.items():
        found = []
        for train, test in folds_of(X, y):
            fitted = clone(detector).fit(X[train][y[train] == 0])
            found.append(roc_auc_score(y[test], -fitted.score_samples(X[test])))
        areas[name] = float(np.mean(found))
    return areas


def areas_of_nets(X, y, seeds, **parameters):
    """Return the areas of the net, shape (n_seeds, n_errors)."""
    # The other benchmarks run without torch.
    from balancekit.deep import AutoencoderNoveltyDetector

    areas = np.zeros((len(seeds), 5, len(ERRORS)))
    for row, seed in enumerate(seeds):
        for fold, (train, test) in enumerate(folds_of(X, y)):
            net = AutoencoderNoveltyDetector(random_state=seed, **parameters)
            net.fit(X[train], y[train])
            for column, error in enumerate(ERRORS):
                # What is trained does not depend on the error.
                scores = net.set_params(error=error).score_samples(X[test])
                areas[row, fold, column] = roc_auc_score(y[test], -scores)
    return areas.mean(axis=1)


def best_of(areas):
    """Return the name with the largest area."""
    return max(areas, key=areas.get)


def main(arguments=None):
    """Print all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", nargs="*", default=SETS, help="names, as of fetch_datasets")
    parser.add_argument("--rows", type=int, default=None, help="rows of a set, drawn at random")
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--seeds", type=int, nargs="+", default=(0, 1, 2), help="of the net")
    parser.add_argument("--small", action="store_true", help="one set, few rows and epochs")
    options = parser.parse_args(arguments)
    if options.small:
        options.sets, options.rows, options.epochs = ("ecoli",), 300, 2
        options.seeds = (0,)
    warnings.simplefilter("ignore")
    print("\nNovelty, area under the ROC curve, held out\n")
    columns = ["set", "IsolationForest", "its best", "OneClassSVM", "its best"]
    columns += [*ERRORS, "mahalanobis by seed", "difference"]
    print("|", " | ".join(columns), "|")
    print("| --- " * len(columns) + "|")
    for name in options.sets:
        X, y = load(name)
        if options.rows is not None:
            chosen = np.random.RandomState(0).permutation(len(y))[: options.rows]
            X, y = X[chosen], y[chosen]
        forests, machines = areas_of(X, y, FORESTS), areas_of(X, y, MACHINES)
        of_nets = areas_of_nets(X, y, options.seeds, max_epochs=options.epochs)
        forest, machine = best_of(forests), best_of(machines)
        row = [name, f"{forests[next(iter(FORESTS))]:.3f}", f"{forests[forest]:.3f} ({forest})"]
        row += [f"{machines[next(iter(MACHINES))]:.3f}", f"{machines[machine]:.3f} ({machine})"]
        row += [f"{area:.3f}" for area in of_nets.mean(axis=0)]
        row.append(", ".join(f"{area:.3f}" for area in of_nets[:, -1]))
        row.append(f"{of_nets[:, -1].mean() - max(forests[forest], machines[machine]):+.3f}")
        print("|", " | ".join(row), "|", flush=True)


if __name__ == "__main__":
    main()

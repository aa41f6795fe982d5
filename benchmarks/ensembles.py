"""What ensembles that resample inside are worth, and in what time and memory.

The first table: area under the ROC curve on 22 real imbalanced sets, 5 stratified folds, the same
folds and seeds for all. The second: time and memory against imbalanced-learn.
"""

import argparse
import os
import warnings
from pathlib import Path

import numpy as np
from imblearn.datasets import fetch_datasets
from imblearn.ensemble import EasyEnsembleClassifier as ImblearnEasyEnsemble
from imblearn.over_sampling import SMOTE as ImblearnSMOTE
from scipy import stats
from sklearn.ensemble import AdaBoostClassifier
from sklearn.metrics import balanced_accuracy_score, roc_auc_score
from sklearn.model_selection import StratifiedKFold
from sklearn.tree import DecisionTreeClassifier

from balancekit.ensemble import (
    BalanceCascadeClassifier,
    DataBoostIMClassifier,
    EasyEnsembleClassifier,
    RUSBoostClassifier,
    SMOTEBoostClassifier,
)
from benchmarks.data import imbalanced
from benchmarks.timing import interleaved, peak_memory_of, report

# fmt: off
SETS = [
    "ecoli", "optical_digits", "satimage", "pen_digits", "abalone", "sick_euthyroid",
    "spectrometer", "car_eval_34", "us_crime", "yeast_ml8", "libras_move", "thyroid_sick",
    "arrhythmia", "solar_flare_m0", "oil", "car_eval_4", "wine_quality", "letter_img",
    "yeast_me2", "ozone_level", "mammography", "abalone_19",
]
# fmt: on

REFERENCE, INCUMBENT = "AdaBoost", "EasyEnsemble of imbalanced-learn"
MODELS = {
    REFERENCE: lambda seed: AdaBoostClassifier(random_state=seed),
    INCUMBENT: lambda seed: ImblearnEasyEnsemble(random_state=seed),
    "EasyEnsemble": lambda seed: EasyEnsembleClassifier(random_state=seed),
    "BalanceCascade": lambda seed: BalanceCascadeClassifier(random_state=seed),
    "BalanceCascade, 4 subsets": lambda seed: BalanceCascadeClassifier(4, random_state=seed),
    "SMOTEBoost": lambda seed: SMOTEBoostClassifier(random_state=seed, k_neighbors=3),
    "SMOTEBoost by SAMME": lambda seed: SMOTEBoostClassifier(
        random_state=seed, algorithm="SAMME", k_neighbors=3
    ),
    "RUSBoost": lambda seed: RUSBoostClassifier(random_state=seed),
    "RUSBoost by SAMME": lambda seed: RUSBoostClassifier(random_state=seed, algorithm="SAMME"),
    "DataBoostIM": lambda seed: DataBoostIMClassifier(random_state=seed),
    "DataBoostIM by SAMME": lambda seed: DataBoostIMClassifier(
        random_state=seed, algorithm="SAMME"
    ),
}


def load(name):
    """Return X and y of a set from the folder of data sets."""
    home = Path(os.environ.get("BALANCEKIT_DATA", "../shared/data")) / "imblearn_home"
    found = fetch_datasets(data_home=str(home), filter_data=(name,), download_if_missing=False)
    return found[name].data, (found[name].target == 1).astype(int)


def evaluate(names, models):
    """Score models on the folds of sets.

    Returns
    -------
    areas, accuracies : ndarray of shape (n_sets, n_models)
        Means over the folds; NaN where a model could not be fitted in one of them.
    """
    areas, accuracies = np.zeros((2, len(names), len(models)))
    for place, name in enumerate(names):
        X, y = load(name)
        folds = list(StratifiedKFold(5, shuffle=True, random_state=0).split(X, y))
        for column, (model_name, make) in enumerate(models.items()):
            of_folds = []
            for seed, (train, test) in enumerate(folds):
                try:
                    model = make(seed).fit(X[train], y[train])
                except ValueError as error:
                    print(f"  {name}, {model_name}: {str(error)[:90]}")
                    of_folds.append((np.nan, np.nan))
                    continue
                area = roc_auc_score(y[test], model.predict_proba(X[test])[:, 1])
                of_folds.append((area, balanced_accuracy_score(y[test], model.predict(X[test]))))
            areas[place, column], accuracies[place, column] = np.mean(of_folds, axis=0)
        print(f"  {name:<15}", *(f"{area:6.3f}" for area in areas[place]), flush=True)
    return areas, accuracies


def difference(of_model, of_other):
    """Return the mean difference over sets and its 95% interval, as text."""
    gaps = (of_model - of_other)[~np.isnan(of_model - of_other)]
    reach = stats.sem(gaps) * stats.t.ppf(0.975, len(gaps) - 1) if len(gaps) > 1 else np.nan
    return f"{gaps.mean():+.4f} ± {reach:.4f}"


def print_table(areas, accuracies, models):
    """Print a Markdown table of means over the sets, and of differences from two models."""
    names = list(models)
    against = [names.index(other) for other in (REFERENCE, INCUMBENT) if other in names]
    heads = [f"AUC less {names[other]}" for other in against]
    print("\n| Model | ROC AUC | Balanced accuracy |", *(f"{head} |" for head in heads))
    print("| --- | --- | --- |", *("--- |" for _ in heads))
    for column, name in enumerate(names):
        cells = [
            f"{np.nanmean(areas[:, column]):.4f}",
            f"{np.nanmean(accuracies[:, column]):.3f}",
            *(
                "" if other == column else difference(areas[:, column], areas[:, other])
                for other in against
            ),
        ]
        print(f"| {name} |", " | ".join(cells), "|")


def boost_with_smote(X, y, n_rounds, seed):
    """Boost by SAMME with scikit-learn's stumps and imbalanced-learn's SMOTE in every round."""
    rng = np.random.RandomState(seed)
    weights = np.full(len(y), 1 / len(y))
    for _ in range(n_rounds):
        X_new, y_new = ImblearnSMOTE(random_state=rng.randint(2**31)).fit_resample(X, y)
        added = np.full(len(y_new) - len(y), weights[y == 1].mean())
        stump = DecisionTreeClassifier(max_depth=1, random_state=rng.randint(2**31))
        stump.fit(X_new, y_new, sample_weight=np.append(weights, added))
        wrong = stump.predict(X) != y
        error = weights[wrong].sum() / weights.sum()
        # Its votes are not of interest here, so it goes on where boosting would end.
        if 0 < error < 1 / 2:
            weights[wrong] *= (1 - error) / error
        weights /= weights.sum()


def print_costs(n_rows, n_columns, rounds):
    """Print time and peak memory against imbalanced-learn."""
    X, y = imbalanced(n_rows, n_columns)
    fits = {
        "EasyEnsemble": lambda: EasyEnsembleClassifier(n_jobs=1, random_state=0).fit(X, y),
        INCUMBENT: lambda: ImblearnEasyEnsemble(n_jobs=1, random_state=0).fit(X, y),
    }
    report(f"Fit, {n_rows:,} x {n_columns}, 1:10, one thread", interleaved(fits, rounds))
    models = {name: peak_memory_of(fit) for name, fit in fits.items()}
    for name, (peak, _) in models.items():
        print(f"  {name:<38} {peak:9.1f} MiB at its peak")
    predictions = {
        name: lambda model=model: model.predict_proba(X) for name, (_, model) in models.items()
    }
    report("Prediction of the same rows", interleaved(predictions, rounds))
    boosters = {
        "SMOTEBoost": lambda: SMOTEBoostClassifier(n_jobs=1, random_state=0).fit(X, y),
        "SMOTEBoost by SAMME": lambda: SMOTEBoostClassifier(
            algorithm="SAMME", n_jobs=1, random_state=0
        ).fit(X, y),
        "SMOTE of imbalanced-learn every round": lambda: boost_with_smote(X, y, 50, 0),
    }
    report("SMOTEBoost, 50 rounds", interleaved(boosters, rounds))


def main(arguments=None):
    """Print both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", nargs="*", default=SETS, help="names, as of fetch_datasets")
    parser.add_argument("--models", nargs="*", default=list(MODELS))
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--columns", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(arguments)
    warnings.simplefilter("ignore")
    models = {name: MODELS[name] for name in options.models}
    if options.sets:
        print_table(*evaluate(options.sets, models), models)
    if options.rounds:
        print_costs(options.rows, options.columns, options.rounds)


if __name__ == "__main__":
    main()

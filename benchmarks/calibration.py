"""What over-sampling and class weights do to probabilities, and what dividing out the prior mends.

Synthetic sets of two classes, 5% of the rows positive; half of each set trains, half tests.
"""

import argparse
import statistics

import numpy as np
from sklearn.base import clone
from sklearn.datasets import make_classification
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score
from sklearn.model_selection import train_test_split

from balancekit.compose import ResampledClassifier
from balancekit.over_sampling import SMOTE, RandomOverSampler

POSITIVE = 0.05
CLASSIFIERS = {
    "logistic regression": LogisticRegression(max_iter=1000),
    "gradient boosting": HistGradientBoostingClassifier(random_state=0),
}
HEAD = f"  {'':<38} {'mean / share':>20} {'Brier':>8} {'ROC AUC':>8}"


def split_set(n_rows, seed):
    """Draw one set and halve it, with the same share of positives in both halves."""
    X, y = make_classification(
        n_rows,
        n_features=10,
        n_informative=5,
        weights=[1 - POSITIVE],
        flip_y=0,
        random_state=seed,
    )
    return train_test_split(X, y, test_size=0.5, stratify=y, random_state=seed)


def treatments(classifier):
    """Return the classifier as it is, weighted and over-sampled."""
    weighted = clone(classifier).set_params(class_weight="balanced")
    return {
        "nothing": ResampledClassifier(None, classifier),
        "class weight": ResampledClassifier(None, weighted),
        "random over-sampling": ResampledClassifier(RandomOverSampler(random_state=0), classifier),
        "SMOTE": ResampledClassifier(SMOTE(random_state=0), classifier),
    }


def corrected(probabilities, natural, effective):
    """Turn probabilities of the effective prior into those of the natural one."""
    adjusted = probabilities * natural / effective
    return adjusted / adjusted.sum(axis=1, keepdims=True)


def score(probabilities, y):
    """Return mean probability by share of positives, Brier score and ROC AUC."""
    positive = probabilities[:, 1]
    return (
        float(positive.mean() / y.mean()),
        float(brier_score_loss(y, positive)),
        float(roc_auc_score(y, positive)),
    )


def measure(classifier, n_sets, n_rows):
    """Score every treatment on every set, before and after the correction.

    Returns
    -------
    scores : dict of str to list of (float, float, float)
        One entry a set.
    """
    scores = {}
    for seed in range(n_sets):
        X_train, X_test, y_train, y_test = split_set(n_rows, seed)
        for name, model in treatments(classifier).items():
            probabilities = model.fit(X_train, y_train).predict_proba(X_test)
            scores.setdefault(name, []).append(score(probabilities, y_test))
            if name == "nothing":
                continue
            # Balanced weights give all classes the same total, which no sampler reports.
            equal = np.full(2, 0.5)
            effective = equal if name == "class weight" else model.effective_prior_
            mended = corrected(probabilities, model.natural_prior_, effective)
            scores.setdefault(f"{name}, corrected", []).append(score(mended, y_test))
    return scores


def report(title, scores):
    """Print means over the sets, and the range of the mean probability."""
    print(f"\n{title}")
    print(HEAD)
    for name, per_set in scores.items():
        ratios, briers, areas = zip(*per_set, strict=True)
        span = f"{statistics.fmean(ratios):.2f} [{min(ratios):.2f}, {max(ratios):.2f}]"
        brier, area = statistics.fmean(briers), statistics.fmean(areas)
        print(f"  {name:<38} {span:>20} {brier:8.3f} {area:8.3f}")


def main(arguments=None):
    """Run both classifiers on all sets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=int, default=10)
    parser.add_argument("--rows", type=int, default=10_000)
    options = parser.parse_args(arguments)
    print(f"{options.sets} sets of {options.rows} rows, {POSITIVE:.0%} positive")
    print("mean / share: mean probability by share of positives, [smallest, largest] of the sets")
    for title, classifier in CLASSIFIERS.items():
        report(title, measure(classifier, options.sets, options.rows))


if __name__ == "__main__":
    main()

"""What moved thresholds are worth, held out, and how long they take to find.

The first table: balanced accuracy and F1 on 22 real imbalanced sets of two classes, 5 stratified
folds, the same folds for all, for logistic regression. The second: the same on sets of many
classes. The third: Brier skill scores after resampling, before and after the correction. The last:
the time of the searches.
"""

import argparse
import os
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score, f1_score
from sklearn.model_selection import StratifiedKFold, TunedThresholdClassifierCV, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from balancekit.compose import ResampledClassifier
from balancekit.metrics import brier_skill_score
from balancekit.over_sampling import SMOTE, RandomOverSampler
from balancekit.thresholding import (
    PriorCorrection,
    ThresholdMovingClassifier,
    TunedThresholds,
)
from benchmarks.ensembles import SETS, difference, load

MANY_CLASSES = ("glass", "new_thyroid", "digits")
RESAMPLED_SETS = ("mammography", "satimage", "pen_digits", "letter_img")


def classifier():
    """Return the classifier that is moved."""
    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000))


def load_many(name):
    """Return X and y of a set of many classes."""
    if name == "digits":
        X, y = load_digits(return_X_y=True)
        # Digit d is kept 10 - d times in ten, so that classes differ.
        kept = np.random.RandomState(0).uniform(size=len(y)) < (10 - y) / 10
        return X[kept], y[kept]
    home = Path(os.environ.get("BALANCEKIT_DATA", "../shared/data"))
    frame = pd.read_csv(home / "csv" / f"{name}.csv")
    target = {"glass": "type", "new_thyroid": "class"}[name]
    return frame.drop(columns=target).to_numpy(float), frame[target].to_numpy()


def predictions(X, y, models):
    """Return the labels that models predict, each row held out once."""
    splitter = StratifiedKFold(5, shuffle=True, random_state=0)
    return {name: cross_val_predict(model, X, y, cv=splitter) for name, model in models.items()}


def against_scikit_learn(names):
    """Print means over sets, and the differences from scikit-learn's grid of 100 thresholds."""
    found = {}
    for scoring, score in (("balanced_accuracy", balanced_accuracy_score), ("f1", f1_score)):
        models = {
            "untouched": classifier(),
            "TunedThresholdClassifierCV": TunedThresholdClassifierCV(classifier(), scoring=scoring),
            "TunedThresholds": ThresholdMovingClassifier(classifier(), TunedThresholds(scoring)),
        }
        found[scoring] = np.array(
            [
                [score(y, named) for named in predictions(X, y, models).values()]
                for X, y in map(load, names)
            ]
        )
    print(f"\nHeld out, {len(names)} sets of two classes, logistic regression\n")
    print("| metric | untouched | TunedThresholdClassifierCV | TunedThresholds | difference |")
    print("| --- | --- | --- | --- | --- |")
    for scoring, scores in found.items():
        means = " | ".join(f"{mean:.4f}" for mean in scores.mean(axis=0))
        print(f"| {scoring} | {means} | {difference(scores[:, 2], scores[:, 1])} |")


def on_many_classes(names):
    """Print scores of rules on sets of many classes."""
    models = {
        "untouched": classifier(),
        "prior correction": ThresholdMovingClassifier(
            classifier(), PriorCorrection("natural", "balanced")
        ),
        "tuned": None,
    }
    print("\nHeld out, many classes\n")
    print("| set | metric |", " | ".join(models), "|")
    print("| --- | --- |", "--- |" * len(models))
    for name in names:
        X, y = load_many(name)
        for scoring, score in (
            ("balanced_accuracy", balanced_accuracy_score),
            ("f1_macro", lambda y, named: f1_score(y, named, average="macro")),
        ):
            models["tuned"] = ThresholdMovingClassifier(classifier(), TunedThresholds(scoring))
            scores = [score(y, named) for named in predictions(X, y, models).values()]
            print(f"| {name} | {scoring} |", " | ".join(f"{s:.4f}" for s in scores), "|")


def after_resampling(names):
    """Print Brier skill scores of resampled models, before and after the correction."""
    kinds = {
        "LogisticRegression": classifier(),
        "HistGradientBoosting": HistGradientBoostingClassifier(random_state=0),
    }
    samplers = {"SMOTE": SMOTE(random_state=0), "random": RandomOverSampler(random_state=0)}
    print("\nBrier skill score, held out\n")
    print("| set | classifier | sampler | without | resampled | corrected | calibrated | warned |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name in names:
        X, y = load(name)
        folds = StratifiedKFold(5, shuffle=True, random_state=0)
        for kind, plain in kinds.items():
            for sampler_name, sampler in samplers.items():
                proba, n_warned = np.zeros((4, len(y))), 0
                for train, test in folds.split(X, y):
                    resampled = ResampledClassifier(sampler, clone(plain))
                    corrected = ThresholdMovingClassifier(
                        resampled, PriorCorrection("effective", "natural"), correct_proba=True
                    )
                    calibrated = ThresholdMovingClassifier(resampled, calibration="sigmoid")
                    models = clone(plain), resampled, corrected, calibrated
                    for place, model in enumerate(models):
                        with warnings.catch_warnings(record=True) as caught:
                            warnings.simplefilter("always")
                            model.fit(X[train], y[train])
                        n_warned += any("does not make" in str(one.message) for one in caught)
                        proba[place, test] = model.predict_proba(X[test])[:, 1]
                skills = " | ".join(f"{brier_skill_score(y, each):.3f}" for each in proba)
                print(
                    f"| {name} | {kind} | {sampler_name} | {skills} | {n_warned} of 5 |", flush=True
                )


def time_searches(n_rows, rounds):
    """Print how long the searches take."""
    rng = np.random.RandomState(0)
    y = (rng.uniform(size=n_rows) < 0.05).astype(int)
    scores = 1 / (1 + np.exp(-(rng.standard_normal(n_rows) + 2 * y - 3)))
    prior = np.array([50, 20, 10, 8, 5, 3, 2, 1, 0.6, 0.4]) / 100
    codes = rng.choice(10, n_rows, p=prior)
    logits = rng.standard_normal((n_rows, 10)) + np.log(prior)
    logits[np.arange(n_rows), codes] += 2
    proba = np.exp(logits - logits.max(axis=1, keepdims=True))
    proba /= proba.sum(axis=1, keepdims=True)
    print(f"\nSearches on {n_rows:,} scores")
    for title, rule, given, truth in (
        ("two classes, balanced accuracy", TunedThresholds(), scores, y),
        ("two classes, F1", TunedThresholds("f1"), scores, y),
        ("ten classes, balanced accuracy, three starts", TunedThresholds(), proba, codes),
    ):
        rule.fit(given[:1000], truth[:1000], classes=np.unique(truth))
        seconds = []
        for _ in range(rounds):
            start = time.perf_counter()
            rule.fit(given, truth)
            seconds.append(time.perf_counter() - start)
        print(f"  {title:<46} {np.median(seconds):7.2f} s")


def main(arguments=None):
    """Print all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", nargs="*", default=SETS, help="names, as of fetch_datasets")
    parser.add_argument("--many", nargs="*", default=MANY_CLASSES)
    parser.add_argument("--resampled", nargs="*", default=RESAMPLED_SETS)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(arguments)
    warnings.simplefilter("ignore")
    if options.sets:
        against_scikit_learn(options.sets)
    if options.many:
        on_many_classes(options.many)
    if options.resampled:
        after_resampling(options.resampled)
    time_searches(options.rows, options.rounds)


if __name__ == "__main__":
    main()

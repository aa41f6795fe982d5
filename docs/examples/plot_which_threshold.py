"""
Which threshold?
================

A model of probabilities is fitted once. What is decided on them is up to a rule, and different
rules decide differently: here are some of them on the same probabilities, of rows one in ten of
which is rare.
"""

import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.calibration import calibration_curve
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import precision_recall_curve, roc_curve
from sklearn.model_selection import cross_val_predict, train_test_split

from balancekit.compose import ResampledClassifier
from balancekit.metrics import calibration_slope_and_intercept, expected_cost
from balancekit.over_sampling import RandomOverSampler
from balancekit.thresholding import (
    ConstrainedThreshold,
    CostMatrix,
    PriorCorrection,
    ThresholdMovingClassifier,
    TunedThresholds,
)

rng = np.random.default_rng(0)
y = (rng.random(12_000) < 0.1).astype(int)
X = rng.standard_normal((len(y), 5)) + np.outer(y, [1.5, 1.1, 0.8, 0, 0])
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.5, stratify=y, random_state=0)

model = LogisticRegression().fit(X_train, y_train)
held_out = cross_val_predict(model, X_train, y_train, method="predict_proba")
proba = model.predict_proba(X_test)

# %%
# Rules are fitted on scores of rows that the model has not seen, and judged on the test rows. All
# of them are on the same curves, for they change no ranking.

costs = [[0, 1], [5, 0]]
rules = {
    "balanced accuracy": TunedThresholds(),
    "F1": TunedThresholds("f1"),
    "a miss costs 5": CostMatrix(costs),
    "recall of 90%": ConstrainedThreshold("precision", {"recall": 0.9}),
    "flag 2%": ConstrainedThreshold("recall", {"flag_rate": 0.02}),
}
for name, rule in rules.items():
    rule.fit(held_out, y_train)
    print(f"{name:<18} threshold {rule.threshold_:.3f}")

colours = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#333333"]
markers = ["o", "s", "D", "^", "v", "X"]
decisions = {name: rule.decide(proba) for name, rule in rules.items()}
decisions["one half"] = model.predict(X_test)

figure, axes = plt.subplots(1, 2, figsize=(9, 4.4), layout="constrained")
false_alarms, hits, _ = roc_curve(y_test, proba[:, 1])
axes[0].plot(false_alarms, hits, color="0.6", zorder=0)
axes[0].set(xlabel="false positive rate", ylabel="recall", title="ROC")
precision, recall, _ = precision_recall_curve(y_test, proba[:, 1])
axes[1].plot(recall, precision, color="0.6", zorder=0)
axes[1].set(xlabel="recall", ylabel="precision", title="precision and recall")
for (name, flagged), colour, marker in zip(decisions.items(), colours, markers, strict=True):
    found = flagged[y_test == 1].mean()
    style = {"color": colour, "marker": marker, "markersize": 8, "linestyle": "none"}
    axes[0].plot(flagged[y_test == 0].mean(), found, label=name, **style)
    axes[1].plot(found, y_test[flagged == 1].mean(), **style)
figure.legend(loc="outside lower center", ncols=6, frameon=False, columnspacing=1)

# %%
# If a miss costs 5 times a false alarm, a row is worth flagging from a probability of 1/6 on.
# That needs no search. It needs honest probabilities, though: after over-sampling the cheapest
# threshold lies elsewhere, and 1/6 is expensive.

over_sampled = ResampledClassifier(RandomOverSampler(random_state=0), LogisticRegression())
inflated = over_sampled.fit(X_train, y_train).predict_proba(X_test)
thresholds = np.geomspace(0.002, 0.98, 120)
best = rules["a miss costs 5"].threshold_

figure, axis = plt.subplots(figsize=(7, 4), layout="constrained")
for name, scores, colour in (
    ("untouched", proba[:, 1], colours[0]),
    ("over-sampled", inflated[:, 1], colours[1]),
):
    paid = [expected_cost(y_test, (scores >= t).astype(int), costs) for t in thresholds]
    axis.plot(thresholds, paid, color=colour, label=name)
axis.axvline(best, color="0.3", linestyle=":", label=f"p* = {best:.3f}")
axis.set(xscale="log", xlabel="threshold", ylabel="mean cost of a test row", ylim=(0, 1))
axis.set_xticks([0.005, 0.02, 0.05, 0.1, 0.2, 0.5], ["0.005", "0.02", "0.05", "0.1", "0.2", "0.5"])
axis.legend(frameon=False)

# %%
# Dividing out the prior of the resampled rows turns their probabilities back into honest ones,
# if the model has learned that prior. Logistic regression has. Boosted trees have, in part only, so
# that the correction goes too far; the classifier sees that on the rows it holds out, and warns.
# Most rows are in the first bin, where the corrected probabilities of the trees are far too low.

models = {
    "logistic regression": LogisticRegression(),
    "boosted trees": GradientBoostingClassifier(max_depth=8, subsample=0.5, random_state=0),
}
figure, axes = plt.subplots(1, 2, figsize=(9, 4.6), sharey=True, layout="constrained")
for axis, (name, classifier) in zip(axes, models.items(), strict=True):
    corrected = ThresholdMovingClassifier(
        ResampledClassifier(RandomOverSampler(random_state=0), classifier),
        PriorCorrection("effective", "natural"),
        cv=0.3,
        refit=False,
        correct_proba=True,
        random_state=0,
    )
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        corrected.fit(X_train, y_train)
    print(f"{name}: {caught[0].message if caught else 'no warning'}")
    axis.plot([0, 1], [0, 1], color="0.5", linestyle=":", label="honest")
    for kind, predicted, colour, marker in (
        ("over-sampled", corrected.estimator_.predict_proba(X_test), colours[1], "s"),
        ("corrected", corrected.predict_proba(X_test), colours[0], "o"),
    ):
        share, mean = calibration_curve(y_test, predicted[:, 1], n_bins=8)
        axis.plot(mean, share, color=colour, marker=marker, label=kind)
        slope, intercept = calibration_slope_and_intercept(y_test, predicted)
        print(
            f"  {kind:<13} mean / share {predicted[:, 1].mean() / y_test.mean():.2f},"
            f" slope {slope:.2f}, intercept {intercept:+.2f}"
        )
    axis.set(title=name, xlabel="mean probability of a bin")
axes[0].set(ylabel="share of rare rows in it")
figure.legend(
    *axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, frameon=False
)

# %%
# A classifier and its rule in one. It holds out rows itself, and keeps the rates that every
# threshold had on them.

moved = ThresholdMovingClassifier(LogisticRegression(), rules["recall of 90%"])
moved.fit(X_train, y_train)
print({name: round(rate, 3) for name, rate in moved.rule_.achieved_.items()})

figure, axis = plt.subplots(figsize=(7, 4), layout="constrained")
moved.threshold_curve_.plot(rates=["recall", "precision", "flag_rate"], axes=axis)
plt.show()

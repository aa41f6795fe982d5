"""
Ensembles that resample inside
==============================

A sampler in front of a classifier resamples once. An ensemble does it for every member, so that
under-sampling loses little: what one member does not see, another one does. Here are the ones of
this package on the same rows, one in twenty of which is rare, beside AdaBoost as it is.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import make_classification
from sklearn.ensemble import AdaBoostClassifier
from sklearn.metrics import balanced_accuracy_score, precision_recall_curve, roc_auc_score
from sklearn.model_selection import train_test_split

from balancekit.ensemble import (
    BalanceCascadeClassifier,
    DataBoostIMClassifier,
    EasyEnsembleClassifier,
    RUSBoostClassifier,
    SMOTEBoostClassifier,
)

X, y = make_classification(
    8000, n_features=12, n_informative=6, weights=[0.95], class_sep=0.8, random_state=0
)
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=0)

models = {
    "AdaBoost": AdaBoostClassifier(random_state=0),
    "EasyEnsemble": EasyEnsembleClassifier(random_state=0),
    "BalanceCascade": BalanceCascadeClassifier(4, random_state=0),
    "SMOTEBoost": SMOTEBoostClassifier(random_state=0),
    "RUSBoost": RUSBoostClassifier(random_state=0),
    "DataBoost-IM": DataBoostIMClassifier(random_state=0),
}
for model in models.values():
    model.fit(X_train, y_train)

# %%
# Judged by the labels that they predict, all of them beat AdaBoost by far: it hardly ever predicts
# the rare class. Judged by how they rank the rows, only one of them does, and by little.

names = list(models)
labels = [balanced_accuracy_score(y_test, model.predict(X_test)) for model in models.values()]
scores = [model.predict_proba(X_test)[:, 1] for model in models.values()]
areas = [roc_auc_score(y_test, score) for score in scores]

figure, axes = plt.subplots(1, 2, figsize=(9, 3.6), sharey=True, layout="constrained")
for axis, values, title in zip(
    axes, [labels, areas], ["balanced accuracy", "area under the ROC curve"], strict=True
):
    bars = axis.barh(names[::-1], values[::-1], color=["tab:blue"] * 5 + ["tab:gray"])
    axis.bar_label(bars, fmt="%.3f", padding=3)
    axis.set(title=title, xlim=(0.5, 1.02))

# %%
# So much of what is gained is a moved threshold. Moved on AdaBoost's own scores, so that three
# times as many rows are taken for the rare class as belong to it, it gives as much, at a fraction
# of the work: compare before you choose (`balancekit compare`).

threshold = np.quantile(models["AdaBoost"].predict_proba(X_train)[:, 1], 1 - 3 * y_train.mean())
moved = scores[0] > threshold
print(f"AdaBoost, threshold moved: {balanced_accuracy_score(y_test, moved):.3f}")

# %%
# Every model knows the prior that it was fitted with; its probabilities reflect that one.

for name in names[1:]:
    print(f"{name:<15} {models[name].natural_prior_.round(3)} {models[name].effective_prior_}")

# %%
# The precision at every recall tells more of a rare class than one number.

figure, axis = plt.subplots(figsize=(6, 4), layout="constrained")
for name, score in zip(names, scores, strict=True):
    precision, recall, _ = precision_recall_curve(y_test, score)
    axis.plot(recall, precision, label=name, color="gray" if name == "AdaBoost" else None)
axis.set(xlabel="recall", ylabel="precision")
axis.legend()
plt.show()

"""
A moved threshold beside SMOTE
==============================

On the digits, 8 against the rest, logistic regression is fitted with and without SMOTE. Both rank
the test rows alike; what SMOTE changes is where the probabilities lie, and with them what a
threshold of one half does. Moving the threshold of the untouched model gives the same kind of
decisions.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score, brier_score_loss, roc_auc_score
from sklearn.model_selection import TunedThresholdClassifierCV, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from balancekit.compose import ResampledClassifier
from balancekit.over_sampling import SMOTE

X, y = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y == 8, stratify=y, random_state=0)

classifier = LogisticRegression(C=0.01, max_iter=1000)
models = {
    "nothing": make_pipeline(StandardScaler(), classifier),
    "SMOTE": make_pipeline(
        StandardScaler(), ResampledClassifier(SMOTE(random_state=0), classifier)
    ),
}
models["tuned threshold"] = TunedThresholdClassifierCV(models["nothing"])

probabilities = {}
for name, model in models.items():
    probability = model.fit(X_train, y_train).predict_proba(X_test)[:, 1]
    probabilities[name] = probability
    print(
        f"{name:<16}"
        f" ROC AUC {roc_auc_score(y_test, probability):.3f}"
        f"  Brier {brier_score_loss(y_test, probability):.3f}"
        f"  balanced accuracy {balanced_accuracy_score(y_test, model.predict(X_test)):.3f}"
    )

# %%
# Balanced accuracy at every threshold. The curves reach about the same height; SMOTE has moved
# the maximum towards one half.

thresholds = np.linspace(0.01, 0.99, 99)
figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
for name, colour in (("nothing", "#0072B2"), ("SMOTE", "#D55E00")):
    scores = [balanced_accuracy_score(y_test, probabilities[name] >= t) for t in thresholds]
    axes.plot(thresholds, scores, color=colour, label=name)
axes.axvline(0.5, color="0.6", linestyle=":", label="one half")
chosen = models["tuned threshold"].best_threshold_
axes.axvline(chosen, color="#0072B2", linestyle="--", label=f"tuned threshold ({chosen:.2f})")
axes.set(xlabel="threshold", ylabel="balanced accuracy on the test rows", ylim=(0.5, 1))
figure.legend(loc="outside upper center", ncols=4, frameon=False)
axes.spines[["top", "right"]].set_visible(False)
plt.show()

"""
A net, its loss and its batches
===============================

The same small net, trained on the same rows, of which one in twenty is rare: with losses and with
batches that are meant for that, beside plain cross entropy. Every net is judged three times: by how
it ranks rows, by what it decides, and by what is decided after its threshold was moved.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import make_classification
from sklearn.metrics import balanced_accuracy_score, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from balancekit.deep import BalancedNetClassifier
from balancekit.deep.batches import PlannedBatches
from balancekit.over_sampling import SMOTE
from balancekit.thresholding import ThresholdMovingClassifier

X, y = make_classification(
    12_000,
    n_informative=8,
    n_clusters_per_class=4,
    weights=[0.95],
    flip_y=0.01,
    random_state=0,
)


settings = {
    "cross entropy": {},
    "loss: weights": {"criterion": "weighted_cross_entropy"},
    "loss: logit adjustment": {"criterion": "logit_adjusted"},
    "loss: focal": {"criterion": "focal", "criterion__alpha": None},
    "batches: class-aware": {"batches": "class_aware"},
    # Its epochs have a tenth of the rows.
    "batches: under-sampled": {
        "batches": "under_sampled",
        "max_epochs": 200,
        "n_iter_no_change": 25,
    },
    "batches: SMOTE": {"batches": PlannedBatches(SMOTE(), refresh=5)},
    "logit adjustment and class-aware": {"criterion": "logit_adjusted", "batches": "class_aware"},
}

# %%
# Three splits of the rows: 4,000 to train on, 2,000 held out, 6,000 to judge by. Training stops
# when the ROC AUC of the rows held out has not risen for five epochs, so that every net has as many
# as it needs; the threshold is moved on the same rows. Means of the splits, and in brackets the
# largest less the smallest. The mean probability of the test rows, divided by the share of rare
# ones, is 1 for an honest model.

common = {
    "batch_size": 512,
    "optimizer__lr": 0.01,
    "max_epochs": 40,
    "early_stopping": True,
    "scoring": "roc_auc",
    "n_iter_no_change": 5,
}
columns = ["ROC AUC", "as it decides", "threshold moved", "probability / share"]
results = {name: [] for name in settings}
for seed in range(3):
    X_rest, X_test, y_rest, y_test = train_test_split(
        X, y, test_size=6000, stratify=y, random_state=seed
    )
    X_train, X_out, y_train, y_out = train_test_split(
        X_rest, y_rest, test_size=2000, stratify=y_rest, random_state=seed
    )
    scaler = StandardScaler().fit(X_train)
    X_train, X_out, X_test = (scaler.transform(part) for part in (X_train, X_out, X_test))
    for name, parameters in settings.items():
        net = BalancedNetClassifier(random_state=seed, **{**common, **parameters})
        net.fit(X_train, y_train, X_val=X_out, y_val=y_out)
        moved = ThresholdMovingClassifier(net, cv="prefit").fit(X_out, y_out)
        proba = net.predict_proba(X_test)[:, 1]
        results[name].append(
            [
                roc_auc_score(y_test, proba),
                balanced_accuracy_score(y_test, net.predict(X_test)),
                balanced_accuracy_score(y_test, moved.predict(X_test)),
                proba.mean() / y_test.mean(),
            ]
        )

print(f"{'':<33}" + "".join(f"{column:>21}" for column in columns))
for name, rows in results.items():
    means, spreads = np.mean(rows, axis=0), np.ptp(rows, axis=0)
    cells = [f"{m:.3f} ({s:.3f})" for m, s in zip(means[:3], spreads[:3], strict=True)]
    print(f"{name:<33}" + "".join(f"{cell:>21}" for cell in [*cells, f"{means[3]:.1f}"]))

# %%
# Cross entropy as it is seldom decides for the rare class. With its threshold moved, it does about
# as well as the others: most of what losses and batches gain is another threshold. What is left is
# the ranking. There, the settings differ by about as much as the splits do: logit adjustment is
# best, by little, and SMOTE worst. The focal loss is no remedy for imbalance: it decides as cross
# entropy does, and its probabilities are three times too high.
#
# Logit adjustment and balanced batches at once correct twice. That net decides for the rare class
# far too often, and its mean probability is eleven times the share of rare rows.
#
# On the left, how the nets rank; on the right, what they decide, hollow as they are, filled with
# the threshold moved. Points are means of the three splits, thin lines go from the smallest to the
# largest.

figure, axes = plt.subplots(
    1, 2, figsize=(9.5, 4.6), sharey=True, width_ratios=[2, 3], layout="constrained"
)
places = np.arange(len(settings))[::-1]
values = np.array(list(results.values()))
low, mean, high = values.min(axis=1), values.mean(axis=1), values.max(axis=1)
blue, orange = "#0072B2", "#D55E00"

axes[0].hlines(places, low[:, 0], high[:, 0], color="0.7", linewidth=1)
axes[0].plot(mean[:, 0], places, "o", color="0.2")
axes[0].axvline(mean[0, 0], color="0.8", linestyle=":", zorder=0)
axes[0].set(xlabel="area under the ROC curve", yticks=places, yticklabels=list(settings))

axes[1].hlines(places, mean[:, 1], mean[:, 2], color="0.85", linewidth=4, zorder=0)
for column, shift, colour, fill, label in (
    (1, 0.14, orange, "white", "as it decides"),
    (2, -0.14, blue, blue, "threshold moved"),
):
    axes[1].hlines(places + shift, low[:, column], high[:, column], color=colour, linewidth=1)
    axes[1].plot(
        mean[:, column], places + shift, "o", color=colour, markerfacecolor=fill, label=label
    )
axes[1].axvline(mean[0, 2], color=blue, linestyle=":", linewidth=1, zorder=0)
axes[1].set(xlabel="balanced accuracy")
axes[1].legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2, frameon=False)
plt.show()

# %%
# These are three splits of one synthetic set and one small net. Where a large net is trained on
# images for long, over-sampling was best in a study (Buda et al. 2018): compare on your rows.

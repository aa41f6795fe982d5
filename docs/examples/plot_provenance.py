"""
Where each synthetic row comes from
===================================

The plan of a sampler tells how each new row arose: the row it started from, its base, and whatever
else it was made of. Here are six ways of making rows, on one set of 60 majority and 17 minority
rows.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import make_blobs

from balancekit.combine import SMOTEENN
from balancekit.over_sampling import SMOTE, SVMSMOTE, ClusterOverSampler, RandomOverSampler
from balancekit.under_sampling import ClusterCentroids

X, part = make_blobs(
    [60, 12, 5],
    centers=[[0, 0], [1.8, 0.4], [-0.4, 3.6]],
    cluster_std=[1, 0.7, 0.5],
    random_state=1,
)
y = (part > 0).astype(int)


def draw(picture, sampler):
    """Resample, draw what became of the input rows, and return the plan and the new rows."""
    X_resampled, _ = sampler.set_params(random_state=0).fit_resample(X, y)
    plan = sampler.plan_
    is_kept = np.isin(np.arange(len(X)), plan.sample_indices[~plan.is_synthetic])
    for code, size, colour in ((0, 9, "0.8"), (1, 20, "#0072B2")):
        picture.scatter(*X[is_kept & (y == code)].T, s=size, color=colour, zorder=3)
        removed = X[~is_kept & (y == code)]
        picture.scatter(*removed.T, s=size, color=colour, marker="x", linewidth=0.8)
    picture.set(xticks=[], yticks=[])
    picture.set_title(type(sampler).__name__, fontsize=9)
    picture.spines[:].set_visible(False)
    return plan, X_resampled[plan.is_synthetic]


def join(picture, starts, ends):
    """Draw a line for each pair of points."""
    lines = np.stack([starts, ends]).transpose(2, 0, 1)
    picture.plot(*lines, color="0.8", linewidth=0.7, zorder=0)


def mark(picture, rows, **style):
    """Draw new rows."""
    picture.scatter(*rows.T, **{"s": 12, "color": "#E69F00", "zorder": 2, **style})


# %%
# Between and beyond
# ------------------
#
# A row of ``SMOTE`` lies on the line between its base and a partner, wherever that leads.
# ``SVMSMOTE`` does the same where the base is in danger; from a base that is safe, the step is
# negative, and the row (red) lies beyond the base. ``ClusterOverSampler`` with ``method="smote"``
# has a recipe for each cluster: no line leaves its cluster.

figure, axes = plt.subplots(1, 3, figsize=(8, 3), sharex=True, sharey=True, layout="constrained")

plan, new = draw(axes[0], SMOTE())
(recipe,) = plan.synthesis
join(axes[0], X[recipe.base], X[recipe.partner])
mark(axes[0], new)

plan, new = draw(axes[1], SVMSMOTE())
danger, safe = plan.synthesis
join(axes[1], X[danger.base], X[danger.partner])
mark(axes[1], new[: len(danger.base)])
beyond = new[len(danger.base) :]
assert (safe.step <= 0).all()
join(axes[1], X[safe.partner], beyond)
mark(axes[1], beyond, color="#D55E00")

clusters = ClusterOverSampler(method="smote", n_clusters=2)
plan, new = draw(axes[2], clusters)
for recipe in plan.synthesis:
    join(axes[2], X[recipe.base], X[recipe.partner])
mark(axes[2], new)
plt.show()

# %%
# Around, instead, and twice
# --------------------------
#
# With ``shrinkage``, ``RandomOverSampler`` scatters rows around their bases. ``ClusterCentroids``
# puts centres in the place of rows (crosses); the base of a centre is the row that is nearest to
# it. ``SMOTEENN`` is a chain, which keeps the plan of each of its samplers: that of SMOTE tells how
# all rows were made, that of the editing which of them survived. Orange crosses did not.

figure, axes = plt.subplots(1, 3, figsize=(8, 3), sharex=True, sharey=True, layout="constrained")

plan, new = draw(axes[0], RandomOverSampler(shrinkage=0.5))
(recipe,) = plan.synthesis
join(axes[0], X[recipe.base], new)
mark(axes[0], new)

plan, new = draw(axes[1], ClusterCentroids())
(recipe,) = plan.synthesis
join(axes[1], X[recipe.base], new)
mark(axes[1], new, zorder=4)

plan, new = draw(axes[2], SMOTEENN())
made, edited = plan.plans
(recipe,) = made.synthesis
survived = np.isin(np.flatnonzero(made.is_synthetic), edited.keep)
line = X[recipe.partner] - X[recipe.base]
lost = (X[recipe.base] + recipe.step[:, np.newaxis] * line)[~survived]
join(axes[2], X[recipe.base[survived]], X[recipe.partner[survived]])
mark(axes[2], new)
mark(axes[2], lost, marker="x", linewidth=0.8)
plt.show()

# %%
# What belongs to the rows
# ------------------------
#
# Weights, groups or images go along. A new row takes the entry of its base, also through a chain;
# the number of the row shows which.

weight = np.linspace(1, 2, len(X))
carried = plan.carry(weight)
print(plan.sample_indices[-5:], carried[-5:].round(2))

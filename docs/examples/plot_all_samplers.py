"""
All samplers on the same data
=============================

Every sampler of balancekit on one two-dimensional set of 116 majority and 40 minority rows. The
minority has two clusters, one at the edge of the majority and one farther away, and a few rows in
the midst of the majority; a few majority rows lie in the near cluster. :doc:`/samplers` says in
words what each sampler does.

Most samplers have their default parameters; the code shows where they have not.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import make_blobs

from balancekit import combine, over_sampling, under_sampling
from balancekit.testing import all_samplers

X, part = make_blobs(
    [111, 5, 24, 10, 6],
    centers=[[0, 0], [3, 1.2], [3, 1.2], [-1.5, 4.2], [0.2, -0.2]],
    cluster_std=[1.3, 0.5, 0.7, 0.45, 0.9],
    random_state=2,
)
# The first two parts are the majority.
y = (part > 1).astype(int)


def draw(samplers):
    """Draw one picture for each sampler, and return their classes."""
    n_rows = -(-len(samplers) // 3)
    figure, axes = plt.subplots(
        n_rows, 3, figsize=(8, 2.6 * n_rows + 0.4), sharex=True, sharey=True, layout="constrained"
    )
    for picture in axes.flat:
        picture.set(xticks=[], yticks=[])
        picture.spines[:].set_visible(False)
    legend = {}
    for picture, sampler in zip(axes.flat, samplers, strict=False):
        if "random_state" in sampler.get_params():
            sampler.set_params(random_state=0)
        X_resampled, y_resampled = sampler.fit_resample(X, y)
        legend |= draw_rows(picture, sampler, X_resampled, y_resampled)
        picture.set_title(type(sampler).__name__, fontsize=9, pad=16)
        majority, minority = np.bincount(y_resampled)
        counts = f"majority {majority}, minority {minority}"
        picture.text(
            0.5, 1.02, counts, transform=picture.transAxes, ha="center", fontsize=8, color="0.4"
        )
    names = [name for name in STYLES if name in legend]
    figure.legend(
        [legend[name] for name in names],
        names,
        loc="outside upper center",
        ncols=len(names),
        frameon=False,
        fontsize=8,
        handletextpad=0.2,
        columnspacing=1.2,
    )
    plt.show()
    return {type(sampler) for sampler in samplers}


STYLES = {
    "majority": {"color": "0.8"},
    "minority": {"color": "#0072B2", "alpha": 0.5},
    "removed majority": {"color": "0.5", "marker": "x", "linewidth": 0.6, "zorder": 1},
    "removed minority": {"color": "#0072B2", "marker": "x", "linewidth": 0.6, "zorder": 1},
    "new": {"color": "#E69F00"},
    "repeated": {"facecolor": "none", "edgecolor": "#E69F00", "linewidth": 0.8},
    "relabelled": {"facecolor": "none", "edgecolor": "#D55E00", "marker": "s", "s": 38},
}


def draw_rows(picture, sampler, X_resampled, y_resampled):
    """Draw what became of the rows, and return what is to be explained."""
    rows, is_new = sampler.sample_indices_, sampler.plan_.is_synthetic
    n_copies = np.bincount(rows[~is_new], minlength=len(X))
    is_kept, is_repeated = n_copies > 0, n_copies > 1
    points = {
        "majority": X[is_kept & (y == 0)],
        "minority": X[is_kept & (y == 1)],
        "removed majority": X[~is_kept & (y == 0)],
        "removed minority": X[~is_kept & (y == 1)],
        "new": X_resampled[is_new],
        "repeated": X[is_repeated],
        "relabelled": X_resampled[~is_new & (y_resampled != y[rows])],
    }
    sizes = {"repeated": 16 * n_copies[is_repeated]}
    return {
        name: picture.scatter(*found.T, **{"s": sizes.get(name, 9), **STYLES[name]})
        for name, found in points.items()
        if len(found)
    }


# %%
# Over-sampling
# -------------
#
# The ring of a repeated row grows with the number of its copies. ``RandomOverSampler`` and
# ``ClusterOverSampler`` repeat rows, the latter until the clusters of the class are equally large.
# The others make new ones: ``SMOTE`` wherever the class has rows, ``BorderlineSMOTE`` and
# ``SVMSMOTE`` at the border, ``ADASYN`` where the majority is, ``KMeansSMOTE`` where it is not.

shown = draw(
    [
        over_sampling.RandomOverSampler(),
        over_sampling.ClusterOverSampler(),
        over_sampling.SMOTE(),
        over_sampling.BorderlineSMOTE(),
        over_sampling.SVMSMOTE(),
        over_sampling.ADASYN(),
        over_sampling.KMeansSMOTE(),
    ]
)

# %%
# Under-sampling
# --------------
#
# The first four are told how many rows to keep, and the next one how many to start from; the
# others remove the rows that a rule names, however many. The new rows of ``ClusterCentroids``
# belong to the majority. The last two relabel rows: a square around a blue row means that it has
# become one of the majority, around a grey row that it has become one of the minority.

shown |= draw(
    [
        under_sampling.RandomUnderSampler(),
        under_sampling.ClusterCentroids(),
        under_sampling.NearMiss(),
        under_sampling.InstanceHardnessThreshold(),
        under_sampling.HardNegativeMining(initial_size=10),
        under_sampling.CondensedNearestNeighbour(),
        under_sampling.OneSidedSelection(n_seeds_S=15),
        under_sampling.TomekLinks(),
        under_sampling.EditedNearestNeighbours(),
        under_sampling.RepeatedEditedNearestNeighbours(),
        under_sampling.AllKNN(),
        under_sampling.NeighbourhoodCleaningRule(),
        under_sampling.GeneralizedEditing(n_neighbors=5, n_agreeing=4),
        under_sampling.RestrictedDecontamination(),
    ]
)

# %%
# Over- and under-sampling
# ------------------------
#
# Rows that SMOTE made and the second sampler removed do not show. The ``SamplerChain`` here lowers
# the majority to twice the minority, then raises the minority to it.

shown |= draw(
    [
        combine.SMOTEENN(),
        combine.SMOTETomek(),
        combine.SamplerChain(
            [
                under_sampling.RandomUnderSampler(sampling_strategy=0.5),
                over_sampling.SMOTE(),
            ]
        ),
    ]
)

# None is missing.
# Names have no place in a plane.
assert shown == set(all_samplers()) - {over_sampling.SMOTENC, over_sampling.SMOTEN}

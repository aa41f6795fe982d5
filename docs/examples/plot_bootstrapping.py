"""
Finding digits in photographs
=============================

The story for which bootstrapping was invented [1]_: a window slides over a picture, and a
classifier says whether it shows a face. Examples of faces are easy to come by, but what is an
example of no face? Everything else: there are far too many windows to train on, and nearly all of
them are easy. So the classifier starts from a few and is shown what it gets wrong.

Here a digit takes the place of the face. Threes are pasted into scikit-learn's two photographs,
among other digits. One photograph is for training, the other for the test.

.. [1] K.-K. Sung and T. Poggio, "Example-based learning for view-based human face detection",
   A.I. Memo 1521, MIT, 1994.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.base import clone
from sklearn.datasets import load_digits, load_sample_images
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import average_precision_score
from sklearn.model_selection import train_test_split

from balancekit.ensemble import BootstrappedClassifier

SIDE = 8
WANTED = 3
rng = np.random.RandomState(0)

digits = load_digits()
ink_train, ink_test, digit_train, digit_test = train_test_split(
    digits.images / 16, digits.target, stratify=digits.target, random_state=0
)
photo_train, photo_test = (
    photo.mean(axis=2)[60:300, 100:500] / 255 for photo in load_sample_images().images
)


def pasted(photo, ink, n_digits):
    """Write digits in pale ink into a copy of a photograph, apart from each other."""
    photo = photo.copy()
    cells = [(top, left) for top in range(4, 228, 12) for left in range(4, 388, 12)]
    places = np.array(cells)[rng.choice(len(cells), n_digits, replace=False)]
    for (top, left), strokes in zip(places, ink[:n_digits], strict=True):
        window = photo[top : top + SIDE, left : left + SIDE]
        window += 0.5 * strokes * (1 - window)
    return photo, places


def windows(photo, places=None):
    """Cut windows out, all of them or those at some places, and even out their brightness."""
    views = np.lib.stride_tricks.sliding_window_view(photo, (SIDE, SIDE))
    cut = views.reshape(-1, SIDE, SIDE) if places is None else views[places[:, 0], places[:, 1]]
    rows = cut.reshape(-1, SIDE * SIDE).astype(np.float32)
    rows -= rows.mean(axis=1, keepdims=True)
    return rows / (rows.std(axis=1, keepdims=True) + 0.05)


# %%
# The training photograph has other digits in it, but no three: each of its windows is a negative.
# The positives are threes, pasted into it one after the other, each of them five times.

other_train = ink_train[digit_train != WANTED]
background, _ = pasted(photo_train, other_train, 120)
threes = ink_train[digit_train == WANTED]
positives = np.vstack([windows(*pasted(photo_train, threes, len(threes))) for _ in range(5)])
n_down, n_across = np.array(background.shape) - SIDE + 1
print(f"{len(positives)} positives, {n_down * n_across:,} negatives")


def pool():
    """Pass over the photograph in bands of 20 rows of windows, which is all that is held."""
    for top in range(0, n_down, 20):
        yield windows(background[top : top + 20 + SIDE - 1])


# %%
# Three rounds
# ------------
#
# The first negatives are drawn at random, three for each positive. In each round, the classifier
# passes over the whole photograph, and the 300 false positives of the largest scores join.

model = BootstrappedClassifier(
    HistGradientBoostingClassifier(max_iter=50, random_state=0),
    background="rest",
    n_rounds=3,
    max_new_per_round=300,
    random_state=0,
)
model.fit(positives, np.repeat("three", len(positives)), negatives=pool)
for mined in model.rounds_:
    print(mined)

# %%
# What it took for a three, the worst of each round first: mostly columns and edges of the building.

ends = np.cumsum(
    [model.rounds_[0].n_negatives - model.rounds_[0].n_added]
    + [mined.n_added for mined in model.rounds_]
)
figure, axes = plt.subplots(
    len(model.rounds_), 16, figsize=(8, 0.62 * len(model.rounds_)), layout="constrained"
)
for number, (row, start, end) in enumerate(zip(axes, ends, ends[1:], strict=False), start=1):
    row[0].set_ylabel(f"round {number}", rotation=0, ha="right", va="center", fontsize=8)
    for picture, position in zip(row, model.mined_indices_[start:end], strict=False):
        top, left = divmod(position, n_across)
        picture.imshow(background[top : top + SIDE, left : left + SIDE], cmap="gray")
    for picture in row:
        picture.set(xticks=[], yticks=[])
        picture.spines[:].set_visible(False)
plt.show()

# %%
# In another photograph
# ---------------------
#
# The same rows up to each round give the classifier as it was then. Each of them passes over the
# other photograph, with threes and other digits in it that no classifier has seen. A three counts
# as found if a window at most a pixel away has a score above one half; any other window above that
# is a false alarm.

ink = np.concatenate([ink_test[digit_test == WANTED][:40], ink_test[digit_test != WANTED][:120]])
scene, places = pasted(photo_test, ink, len(ink))
every_window = np.vstack(list(pool()))
is_near = np.zeros(np.array(scene.shape) - SIDE + 1, dtype=bool)
for top, left in places[:40]:
    is_near[top - 1 : top + 2, left - 1 : left + 2] = True

found, alarms, precisions, maps = [], [], [], []
for end in ends:
    X = np.vstack([positives, every_window[model.mined_indices_[:end]]])
    fitted = clone(model.estimator).fit(X, np.arange(len(X)) < len(positives))
    scores = fitted.predict_proba(windows(scene))[:, 1].reshape(is_near.shape)
    best = np.array([scores[y - 1 : y + 2, x - 1 : x + 2].max() for y, x in places[:40]])
    found.append(np.mean(best > 0.5))
    alarms.append(int(((scores > 0.5) & ~is_near).sum()))
    ranked = np.append(best, scores[~is_near])
    precisions.append(average_precision_score(np.arange(len(ranked)) < len(best), ranked))
    maps.append(scores)

rounds = np.arange(len(ends))
figure, (left, right) = plt.subplots(1, 2, figsize=(8, 2.8), layout="constrained")
left.plot(rounds[1:] - 1, [mined.n_false_positives for mined in model.rounds_], "o-")
left.plot(rounds, alarms, "s-", color="#D55E00")
left.set_yscale("symlog")
left.set(xlabel="rounds of mining", ylabel="windows", xticks=rounds, title="False alarms")
left.legend(["training photograph", "test photograph"], frameon=False, fontsize=8)
right.plot(rounds, found, "s-", color="#D55E00")
right.plot(rounds, precisions, "^-", color="#009E73")
right.set(xlabel="rounds of mining", ylim=(0, 1.05), xticks=rounds, title="Test photograph")
right.legend(["share of threes found", "average precision"], frameon=False, fontsize=8)
plt.show()

# %%
# A tenth of the threes is lost, because the classifier has become more reluctant. Average
# precision, which does not depend on a threshold, says that it has also learned something, all of
# it in the first round; the few windows that later ones find do not matter in another photograph.
#
# Where the alarms are, before and after mining. Green squares are threes.

figure, axes = plt.subplots(1, 2, figsize=(8, 2.8), layout="constrained")
for picture, scores, title in zip(axes, (maps[0], maps[-1]), ("before", "after"), strict=True):
    picture.imshow(scene, cmap="gray")
    tops, lefts = np.nonzero((scores > 0.5) & ~is_near)
    picture.scatter(lefts + 4, tops + 4, s=6, color="#D55E00", alpha=0.5, linewidth=0)
    picture.scatter(
        places[:40, 1] + 4,
        places[:40, 0] + 4,
        s=34,
        marker="s",
        facecolor="none",
        edgecolor="#009E73",
        linewidth=0.9,
    )
    picture.set(xticks=[], yticks=[], title=title)
plt.show()

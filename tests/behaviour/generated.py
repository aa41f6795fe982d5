"""Small data sets of every awkward kind, drawn from one number each."""

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

DTYPES = tuple(map(np.dtype, ("f8", "f4", "i8", "u1", "?", "f2")))
# Powers of ten that values around 1 to 10 may be multiplied by.
POWERS = {"f8": (-307, 307), "f4": (-44, 37), "f2": (-7, 4)}
CLASSES = {
    "int": np.arange(4),
    "int8": np.array([-3, 0, 7, 100], np.int8),
    "str": np.array(["ash", "beech", "elm", "oak"]),
    "object": np.array(["ash", "beech", "elm", "oak"], object),
    "bool": np.array([False, True]),
}


@dataclass(frozen=True, eq=False)
class GeneratedSet:
    """One data set and the seed to resample it with.

    Parameters
    ----------
    number : int
        What `generate` was given.
    X : ndarray of shape (n_rows, n_columns)
    y : ndarray of shape (n_rows,)
    seed : int
    traits : tuple of str
        What is awkward about it.
    """

    number: int
    X: np.ndarray
    y: np.ndarray
    seed: int
    traits: tuple[str, ...]

    def __str__(self):
        sizes = ", ".join(f"{size} x {label!r}" for label, size in self.counts.items())
        about = ", ".join(self.traits) or "nothing else"
        return f"set {self.number} ({self.X.dtype} of shape {self.X.shape}, {sizes}; {about})"

    @cached_property
    def counts(self):
        """Rows of each label, the labels as Python objects."""
        labels, counts = np.unique(self.y, return_counts=True)
        return dict(zip(labels.tolist(), counts.tolist(), strict=True))


@cache
def generate(number, fewest_columns=1):
    """Draw a data set; numbers that differ by six have the same dtype.

    Parameters
    ----------
    number : int
        The same number gives the same set.
    fewest_columns : int, default=1

    Returns
    -------
    generated : GeneratedSet
        2 to 4 classes of 6 to 60 rows, rarely with one of 1 to 5; up to 8 columns.
    """
    rng, traits = np.random.RandomState(number), []

    def happens(chance, trait):
        is_so = rng.uniform() < chance
        traits.extend([trait] * is_so)
        return is_so

    sizes = _sizes(rng, happens)
    codes = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    values = _values(rng, happens, codes, rng.randint(fewest_columns, 9))
    X = _as_dtype(rng, happens, values, DTYPES[number % len(DTYPES)])
    kinds = [kind for kind, classes in CLASSES.items() if len(classes) >= len(sizes)]
    kind = kinds[rng.randint(len(kinds))]
    classes = CLASSES[kind]
    y = classes[np.sort(rng.choice(len(classes), len(sizes), replace=False))[codes]]
    if happens(0.3, "Fortran order"):
        X = np.asfortranarray(X)
    if happens(0.3, "read-only"):
        X.flags.writeable = y.flags.writeable = False
    return GeneratedSet(number, X, y, rng.randint(2**31), tuple(traits))


def _sizes(rng, happens):
    sizes = np.rint(rng.randint(12, 61) * rng.uniform(0.1, 1, rng.choice([2, 2, 3, 4])))
    sizes = sizes.clip(6).astype(int)
    if happens(0.08, "classes of one size"):
        sizes[:] = sizes[0]
    elif happens(0.08, "a tiny class"):
        sizes[rng.randint(len(sizes))] = rng.randint(1, 6)
    return sizes


def _values(rng, happens, codes, n_columns):
    """Draw values of a magnitude around 1 to 10: a cloud for each class."""
    distance = (0.0, 0.8, 8.0)[rng.randint(3)]
    n_rows, n_classes = len(codes), codes.max() + 1
    values = rng.randn(n_rows, n_columns) + distance * rng.randn(n_classes, n_columns)[codes]
    if happens(0.25, "a grid"):
        values = np.rint(2 * values) / 2
    if happens(0.25, "copies"):
        to, source = rng.randint(n_rows, size=(2, n_rows // 2))
        values[to] = values[source]
    if happens(0.15, "a constant column"):
        values[:, rng.randint(n_columns)] = rng.randn()
    if happens(0.02, "all rows the same"):
        values[:] = values[0]
    if happens(0.1, "an outlier"):
        values[rng.randint(n_rows)] *= 1e4
    return values


def _as_dtype(rng, happens, values, dtype):
    if dtype.kind == "b":
        return values > 0.5
    if dtype.kind == "u":
        factor, offset = (60, 128) if happens(0.5, "both ends") else (6, 40)
        return np.rint(factor * values + offset).clip(0, 255).astype(dtype)
    if dtype.kind == "i":
        if happens(0.25, "both ends"):
            # Odd numbers: none of them is a float64.
            return (values * 2.0**61).clip(-(2.0**63), 2.0**63 - 1024).astype(dtype) | 1
        offset = 2**53 + 1 if happens(0.25, "2**53") else 2**62 if happens(0.3, "2**62") else 0
        return np.rint(10 * values).astype(dtype) + offset
    if rng.uniform() < 0.5:
        low, high = POWERS[dtype.str[1:]]
        # A third of the time, the smallest or the largest.
        power = np.clip(rng.uniform(1.5 * low, 1.5 * high), low, high)
        happens(1, f"about 1e{power:.0f}")
        with np.errstate(over="ignore"):
            values = values * 10.0**power
    elif happens(0.15, "far from 0"):
        values = values + 1e3 / np.finfo(dtype).eps ** 0.5
    largest = float(np.finfo(dtype).max)
    return values.clip(-largest, largest).astype(dtype)

"""One bad input, and the data that most of them are made of."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.neighbors import NearestNeighbors

from balancekit.testing import make_blobs_of_sizes

SIZES = {"big": 30, "middle": 10, "small": 4}
# Rows in three columns, their class as a number and by name.
X, Y = make_blobs_of_sizes(tuple(SIZES.values()), 3)
NAMES = np.array(list(SIZES))[Y]

RAISED = dict.fromkeys(SIZES, 30)
LOWERED = dict.fromkeys(SIZES, 4)
# What a cleaning method may leave: of the smallest class everything, of others at least a row.
CLEANED = {"big": range(1, 31), "middle": range(1, 11), "small": 4}
# What editing after over-sampling may leave.
RAISED_AND_CLEANED = dict.fromkeys(SIZES, range(1, 31))


@dataclass(frozen=True, eq=False)
class BadInput:
    """A bad input, what its message has to name, and a way out that the message proposes.

    Parameters
    ----------
    name : str
        What is bad.
    sampler : sampler or callable
        A callable makes the sampler, where making it is what fails.
    data : tuple
        X and y.
    says : sequence of str
        Names and numbers that have to be in the text.
    way_out : str
        The words of the text that propose the remedy.
    remedy : sampler or callable
        Does what these words say: a sampler with the same data, a callable with other data, of
        which it returns X and y resampled.
    counts : dict of label to int or range
        Rows of each class after the remedy.
    error : type
        What is raised. A warning is an error in these tests.
    """

    name: str
    sampler: Any
    data: tuple[Any, Any]
    says: tuple[str, ...]
    way_out: str
    remedy: Any
    counts: dict[Any, int | range]
    error: type = ValueError


class Fitted:
    """A classifier in the place of a sampler: fitted, it gives the rows with what it predicts.

    Parameters
    ----------
    classifier : classifier
    **arguments : dict
        Further arguments of `fit`.
    """

    def __init__(self, classifier, **arguments):
        self.classifier = classifier
        self.arguments = arguments

    def fit_resample(self, X, y):
        """Fit, and predict the same rows."""
        return X, self.classifier.fit(X, y, **self.arguments).predict(X)


class SilentSearch:
    """A search for neighbours that does not tell how many it finds.

    Parameters
    ----------
    n_found : int
        How many it finds.
    """

    def __init__(self, n_found):
        self.n_found = n_found

    def get_params(self, deep=True):
        """Return the parameters."""
        return {"n_found": self.n_found}

    def fit(self, X):
        """Fit the search."""
        self.search = NearestNeighbors(n_neighbors=self.n_found).fit(X)
        return self

    def kneighbors(self, X):
        """Search."""
        return self.search.kneighbors(X)


def with_value(value, row=3, column=1):
    """Return X with one other value; an array of objects unless it is a number."""
    rows = X.copy() if isinstance(value, float) else X.astype(object)
    rows[row, column] = value
    return rows


def sorted_classes(*sizes):
    """Return rows and labels "a", "b" and so on, of the given sizes, class after class."""
    y = np.repeat(np.array(list("abcdefgh"))[: len(sizes)], sizes)
    return X[: len(y)], y

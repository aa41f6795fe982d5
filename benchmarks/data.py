"""Data sets of the benchmarks."""

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfTransformer


def imbalanced(n_rows, n_columns, *, minority=1 / 11, dtype=np.float64, seed=0):
    """Draw two overlapping normal clouds.

    Parameters
    ----------
    n_rows, n_columns : int
        Size.
    minority : float
        Share of class 1.
    dtype : dtype
        Dtype of X.
    seed : int
        Seed.

    Returns
    -------
    X : ndarray of shape (n_rows, n_columns)
    y : ndarray of int, shape (n_rows,)
    """
    rng = np.random.default_rng(seed)
    y = np.zeros(n_rows, dtype=np.int64)
    y[rng.choice(n_rows, round(n_rows * minority), replace=False)] = 1
    X = rng.standard_normal((n_rows, n_columns), dtype=np.float32 if dtype == np.float32 else float)
    X[y == 1] += 0.5
    return X.astype(dtype, copy=False), y


def texts(n_rows, n_words, *, words_in_row=100, minority=1 / 11, seed=0):
    """Draw texts as TF-IDF: words by Zipf's law, some of them of the class's own topic.

    Parameters
    ----------
    n_rows : int
        Number of texts.
    n_words : int
        Size of the vocabulary.
    words_in_row : int
        Mean length of a text; lengths are log-normal.
    minority : float
        Share of class 1.
    seed : int
        Seed.

    Returns
    -------
    X : csr_matrix of float64, shape (n_rows, n_words)
        Rows of length 1.
    y : ndarray of int, shape (n_rows,)
    """
    rng = np.random.default_rng(seed)
    y = np.zeros(n_rows, dtype=np.int64)
    y[rng.choice(n_rows, round(n_rows * minority), replace=False)] = 1
    lengths = np.maximum(5, rng.lognormal(np.log(words_in_row) - 0.125, 0.5, n_rows)).astype(int)
    text = np.repeat(np.arange(n_rows), lengths)
    share = 1 / np.arange(1, n_words + 1) ** 1.07
    # Each class has an order of its own for the rarer half of its words.
    words = np.searchsorted(np.cumsum(share / share.sum()), rng.random(len(text)))
    of_topic = rng.random(len(text)) < 0.3
    topics = np.stack([rng.permutation(n_words) for _ in range(2)])
    words = np.where(of_topic, topics[y[text], np.minimum(words, n_words - 1)], words)
    words = np.minimum(words, n_words - 1)
    counts = sparse.csr_matrix((np.ones(len(text)), (text, words)), shape=(n_rows, n_words))
    return TfidfTransformer().fit_transform(counts), y

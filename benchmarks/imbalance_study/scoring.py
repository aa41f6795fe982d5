"""What the probabilities of a net are worth on the test set."""

import numpy as np
import torch
from sklearn.metrics import accuracy_score, roc_auc_score

from balancekit.metrics import mean_one_vs_rest_roc_auc, per_class_recall
from balancekit.thresholding import PriorCorrection
from benchmarks.timing import machine


def result(proba, test_labels, labels, loss, seconds):
    """Score a net, and say how it came about.

    Parameters
    ----------
    proba : ndarray of float64, shape (n_test_rows, n_classes)
        Probabilities of the test set.
    test_labels, labels : ndarray of int
        Classes of the test set, and of the rows trained on.
    loss : float
        The last of the training.
    seconds : float
        Time of the training, or of its second phase.

    Returns
    -------
    result : dict
    """
    counts = np.bincount(labels, minlength=proba.shape[1])
    return {
        **score(proba, test_labels, counts),
        "train_loss": loss,
        "counts": counts.tolist(),
        "seconds": seconds,
        "machine": machine(),
        "torch": torch.__version__,
    }


def score(proba, labels, counts):
    """Score probabilities as they are, and with thresholds.

    Parameters
    ----------
    proba : ndarray of float64, shape (n_rows, n_classes)
        Probabilities.
    labels : ndarray of int, shape (n_rows,)
        True classes.
    counts : ndarray of int, shape (n_classes,)
        Training rows of each class, before any resampling.

    Returns
    -------
    scores : dict
        ``"plain"`` and ``"thresholds"``: area, accuracy and recalls of argmax. The area with
        thresholds is that after each row is divided by its sum. ``"same_areas"``: whether each
        class keeps its area if its own column is divided by its share, and nothing else is done.
    """
    prior = counts / counts.sum()
    corrected = PriorCorrection(prior).fit(proba, labels).correct(proba)
    return {
        "plain": _scores(proba, labels),
        "thresholds": _scores(corrected, labels),
        "same_areas": keeps_areas(proba, labels, prior),
    }


def keeps_areas(proba, labels, prior):
    """Say whether p / pi has, class by class, exactly the area of p."""
    # Two neighbours among float64 can become one by a division; two of float32 cannot.
    columns = proba.astype(np.float32).astype(np.float64).T
    return all(
        roc_auc_score(labels == code, column) == roc_auc_score(labels == code, column / share)
        for code, (column, share) in enumerate(zip(columns, prior, strict=True))
    )


def _scores(proba, labels):
    decided = proba.argmax(axis=1)
    return {
        "roc_auc": mean_one_vs_rest_roc_auc(labels, proba),
        "accuracy": accuracy_score(labels, decided),
        "recalls": [float(recall) for recall in per_class_recall(labels, decided)],
    }

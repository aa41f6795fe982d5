"""Labels of any kind."""

import numpy as np
import pandas as pd
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from numpy.testing import assert_array_equal  # noqa: E402
from sklearn.exceptions import DataConversionWarning  # noqa: E402
from tests.torch.net.cases import CODES, MANY_CODES, X_MANY, X, small, weights  # noqa: E402

EXPECTED = small().fit(X, CODES)
WORDS = np.array(["good", "poor"])[CODES]


@pytest.mark.parametrize(
    ("y", "classes"),
    [
        (WORDS, ["good", "poor"]),
        (WORDS.astype(object), ["good", "poor"]),
        (WORDS.tolist(), ["good", "poor"]),
        (CODES == 1, [False, True]),
        (CODES * 3 - 5, [-5, -2]),
        (CODES.astype(np.uint8), [0, 1]),
        (CODES.astype(float), [0.0, 1.0]),
        (pd.Series(WORDS), ["good", "poor"]),
        (pd.Series(WORDS, dtype="string"), ["good", "poor"]),
        (pd.Series(pd.Categorical(WORDS, ["poor", "other", "good"])), ["good", "poor"]),
        (pd.Series(CODES, index=np.arange(55)[::-1]), [0, 1]),
        (torch.from_numpy(CODES), [0, 1]),
        (torch.from_numpy(CODES).to(torch.int8), [0, 1]),
        (torch.from_numpy(CODES) == 1, [False, True]),
        (torch.from_numpy(CODES).double(), [0.0, 1.0]),
    ],
    ids=lambda value: f"{type(value).__name__} of {getattr(value, 'dtype', 'labels')}",
)
def test_the_same_classes_give_the_same_net_and_are_predicted_as_they_were(y, classes):
    net = small().fit(X, y)
    assert_array_equal(net.classes_, classes)
    assert_array_equal(weights(net), weights(EXPECTED))
    assert_array_equal(net.predict(X), np.array(classes)[EXPECTED.predict(X)])
    assert_array_equal(net.predict_proba(X), EXPECTED.predict_proba(X))


def test_classes_that_do_not_start_at_zero_go_with_losses_that_count():
    labels = np.array([7, 30, 31])[MANY_CODES]
    net = small(criterion="balanced_softmax", batches="class_aware").fit(X_MANY, labels)
    assert_array_equal(net.criterion_.class_counts, [30, 12, 6])
    assert set(net.predict(X_MANY)) <= {7, 30, 31}


def test_a_column_of_labels_is_taken_with_a_word():
    with pytest.warns(DataConversionWarning):
        net = small().fit(X, CODES[:, None])
    assert_array_equal(weights(net), weights(EXPECTED))


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (np.zeros(55, int), "more than 1 class. Got 1 class instead: all 55 rows are 0"),
        (np.repeat("a", 55), "all 55 rows are 'a'"),
        (np.where(CODES == 1, np.nan, 0.0), "missing"),
        (np.array([None, *WORDS[1:]], dtype=object), "missing"),
        (np.stack([CODES, 1 - CODES], axis=1), "2 columns"),
        (torch.zeros(55, 3), "3 columns"),
        (X[:, 0], "continuous"),
        (torch.from_numpy(X[:, 0]), "continuous"),
        (None, "requires y to be passed"),
        (CODES[:54], "55 rows, y has 54 labels"),
    ],
    ids=lambda value: value if isinstance(value, str) else "labels",
)
def test_labels_that_cannot_be_used_are_refused_in_words(y, message):
    with pytest.raises(ValueError, match=message):
        small().fit(X, y)

"""Each bad input gets a message that names it, and a way out that works."""

import pickle
from collections import Counter

import numpy as np
import pytest
from scipy import sparse
from tests.behaviour.bad_inputs import BAD_INPUTS, TOPICS

from balancekit.testing import to_numpy

pytestmark = pytest.mark.thorough


def _snapshot(data):
    """Return the bytes of the input, where it has any."""
    # SciPy notes beside the numbers what it found out about their order.
    values = [
        [part for part in vars(value).values() if isinstance(part, np.ndarray)]
        if sparse.issparse(value)
        else value
        for value in data
    ]
    try:
        return pickle.dumps(values)
    except TypeError:
        return None


def _count(y):
    if hasattr(y, "toarray"):
        y = y.toarray()
    labels = np.asarray(to_numpy(y))
    if labels.ndim == 2:
        labels = labels.argmax(axis=1)
    return Counter(labels.tolist())


def _resample(case):
    sampler = case.sampler() if callable(case.sampler) else case.sampler
    return sampler.fit_resample(*case.data)


def _follow(case):
    return case.remedy() if callable(case.remedy) else case.remedy.fit_resample(*case.data)


@pytest.mark.parametrize("name", BAD_INPUTS)
def test_the_message_names_what_is_wrong_and_a_way_out_that_works(name):
    case = BAD_INPUTS[name]
    before = _snapshot(case.data)
    with pytest.raises(case.error) as caught:
        _resample(case)
    message = str(caught.value)
    for words in (*case.says, case.way_out):
        assert words in message
    X, y = _follow(case)
    counts = _count(y)
    assert len(to_numpy(X)) == counts.total()
    assert counts.keys() == case.counts.keys()
    for label, expected in case.counts.items():
        allowed = expected if isinstance(expected, range) else [expected]
        assert counts[label] in allowed, label
    assert _snapshot(case.data) == before


def test_no_two_bad_inputs_of_a_topic_have_one_name():
    assert len(BAD_INPUTS) == sum(len(topic.BAD_INPUTS) for topic in TOPICS)

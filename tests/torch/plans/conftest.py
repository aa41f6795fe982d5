"""Rows that nets train on."""

import numpy as np
import pytest
import torch

from balancekit.testing import make_blobs_of_sizes


@pytest.fixture(scope="session")
def blobs():
    """Rows of two classes, 90 and 30."""
    return make_blobs_of_sizes((90, 30), 4, dtype=np.float32)


@pytest.fixture(scope="session")
def same_weights():
    """Function that checks that two nets have the same weights, bit for bit."""

    def check(first, second):
        ours, theirs = first.module_.state_dict(), second.module_.state_dict()
        assert list(ours) == list(theirs)
        for name, value in ours.items():
            assert torch.equal(value, theirs[name]), name

    return check

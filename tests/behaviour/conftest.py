"""The samplers that exist today, and one small data set, for every test of this folder."""

import pytest

from balancekit.over_sampling import SMOTE, RandomOverSampler
from balancekit.testing import make_blobs_of_sizes
from balancekit.under_sampling import RandomUnderSampler

CHOOSING = {
    "RandomOverSampler": lambda: RandomOverSampler(random_state=0),
    "RandomUnderSampler": lambda: RandomUnderSampler(random_state=0),
}
COMPUTING = {
    "SMOTE": lambda: SMOTE(k_neighbors=3, random_state=0),
    "RandomOverSampler-shrinkage": lambda: RandomOverSampler(shrinkage=0.5, random_state=0),
}
SAMPLERS = CHOOSING | COMPUTING


@pytest.fixture(params=SAMPLERS)
def sampler(request):
    """Any sampler, new and seeded."""
    return SAMPLERS[request.param]()


@pytest.fixture(params=CHOOSING)
def chooser(request):
    """A sampler that only chooses rows and takes columns of any kind."""
    return CHOOSING[request.param]()


@pytest.fixture(params=COMPUTING)
def computer(request):
    """A sampler that computes new rows and needs finite numbers."""
    return COMPUTING[request.param]()


@pytest.fixture
def blobs():
    """Fourteen rows of class 0 and six of class 1, shuffled, in three columns."""
    return make_blobs_of_sizes((14, 6), 3)

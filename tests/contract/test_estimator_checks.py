"""scikit-learn's and imbalanced-learn's own checks of every estimator."""

import warnings
from functools import partial
from pathlib import Path

import pytest
from imblearn.utils import estimator_checks as of_imblearn
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils import estimator_checks as of_sklearn
from tests.contract.expected_failures import EXPECTED_FAILURES, expected_failures

from balancekit.compose import ResampledClassifier
from balancekit.neighbors import NearestNeighbors
from balancekit.over_sampling import SMOTE, RandomOverSampler
from balancekit.testing import all_samplers
from balancekit.under_sampling import RandomUnderSampler


def _seeded(sampler):
    return sampler.set_params(random_state=0) if "random_state" in sampler.get_params() else sampler


# What others check does not depend on parameters.
ONE_OF_EACH = [_seeded(sampler(**sampler._test_parameters[0])) for sampler in all_samplers()]
CLASSIFIERS = [
    ResampledClassifier(RandomOverSampler(random_state=0), LogisticRegression(max_iter=1000)),
    ResampledClassifier(SMOTE(random_state=0, k_neighbors=1), LogisticRegression(max_iter=1000)),
    ResampledClassifier(RandomUnderSampler(random_state=0), LinearSVC(random_state=0)),
    ResampledClassifier("passthrough", DecisionTreeClassifier(random_state=0)),
    ResampledClassifier(None, LogisticRegression(max_iter=1000)),
]


SEARCHES = [NearestNeighbors(), NearestNeighbors(algorithm="kd_tree", metric="manhattan")]


def _checks(library, estimators):
    """List the checks of a library, with strict xfail marks from the table."""
    return [
        case
        for estimator in estimators
        for case in library.estimator_checks_generator(
            estimator, expected_failed_checks=expected_failures(estimator), mark="xfail"
        )
    ]


def _name(part):
    return part.func.__name__ if isinstance(part, partial) else " ".join(repr(part).split())


OF_SKLEARN = _checks(of_sklearn, ONE_OF_EACH + CLASSIFIERS + SEARCHES)
OF_IMBLEARN = _checks(of_imblearn, ONE_OF_EACH + CLASSIFIERS)


@pytest.mark.parametrize(("estimator", "check"), OF_SKLEARN, ids=_name)
def test_scikit_learns_checks_pass(estimator, check):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check(estimator)


@pytest.mark.parametrize(("estimator", "check"), OF_IMBLEARN, ids=_name)
def test_imbalanced_learns_checks_pass(estimator, check):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check(estimator)


@pytest.mark.parametrize(
    "weaker",
    sorted({weaker for table in EXPECTED_FAILURES.values() for _, weaker in table.values()}),
)
def test_every_expected_failure_has_a_weaker_test_that_exists(weaker):
    file, _, name = weaker.partition("::")
    assert f"def {name}(" in Path(__file__).parents[2].joinpath(file).read_text()

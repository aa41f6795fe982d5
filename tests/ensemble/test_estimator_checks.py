"""The estimator checks of scikit-learn and imbalanced-learn, on every ensemble."""

import warnings

import pytest
from imblearn.utils import estimator_checks as of_imblearn
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils import estimator_checks as of_sklearn

from balancekit.ensemble import (
    BalanceCascadeClassifier,
    BootstrappedClassifier,
    DataBoostIMClassifier,
    EasyEnsembleClassifier,
    RUSBoostClassifier,
    SMOTEBoostClassifier,
)

TREE = DecisionTreeClassifier(max_depth=5, random_state=0)
# Rows are drawn, so a row of weight two is not two rows; imbalanced-learn's fails as well.
NO_EQUIVALENCE = dict.fromkeys(
    [
        "check_sample_weight_equivalence_on_dense_data",
        "check_sample_weight_equivalence_on_sparse_data",
    ],
    "rows are drawn",
)
ENSEMBLES = [
    EasyEnsembleClassifier(n_estimators=3, random_state=0),
    EasyEnsembleClassifier(2, LogisticRegression(), random_state=0),
    BalanceCascadeClassifier(3, random_state=0),
    BalanceCascadeClassifier(2, LogisticRegression(), random_state=0),
    SMOTEBoostClassifier(n_estimators=5, k_neighbors=1, random_state=0),
    SMOTEBoostClassifier(TREE, n_estimators=3, k_neighbors=1, random_state=0),
    RUSBoostClassifier(n_estimators=5, random_state=0),
    RUSBoostClassifier(TREE, n_estimators=3, random_state=0),
    DataBoostIMClassifier(n_estimators=20, algorithm="SAMME", random_state=0),
    DataBoostIMClassifier(TREE, n_estimators=3, random_state=0),
    BootstrappedClassifier(random_state=0),
    BootstrappedClassifier(LinearSVC(random_state=0), random_state=0, n_jobs=2),
    BootstrappedClassifier(TREE, random_state=0),
]


def _checks():
    for library in (of_sklearn, of_imblearn):
        for number, case in enumerate(ENSEMBLES):
            generated = library.estimator_checks_generator(
                case, expected_failed_checks=NO_EQUIVALENCE, mark="skip"
            )
            for ensemble, check in generated:
                name = getattr(check, "func", check).__name__
                label = (
                    f"{library.__name__.partition('.')[0]}-{type(case).__name__}-{number}-{name}"
                )
                yield pytest.param(ensemble, check, id=label)


@pytest.mark.parametrize(("ensemble", "check"), list(_checks()))
def test_the_checks_of_both_libraries_pass(ensemble, check):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check(ensemble)

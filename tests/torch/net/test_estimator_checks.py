"""The estimator checks of scikit-learn and imbalanced-learn, on a net."""

import warnings
from functools import partial
from inspect import signature

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from imblearn.utils import estimator_checks as of_imblearn  # noqa: E402
from sklearn.base import clone  # noqa: E402
from sklearn.utils import estimator_checks as of_sklearn  # noqa: E402
from tests.contract.expected_failures import expected_failures  # noqa: E402
from tests.torch.net.cases import CODES, X, double_mlp, small  # noqa: E402

from balancekit.deep import BalancedNetClassifier  # noqa: E402

# The checks compare to 1e-7, which is less than what float32 has digits for.
NET = BalancedNetClassifier(
    double_mlp, optimizer=partial(torch.optim.Adam, lr=0.05), max_epochs=12, random_state=0
)


def _checks():
    # imbalanced-learn draws rows at random and wants each class predicted.
    for library, net in ((of_sklearn, NET), (of_imblearn, clone(NET).set_params(max_epochs=60))):
        generated = library.estimator_checks_generator(
            net, expected_failed_checks=expected_failures(net), mark="xfail"
        )
        for case in generated:
            net, check = getattr(case, "values", case)
            name = getattr(check, "func", check).__name__
            name = f"{library.__name__.partition('.')[0]}-{name}"
            yield pytest.param(net, check, id=name, marks=getattr(case, "marks", ()))


@pytest.mark.parametrize(("net", "check"), list(_checks()))
def test_the_checks_of_both_libraries_pass(net, check):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check(net)


@pytest.mark.parametrize("value", [-1, 3.0, "helloworld", np.array([1.0, 4.0]), [1], {}, []])
def test_known_parameters_take_any_value_until_fit(value):
    names = [name for name in signature(BalancedNetClassifier).parameters if name != "nested"]
    net = BalancedNetClassifier(**dict.fromkeys(names, value))
    net.set_params(**dict.fromkeys(names, value))


def test_a_row_of_weight_two_is_two_rows_up_to_rounding():
    weights = np.random.RandomState(0).randint(0, 4, len(X))
    weighted = small(batch_size=1000).fit(X, CODES, sample_weight=weights)
    repeated = small(batch_size=1000).fit(np.repeat(X, weights, axis=0), np.repeat(CODES, weights))
    np.testing.assert_allclose(
        weighted.decision_function(X), repeated.decision_function(X), rtol=0, atol=1e-5
    )

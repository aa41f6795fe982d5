"""The estimator checks of scikit-learn for outlier detectors."""

import warnings
from functools import partial
from inspect import signature

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from sklearn.utils.estimator_checks import estimator_checks_generator  # noqa: E402
from tests.contract.expected_failures import expected_failures  # noqa: E402
from tests.torch.autoencoder.cases import double_autoencoder  # noqa: E402

from balancekit.deep import AutoencoderNoveltyDetector  # noqa: E402

# The checks compare to 1e-7, which is less than what float32 has digits for.
DETECTOR = AutoencoderNoveltyDetector(
    double_autoencoder,
    optimizer=partial(torch.optim.Adam, lr=0.01),
    max_epochs=3,
    random_state=0,
)


def _checks():
    generated = estimator_checks_generator(
        DETECTOR, expected_failed_checks=expected_failures(DETECTOR), mark="xfail"
    )
    for case in generated:
        detector, check = getattr(case, "values", case)
        name = getattr(check, "func", check).__name__
        yield pytest.param(detector, check, id=name, marks=getattr(case, "marks", ()))


@pytest.mark.parametrize(("detector", "check"), list(_checks()))
def test_the_checks_pass(detector, check):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check(detector)


@pytest.mark.parametrize("value", [-1, 3.0, "helloworld", np.array([1.0, 4.0]), [1], {}, []])
def test_known_parameters_take_any_value_until_fit(value):
    names = [name for name in signature(AutoencoderNoveltyDetector).parameters if name != "nested"]
    detector = AutoencoderNoveltyDetector(**dict.fromkeys(names, value))
    detector.set_params(**dict.fromkeys(names, value))

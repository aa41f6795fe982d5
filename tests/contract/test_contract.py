"""Every sampler that the package shows keeps the contract."""

import imblearn.over_sampling
import numpy as np
import pytest

from balancekit.core.base import BaseOverSampler
from balancekit.core.plan import Plan
from balancekit.over_sampling import RandomOverSampler
from balancekit.testing import all_samplers, check_sampler, sampler_checks

SAMPLERS = [
    sampler(**parameters) for sampler in all_samplers() for parameters in sampler._test_parameters
]


# Of each sampler; others keep the same promises.
FIRST = [sampler(**sampler._test_parameters[0]) for sampler in all_samplers()]


LONG = ("same_rows_in_", "labels_of_any_kind", "threads_share_an_instance")


def _marks(sampler, name):
    is_first = repr(sampler) in map(repr, FIRST)
    # Arrays and their layouts are NumPy's business.
    is_array = name.startswith(("same_rows_in_numpy", "same_rows_in_cs", "same_rows_in_list"))
    marks = [] if is_first and not is_array else [pytest.mark.thorough]
    if name.startswith(LONG) and not is_first:
        marks = [pytest.mark.slow]
    return [*marks, pytest.mark.torch] if name.endswith("_torch") else marks


CHECKS = [
    pytest.param(check, id=f"{sampler}-{name}", marks=_marks(sampler, name))
    for sampler in SAMPLERS
    for name, check in sampler_checks(sampler)
]


@pytest.mark.parametrize("check", CHECKS)
def test_sampler_keeps_the_promise(check):
    check()


def test_every_sampler_is_found_by_walking_the_package():
    names = [sampler.__name__ for sampler in all_samplers()]
    assert sorted(names) == [
        "ADASYN",
        "AllKNN",
        "BorderlineSMOTE",
        "ClusterCentroids",
        "ClusterOverSampler",
        "CondensedNearestNeighbour",
        "EditedNearestNeighbours",
        "GeneralizedEditing",
        "HardNegativeMining",
        "InstanceHardnessThreshold",
        "KMeansSMOTE",
        "NearMiss",
        "NeighbourhoodCleaningRule",
        "OneSidedSelection",
        "RandomOverSampler",
        "RandomUnderSampler",
        "RepeatedEditedNearestNeighbours",
        "RestrictedDecontamination",
        "SMOTE",
        "SMOTEENN",
        "SMOTEN",
        "SMOTENC",
        "SMOTETomek",
        "SVMSMOTE",
        "SamplerChain",
        "TomekLinks",
    ]


class _Forgetful(RandomOverSampler):
    """Delivers one row less than it was asked for, and says so."""

    def _plan(self, X, labels, targets, rng):
        code, count = next(iter(targets.items()))
        drawn = rng.choice(labels.rows_of(code), count - 1)
        return Plan.select(labels, np.append(np.arange(len(labels)), drawn))


class _Shuffling(BaseOverSampler):
    """Breaks the contract: draws from a stream of its own."""

    def __init__(self, sampling_strategy="auto", random_state=None, keep_plan=True):
        super().__init__(sampling_strategy=sampling_strategy)
        self.random_state = random_state
        self.keep_plan = keep_plan

    def _plan(self, X, labels, targets, rng):
        rows = [np.random.default_rng().choice(labels.rows_of(c), n) for c, n in targets.items()]
        return Plan.select(labels, np.concatenate([np.arange(len(labels)), *rows]))


def test_checks_catch_a_sampler_with_a_stream_of_its_own():
    with pytest.raises(AssertionError, match="_Shuffling breaks the promise 'seed_repeats'"):
        check_sampler(_Shuffling())


def test_checks_name_the_promise_that_a_foreign_sampler_breaks():
    with pytest.raises(AssertionError, match="SMOTE breaks the promise 'indices_are_valid'"):
        check_sampler(imblearn.over_sampling.SMOTE())


def test_checks_accept_a_shortfall_that_is_warned_of():
    check = dict(sampler_checks(_Forgetful()))["counts_are_exact_or_warned_of"]
    check()

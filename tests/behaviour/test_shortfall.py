"""A sampler that delivers less than was asked for says so: class, asked, delivered, reason."""

import inspect
import warnings

import numpy as np
import pytest

from balancekit.core.base import BaseOverSampler, BaseUnderSampler
from balancekit.core.plan import Plan
from balancekit.core.recipes import Interpolation
from balancekit.exceptions import ShortfallWarning
from balancekit.testing import make_blobs_of_sizes

pytestmark = pytest.mark.thorough

X, Y = make_blobs_of_sizes((20, 8, 5), 2)
NAMES = np.array(["big", "middle", "small"])[Y]


class _TimidOver(BaseOverSampler):
    """Makes `made` rows of every class it is asked for, whatever the number asked."""

    def __init__(self, *, sampling_strategy="auto", made=3, reason=None):
        super().__init__(sampling_strategy=sampling_strategy)
        self.made = made
        self.reason = reason
        self.random_state = None
        self.keep_plan = True

    def _plan(self, X, labels, targets, rng):
        new, reasons = [], {}
        for code in targets:
            rows = labels.rows_of(code)
            base, partner = np.full(self.made, rows[0]), np.full(self.made, rows[1])
            new.append((code, Interpolation(base, partner, np.full(self.made, 0.5))))
            if self.reason is not None:
                reasons[code] = self.reason
        return Plan.extend(labels, new, shortfall_reasons=reasons)


class _TimidUnder(BaseUnderSampler):
    """Keeps the first `kept` rows of every class it is asked to lower."""

    def __init__(self, *, sampling_strategy="auto", kept=2):
        super().__init__(sampling_strategy=sampling_strategy)
        self.kept = kept
        self.random_state = None
        self.keep_plan = True

    def _plan(self, X, labels, targets, rng):
        kept = [
            labels.rows_of(code)[: self.kept if code in targets else None]
            for code in range(len(labels.classes))
        ]
        return Plan.select(labels, np.concatenate(kept))


def _warnings_of(sampler, y):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        X_out, y_out = sampler.fit_resample(X, y)
    return caught, X_out, y_out


def test_every_class_that_falls_short_gets_a_warning_with_its_numbers():
    caught, _, y_out = _warnings_of(_TimidOver(made=3), NAMES)
    assert [w.category for w in caught] == [ShortfallWarning] * 2
    assert [str(w.message) for w in caught] == [
        "_TimidOver delivers 11 rows of class 'middle' where 20 were asked for: the method found "
        "no more.",
        "_TimidOver delivers 8 rows of class 'small' where 20 were asked for: the method found no "
        "more.",
    ]
    assert (y_out == "middle").sum() == 11
    assert (y_out == "small").sum() == 8


def test_the_reason_of_the_method_is_told():
    caught, _, _ = _warnings_of(_TimidOver(reason="no row is in danger"), NAMES)
    assert all(str(w.message).endswith(": no row is in danger.") for w in caught)


def test_under_samplers_warn_too():
    caught, _, y_out = _warnings_of(_TimidUnder(kept=2), Y)
    assert [str(w.message) for w in caught] == [
        f"_TimidUnder delivers 2 rows of class {label} where 5 were asked for: the method found "
        "no more."
        for label in (0, 1)
    ]
    assert np.bincount(y_out).tolist() == [2, 2, 5]


@pytest.mark.parametrize(
    "sampler",
    [
        _TimidOver(sampling_strategy={1: 11, 2: 8}, made=3),
        _TimidOver(made=40),
        _TimidUnder(kept=5),
        _TimidUnder(sampling_strategy={0: 7}, kept=9),
    ],
)
def test_what_was_asked_for_or_more_is_delivered_in_silence(sampler):
    assert not _warnings_of(sampler, Y)[0]


def test_a_class_that_is_not_reached_at_all_is_told_with_all_numbers():
    caught, _, _ = _warnings_of(_TimidUnder(sampling_strategy={0: 1}, kept=0), Y)
    assert str(caught[0].message).startswith("_TimidUnder delivers 0 rows of class 0 where 1 ")


def test_the_warning_points_at_the_line_of_the_caller():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        line = inspect.currentframe().f_lineno + 1
        _TimidOver().fit_resample(X, Y)
    assert {(w.filename, w.lineno) for w in caught} == {(__file__, line)}


def test_the_warning_can_be_made_an_error_or_ignored():
    with warnings.catch_warnings():
        warnings.simplefilter("error", ShortfallWarning)
        with pytest.raises(ShortfallWarning, match="class 1"):
            _TimidOver().fit_resample(X, Y)
        warnings.simplefilter("ignore", ShortfallWarning)
        _TimidOver().fit_resample(X, Y)


def test_the_rows_are_delivered_all_the_same():
    _, X_out, y_out = _warnings_of(_TimidOver(made=1), Y)
    rows = np.flatnonzero(Y == 2)
    np.testing.assert_allclose(X_out[-1], X[rows[:2]].mean(axis=0))
    assert len(X_out) == len(y_out) == len(X) + 2


def test_samplers_that_exist_are_never_short(sampler):
    for sizes in ((20, 8, 5), (9, 9), (30, 4)):
        rows, y = make_blobs_of_sizes(sizes, 2)
        sampler.fit_resample(rows, y)

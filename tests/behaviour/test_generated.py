"""What every sampler promises, on a thousand generated data sets each."""

import re
import warnings
from dataclasses import replace

import joblib
import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from tests.behaviour.generated import generate

from balancekit.core.chained_plan import ChainedPlan
from balancekit.core.recipes import Interpolation, Noise, Rows
from balancekit.core.shortfall import ShortfallWarning
from balancekit.testing import all_samplers

pytestmark = pytest.mark.thorough

SETS = 1_000
SMOKE_SETS = 5
# Of the sets, so many need to be resampled; the rest may be refused.
LEAST_RESAMPLED = 0.8
# Of the sets, each fifth: six dtypes take turns.
REPEATED = 5
PERMITTED_WARNINGS = ShortfallWarning | ConvergenceWarning
# Fields of recipes.
ROW_IDS = {"base", "partner", "donor"}
PER_NEW_ROW = {*ROW_IDS, "step", "draws", "values"}
# Centres are means of whole classes.
CENTRE_ROUNDING = 1e-12
# A linear support vector machine hardly comes to an end on values in the thousands and beyond.
SVM_ITERATIONS = 2_000


def _made(sampler, parameters):
    made = sampler(**parameters)
    if "svm_estimator__max_iter" in made.get_params():
        made.set_params(svm_estimator=clone(made.svm_estimator).set_params(max_iter=SVM_ITERATIONS))
    return made


SAMPLERS = [
    pytest.param(
        _made(sampler, parameters),
        -(-SETS // len(sampler._test_parameters)),
        position,
        id=f"{sampler.__name__}-{position}",
    )
    for sampler in all_samplers()
    for position, parameters in enumerate(sampler._test_parameters)
]


@pytest.mark.slow
@pytest.mark.parametrize(("sampler", "n_sets", "position"), SAMPLERS)
def test_a_thousand_sets_keep_the_promises(sampler, n_sets, position):
    _check_sets(sampler, range(position * n_sets, (position + 1) * n_sets))


@pytest.mark.parametrize(("sampler", "n_sets", "position"), SAMPLERS)
def test_a_few_sets_keep_the_promises(sampler, n_sets, position):
    start = position * n_sets
    _check_sets(sampler, range(start, start + SMOKE_SETS))


def _check_sets(sampler, numbers):
    n_resampled = 0
    # At least one that is not nominal.
    fewest_columns = 1 + len(getattr(sampler, "categorical_features", []))
    for number in numbers:
        given = generate(number, fewest_columns)
        try:
            n_resampled += _is_resampled(sampler, given)
        except Exception as error:
            message = f"{sampler!r} on {given}: {error}"
            raise AssertionError(message) from error
    assert n_resampled >= LEAST_RESAMPLED * len(numbers)


def _is_resampled(sampler, given):
    """Check one set; return False where it is refused as it should be."""
    result = _resampled(sampler, given)
    if isinstance(result, ValueError):
        _assert_names_what_is_wrong(str(result), sampler, given)
        return False
    fitted, X_out, y_out, told = result
    _assert_originals_are_kept(fitted, given, X_out, y_out)
    _assert_counts(fitted, given, y_out, told)
    _assert_new_rows_are_in_their_span(fitted, given, X_out, y_out)
    if given.number % REPEATED == 0:
        _assert_repeats(sampler, given, X_out, y_out)
        # Threads instead of processes, which take long to start.
        with joblib.parallel_config(backend="threading"):
            for change in ({"n_jobs": 2}, {"engine": "direct"}):
                if change.keys() <= sampler.get_params(deep=False).keys():
                    _assert_repeats(clone(sampler).set_params(**change), given, X_out, y_out)
    return True


def _resampled(sampler, given):
    """Return the fitted sampler, its output and its warnings, or the ValueError."""
    fitted = clone(sampler)
    if "random_state" in fitted.get_params(deep=False):
        fitted.set_params(random_state=given.seed)
    before = given.X.tobytes(), given.y.tolist()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = fitted.fit_resample(given.X, given.y)
        except ValueError as error:
            result = error
    assert (given.X.tobytes(), given.y.tolist()) == before
    for warning in caught:
        assert issubclass(warning.category, PERMITTED_WARNINGS), str(warning)
    if isinstance(result, ValueError):
        return result
    told = [str(w.message) for w in caught if issubclass(w.category, ShortfallWarning)]
    return fitted, *result, told


def _assert_names_what_is_wrong(message, sampler, given):
    words = ["rows?", "columns?", *sampler.get_params(), *(f"[Cc]lass {x!r}" for x in given.counts)]
    assert re.search(rf"\b({'|'.join(words)})(?!\w)", message), message


def _assert_originals_are_kept(fitted, given, X_out, y_out):
    rows, is_new = fitted.sample_indices_, fitted.plan_.is_synthetic
    assert len(X_out) == len(y_out) == len(rows) == len(is_new)
    assert X_out.shape[1:] == given.X.shape[1:]
    assert X_out.dtype == given.X.dtype
    assert y_out.dtype == given.y.dtype
    assert X_out[~is_new].tobytes() == given.X[rows[~is_new]].tobytes()
    if fitted._relabels:
        assert set(y_out.tolist()) <= set(given.counts)
    else:
        assert_array_equal(y_out, given.y[rows])
    if fitted._sampling_type == "clean-sampling":
        assert len(np.unique(rows)) == len(rows)


def _assert_counts(fitted, given, y_out, told):
    kind, relabels = fitted._sampling_type, fitted._relabels
    named = [re.search(r" of class (.+?)(?: where|:)", message)[1] for message in told]
    assert len(set(named)) == len(named)
    if kind == "bypass":
        # What the steps were to deliver is their own business.
        return
    for label, has in given.counts.items():
        is_told = repr(label) in named
        count = int((y_out == label).sum())
        if kind == "clean-sampling":
            assert relabels or count <= has
            assert is_told == (count == 0)
        else:
            asked = _asked(fitted, given, label)
            assert is_told == (count < asked), told
            assert count <= asked or not fitted._delivers_exactly


def _asked(fitted, given, label):
    """Rows that a class should have, by what the documentation says of the default."""
    counts = given.counts
    if fitted.sampling_strategy == "auto":
        over = fitted._sampling_type == "over-sampling"
        return max(counts.values()) if over else min(counts.values())
    change = fitted.sampling_strategy_.get(label)
    if fitted._sampling_type == "over-sampling":
        return counts[label] + (change or 0)
    return counts[label] if change is None else change


def _assert_repeats(sampler, given, X_out, y_out):
    _, X_again, y_again, _ = _resampled(sampler, given)
    assert X_again.tobytes() == X_out.tobytes()
    assert_array_equal(y_again, y_out)


def _assert_new_rows_are_in_their_span(fitted, given, X_out, y_out):
    is_new = fitted.plan_.is_synthetic
    assert np.isfinite(X_out[is_new]).all()
    n_found = 0
    for rows, recipe in _recipes(fitted.plan_):
        new, base = X_out[rows], given.X[recipe.base]
        n_found += len(rows)
        assert_array_equal(fitted.sample_indices_[rows], recipe.base)
        if isinstance(recipe, Interpolation):
            assert (recipe.base != recipe.partner).all()
            if getattr(fitted, "kind", None) != "borderline-2":
                assert_array_equal(given.y[recipe.partner], given.y[recipe.base])
            if len(recipe.nominal):
                donated = given.X[recipe.donor, recipe.nominal]
                assert new[:, recipe.nominal].tobytes() == donated.tobytes()
                assert (given.y[recipe.donor] == y_out[rows][:, np.newaxis]).all()
            ends = (np.delete(x, recipe.nominal, 1) for x in (new, base, given.X[recipe.partner]))
            _assert_on_the_line(*ends, recipe.step[:, np.newaxis])
        elif isinstance(recipe, Noise):
            _assert_scattered(new, base, recipe)
        else:
            assert isinstance(recipe, Rows)
            for label in np.unique(y_out[rows]):
                _assert_in_the_box(new[y_out[rows] == label], given.X[given.y == label])
    assert n_found == np.count_nonzero(is_new)


def _recipes(plan):
    """Yield the output rows of each recipe, and the recipe by ids of the first input."""
    plans = plan.plans if isinstance(plan, ChainedPlan) else (plan,)
    made, origin = [], np.arange(plan.n_rows)
    maker, place = np.full((2, plan.n_rows), -1)
    for step in plans:
        for recipe in step.synthesis:
            # Parents that are new themselves would have no ids.
            assert all((maker[ids] == -1).all() for ids in recipe.sources)
        fresh = range(len(made), len(made) + len(step.synthesis))
        made += [_by_origin(recipe, origin) for recipe in step.synthesis]
        sizes = [len(recipe.base) for recipe in step.synthesis]
        maker = np.concatenate([maker[step.keep], np.repeat(fresh, sizes).astype(int)])
        place = np.concatenate([place[step.keep], *map(np.arange, sizes)])
        origin = origin[step.sample_indices]
    for number, recipe in enumerate(made):
        rows = np.flatnonzero(maker == number)
        yield rows, _part(recipe, place[rows])


def _by_origin(recipe, origin):
    ids = {name: origin[rows] for name, rows in _fields(recipe, ROW_IDS)}
    return replace(recipe, **ids)


def _part(recipe, rows):
    return replace(recipe, **{name: values[rows] for name, values in _fields(recipe, PER_NEW_ROW)})


def _fields(recipe, names):
    return [(n, values) for n, values in vars(recipe).items() if n in names and values is not None]


def _wide(values):
    return np.asarray(values).astype(np.longdouble)


def _assert_on_the_line(new, base, partner, step):
    assert ((step >= -1) & (step <= 1)).all()
    # A negative step leads away from the partner.
    beyond = _wide(base) + step * (_wide(partner) - _wide(base))
    end = np.where(step < 0, beyond, _wide(partner))
    is_exact = (new.dtype.kind != "f") & (step >= 0)
    _assert_between(new, _wide(base), end, np.where(is_exact, 0, _spare(new, base, partner, end)))


def _assert_scattered(new, base, recipe):
    end = _wide(base) + _wide(recipe.draws) * _wide(recipe.scale)
    # The noise is rounded, then the sum.
    _assert_between(new, _wide(base), end, 2 * _spare(new, base, end))


def _spare(new, *values):
    """One rounding unit at the largest magnitude involved, in which differences are rounded."""
    size = np.max([np.abs(_wide(part)) for part in values], axis=0)
    if new.dtype.kind != "f":
        return np.floor(np.spacing(size.astype(np.float64)))
    # Of the half, because the largest number has no next one.
    half = np.minimum(size, np.finfo(new.dtype).max) / 2
    return 2 * _wide(np.spacing(half.astype(new.dtype)))


def _limits(dtype):
    if dtype.kind == "b":
        return 0, 1
    limits = np.finfo(dtype) if dtype.kind == "f" else np.iinfo(dtype)
    return limits.min, limits.max


def _assert_between(new, end, other_end, spare):
    low, high = np.minimum(end, other_end), np.maximum(end, other_end)
    if new.dtype.kind != "f":
        low, high = np.rint(low), np.rint(high)
    smallest, largest = _limits(new.dtype)
    # What lies beyond the dtype is clipped to it.
    low, high = np.minimum(low, largest), np.maximum(high, smallest)
    assert (low - spare <= _wide(new)).all()
    assert (_wide(new) <= high + spare).all()


def _assert_in_the_box(new, members):
    low, high = _wide(members.min(axis=0)), _wide(members.max(axis=0))
    spare = CENTRE_ROUNDING * np.maximum(np.abs(low), np.abs(high))
    if new.dtype.kind in "biu":
        spare = np.floor(spare)
    assert (low - spare <= _wide(new)).all()
    assert (_wide(new) <= high + spare).all()

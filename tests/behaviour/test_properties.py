"""What holds for any data: drawn at random in every dtype, up to its largest values."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from numpy.testing import assert_array_equal

from balancekit.core.recipes import Interpolation
from balancekit.over_sampling import SMOTE, RandomOverSampler
from balancekit.under_sampling import RandomUnderSampler

pytestmark = pytest.mark.thorough

DTYPES = ("?", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8")
LARGE = {"i8": (2**53, 2**63 - 1), "u8": (2**63, 2**64 - 1)}
SAMPLERS = {
    "RandomOverSampler": lambda k, seed: RandomOverSampler(random_state=seed),
    "shrinkage": lambda k, seed: RandomOverSampler(shrinkage=k / 2, random_state=seed),
    "SMOTE": lambda k, seed: SMOTE(k_neighbors=k, random_state=seed),
    "RandomUnderSampler": lambda k, seed: RandomUnderSampler(random_state=seed),
    "replacement": lambda k, seed: RandomUnderSampler(replacement=True, random_state=seed),
}


def _elements(dtype, draw):
    """Any finite value, or values so large that float64 cannot tell neighbours apart."""
    if dtype in LARGE and draw(st.booleans()):
        return st.integers(*LARGE[dtype])
    if np.dtype(dtype).kind == "f":
        largest = float(np.finfo(dtype).max)
        widest = draw(st.sampled_from((largest, 100.0)))
        return st.floats(-widest, widest, width=8 * np.dtype(dtype).itemsize)
    return npst.from_dtype(np.dtype(dtype))


@st.composite
def data(draw):
    """Draw a table of any dtype, labels of two to four classes, k and a seed."""
    sizes = draw(st.lists(st.integers(2, 9), min_size=2, max_size=4))
    codes = np.repeat(np.arange(len(sizes)), sizes)
    y = codes[draw(st.permutations(range(len(codes))))]
    dtype = draw(st.sampled_from(DTYPES))
    shape = (len(y), draw(st.integers(1, 4)))
    X = draw(npst.arrays(dtype, shape, elements=_elements(dtype, draw)))
    return X, y, draw(st.integers(1, min(sizes) - 1)), draw(st.integers(0, 2**32 - 1))


def _assert_between(new, base, partner):
    """Integers stay in the box of their parents, floats up to rounding."""
    low, high = np.minimum(base, partner), np.maximum(base, partner)
    if new.dtype.kind != "f":
        assert (low <= new).all()
        assert (new <= high).all()
        return
    wide = np.longdouble
    size = np.maximum(np.abs(low).astype(wide), np.abs(high).astype(wide))
    spare = 2 * np.finfo(new.dtype).eps * size + np.finfo(new.dtype).smallest_subnormal
    assert (low - spare <= new).all()
    assert (new <= high + spare).all()


@pytest.mark.parametrize("name", SAMPLERS)
@given(case=data())
def test_counts_are_exact_originals_copies_and_the_input_untouched(name, case):
    X, y, k, seed = case
    sampler = SAMPLERS[name](k, seed)
    before = X.tobytes(), y.tobytes()
    X_out, y_out = sampler.fit_resample(X, y)
    assert (X.tobytes(), y.tobytes()) == before
    size = np.bincount(y).min() if "Under" in type(sampler).__name__ else np.bincount(y).max()
    assert set(np.bincount(y_out)) == {size}
    kept = ~sampler.plan_.is_synthetic
    assert X_out.dtype == X.dtype
    assert X_out[kept].tobytes() == X[sampler.sample_indices_[kept]].tobytes()
    assert_array_equal(y_out, y[sampler.sample_indices_])


@pytest.mark.parametrize("name", SAMPLERS)
@given(case=data())
def test_finite_in_finite_out_and_the_same_again(name, case):
    X, y, k, seed = case
    sampler = SAMPLERS[name](k, seed)
    X_out, y_out = sampler.fit_resample(X, y)
    assert np.isfinite(X_out).all()
    X_again, y_again = sampler.fit_resample(X, y)
    assert X_again.tobytes() == X_out.tobytes()
    assert_array_equal(y_again, y_out)


@given(case=data())
def test_new_rows_of_smote_lie_in_the_box_of_their_parents(case):
    X, y, k, seed = case
    sampler = SMOTE(k_neighbors=k, random_state=seed)
    X_out, y_out = sampler.fit_resample(X, y)
    start = len(X)
    for recipe in sampler.plan_.synthesis:
        stop = start + len(recipe.base)
        assert isinstance(recipe, Interpolation)
        assert (recipe.base != recipe.partner).all()
        assert_array_equal(y[recipe.base], y[recipe.partner])
        assert_array_equal(y_out[start:stop], y[recipe.base])
        assert ((recipe.step >= 0) & (recipe.step < 1)).all()
        _assert_between(X_out[start:stop], X[recipe.base], X[recipe.partner])
        start = stop
    assert start == len(X_out)


@given(case=data())
def test_engines_agree_on_any_data(case):
    X, y, k, seed = case
    plans = []
    for engine in ("auto", "direct"):
        sampler = SMOTE(k_neighbors=k, random_state=seed, engine=engine)
        sampler.fit_resample(X, y)
        plans.append([recipe.partner.tolist() for recipe in sampler.plan_.synthesis])
    assert plans[0] == plans[1]


@given(case=data(), order=st.randoms(use_true_random=False))
def test_other_columns_first_give_the_same_columns_of_the_same_plan(case, order):
    X, y, _, seed = case
    columns = list(range(X.shape[1]))
    order.shuffle(columns)
    sampler = RandomOverSampler(random_state=seed)
    expected = sampler.fit_resample(X, y)[0][:, columns]
    assert_array_equal(sampler.fit_resample(X[:, columns], y)[0], expected)


@given(case=data())
def test_a_fortran_array_gives_the_same_bits(case):
    X, y, k, seed = case
    sampler = SMOTE(k_neighbors=k, random_state=seed)
    expected = sampler.fit_resample(X, y)[0]
    assert sampler.fit_resample(np.asfortranarray(X), y)[0].tobytes() == expected.tobytes()

"""What every sampler promises, one check a promise."""

from __future__ import annotations

import pickle
import warnings
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from importlib.util import find_spec
from inspect import signature
from typing import Any

import imblearn.combine
import imblearn.over_sampling
import imblearn.under_sampling
import numpy as np
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.base import clone

from balancekit.core.plan import Plan
from balancekit.core.recipes import Interpolation
from balancekit.core.shortfall import ShortfallWarning
from balancekit.testing.conversion import CONTAINERS, from_numpy, to_numpy
from balancekit.testing.data import make_blobs_of_sizes

FIVE_CLASSES = (50, 34, 21, 13, 9)


def incumbent_of(sampler: Any) -> type | None:
    """Return imbalanced-learn's class of the same name, or None."""
    name = type(sampler).__name__
    for module in (imblearn.over_sampling, imblearn.under_sampling, imblearn.combine):
        if hasattr(module, name):
            incumbent: type = getattr(module, name)
            return incumbent
    return None


def check_indices_are_valid(sampler: Any) -> None:
    """Check that `sample_indices_` and `plan_.is_synthetic` have one valid entry per output row."""
    X, y = make_blobs_of_sizes()
    fitted, X_out, _ = _resampled(sampler, X, y)
    assert len(fitted.sample_indices_) == len(fitted.plan_.is_synthetic) == len(X_out)
    assert fitted.sample_indices_.min() >= 0
    assert fitted.sample_indices_.max() < len(X)
    assert_array_equal(fitted.sample_indices_, fitted.plan_.sample_indices)


def check_counts_are_exact_or_warned_of(sampler: Any) -> None:
    """Check that every class gets the rows that were asked for, or a ShortfallWarning says so."""
    for sizes in ((60, 25), FIVE_CLASSES):
        X, y = make_blobs_of_sizes(sizes)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            fitted, _, y_out = _resampled(sampler, X, y)
        if fitted._sampling_type == "bypass":
            assert len(y_out) == fitted.plan_.n_output
            continue
        wanted = np.bincount(y)
        for label, count in fitted.sampling_strategy_.items():
            over = fitted._sampling_type == "over-sampling"
            wanted[label] = wanted[label] + count if over else count
        short = np.bincount(y_out, minlength=len(wanted)) < wanted
        if fitted._sampling_type == "clean-sampling":
            assert fitted._relabels or (np.bincount(y_out) <= np.bincount(y)).all()
            assert len(y_out) <= len(y)
        elif short.any():
            assert any(issubclass(w.category, ShortfallWarning) for w in caught)
        elif fitted._delivers_exactly:
            assert_array_equal(np.bincount(y_out), wanted)


def check_originals_are_bit_identical(sampler: Any) -> None:
    """Check that rows that are not synthetic equal their input rows bit for bit, in any dtype."""
    for dtype in (np.float64, np.float32, np.int64, np.uint8, bool):
        X, y = make_blobs_of_sizes(dtype=dtype)
        if X.dtype == np.int64:
            X = X + 2**60 + 1
        fitted, X_out, y_out = _resampled(sampler, X, y)
        kept = ~fitted.plan_.is_synthetic
        assert X_out.dtype == X.dtype
        assert X_out[kept].tobytes() == X[fitted.sample_indices_[kept]].tobytes()
        relabelled = y_out[kept] != y[fitted.sample_indices_[kept]]
        assert not relabelled.any() or fitted._relabels


def check_parents_are_of_the_class(sampler: Any) -> None:
    """Check that a new row's base has its class and differs from its partner."""
    X, y = make_blobs_of_sizes(FIVE_CLASSES)
    fitted, _, y_out = _resampled(sampler, X, y)
    new = fitted.plan_.is_synthetic
    assert_array_equal(y[fitted.sample_indices_[new]], y_out[new])
    for recipe in fitted.plan_.synthesis:
        if isinstance(recipe, Interpolation):
            assert (recipe.base != recipe.partner).all()


def check_seed_repeats(sampler: Any) -> None:
    """Check that a seed gives the same rows again: an int, a RandomState or a Generator."""
    X, y = make_blobs_of_sizes(FIVE_CLASSES)
    seeds = (lambda: 7, lambda: np.random.RandomState(7), lambda: np.random.default_rng(7))
    outputs = []
    for seed in seeds:
        first = _resampled(sampler, X, y, random_state=seed())[1]
        second = _resampled(sampler, X, y, random_state=seed())[1]
        assert_array_equal(first, second)
        outputs.append(first)
    if not sampler._seeds_a_dependency:
        assert_array_equal(outputs[0], outputs[1])


def check_clone_and_set_params(sampler: Any) -> None:
    """Check that a clone, and an instance with the same parameters set, give the same rows."""
    X, y = make_blobs_of_sizes()
    fitted, X_out, _ = _resampled(sampler, X, y)
    other = type(sampler)(**sampler.get_params(deep=False)).set_params(
        **fitted.get_params(deep=False)
    )
    assert_array_equal(clone(fitted).fit_resample(X, y)[0], X_out)
    assert_array_equal(other.fit_resample(X, y)[0], X_out)


def check_pickle(sampler: Any) -> None:
    """Check that a fitted sampler survives pickling, its plan included."""
    X, y = make_blobs_of_sizes()
    fitted, X_out, _ = _resampled(sampler, X, y)
    revived = pickle.loads(pickle.dumps(fitted))
    assert_array_equal(revived.fit_resample(X, y)[0], X_out)
    assert_array_equal(revived.plan_.carry(X[:, 0]), fitted.plan_.carry(X[:, 0]))


def check_labels_of_any_kind(sampler: Any) -> None:
    """Check strings, objects, bool, other numbers, columns and indicators as labels."""
    for sizes in ((60, 25), FIVE_CLASSES):
        X, y = make_blobs_of_sizes(sizes)
        _, X_out, y_out = _resampled(sampler, X, y)
        names = np.array(["a", "b", "c", "d", "e"])
        kinds = [names[y], names[y].astype(object), y + 10, y.astype(np.uint8), y.astype(float)]
        kinds += [y == 1] if len(sizes) == 2 else []
        for labels in kinds:
            _, X_same, y_same = _resampled(sampler, X, labels)
            assert_array_equal(X_same, X_out)
            assert y_same.dtype == labels.dtype
            assert_array_equal(np.searchsorted(np.unique(labels), y_same), y_out)
        for labels in (y[:, np.newaxis], np.eye(len(sizes), dtype=int)[y]):
            _, X_same, y_same = _resampled(sampler, X, labels)
            assert_array_equal(X_same, X_out)
            assert_array_equal(y_same if y_same.ndim == 1 else y_same.argmax(axis=1), y_out)


def check_small_class_is_served_or_named(sampler: Any) -> None:
    """Check that a class of one to four rows is resampled, or that the error names it."""
    for size in (1, 2, 3, 4):
        X, y = make_blobs_of_sizes((40, size))
        labels = np.array(["big", "tiny"])[y]
        message = ""
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", ShortfallWarning)
            try:
                _, _, y_out = _resampled(sampler, X, labels)
            except ValueError as error:
                message = str(error)
        if caught and not message and "tiny" not in y_out:
            message = str(caught[0].message)
        if message:
            assert "'tiny'" in message, message
            assert f"{size} row" in message, message
        else:
            assert (y_out == "tiny").any()


def check_input_is_untouched(sampler: Any) -> None:
    """Check that X and y are not written to, and may be read-only."""
    X, y = make_blobs_of_sizes()
    before = X.tobytes(), y.tobytes()
    _, X_out, y_out = _resampled(sampler, X, y)
    assert (X.tobytes(), y.tobytes()) == before
    assert not np.shares_memory(X, X_out)
    assert not np.shares_memory(y, y_out)
    X.flags.writeable = y.flags.writeable = False
    assert_array_equal(_resampled(sampler, X, y)[1], X_out)


def check_threads_share_an_instance(sampler: Any) -> None:
    """Check that eight threads may call `fit_resample` of one instance at once."""
    X, y = make_blobs_of_sizes()
    shared, X_out, _ = _resampled(sampler, X, y)
    with ThreadPoolExecutor(8) as pool:
        for X_same, _ in pool.map(lambda _: shared.fit_resample(X, y), range(16)):
            assert_array_equal(X_same, X_out)


def check_plan_carries_and_can_be_dropped(sampler: Any) -> None:
    """Check that `plan_.carry` follows the rows, and that `keep_plan=False` leaves no plan."""
    X, y = make_blobs_of_sizes()
    fitted, _, y_out = _resampled(sampler, X, y)
    if not fitted._relabels:
        assert_array_equal(fitted.plan_.carry(y), y_out)
    for name, conversion in CONTAINERS.items():
        if find_spec(conversion.library):
            carried = fitted.plan_.carry(from_numpy(X, name))
            assert_array_equal(to_numpy(carried), X[fitted.sample_indices_])
    light, _, _ = _resampled(clone(sampler).set_params(keep_plan=False), X, y)
    assert not hasattr(light, "plan_")
    assert_array_equal(light.sample_indices_, fitted.sample_indices_)


def check_same_rows_in(sampler: Any, container: str) -> None:
    """Check that a container goes in and comes out, with NumPy's rows bit for bit."""
    for dtype in ("float64", "float32", "int16", "bool"):
        X, y = make_blobs_of_sizes(FIVE_CLASSES, dtype=dtype)
        expected, X_out, y_out = _expected(_Same(sampler), dtype, 0)
        X_in, y_in = from_numpy(X, container), from_numpy(y, container)
        fitted, X_same, y_same = _resampled(sampler, X_in, y_in)
        assert type(X_same) is type(X_in)
        assert type(y_same) is type(y_in)
        if sparse.issparse(X_in) and not sampler._same_rows_when_sparse:
            assert_array_equal(np.bincount(to_numpy(y_same)), np.bincount(y_out))
            assert X_same.dtype == X_in.dtype
            continue
        _assert_same_plan(fitted.plan_, expected.plan_)
        if container == "list" and dtype == "float32":
            # A list of Python floats is float64: the same plan, more digits.
            np.testing.assert_allclose(to_numpy(X_same), X_out, rtol=1e-5, atol=1e-5)
        else:
            assert_array_equal(to_numpy(X_same), X_out)
        assert_array_equal(to_numpy(y_same), y_out)
        assert getattr(X_same, "dtypes", None) is None or _dtypes(X_same) == _dtypes(X_in)


def check_same_plan_with(sampler: Any, engine: str) -> None:
    """Check that a neighbour engine agrees with the others, ties included."""
    X, y = make_blobs_of_sizes(FIVE_CLASSES)
    for change, data in enumerate(_changed(X)):
        expected, _, _ = _expected(_Same(sampler), "float64", change)
        fitted, _, _ = _resampled(clone(sampler).set_params(engine=engine), data, y)
        _assert_same_plan(fitted.plan_, expected.plan_)


def check_incumbent_rows(sampler: Any, sizes: tuple[int, ...], n_columns: int) -> None:
    """Check that imbalanced-learn's sampler gives the same rows for the same RandomState."""
    X, y = make_blobs_of_sizes(sizes, n_columns)
    incumbent_type = incumbent_of(sampler)
    assert incumbent_type is not None
    known = signature(incumbent_type).parameters
    ours = sampler.get_params(deep=False).items()
    theirs = incumbent_type(**{name: value for name, value in ours if name in known})
    if "random_state" in theirs.get_params():
        theirs.set_params(random_state=np.random.RandomState(3))
    X_theirs, y_theirs = theirs.fit_resample(X, y)
    _, X_ours, y_ours = _resampled(sampler, X, y, random_state=np.random.RandomState(3))
    if not sampler._incumbent_order:
        X_theirs, y_theirs, X_ours, y_ours = (
            values[np.argsort(labels, kind="stable")]
            for labels, pair in ((y_theirs, (X_theirs, y_theirs)), (y_ours, (X_ours, y_ours)))
            for values in pair
        )
    assert_array_equal(y_ours, y_theirs)
    assert_allclose(X_ours, X_theirs, rtol=0, atol=sampler._incumbent_rounding * np.abs(X).max())


PROMISES = (
    check_indices_are_valid,
    check_counts_are_exact_or_warned_of,
    check_originals_are_bit_identical,
    check_parents_are_of_the_class,
    check_seed_repeats,
    check_clone_and_set_params,
    check_pickle,
    check_labels_of_any_kind,
    check_small_class_is_served_or_named,
    check_input_is_untouched,
    check_threads_share_an_instance,
    check_plan_carries_and_can_be_dropped,
)


class _Same:
    """A sampler that is known by its parameters, so that its results can be kept."""

    def __init__(self, sampler: Any) -> None:
        self.sampler = sampler
        self._key = f"{type(sampler)} {sorted(sampler.get_params().items(), key=str)}"

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self._key == other._key


@lru_cache(maxsize=16)
def _expected(same: _Same, dtype: str, change: int) -> tuple[Any, Any, Any]:
    """Resample arrays, once for all containers and engines that are compared with them."""
    X, y = make_blobs_of_sizes(FIVE_CLASSES, dtype=dtype)
    return _resampled(same.sampler, _changed(X)[change], y)


def _changed(X: Any) -> tuple[Any, Any, Any]:
    """Return data without ties, with ties, and all the same."""
    return X, np.rint(X) if X.dtype.kind == "f" else X, np.zeros_like(X)


def _resampled(sampler: Any, X: Any, y: Any, random_state: Any = 0) -> tuple[Any, Any, Any]:
    fitted = clone(sampler)
    if "random_state" in fitted.get_params():
        fitted.set_params(random_state=random_state)
    return (fitted, *fitted.fit_resample(X, y))


def _assert_same_plan(plan: Plan, expected: Plan) -> None:
    assert_array_equal(plan.sample_indices, expected.sample_indices)
    assert_array_equal(plan.codes, expected.codes)
    assert len(plan.synthesis) == len(expected.synthesis)
    for recipe, other in zip(plan.synthesis, expected.synthesis, strict=True):
        assert type(recipe) is type(other)
        for name, values in vars(other).items():
            assert_array_equal(getattr(recipe, name), values)


def _dtypes(frame: Any) -> list[Any]:
    return list(frame.dtypes)

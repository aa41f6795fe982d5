"""Batch samplers as estimators, by name, and what they say of wrong arguments."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone

from balancekit.deep import batches as face
from balancekit.deep.batches import (
    AugmentedBatches,
    BatchSampler,
    ClassAwareBatches,
    FunctionBatches,
    NaturalBatches,
    OverSampledBatches,
    PlannedBatches,
    UnderSampledBatches,
    WeightedBatches,
    epoch_generator,
    resolve_batches,
)
from balancekit.deep.batches._resolve import BATCHES
from balancekit.under_sampling import RandomUnderSampler

CODES = np.array([0, 0, 0, 1, 0, 1])


def every_other(codes, epoch, rng):
    return np.arange(epoch % 2, len(codes), 2)


ALL = [
    NaturalBatches(shuffle=False),
    ClassAwareBatches(n_draws=4),
    WeightedBatches({"a": 2}, replacement=False, n_draws=3),
    OverSampledBatches({"b": 3}),
    UnderSampledBatches({"a": 2}),
    PlannedBatches(RandomUnderSampler(sampling_strategy={"a": 2}), refresh=0),
    AugmentedBatches("over_sampled", np.fliplr),
    FunctionBatches(every_other),
]


def epoch_of(batches, codes=CODES, epoch=0):
    return batches(codes, epoch, epoch_generator(0, epoch))


@pytest.mark.parametrize("batches", ALL, ids=lambda made: type(made).__name__)
def test_clones_and_pickles_draw_the_same(batches):
    before = repr(batches.get_params())
    rows = epoch_of(clone(batches).bind(["a", "b"]))
    assert repr(batches.get_params()) == before
    twin = pickle.loads(pickle.dumps(clone(batches).bind(["a", "b"])))
    assert np.array_equal(epoch_of(twin), rows)
    assert not [name for name in vars(clone(twin)) if name.endswith("_")]


@pytest.mark.parametrize("batches", ALL, ids=lambda made: type(made).__name__)
def test_bind_writes_fitted_attributes_only(batches):
    bound = clone(batches)
    bound.bind(["a", "b"], seed=5)
    epoch_of(bound)
    new = set(vars(bound)) - set(bound.get_params(deep=False))
    assert all(name.endswith("_") for name in new)
    assert (bound.classes_.tolist(), bound.seed_) == (["a", "b"], 5)


def test_parameters_of_what_is_inside_can_be_set():
    batches = AugmentedBatches(OverSampledBatches(), np.fliplr).bind(["a", "b"])
    assert len(epoch_of(batches)) == 8
    batches.set_params(batches__sampling_strategy={1: 3})
    assert len(epoch_of(batches)) == 7
    planned = PlannedBatches(RandomUnderSampler())
    planned.set_params(sampler__sampling_strategy=1.0, refresh=4)
    assert (planned.sampler.sampling_strategy, planned.refresh) == (1.0, 4)


def test_what_is_inside_is_not_bound_itself():
    inside = OverSampledBatches()
    AugmentedBatches(inside, np.fliplr).bind(["a", "b"])
    assert not hasattr(inside, "classes_")


@pytest.mark.parametrize("name", BATCHES)
def test_every_name_makes_a_new_batch_sampler(name):
    batches = resolve_batches(name)
    assert type(batches) is BATCHES[name]
    assert resolve_batches(name) is not batches
    assert resolve_batches(batches) is batches


def test_samplers_and_functions_become_batch_samplers():
    sampler = RandomUnderSampler()
    assert resolve_batches(sampler).sampler is sampler
    assert resolve_batches(every_other).function is every_other


def test_strangers_are_answered_with_what_is_possible():
    with pytest.raises(ValueError, match=r"batches='class_awar' is unknown\. Did you mean 'class_"):
        resolve_batches("class_awar")
    with pytest.raises(TypeError, match=r"batches is ClassAwareBatches\. Pass a name, an object"):
        resolve_batches(ClassAwareBatches)
    with pytest.raises(TypeError, match=r"batches is of type NoneType\. Pass a name"):
        resolve_batches(None)


def test_public_names_are_found_and_strangers_are_named():
    assert dir(face) == sorted(face.__all__)
    with pytest.raises(AttributeError, match=r"batches' has no attribute 'ClassAwareBatch'"):
        _ = face.ClassAwareBatch


def test_a_class_of_ones_own_writes_two_methods():
    class Backwards(BatchSampler):
        def _draw(self, codes, counts, epoch, rng):
            assert counts.tolist() == [4, 2]
            return list(range(len(codes)))[::-1]

        def _expect(self, counts):
            return counts

    assert epoch_of(Backwards()).tolist() == [5, 4, 3, 2, 1, 0]
    assert Backwards().draws_per_class([4, 2]).tolist() == [4, 2]
    with pytest.raises(TypeError, match="abstract"):
        BatchSampler()


def test_functions_get_the_epoch_and_its_generator():
    batches = FunctionBatches(every_other)
    assert epoch_of(batches, epoch=1).tolist() == [1, 3, 5]
    assert batches.draws_per_class([3, 1]).tolist() == [2, 0]
    drawn = epoch_of(FunctionBatches(lambda codes, epoch, rng: rng.integers(6, size=3)), epoch=2)
    assert drawn.tolist() == epoch_generator(0, 2).integers(6, size=3).tolist()
    assert drawn.dtype == np.intp


def write(codes, epoch, rng):
    codes[0] = 1


@pytest.mark.parametrize(
    ("function", "error", "says"),
    [
        (lambda codes, epoch, rng: [], ValueError, r"The function <lambda> drew no rows for"),
        (lambda codes, epoch, rng: codes == 1, TypeError, r"dtype bool .* use np\.flatnonzero"),
        (lambda codes, epoch, rng: [0.0], TypeError, r"dtype float64"),
        (lambda codes, epoch, rng: [[0]], ValueError, r"an array of shape \(1, 1\)"),
        (lambda codes, epoch, rng: None, ValueError, r"an array of shape \(\)"),
        (lambda codes, epoch, rng: [0, 6], ValueError, r"drew rows 0 to 6 .* from 0 to 5"),
        (lambda codes, epoch, rng: [-1], ValueError, r"drew rows -1 to -1 .* from 0 to 5"),
        (write, ValueError, "read-only"),
    ],
)
def test_functions_that_draw_nonsense_are_named(function, error, says):
    with pytest.raises(error, match=says):
        epoch_of(FunctionBatches(function))
    assert CODES.tolist() == [0, 0, 0, 1, 0, 1]


@pytest.mark.parametrize(
    ("codes", "error", "says"),
    [
        ([0.0, 1.0], TypeError, r"codes has shape \(2,\) and dtype float64\. Pass one class code"),
        (["a", "b"], TypeError, "dtype <U1"),
        ([True, False], TypeError, "dtype bool"),
        ([[0, 1]], ValueError, r"codes has shape \(1, 2\)"),
        (np.empty(0, dtype=int), ValueError, "codes has no rows"),
        ([0, -1], ValueError, r"codes runs from -1 to 0, and .* takes 0 to 1"),
        ([0, 2], ValueError, r"codes runs from 0 to 2, .* takes 0 to 1, as it is bound to 2 cl"),
    ],
)
def test_codes_that_make_no_sense_are_named(codes, error, says):
    with pytest.raises(error, match=says):
        epoch_of(NaturalBatches().bind(["a", "b"]), codes)


def test_labels_are_not_taken_for_codes():
    assert len(epoch_of(ClassAwareBatches(), [7, 3, 7])) == 3
    with pytest.raises(ValueError, match=r"runs from 5 to 1000000, .* labels are no codes"):
        epoch_of(ClassAwareBatches(), [5, 1_000_000])


@pytest.mark.parametrize(
    ("epoch", "rng", "error", "says"),
    [
        (-1, epoch_generator(0, 0), ValueError, "epoch=-1 is negative"),
        (1.0, epoch_generator(0, 0), TypeError, "epoch=1.0 is no integer"),
        (True, epoch_generator(0, 0), TypeError, "epoch=True is no integer"),
        (0, 0, TypeError, r"rng is of type int\. Pass a numpy\.random\.Generator"),
        (0, np.random.RandomState(0), TypeError, "rng is of type RandomState"),
    ],
)
def test_epochs_and_generators_that_make_no_sense_are_named(epoch, rng, error, says):
    with pytest.raises(error, match=says):
        NaturalBatches()(CODES, epoch, rng)


@pytest.mark.parametrize(
    "counts", [[1.5, 2], [-1, 2], [[1, 2]], [], ["a"], {0: 1}, [np.nan, 1], 3, [True, False]]
)
def test_counts_that_make_no_sense_are_named(counts):
    with pytest.raises(ValueError, match=r"counts=.* cannot be used\. Pass the number of rows"):
        NaturalBatches().draws_per_class(counts)


def test_counts_have_to_go_with_the_classes():
    with pytest.raises(ValueError, match="counts is zero for every class"):
        NaturalBatches().draws_per_class([0, 0])
    with pytest.raises(ValueError, match="counts has 3 entries, and NaturalBatches is bound to 2"):
        NaturalBatches().bind(["a", "b"]).draws_per_class([1, 1, 1])


@pytest.mark.parametrize(
    ("classes", "seed", "error", "says"),
    [
        ([], 0, ValueError, r"classes has shape \(0,\)\. Pass the label of each class code"),
        ([["a", "b"]], 0, ValueError, r"classes has shape \(1, 2\)"),
        (["a", "b"], -1, ValueError, "seed=-1 is negative"),
        (["a", "b"], None, TypeError, "seed=None is no integer"),
    ],
)
def test_what_cannot_be_bound_is_named(classes, seed, error, says):
    batches = ClassAwareBatches()
    with pytest.raises(error, match=says):
        batches.bind(classes, seed=seed)
    assert not hasattr(batches, "classes_")


@pytest.mark.parametrize(
    ("batches", "says"),
    [
        (NaturalBatches(shuffle=2), "'shuffle' parameter of NaturalBatches must be"),
        (ClassAwareBatches(n_draws=0), "'n_draws' parameter of ClassAwareBatches must be an int"),
        (WeightedBatches("balance"), "'class_weight' parameter of WeightedBatches must be"),
        (WeightedBatches({"c": 1}), r"class_weight names class 'c', which is none of 'a', 'b'\."),
        (WeightedBatches({"a": -1}), r"class_weight is -1 for class 'a'\. Pass a finite number"),
        (WeightedBatches({"a": "1"}), "class_weight is '1' for class 'a'"),
        (WeightedBatches({"a": float("nan")}), "class_weight is nan for class 'a'"),
        (WeightedBatches({"a": 0, "b": 0}), "class_weight is 0 for every class that has rows"),
        (WeightedBatches(replacement=False), r"n_draws=None takes .* Pass n_draws below 6, or"),
        (WeightedBatches({"a": 0}, False, 3), r"n_draws=3 is more than the 2 rows with a weight"),
        (OverSampledBatches(1.5), "'sampling_strategy' parameter of OverSampledBatches must be"),
        (OverSampledBatches("majority"), "'sampling_strategy' parameter of OverSampledBatches"),
        (OverSampledBatches({"c": 9}), "names class 'c', which is not present in y"),
        (OverSampledBatches({"b": 1}), "asks for 1 rows of class 'b', which has 2"),
        (UnderSampledBatches({"a": 9}), "asks for 9 rows of class 'a', which has 4"),
        (UnderSampledBatches("minority"), "'sampling_strategy' parameter of UnderSampledBatches"),
        (PlannedBatches(RandomUnderSampler(), -1), "'refresh' parameter of PlannedBatches must"),
        (AugmentedBatches("natural", None), "'transform' parameter of AugmentedBatches must be"),
        (AugmentedBatches("nature", np.fliplr), "batches='nature' is unknown.* 'natural'"),
        (FunctionBatches("f"), "'function' parameter of FunctionBatches must be a callable"),
    ],
    ids=lambda made: type(made).__name__,
)
def test_parameters_that_make_no_sense_are_named(batches, says):
    with pytest.raises(ValueError, match=says):
        epoch_of(clone(batches).bind(["a", "b"]))


def test_an_epoch_without_rows_is_refused():
    with pytest.raises(ValueError, match="UnderSampledBatches drew no rows for an epoch"):
        epoch_of(UnderSampledBatches({0: 0, 1: 0}))


@pytest.mark.parametrize("batches", [OverSampledBatches(), UnderSampledBatches()])
def test_rows_of_one_class_cannot_be_balanced(batches):
    with pytest.raises(ValueError, match=r"more than 1 class.* all 3 rows are 'b'"):
        epoch_of(clone(batches).bind(["a", "b"]), [1, 1, 1])

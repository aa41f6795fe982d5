"""Row-aligned arrays of any kind follow the rows."""

import threading

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy import sparse

from balancekit.over_sampling import RandomOverSampler
from balancekit.testing import make_blobs_of_sizes

X, Y = make_blobs_of_sizes((14, 6), 3)


@pytest.fixture
def plan(sampler):
    sampler.fit_resample(X, Y)
    return sampler.plan_


KINDS = {
    "weights": np.linspace(0, 1, 20),
    "groups": [f"person {i // 3}" for i in range(20)],
    "images": np.random.RandomState(0).rand(20, 4, 4, 3).astype(np.float32),
    "texts of unequal length": [["word"] * i for i in range(20)],
    "arrays of unequal length": [np.arange(i) for i in range(20)],
    "dicts": [{"row": i} for i in range(20)],
    "dates": np.datetime64("2020-01-01") + np.arange(20),
    "records": np.array([(i, i / 2) for i in range(20)], dtype=[("a", int), ("b", float)]),
    "masks": np.eye(20, dtype=bool),
    "objects": np.array([object() for _ in range(20)]),
}


@pytest.mark.parametrize("kind", KINDS)
def test_an_entry_follows_the_row_or_the_base_of_the_new_row(plan, kind):
    carried = plan.carry(KINDS[kind])
    assert type(carried) is type(KINDS[kind])
    assert len(carried) == plan.n_output
    for entry, row in zip(carried, plan.sample_indices, strict=True):
        assert_array_equal(entry, KINDS[kind][row])


@pytest.mark.parametrize("make", [sparse.csr_array, sparse.csc_matrix, sparse.coo_array])
def test_sparse_matrices_follow(plan, make):
    values = make(np.diag(np.arange(20.0)))
    carried = plan.carry(values)
    assert type(carried) is type(values)
    assert_array_equal(carried.toarray(), np.diag(np.arange(20.0))[plan.sample_indices])


def test_pandas_objects_follow_with_fresh_labels(plan):
    pd = pytest.importorskip("pandas")
    weights = pd.Series(np.arange(20.0), index=[f"row {i}" for i in range(20)], name="weight")
    carried = plan.carry(weights)
    assert carried.name == "weight"
    assert carried.tolist() == plan.sample_indices.tolist()
    assert carried.index.is_unique
    first = plan.is_first_copy
    assert carried.index[first].tolist() == [f"row {i}" for i in plan.sample_indices[first]]
    frame = plan.carry(weights.to_frame())
    assert frame.index.equals(carried.index)
    categories = plan.carry(pd.Categorical(["a", "b"] * 10))
    assert list(categories) == [["a", "b"][i % 2] for i in plan.sample_indices]


@pytest.mark.parametrize("library", ["polars", "pyarrow"])
def test_frames_and_series_of_other_libraries_follow(plan, library):
    module = pytest.importorskip(library)
    series = module.Series("a", range(20)) if library == "polars" else module.array(range(20))
    carried = plan.carry(series)
    assert type(carried) is type(series)
    assert (carried.to_list() if library == "polars" else carried.to_pylist()) == (
        plan.sample_indices.tolist()
    )
    frame = (module.DataFrame if library == "polars" else module.table)({"a": list(range(20))})
    assert len(plan.carry(frame)["a"]) == plan.n_output


@pytest.mark.torch
@pytest.mark.parametrize("dtype", ["float32", "uint8", "uint16", "bool", "complex64", "bfloat16"])
def test_tensors_of_any_shape_follow(plan, dtype):
    torch = pytest.importorskip("torch")
    values = (torch.arange(20)[:, None, None] * torch.ones(1, 3, 2)).to(getattr(torch, dtype))
    carried = plan.carry(values)
    assert carried.dtype == values.dtype
    assert carried.shape == (plan.n_output, 3, 2)
    assert carried.tolist() == [values[i].tolist() for i in plan.sample_indices]


@pytest.mark.parametrize("make", [threading.Lock, lambda: iter(())], ids=["locks", "iterators"])
def test_entries_that_cannot_be_copied_follow_as_themselves(plan, make):
    entries = [make() for _ in range(20)]
    carried = plan.carry(entries)
    assert all(a is entries[i] for a, i in zip(carried, plan.sample_indices, strict=True))


def test_a_tuple_follows_as_a_sequence(plan):
    carried = plan.carry(tuple(range(20)))
    assert list(carried) == plan.sample_indices.tolist()


@pytest.mark.parametrize("wrong", [[1, 2, 3], np.arange(21), sparse.eye_array(19).tocsr()])
def test_a_wrong_length_is_told_with_both_numbers(plan, wrong):
    length = wrong.shape[0] if hasattr(wrong, "shape") else len(wrong)
    with pytest.raises(ValueError, match=rf"{length} entries.*20 input rows"):
        plan.carry(wrong)


@pytest.mark.parametrize(
    "wrong",
    [None, 3.5, {"a": 1}, (i for i in range(20))],
    ids=["None", "number", "dict", "generator"],
)
def test_what_has_no_entries_is_refused_with_words(wrong):
    sampler = RandomOverSampler(random_state=0)
    sampler.fit_resample(X, Y)
    with pytest.raises((TypeError, ValueError), match="one entry per input row"):
        sampler.plan_.carry(wrong)

"""pyarrow tables: dictionaries, chunks, schemas and metadata."""

import datetime as dt
from decimal import Decimal

import narwhals as nw
import numpy as np
import pytest

pa = pytest.importorskip("pyarrow")

Y = np.repeat([0, 1], (14, 6))
FLOATS = np.random.RandomState(0).randn(20)


def _two_dictionaries():
    first, second = pa.array(["x", "y"] * 5), pa.array(["z", None, "x", "z", "y"] * 2)
    return pa.chunked_array([first.dictionary_encode(), second.dictionary_encode()])


ANY_KIND = {
    "string": lambda: pa.array(["a", None] * 10),
    "large string": lambda: pa.array(["a", "b"] * 10, pa.large_string()),
    "dictionary": lambda: pa.array(["a", None] * 10).dictionary_encode(),
    "dictionary of int": lambda: pa.array([7, 5] * 10).dictionary_encode(),
    "two dictionaries": _two_dictionaries,
    "binary": lambda: pa.array([b"a", b""] * 10),
    "fixed binary": lambda: pa.array([b"ab", b"cd"] * 10, pa.binary(2)),
    "list": lambda: pa.array([[1], [2, None], [], None] * 5),
    "struct": lambda: pa.array([{"a": 1, "b": "x"}, None] * 10),
    "map": lambda: pa.array([[("a", 1)], []] * 10, pa.map_(pa.string(), pa.int64())),
    "null": lambda: pa.nulls(20),
    "decimal": lambda: pa.array([Decimal("1.50"), None] * 10),
    "timestamp": lambda: pa.array([dt.datetime(2020, 1, 1)] * 20, pa.timestamp("ns", "UTC")),
    "date": lambda: pa.array([1, 2] * 10, pa.date32()),
    "time": lambda: pa.array([1, 2] * 10, pa.time64("us")),
    "duration": lambda: pa.array([1, None] * 10, pa.duration("s")),
    "missing int": lambda: pa.array([None, 1] * 10, pa.int8()),
    "missing float": lambda: pa.array([None, 1.5] * 10),
    "missing bool": lambda: pa.array([None, True] * 10),
    "NaN": lambda: pa.array([float("nan"), 1.5] * 10),
}
NUMERIC = {
    "bool": lambda: pa.array(FLOATS > 0),
    "uint8": lambda: pa.array(np.arange(20) * 12, pa.uint8()),
    "int64": lambda: pa.array([2**53 + 1 + i for i in range(20)]),
    "uint64": lambda: pa.array([2**64 - 1 - i for i in range(20)], pa.uint64()),
    "float": lambda: pa.array(FLOATS.astype(np.float32)),
    "chunks": lambda: pa.chunked_array([FLOATS[:7], FLOATS[:0], FLOATS[7:]]),
}
if hasattr(nw, "Float16"):
    NUMERIC["half"] = lambda: pa.array(FLOATS.astype(np.float16))


def _table(column):
    return pa.table({"x": column, "": FLOATS, "row": range(20)})


def _shown(table):
    """Rows as text, in which NaN equals NaN."""
    return [str(row) for row in table.to_pylist()]


@pytest.mark.parametrize("kind", ANY_KIND | NUMERIC)
def test_choosing_copies_columns_of_any_type(chooser, kind):
    X = _table((ANY_KIND | NUMERIC)[kind]())
    X_out, _ = chooser.fit_resample(X, Y)
    assert type(X_out) is pa.Table
    assert X_out.schema == X.schema
    X_out.validate(full=True)
    rows = _shown(X)
    assert _shown(X_out) == [rows[i] for i in chooser.sample_indices_]


@pytest.mark.parametrize("kind", NUMERIC)
def test_numeric_types_are_kept_and_originals_equal(computer, kind):
    X = _table(NUMERIC[kind]())
    X_out, _ = computer.fit_resample(X, Y)
    assert X_out.schema == X.schema
    X_out.validate(full=True)
    assert X_out.slice(0, 20).equals(X)
    assert all(column.null_count == 0 for column in X_out.columns)


@pytest.mark.parametrize("kind", ANY_KIND)
def test_what_is_no_finite_number_is_refused_with_the_name_of_its_column(computer, kind):
    with pytest.raises(ValueError, match="'x'") as caught:
        computer.fit_resample(_table(ANY_KIND[kind]()), Y)
    assert "'row'" not in str(caught.value)


def test_the_schema_is_kept_with_metadata_and_columns_that_may_not_be_null(sampler):
    schema = pa.schema(
        [
            pa.field("a", pa.float64(), nullable=False, metadata={"unit": "m"}),
            pa.field("b", pa.int8()),
        ],
        metadata={"source": "a sensor"},
    )
    X = pa.table({"a": FLOATS, "b": np.arange(20).astype(np.int8)}, schema=schema)
    X_out, _ = sampler.fit_resample(X, Y)
    assert X_out.schema.equals(schema, check_metadata=True)


def test_a_table_that_came_from_pandas_is_resampled(sampler):
    pd = pytest.importorskip("pandas")
    X = pa.Table.from_pandas(pd.DataFrame({"a": FLOATS, "b": FLOATS > 0}))
    X_out, _ = sampler.fit_resample(X, Y)
    assert X_out.schema == X.schema


@pytest.mark.parametrize(
    "make",
    [
        lambda: pa.RecordBatch.from_pydict({"a": FLOATS}),
        lambda: pa.chunked_array([FLOATS]),
        lambda: pa.array(FLOATS),
    ],
    ids=["record batch", "chunked array", "array"],
)
def test_what_is_no_table_is_refused_by_its_name(sampler, make):
    with pytest.raises((TypeError, ValueError), match=r"RecordBatch|Array|two-dimensional|2D"):
        sampler.fit_resample(make(), Y)


def test_two_columns_of_one_name_are_kept_or_refused_by_that_name(sampler):
    X = pa.table([pa.array(FLOATS), pa.array(FLOATS[::-1].copy())], names=["twice", "twice"])
    with pytest.raises(ValueError, match=r"'twice'.*2 times"):
        sampler.fit_resample(X, Y)


@pytest.mark.parametrize(
    "make",
    [
        lambda: pa.array(Y),
        lambda: pa.array(np.array(["no", "yes"])[Y].tolist()),
        lambda: pa.array(np.array(["no", "yes"])[Y].tolist()).dictionary_encode(),
        lambda: pa.array(Y == 1),
        lambda: pa.array(Y.tolist(), pa.float32()),
    ],
    ids=["int", "string", "dictionary", "bool", "float"],
)
def test_labels_may_be_an_array_or_chunks(sampler, make):
    X, whole = pa.table({"a": FLOATS}), make()
    _, expected = sampler.fit_resample(X, Y)
    for y in (whole, pa.chunked_array([whole.slice(0, 3), whole.slice(3, 9), whole.slice(12)])):
        _, y_out = sampler.fit_resample(X, y)
        assert type(y_out) is type(y)
        assert y_out.type == y.type
        assert [value == whole.to_pylist()[-1] for value in y_out.to_pylist()] == [
            bool(code) for code in expected
        ]


def test_chunks_with_dictionaries_of_their_own_are_the_same_labels(sampler):
    y = pa.chunked_array(
        [
            pa.array(["b"] * 10).dictionary_encode(),
            pa.array(["a"] * 6 + ["b"] * 4).dictionary_encode(),
        ]
    )
    X_out, y_out = sampler.fit_resample(pa.table({"a": FLOATS}), y)
    plain = np.array(y.to_pylist())
    expected = sampler.fit_resample(pa.table({"a": FLOATS}), plain)
    assert X_out.equals(expected[0])
    assert y_out.to_pylist() == expected[1].tolist()

"""Nominal columns: SMOTENC and SMOTEN, against imbalanced-learn and against their definitions."""

import imblearn.over_sampling as incumbent
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from numpy.testing import assert_array_equal
from scipy import sparse
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors
from sklearn.preprocessing import OneHotEncoder

from balancekit.combine import SMOTEENN, SamplerChain
from balancekit.core.neighbors import mixed
from balancekit.over_sampling import SMOTEN, SMOTENC
from balancekit.under_sampling import RandomUnderSampler

COLOURS = np.array(["red", "green", "blue", "grey"])


def _mixed(sizes=(60, 25), seed=0):
    """Three numbers, a colour, a size and a flag in each row, in the order of no class."""
    rng = np.random.RandomState(seed)
    y = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    frame = pd.DataFrame(
        {
            "a": rng.randn(len(y)) + y,
            "colour": COLOURS[rng.randint(0, 4, len(y))],
            "b": rng.randn(len(y)) * 10,
            "size": rng.choice(["S", "M", "L"], len(y)),
            "flag": rng.rand(len(y)) < 0.3,
            "c": rng.rand(len(y)),
        }
    )
    return frame, y


def _coded(frame):
    return np.column_stack(
        [np.unique(column, return_inverse=True)[1] if column.dtype.kind in "OUb" else column
         for column in (frame[name].to_numpy() for name in frame)]
    ).astype(float)  # fmt: skip


NOMINAL = [1, 3, 4]


@pytest.fixture(params=["kernel", "blocks"])
def way(request, monkeypatch):
    """Either way to search, whatever the size."""
    monkeypatch.setattr(mixed, "is_worth_kernels", lambda *shape: request.param == "kernel")


@pytest.mark.parametrize("sizes", [(60, 25), (50, 30, 12)])
@pytest.mark.parametrize("k", [1, 4, 5])
@pytest.mark.parametrize("nominal", [NOMINAL, [4, 1, 3], [3]])
def test_the_rows_are_those_of_imbalanced_learn(way, sizes, k, nominal):
    X = _coded(_mixed(sizes)[0])
    y = _mixed(sizes)[1]
    expected, y_expected = incumbent.SMOTENC(
        nominal, k_neighbors=k, random_state=np.random.RandomState(5)
    ).fit_resample(X, y)
    sampler = SMOTENC(nominal, k_neighbors=k, random_state=np.random.RandomState(5))
    found, y_found = sampler.fit_resample(X, y)
    assert_array_equal(y_found, y_expected)
    assert_array_equal(found[:, nominal], expected[:, nominal])
    np.testing.assert_allclose(found, expected, rtol=1e-13)
    assert sampler.plan_.is_synthetic.any()


@pytest.mark.parametrize("constant", [True, False])
def test_a_mismatch_counts_as_the_median_of_the_deviations(way, constant):
    frame, y = _mixed()
    X = _coded(frame)
    if constant:
        # Two of three numbers: the median is zero, and names do not count.
        X[:, [0, 2]] = 3.0
    sampler = SMOTENC(NOMINAL, k_neighbors=3, random_state=0)
    sampler.fit_resample(X, y)
    members = np.flatnonzero(y == 1)
    numbers, names = X[members][:, [0, 2, 5]], X[members][:, NOMINAL]
    median = np.median(numbers.std(axis=0))
    assert sampler.median_std_ == {1: pytest.approx(median)}
    squares = np.square(numbers[:, np.newaxis] - numbers).sum(axis=2)
    squares += median**2 * (names[:, np.newaxis] != names).sum(axis=2)
    np.fill_diagonal(squares, np.inf)
    near = members[np.argsort(squares, axis=1, kind="stable")[:, :3]]
    (recipe,) = sampler.plan_.synthesis
    place = np.searchsorted(members, recipe.base)
    assert (near[place] == recipe.partner[:, np.newaxis]).any(axis=1).all()
    for position, column in enumerate(NOMINAL):
        votes = X[near[place], column]
        chosen = X[recipe.donor[:, position], column]
        counts = (votes == chosen[:, np.newaxis]).sum(axis=1)
        most = max_counts = np.array([np.unique(v, return_counts=True)[1].max() for v in votes])
        assert_array_equal(counts, most)
        assert (max_counts < 3).any()


def test_equally_frequent_values_are_drawn_from():
    frame, y = _mixed()
    X = _coded(frame)
    values = [
        SMOTENC([1], k_neighbors=2, random_state=seed).fit_resample(X, y)[0][85:, 1]
        for seed in range(3)
    ]
    assert not np.array_equal(values[0], values[1])


def _typed(frame, kind):
    colours = [*COLOURS, "never"]
    if kind == "pandas":
        ordered = pd.CategoricalDtype(["S", "M", "L", "XL"], ordered=True)
        return frame.astype({"colour": "category", "size": ordered})
    if kind == "pandas-string":
        return frame.astype({"colour": "string", "size": object, "flag": "boolean", "a": "Float64"})
    if kind == "polars":
        dtypes = {"colour": pl.Enum(colours), "size": pl.Categorical}
        return pl.DataFrame(frame.to_dict("list")).with_columns(
            *(pl.col(name).cast(dtype) for name, dtype in dtypes.items())
        )
    if kind == "pyarrow":
        return pa.Table.from_pydict(frame.to_dict("list"))
    return frame.to_numpy(dtype=object)


KINDS = ["pandas", "pandas-string", "polars", "pyarrow", "objects"]


@pytest.mark.parametrize("kind", KINDS)
def test_auto_finds_names_in_every_container_and_gives_the_same_rows(kind):
    frame, y = _mixed((50, 30, 12))
    expected = SMOTENC(NOMINAL, random_state=0)
    expected.fit_resample(_coded(frame), y)
    X = _typed(frame, kind)
    sampler = SMOTENC("auto", random_state=0)
    out, _ = sampler.fit_resample(X, y)
    assert_array_equal(sampler.categorical_features_, NOMINAL)
    assert_array_equal(sampler.continuous_features_, [0, 2, 5])
    assert type(out) is type(X)
    assert_array_equal(sampler.sample_indices_, expected.sample_indices_)
    if kind.startswith("pandas"):
        assert out.dtypes.equals(X.dtypes)
    if kind == "polars":
        assert out.schema == X.schema
    for recipe, same in zip(sampler.plan_.synthesis, expected.plan_.synthesis, strict=True):
        names = [
            _coded(frame)[rows, column]
            for rows, column in zip(recipe.donor.T, recipe.nominal, strict=True)
        ]
        theirs = [
            _coded(frame)[rows, column]
            for rows, column in zip(same.donor.T, same.nominal, strict=True)
        ]
        assert_array_equal(names, theirs)


@pytest.mark.parametrize("spec", [["colour", "size"], [1, 3], [-5, -3], np.arange(6) % 2 == 1])
def test_columns_are_named_numbered_or_masked(spec):
    frame, y = _mixed()
    frame = frame.drop(columns="flag").assign(flag=1.0)[["a", "colour", "b", "size", "c", "flag"]]
    if isinstance(spec, np.ndarray):
        frame["flag"] = "x"
    found = SMOTENC(spec, random_state=0)
    found.fit_resample(frame, y)
    assert set(found.categorical_features_) >= {1, 3}


def test_a_missing_name_is_a_name():
    frame, y = _mixed()
    frame.loc[frame.index[y == 1][:20], "colour"] = None
    out, _ = SMOTENC("auto", random_state=0).fit_resample(frame, y)
    assert out["colour"].iloc[len(frame) :].isna().any()


def test_thousands_of_names_take_no_columns():
    rng = np.random.RandomState(0)
    X = np.column_stack([rng.randn(3000, 2), rng.randint(0, 2000, 3000)])
    y = np.repeat([0, 1], [2500, 500])
    out, _ = SMOTENC([2], random_state=0).fit_resample(X, y)
    assert set(out[3000:, 2]) <= set(X[2500:, 2])


@pytest.mark.parametrize("make", [sparse.csr_matrix, sparse.csc_array])
def test_sparse_rows_keep_their_names(make):
    frame, y = _mixed()
    X = _coded(frame)
    dense, _ = SMOTENC(NOMINAL, random_state=0).fit_resample(X, y)
    out, _ = SMOTENC(NOMINAL, random_state=0).fit_resample(make(X), y)
    assert type(out) is make
    assert_array_equal(out.toarray(), dense)


def test_a_search_of_the_users_own_finds_the_same_rows():
    X, y = _coded(_mixed()[0]), _mixed()[1]
    for finder in (NearestNeighbors(n_neighbors=6), NearestNeighbors(n_neighbors=6, p=1)):
        out, _ = SMOTENC(NOMINAL, k_neighbors=finder, random_state=0).fit_resample(X, y)
        expected, _ = SMOTENC(NOMINAL, random_state=0).fit_resample(X, y)
        assert np.array_equal(out, expected) == (finder.p == 2)


@pytest.mark.parametrize(
    ("spec", "message", "remedy"),
    [
        ([0, 9], r"holds 9; all features must be in \[0, 5\]", [1, 3, 4]),
        (["colour", "taste"], "names 'taste', which X does not have", NOMINAL),
        ([True, False], r"mask of shape \(2,\); X has 6 columns", NOMINAL),
        ([1, 3, 4, 1], "names a column twice", NOMINAL),
        ([1], "column 'size': .*SMOTENC", "auto"),
        ([0, 1, 2, 3, 4, 5], r"only with categorical features.*Use SMOTEN", NOMINAL),
    ],
)
def test_wrong_columns_are_named(spec, message, remedy):
    frame, y = _mixed()
    with pytest.raises(ValueError, match=message):
        SMOTENC(spec).fit_resample(frame, y)
    SMOTENC(remedy).fit_resample(frame, y)


def test_names_need_names():
    frame, y = _mixed()
    with pytest.raises(ValueError, match="names 'colour', but X has no column names"):
        SMOTENC(["colour"]).fit_resample(_coded(frame), y)
    with pytest.raises(ValueError, match=r"only with numerical features.*Use SMOTE"):
        SMOTENC("auto").fit_resample(_coded(frame), y)


def test_nan_among_the_numbers_is_named():
    frame, y = _mixed()
    frame.loc[3, "b"] = np.nan
    with pytest.raises(ValueError, match=r"column 'b': 1 x NaN \(row 3\)"):
        SMOTENC("auto").fit_resample(frame, y)


def test_an_encoder_that_drops_categories_is_refused():
    frame, y = _mixed()
    sampler = SMOTENC("auto", categorical_encoder=OneHotEncoder(drop="first"))
    with pytest.raises(ValueError, match="gives 6 columns for 9 categories"):
        sampler.fit_resample(frame, y)
    sampler.set_params(categorical_encoder=OneHotEncoder()).fit_resample(frame, y)
    assert len(sampler.categorical_encoder_.categories_) == 3


def test_names_go_through_chains():
    X, y = _coded(_mixed()[0]), _mixed()[1]
    chain = SamplerChain([SMOTENC(NOMINAL), RandomUnderSampler()], random_state=0)
    frame, labels = _mixed()
    out, _ = chain.set_params(smotenc__categorical_features="auto").fit_resample(frame, labels)
    assert list(out.columns) == list(frame.columns)
    both = SMOTEENN(smote=SMOTENC(NOMINAL), random_state=0)
    out, _ = both.fit_resample(X, y)
    assert set(out[:, 1]) <= {0, 1, 2, 3}
    assert both.plan_.is_synthetic.any()


def _value_differences(codes, y):
    """The metric written out: sums over classes of differences of shares, squared and added."""
    total = np.zeros((len(y), len(y)))
    for column in codes.T:
        shares = np.array(
            [[np.mean(y[column == value] == label) for label in np.unique(y)] for value in column]
        )
        total += np.abs(shares[:, np.newaxis] - shares).sum(axis=2) ** 2
    return total


@pytest.mark.parametrize("sizes", [(60, 25), (50, 30, 12)])
@pytest.mark.parametrize("k", [1, 5])
def test_smoten_takes_the_most_frequent_names_around(sizes, k):
    frame, y = _mixed(sizes)
    X = frame[["colour", "size", "flag"]].astype(str)
    sampler = SMOTEN(k_neighbors=k, random_state=np.random.RandomState(2))
    out, _ = sampler.fit_resample(X, y)
    codes = np.column_stack([np.unique(X[name], return_inverse=True)[1] for name in X])
    distances = np.round(_value_differences(codes, y), 12)
    rng, expected = np.random.RandomState(2), []
    for label, n_new in sampler.sampling_strategy_.items():
        if not n_new:
            continue
        members = np.flatnonzero(y == label)
        near = np.argsort(distances[np.ix_(members, members)], axis=1, kind="stable")[:, : k + 1]
        drawn = rng.choice(len(members), n_new)
        for row in drawn:
            votes = codes[members[near[row]]]
            expected.append([np.bincount(column).argmax() for column in votes.T])
    names = [np.unique(X[name]) for name in X]
    found = np.column_stack(
        [np.searchsorted(n, out[name].iloc[len(y) :]) for n, name in zip(names, X, strict=True)]
    )
    assert_array_equal(found, expected)


@pytest.mark.parametrize("container", ["strings", "objects", "numbers", "pandas", "polars"])
def test_smoten_takes_any_names(container):
    frame, y = _mixed()
    X = {
        "strings": np.char.add("v", _coded(frame)[:, NOMINAL].astype(int).astype(str)),
        "objects": frame[["colour", "size"]].to_numpy(dtype=object),
        "numbers": _coded(frame)[:, NOMINAL],
        "pandas": frame[["colour", "flag"]],
        "polars": pl.DataFrame(frame[["colour", "flag"]].to_dict("list")),
    }[container]
    out, y_out = SMOTEN(random_state=0).fit_resample(X, y)
    assert type(out) is type(X)
    assert (np.bincount(y_out) == 60).all()


def test_smoten_takes_a_classifier_as_a_search():
    frame, y = _mixed()
    X = frame[["colour", "size"]]
    finders = NearestNeighbors(n_neighbors=4), KNeighborsClassifier(4)
    out = [SMOTEN(k_neighbors=finder, random_state=0).fit_resample(X, y)[0] for finder in finders]
    pd.testing.assert_frame_equal(*out)


def test_smoten_finds_what_imbalanced_learn_does_where_nothing_ties():
    # Every value of a column is unique to a row: the shares are 0 or 1, so rows of a class are
    # all alike, and each row's own names win by order.
    rng = np.random.RandomState(0)
    X = rng.randint(0, 3, (200, 30))
    y = (rng.rand(200) < 0.25).astype(int)
    ours, _ = SMOTEN(random_state=np.random.RandomState(1)).fit_resample(X, y)
    theirs, _ = incumbent.SMOTEN(random_state=np.random.RandomState(1)).fit_resample(X, y)
    assert np.mean((ours == theirs).all(axis=1)) > 0.95


@pytest.mark.parametrize("n_columns", [3, 40, 41])
@pytest.mark.parametrize("k", [1, 5])
def test_wide_sparse_rows_stay_sparse_and_give_the_rows_of_dense_ones(monkeypatch, n_columns, k):
    rng = np.random.RandomState(n_columns)
    X = np.round(np.abs(rng.randn(300, n_columns)), 1) * (rng.rand(300, n_columns) < 0.6)
    X[:, 1], X[:, -1] = rng.randint(0, 3, 300), rng.randint(0, 5, 300)
    y = np.repeat([0, 1, 2], [160, 90, 50])
    sampler = SMOTENC([1, -1], k_neighbors=k, random_state=0)
    expected, y_expected = sampler.fit_resample(X, y)
    medians = sampler.median_std_
    monkeypatch.setattr(mixed, "FEW_VALUES", 0)
    X_out, y_out = sampler.fit_resample(sparse.csr_array(X), y)
    assert_array_equal(X_out.toarray(), expected)
    assert_array_equal(y_out, y_expected)
    assert sampler.median_std_ == medians


def test_a_column_of_a_wide_sparse_matrix_that_is_not_finite_is_named():
    X = sparse.random(40, 9, 0.5, random_state=0, format="lil")
    X[3, 7] = np.inf
    with pytest.raises(ValueError, match=r"column 7: 1 x infinity \(row 3\)"):
        SMOTENC([2]).fit_resample(X, np.repeat([0, 1], [25, 15]))

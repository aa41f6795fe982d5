"""Bootstrapping for a pool of negatives of any kind, beside a plain loop."""

import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier

from balancekit.ensemble import BootstrappedClassifier
from balancekit.exceptions import ShortfallWarning
from balancekit.under_sampling import HardNegativeMining

TREE = DecisionTreeClassifier(max_depth=5, random_state=0)
RNG = np.random.RandomState(0)
POSITIVES = RNG.normal(1.5, 1, (60, 4))
NEGATIVES = RNG.normal(0, 1, (3000, 4)).astype(np.float32).astype(np.float64)
LABELS = np.repeat("face", 60)


def model(estimator=TREE, **parameters):
    """Return a classifier with a small first draw and batches of few rows."""
    settings = {"background": "rest", "initial_size": 80, "random_state": 3, **parameters}
    return BootstrappedClassifier(estimator, **settings)


def in_batches(rows, sizes=(700, 1, 0, 1299)):
    """Return a callable that gives rows in batches, whatever is left in one last."""
    ends = np.cumsum(sizes)
    return lambda: iter(np.split(rows, ends[ends < len(rows)]))


def plainly_mined(n_rounds, threshold, most):
    """Follow the paper with lists; return positions in the pool, and rounds."""
    rng = np.random.RandomState(3)
    keys = rng.random_sample(len(NEGATIVES))
    chosen = sorted(range(len(NEGATIVES)), key=lambda row: -keys[row])[:80]
    rounds = []
    for _ in range(n_rounds):
        X = np.vstack([POSITIVES, NEGATIVES[chosen]])
        fitted = clone(TREE).fit(X, np.arange(len(X)) < 60)
        scores = fitted.predict_proba(NEGATIVES)[:, 1]
        left = [row for row in range(len(NEGATIVES)) if row not in chosen]
        found = [row for row in left if scores[row] > threshold]
        added = sorted(found, key=lambda row: -scores[row])[:most]
        chosen = chosen + added
        rounds.append((len(left), len(found), len(added), len(chosen)))
        if not added:
            break
    return chosen, rounds


def summary(fitted):
    """Return rounds without the time."""
    return [
        (one.n_scanned, one.n_false_positives, one.n_added, one.n_negatives)
        for one in fitted.rounds_
    ]


@pytest.mark.parametrize(("threshold", "most"), [(0.5, None), (0.5, 6), (0.05, 50)])
def test_the_negatives_are_those_of_the_plain_loop(threshold, most):
    fitted = model(n_rounds=4, threshold=threshold, max_new_per_round=most)
    fitted.fit(POSITIVES, LABELS, NEGATIVES)
    chosen, rounds = plainly_mined(4, threshold, most)
    assert_array_equal(fitted.mined_indices_, chosen)
    assert summary(fitted) == rounds
    X = np.vstack([POSITIVES, NEGATIVES[chosen]])
    by_hand = clone(TREE).fit(X, np.repeat(["face", "rest"], [60, len(chosen)]))
    assert_array_equal(fitted.predict(NEGATIVES), by_hand.predict(NEGATIVES))
    assert_array_equal(fitted.predict_proba(NEGATIVES), by_hand.predict_proba(NEGATIVES))


def test_it_ends_when_no_false_positive_is_left():
    fitted = model(n_rounds=100, max_new_per_round=None).fit(POSITIVES, LABELS, NEGATIVES)
    assert fitted.rounds_[-1].n_false_positives == 0
    assert len(fitted.rounds_) < 100
    left = np.delete(NEGATIVES, fitted.mined_indices_, axis=0)
    assert set(fitted.predict(left)) == {"rest"}


@pytest.mark.parametrize("order", ["hardest", "random"])
@pytest.mark.parametrize("pool", ["memmap", "pandas", "polars", "csr", "callable", "list"])
def test_a_pool_of_any_kind_gives_the_model_of_an_array(pool, order, tmp_path):
    settings = {"order": order, "max_new_per_round": 20}
    expected = model(**settings).fit(POSITIVES, LABELS, NEGATIVES)
    if pool == "memmap":
        given = np.memmap(tmp_path / "pool", dtype=np.float32, mode="w+", shape=NEGATIVES.shape)
        given[:] = NEGATIVES
    else:
        given = {
            "pandas": pd.DataFrame,
            "polars": pl.DataFrame,
            "csr": sparse.csr_array,
            "callable": in_batches,
            "list": np.ndarray.tolist,
        }[pool](NEGATIVES)
    with warnings.catch_warnings():
        # Names of columns, where X has none.
        warnings.simplefilter("ignore", UserWarning)
        fitted = model(**settings).fit(POSITIVES, LABELS, given)
    assert_array_equal(fitted.mined_indices_, expected.mined_indices_)
    assert summary(fitted) == summary(expected)
    assert_array_equal(fitted.predict_proba(NEGATIVES), expected.predict_proba(NEGATIVES))


@pytest.mark.parametrize("n_jobs", [2, 5, -1])
@pytest.mark.parametrize("order", ["hardest", "random"])
def test_threads_do_not_change_the_model(n_jobs, order, monkeypatch):
    monkeypatch.setattr("balancekit.ensemble._negatives.MOST_ROWS", 100)
    settings = {"order": order, "max_new_per_round": 20}
    forest = RandomForestClassifier(4)
    one = model(forest, **settings).fit(POSITIVES, LABELS, NEGATIVES)
    for pool in (NEGATIVES, in_batches(NEGATIVES)):
        many = model(forest, **settings, n_jobs=n_jobs).fit(POSITIVES, LABELS, pool)
        assert_array_equal(many.mined_indices_, one.mined_indices_)
        assert_array_equal(many.predict_proba(NEGATIVES), one.predict_proba(NEGATIVES))


class Recorder(ClassifierMixin, BaseEstimator):
    """A classifier that notes how many rows it scores at once, and may be interrupted."""

    batches = ()
    fits_until_interrupted = None
    scans_until_interrupted = None

    def fit(self, X, y):
        if Recorder.fits_until_interrupted == 0:
            raise KeyboardInterrupt
        if Recorder.fits_until_interrupted is not None:
            Recorder.fits_until_interrupted -= 1
        self.inner_ = LogisticRegression().fit(X, y)
        self.classes_ = self.inner_.classes_
        return self

    def predict(self, X):
        return self.inner_.predict(X)

    def predict_proba(self, X):
        Recorder.batches += (len(X),)
        if len(Recorder.batches) == Recorder.scans_until_interrupted:
            raise KeyboardInterrupt
        return self.inner_.predict_proba(X)


@pytest.fixture(autouse=True)
def _forget():
    Recorder.batches = ()
    Recorder.fits_until_interrupted = Recorder.scans_until_interrupted = None


@pytest.mark.parametrize("pool", [NEGATIVES, in_batches(NEGATIVES)], ids=["array", "callable"])
def test_batches_stay_within_the_budget(pool):
    model(Recorder(), memory_budget=0.1, n_rounds=1).fit(POSITIVES, LABELS, pool)
    assert sum(Recorder.batches) == 3000
    # Rows of four float64, a few copies of each.
    assert 10 < max(Recorder.batches) < 0.1 * 2**20 / (4 * 8)


@pytest.mark.parametrize("where", ["fit", "scan"])
def test_an_interrupted_fit_keeps_the_last_good_model(where):
    settings = {"n_rounds": 5, "max_new_per_round": 5}
    one_round = model(Recorder(), **(settings | {"n_rounds": 1})).fit(POSITIVES, LABELS, NEGATIVES)
    Recorder.batches = ()
    if where == "fit":
        Recorder.fits_until_interrupted = 2
    else:
        Recorder.scans_until_interrupted = 2
    fitted = model(Recorder(), **settings)
    with pytest.warns(UserWarning, match="Interrupted in round 2 of at most 5") as caught:
        fitted.fit(POSITIVES, LABELS, NEGATIVES)
    assert "fitted after 1 round on 85 negatives of the pool is kept" in str(caught[0].message)
    assert caught[0].filename == __file__
    assert summary(fitted) == summary(one_round)
    assert_array_equal(fitted.predict_proba(NEGATIVES), one_round.predict_proba(NEGATIVES))
    assert_allclose(fitted.effective_prior_, [60 / 145, 85 / 145])


def test_an_interruption_before_the_first_model_is_passed_on():
    Recorder.fits_until_interrupted = 0
    with pytest.raises(KeyboardInterrupt):
        model(Recorder()).fit(POSITIVES, LABELS, NEGATIVES)


def test_priors_are_of_the_whole_pool_and_of_the_rows_fitted():
    fitted = model(max_new_per_round=7).fit(POSITIVES, LABELS, in_batches(NEGATIVES))
    assert fitted.classes_.tolist() == ["face", "rest"]
    assert_allclose(fitted.natural_prior_, [60 / 3060, 3000 / 3060])
    assert_allclose(fitted.effective_prior_, [60 / 154, 94 / 154])


def test_without_a_pool_the_background_of_x_is_mined_as_by_the_sampler():
    X = np.vstack([NEGATIVES, POSITIVES])
    y = np.repeat([0, 1], [3000, 60])
    fitted = BootstrappedClassifier(TREE, random_state=0).fit(X, y)
    sampler = HardNegativeMining(estimator=TREE, random_state=0)
    _, y_out = sampler.fit_resample(X, y)
    expected = sampler.sample_indices_[y_out == 0]
    assert_array_equal(np.sort(fitted.mined_indices_), expected)
    assert summary(fitted) == summary(sampler)
    assert_allclose(fitted.natural_prior_, np.array([3000, 60]) / 3060)


def test_rows_of_the_background_in_x_are_always_trained_on():
    X, y = np.vstack([POSITIVES, NEGATIVES[:10]]), np.repeat(["face", "rest"], [60, 10])
    fitted = model(initial_size=5, n_rounds=1, threshold=2.0).fit(X, y, NEGATIVES[10:])
    assert_allclose(fitted.effective_prior_, [60 / 75, 15 / 75])
    assert_allclose(fitted.natural_prior_, [60 / 3060, 3000 / 3060])


@pytest.mark.parametrize("as_stream", [False, True])
def test_several_classes_may_be_background_and_several_looked_for(as_stream):
    X = np.vstack([POSITIVES, POSITIVES * [1, -1, 1, -1]])
    y = np.repeat([1, 2], 60)
    kinds = np.tile([7, 8, 8], 1000)
    fitted = BootstrappedClassifier(TREE, background=[8, 7], initial_size=40, random_state=0)
    if as_stream:
        cuts = (500, 1700)
        fitted.fit(X, y, lambda: zip(np.split(NEGATIVES, cuts), np.split(kinds, cuts), strict=True))
    else:
        fitted.fit(X, y, NEGATIVES, negative_labels=kinds)
    assert fitted.classes_.tolist() == [1, 2, 7, 8]
    assert np.bincount(kinds[fitted.mined_indices_[:80]])[7:].tolist() == [40, 40]
    assert_allclose(fitted.natural_prior_ * 3120, [60, 60, 1000, 2000])
    assert fitted.predict_proba(X).shape == (120, 4)
    first = BootstrappedClassifier(
        TREE, background=[8, 7], initial_size=40, threshold=2.0, random_state=0
    ).fit(X, y, NEGATIVES, negative_labels=kinds)
    scores = first.predict_proba(NEGATIVES)[:, :2].max(axis=1)
    scores[first.mined_indices_] = 0
    assert fitted.rounds_[0].n_false_positives == (scores > 0.5).sum() > 0


def test_names_of_columns_are_checked_in_the_pool_too():
    names = list("abcd")
    frame = pd.DataFrame(POSITIVES, columns=names)
    fitted = model().fit(frame, LABELS, pd.DataFrame(NEGATIVES, columns=names))
    assert fitted.feature_names_in_.tolist() == names
    other = pd.DataFrame(NEGATIVES, columns=list("dcba"))
    with pytest.raises(ValueError, match=r"negatives cannot be used.*feature names"):
        model().fit(frame, LABELS, other)


def test_missing_values_pass_where_the_classifier_takes_them():
    holes = NEGATIVES.copy()
    holes[::5, 2] = np.nan
    boosting = HistGradientBoostingClassifier(max_iter=5, random_state=0)
    assert model(boosting).fit(POSITIVES, LABELS, holes).rounds_
    with pytest.raises(ValueError, match=r"negatives cannot be used.*NaN"):
        model(LogisticRegression()).fit(POSITIVES, LABELS, holes)


def test_a_progress_bar_shows_on_request(capsys):
    model(progress=True).fit(POSITIVES, LABELS, NEGATIVES)
    assert "Negatives" in capsys.readouterr().err
    model().fit(POSITIVES, LABELS, NEGATIVES)
    assert not capsys.readouterr().err


def test_the_data_is_left_as_it_was():
    pool, rows = NEGATIVES.copy(), POSITIVES.copy()
    pool.flags.writeable = rows.flags.writeable = False
    model().fit(rows, LABELS, pool)
    assert_array_equal(pool, NEGATIVES)


def test_a_pool_smaller_than_the_first_draw_is_warned_of():
    with pytest.warns(
        ShortfallWarning, match=r"The pool has 50 rows of class 'rest', fewer than"
    ) as w:
        fitted = model().fit(POSITIVES, LABELS, NEGATIVES[:50])
    assert w[0].filename == __file__
    assert summary(fitted) == [(0, 0, 0, 50)]
    X, y = np.vstack([POSITIVES, NEGATIVES[:70]]), np.repeat(["face", "rest"], [60, 70])
    with pytest.warns(ShortfallWarning, match=r"Class 'rest' has 70 rows, fewer than") as w:
        model().fit(X, y)
    assert w[0].filename == __file__


@pytest.mark.parametrize(
    ("parameters", "arguments", "says"),
    [
        ({"background": None}, {}, "background=None, but negatives are passed.*'face'"),
        ({"background": ["rest", "face"]}, {}, r"background names all 2 classes"),
        ({"background": 0}, {}, "background names class 0 of type int, but y holds.*'face'"),
        ({}, {"negatives": None}, "class 'rest', which is not present in y, and no negatives"),
        ({"background": None}, {"negatives": None}, "one class only, 'face'"),
        ({"background": ["a", "b"]}, {}, r"several classes \('a', 'b'\), and negative_labels=None"),
        (
            {"background": ["a", "b"]},
            {"negatives": in_batches(NEGATIVES)},
            r"each batch needs to be a pair of rows and labels; found ndarray",
        ),
        (
            {},
            {"negative_labels": np.repeat("face", 3000)},
            "labelled 'face', which is no class of the background. Label them as one of 'rest'",
        ),
        ({}, {"negative_labels": ["rest"]}, "negatives has 3000 rows, but there are 1 label"),
        (
            {"background": ["rest", "sky"]},
            {"negative_labels": np.repeat("rest", 3000)},
            "Class 'sky' of the background has no row",
        ),
        ({}, {"negatives": NEGATIVES[:, :3]}, "negatives cannot be used.*3 features"),
        ({}, {"negatives": lambda: iter([])}, "The pool of negatives has no rows"),
        ({}, {"negatives": NEGATIVES[:0]}, "The pool of negatives has no rows"),
        ({"n_rounds": 0}, {}, "'n_rounds' parameter of BootstrappedClassifier"),
        ({"memory_budget": 0}, {}, "'memory_budget' parameter of BootstrappedClassifier"),
        ({"order": "any"}, {}, "'order' parameter of BootstrappedClassifier"),
        ({}, {"y": None}, "requires y to be passed"),
    ],
)
def test_bad_inputs_are_named(parameters, arguments, says):
    settings = {"y": LABELS, "negatives": NEGATIVES, **arguments}
    with pytest.raises(ValueError, match=says):
        model(**parameters).fit(POSITIVES, **settings)

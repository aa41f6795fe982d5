"""The random-stream contract: what is drawn, in which order, from which stream."""

import imblearn.over_sampling
import imblearn.under_sampling
import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy import sparse

from balancekit.over_sampling import SMOTE, RandomOverSampler
from balancekit.testing import make_blobs_of_sizes
from balancekit.under_sampling import RandomUnderSampler

pytestmark = pytest.mark.thorough

SIZES = (40, 25, 12, 12)


@pytest.fixture
def classes():
    """Four classes in shuffled rows, the last two equally small."""
    return make_blobs_of_sizes(SIZES, 3)


@pytest.fixture
def global_stream():
    """NumPy's global stream, put back afterwards."""
    state = np.random.get_state()
    yield np.random
    np.random.set_state(state)


def _neighbors_by_hand(X, rows, k):
    """The k nearest other rows of the class, for data without ties."""
    distances = np.linalg.norm(X[rows][:, np.newaxis] - X[rows], axis=2)
    np.fill_diagonal(distances, np.inf)
    return rows[np.argsort(distances, axis=1)[:, :k]]


def _smote_by_hand(X, y, wanted, k, rng):
    new = []
    for label, n_new in wanted.items():
        rows = np.flatnonzero(y == label)
        nearest = _neighbors_by_hand(X, rows, k)
        draws = rng.randint(0, len(rows) * k, size=n_new)
        step = rng.uniform(size=n_new)[:, np.newaxis]
        base, partner = X[rows[draws // k]], X[nearest[draws // k, draws % k]]
        new.append(base + step * (partner - base))
    return np.concatenate([X, *new])


def test_smote_draws_pairs_and_then_steps_class_by_class(classes):
    X, y = classes
    wanted = {1: 15, 2: 28, 3: 28}
    sampler = SMOTE(k_neighbors=4, random_state=np.random.RandomState(7))
    X_out, y_out = sampler.fit_resample(X, y)
    assert_array_equal(X_out, _smote_by_hand(X, y, wanted, 4, np.random.RandomState(7)))
    assert_array_equal(y_out[len(y) :], np.repeat([1, 2, 3], list(wanted.values())))


def test_smote_draws_nothing_for_a_class_that_needs_no_rows(classes):
    X, y = classes
    strategy = {0: 40, 1: 25, 2: 12, 3: 30}
    X_out, _ = SMOTE(
        sampling_strategy=strategy, k_neighbors=4, random_state=np.random.RandomState(7)
    ).fit_resample(X, y)
    assert_array_equal(X_out, _smote_by_hand(X, y, {3: 18}, 4, np.random.RandomState(7)))


def test_smote_draws_steps_in_double_precision_for_single_precision_data(classes):
    X, y = classes[0].astype(np.float32), classes[1]
    X_out, _ = SMOTE(k_neighbors=4, random_state=np.random.RandomState(7)).fit_resample(X, y)
    wanted = {1: 15, 2: 28, 3: 28}
    by_hand = _smote_by_hand(X, y, wanted, 4, np.random.RandomState(7))
    assert by_hand.dtype == np.float64
    assert_array_equal(X_out, by_hand.astype(np.float32))


def test_random_over_sampling_draws_rows_of_each_class_with_replacement(classes):
    X, y = classes
    sampler = RandomOverSampler(random_state=np.random.RandomState(7))
    sampler.fit_resample(X, y)
    rng = np.random.RandomState(7)
    drawn = [
        rng.choice(np.flatnonzero(y == label), n_new, replace=True)
        for label, n_new in {1: 15, 2: 28, 3: 28}.items()
    ]
    assert_array_equal(sampler.sample_indices_, np.r_[np.arange(len(y)), np.concatenate(drawn)])


def test_the_smoothed_bootstrap_draws_rows_and_then_noise_class_by_class(classes):
    X, y = classes
    X_out, _ = RandomOverSampler(shrinkage=0.7, random_state=np.random.RandomState(7)).fit_resample(
        X, y
    )
    rng, new = np.random.RandomState(7), []
    factor = 0.7 * (4 / (5 * len(y))) ** (1 / 7)
    for label, n_new in {1: 15, 2: 28, 3: 28}.items():
        rows = np.flatnonzero(y == label)
        drawn = rng.choice(rows, n_new, replace=True)
        new.append(X[drawn] + rng.randn(n_new, 3) * (factor * X[rows].std(axis=0)))
    assert_array_equal(X_out[: len(y)], X)
    np.testing.assert_allclose(X_out[len(y) :], np.concatenate(new), rtol=1e-14)


@pytest.mark.parametrize("replacement", [False, True])
def test_random_under_sampling_draws_for_targeted_classes_in_sorted_order(classes, replacement):
    X, y = classes
    sampler = RandomUnderSampler(
        sampling_strategy={3: 5, 0: 9},
        replacement=replacement,
        random_state=np.random.RandomState(7),
    )
    sampler.fit_resample(X, y)
    rng, keep = np.random.RandomState(7), []
    for label, count in ((0, 9), (1, None), (2, None), (3, 5)):
        rows = np.flatnonzero(y == label)
        keep.append(rows if count is None else rows[rng.choice(len(rows), count, replacement)])
    assert_array_equal(sampler.sample_indices_, np.concatenate(keep))


@pytest.mark.parametrize("make", [SMOTE, RandomOverSampler, RandomUnderSampler])
def test_an_int_seeds_one_stream_for_all_classes(classes, make):
    X, y = classes
    from_int = make(random_state=7).fit_resample(X, y)[0]
    from_stream = make(random_state=np.random.RandomState(7)).fit_resample(X, y)[0]
    assert_array_equal(from_int, from_stream)


def test_equally_small_classes_do_not_share_draws(classes):
    X, y = classes
    sampler = SMOTE(random_state=7)
    sampler.fit_resample(X, y)
    third, fourth = sampler.plan_.synthesis[1:]
    assert len(third.step) == len(fourth.step)
    assert not np.isin(third.step, fourth.step).any()
    places = [np.searchsorted(np.flatnonzero(y == c), r.base) for c, r in ((2, third), (3, fourth))]
    assert (places[0] != places[1]).any()


def test_equally_large_classes_do_not_share_draws_when_under_sampled():
    X, y = make_blobs_of_sizes((40, 40, 8), 3)
    sampler = RandomUnderSampler(random_state=7)
    sampler.fit_resample(X, y)
    chosen = np.split(sampler.sample_indices_, 3)
    places = [np.searchsorted(np.flatnonzero(y == label), chosen[label]) for label in (0, 1)]
    assert (places[0] != places[1]).any()


@pytest.mark.parametrize("kind", ["PCG64", "MT19937", "Philox", "SFC64"])
def test_a_generator_lends_its_bits_and_moves_on(sampler, blobs, kind):
    X, y = blobs
    lent = getattr(np.random, kind)(7)
    by_hand = np.random.RandomState(getattr(np.random, kind)(7))
    sampler.set_params(random_state=np.random.Generator(lent))
    first = sampler.fit_resample(X, y)[0]
    second = sampler.fit_resample(X, y)[0]
    sampler.set_params(random_state=by_hand)
    assert_array_equal(first, sampler.fit_resample(X, y)[0])
    assert not np.array_equal(first, second)


def test_a_random_state_moves_on_and_an_int_does_not(sampler, blobs):
    X, y = blobs
    first = sampler.fit_resample(X, y)[0]
    assert_array_equal(first, sampler.fit_resample(X, y)[0])
    stream = np.random.RandomState(0)
    sampler.set_params(random_state=stream)
    assert_array_equal(first, sampler.fit_resample(X, y)[0])
    assert not np.array_equal(first, sampler.fit_resample(X, y)[0])


def test_none_is_the_global_stream(sampler, blobs, global_stream):
    X, y = blobs
    seeded = sampler.set_params(random_state=11).fit_resample(X, y)[0]
    sampler.set_params(random_state=None)
    global_stream.seed(11)
    assert_array_equal(sampler.fit_resample(X, y)[0], seeded)
    assert not np.array_equal(sampler.fit_resample(X, y)[0], seeded)


def test_a_seed_leaves_the_global_stream_alone(sampler, blobs, global_stream):
    X, y = blobs
    global_stream.seed(5)
    sampler.fit_resample(X, y)
    assert global_stream.rand() == np.random.RandomState(5).rand()


def test_fit_and_refused_input_draw_nothing(sampler, blobs):
    X, y = blobs
    stream = np.random.RandomState(5)
    sampler.set_params(random_state=stream)
    sampler.fit(X, y)
    with pytest.raises(ValueError, match="1 class"):
        sampler.fit_resample(X, np.zeros(len(y), int))
    assert stream.rand() == np.random.RandomState(5).rand()


@pytest.mark.parametrize("seed", ["0", 0.5, -1, 2**32, np.random.PCG64(0), np.random])
def test_anything_else_is_no_seed(sampler, blobs, seed):
    with pytest.raises(ValueError, match=r"random_state|[Ss]eed"):
        sampler.set_params(random_state=seed).fit_resample(*blobs)


def _both(name, **parameters):
    module = imblearn.under_sampling if "Under" in name else imblearn.over_sampling
    ours = {"SMOTE": SMOTE, "RandomOverSampler": RandomOverSampler}.get(name, RandomUnderSampler)
    return [
        cls(**parameters, random_state=np.random.RandomState(3))
        for cls in (ours, getattr(module, name))
    ]


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("SMOTE", {"k_neighbors": 3}),
        ("SMOTE", {"sampling_strategy": {2: 30, 1: 44}}),
        ("SMOTE", {"sampling_strategy": "minority"}),
        ("RandomOverSampler", {"sampling_strategy": {2: 30, 1: 44}}),
        ("RandomOverSampler", {"shrinkage": 0.3}),
        ("RandomOverSampler", {"shrinkage": {0: 9.0, 1: 0.1, 2: 2.0}}),
        ("RandomOverSampler", {"sampling_strategy": "minority", "shrinkage": 1.0}),
        ("RandomUnderSampler", {"replacement": True}),
        ("RandomUnderSampler", {"sampling_strategy": {1: 3, 0: 21}}),
        ("RandomUnderSampler", {"sampling_strategy": "majority"}),
        ("RandomUnderSampler", {"sampling_strategy": "all"}),
    ],
)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("make", [np.asarray, sparse.csr_matrix], ids=["dense", "csr"])
def test_rows_are_those_of_imbalanced_learn(name, parameters, dtype, make):
    X, y = make_blobs_of_sizes((50, 30, 14), 4, dtype=dtype)
    ours, theirs = _both(name, **parameters)
    X_ours, y_ours = ours.fit_resample(make(X), y)
    X_theirs, y_theirs = theirs.fit_resample(make(X), y)
    if make is not np.asarray:
        X_ours, X_theirs = X_ours.toarray(), X_theirs.toarray()
    assert_array_equal(y_ours, y_theirs)
    if "shrinkage" in parameters:
        # The incumbent takes the deviations of sparse columns, and of float32, with fewer digits.
        np.testing.assert_allclose(X_ours, X_theirs, rtol=1e-5, atol=1e-6)
    else:
        assert_array_equal(X_ours, X_theirs)


@pytest.mark.parametrize("name", ["SMOTE", "RandomOverSampler", "RandomUnderSampler"])
def test_for_two_classes_an_int_gives_the_rows_of_imbalanced_learn_too(name, blobs):
    X, y = blobs
    ours, theirs = (sampler.set_params(random_state=4) for sampler in _both(name))
    assert_array_equal(ours.fit_resample(X, y)[0], theirs.fit_resample(X, y)[0])

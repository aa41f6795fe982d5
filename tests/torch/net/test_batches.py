"""Which rows a net sees: the promises of each batch sampler, kept through a whole training."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from numpy.testing import assert_allclose, assert_array_equal  # noqa: E402
from scipy import sparse  # noqa: E402
from sklearn.base import clone  # noqa: E402
from sklearn.model_selection import StratifiedKFold, cross_validate  # noqa: E402
from tests.torch.net.cases import (  # noqa: E402
    CODES,
    MANY_CODES,
    X_MANY,
    Recorder,
    X,
    small,
    weights,
)

from balancekit.combine import SamplerChain  # noqa: E402
from balancekit.deep.batches import (  # noqa: E402
    AugmentedBatches,
    BatchSampler,
    ClassAwareBatches,
    OverSampledBatches,
    UnderSampledBatches,
)
from balancekit.over_sampling import SMOTE, RandomOverSampler  # noqa: E402
from balancekit.under_sampling import EditedNearestNeighbours, RandomUnderSampler  # noqa: E402

# The number of each row stands in its only column.
NUMBERS = np.arange(48, dtype=np.float32)[:, None]


def _epochs(batches, n_epochs=3, rows=NUMBERS, **parameters):
    """Train, and return the batches of row numbers of each epoch."""
    net = small(Recorder, batches=batches, max_epochs=n_epochs, **parameters)
    net.fit(rows, MANY_CODES)
    seen = [batch[:, 0].numpy().round().astype(int) for batch in net.module_.seen]
    per_epoch = len(seen) // n_epochs
    epochs = [seen[first : first + per_epoch] for first in range(0, len(seen), per_epoch)]
    for epoch, record in zip(epochs, net.history_, strict=True):
        counted = np.bincount(MANY_CODES[np.concatenate(epoch)], minlength=3)
        assert counted.tolist() == record["rows_per_class"]
    return epochs


def _counts(batch):
    return np.bincount(MANY_CODES[batch], minlength=3).tolist()


@pytest.mark.parametrize("kind", [np.asarray, torch.from_numpy, sparse.csr_array, list])
def test_natural_batches_have_each_row_once_in_a_new_order(kind):
    epochs = [np.concatenate(epoch) for epoch in _epochs("natural", rows=kind(NUMBERS))]
    for rows in epochs:
        assert sorted(rows) == list(range(48))
    assert len({tuple(rows) for rows in epochs}) == 3


def test_class_aware_batches_are_each_balanced():
    for epoch in _epochs("class_aware", batch_size=6):
        assert [_counts(batch) for batch in epoch] == [[2, 2, 2]] * 8


def test_weighted_batches_draw_rare_classes_more_often():
    rows = np.concatenate([np.concatenate(epoch) for epoch in _epochs("weighted", 10)])
    assert len(rows) == 480
    # Thrice the standard deviation of a third of 480.
    assert_allclose(_counts(rows), 160, atol=31)


def test_over_sampled_epochs_have_each_row_and_repeats_of_small_classes():
    for epoch in _epochs("over_sampled"):
        rows = np.concatenate(epoch)
        assert _counts(rows) == [30, 30, 30]
        times = np.bincount(rows, minlength=48)
        assert (times[MANY_CODES == 0] == 1).all()
        assert (times >= 1).all()


def test_under_sampled_epochs_have_the_smallest_class_and_other_rows_each_time():
    epochs = [np.concatenate(epoch) for epoch in _epochs("under_sampled")]
    for rows in epochs:
        assert len(set(rows)) == 18
        assert _counts(rows) == [6, 6, 6]
        assert set(np.flatnonzero(MANY_CODES == 2)) <= set(rows)
    kept = {frozenset(rows[MANY_CODES[rows] == 0]) for rows in epochs}
    assert len(kept) == 3


def test_the_plan_of_a_sampler_is_made_anew_for_each_epoch():
    epochs = [np.concatenate(epoch) for epoch in _epochs(RandomUnderSampler())]
    assert [_counts(rows) for rows in epochs] == [[6, 6, 6]] * 3
    assert len({frozenset(rows) for rows in epochs}) == 3


def test_synthetic_rows_lie_between_rows_of_their_class():
    net = small(Recorder, batches=SMOTE(k_neighbors=2), max_epochs=2).fit(NUMBERS, MANY_CODES)
    for record in net.history_:
        assert record["rows_per_class"] == [30, 30, 30]
    seen = torch.cat(net.module_.seen)[:, 0].numpy().reshape(2, 90)
    for epoch in seen:
        whole = epoch == epoch.round()
        assert set(range(48)) <= set(epoch[whole].astype(int))
        new = np.sort(epoch)
        # Classes follow one another in this column, so that rows between two are of one class.
        assert [int((new <= 29).sum()), int((new <= 41).sum())] == [30, 60]
    assert not np.array_equal(np.sort(seen[0]), np.sort(seen[1]))


def test_a_chain_of_samplers_is_a_plan():
    chain = SamplerChain(
        [
            RandomOverSampler(sampling_strategy={2: 12}),
            RandomUnderSampler(sampling_strategy={0: 12}),
        ]
    )
    for epoch in _epochs(chain):
        assert _counts(np.concatenate(epoch)) == [12, 12, 12]


def test_cleaners_leave_rows_out():
    cleaner = EditedNearestNeighbours()
    kept = cleaner.fit_resample(NUMBERS, MANY_CODES)[0][:, 0]
    assert len(kept) < 48
    for epoch in _epochs(cleaner):
        assert sorted(np.concatenate(epoch)) == sorted(kept)


def test_a_function_chooses_the_rows_of_an_epoch():
    def choose(codes, epoch, rng):
        return np.flatnonzero(codes == epoch % 3).repeat(2)

    epochs = _epochs(choose, 3, batch_size=100)
    assert [_counts(epoch[0]) for epoch in epochs] == [[60, 0, 0], [0, 24, 0], [0, 0, 12]]


@pytest.mark.parametrize("kind", ["list", "backwards", "read-only", "int32"])
def test_a_function_may_give_row_numbers_of_any_kind(kind):
    rows = np.arange(48)[::-1].copy()
    made = {"list": rows.tolist(), "backwards": np.arange(48)[::-1], "int32": rows.astype("i4")}
    made["read-only"] = np.broadcast_to(rows, (2, 48))[1]
    (epoch,) = _epochs(lambda codes, epoch, rng: made[kind], 1, batch_size=100)
    assert_array_equal(epoch[0], rows)


def test_a_transform_that_changes_the_number_of_rows_is_stopped():
    batches = AugmentedBatches("over_sampled", lambda rows: rows[:1])
    with pytest.raises(ValueError, match=r"transform of AugmentedBatches made .*1, 1"):
        small(Recorder, batches=batches).fit(NUMBERS, MANY_CODES)


def test_a_function_that_leaves_its_rows_is_stopped():
    with pytest.raises(ValueError, match=r"drew rows 48 to 48 .* 0 to 47"):
        _epochs(lambda codes, epoch, rng: np.array([48, 48]))


def test_only_repeats_are_augmented():
    batches = AugmentedBatches("over_sampled", lambda rows: rows + 0.25)
    net = small(Recorder, batches=batches, max_epochs=2).fit(NUMBERS, MANY_CODES)
    for epoch in torch.cat(net.module_.seen)[:, 0].numpy().reshape(2, 90):
        is_changed = epoch != epoch.round()
        assert sorted(epoch[~is_changed]) == list(range(48))
        assert (epoch[is_changed] > 29).all()


def test_new_rows_of_a_plan_are_not_augmented():
    batches = AugmentedBatches(SMOTE(k_neighbors=2), lambda rows: rows - 1000)
    net = small(Recorder, batches=batches, max_epochs=1).fit(NUMBERS, MANY_CODES)
    assert torch.cat(net.module_.seen).min() == 0


def test_rows_that_are_held_out_are_never_trained_on():
    for batches in ("natural", "over_sampled", AugmentedBatches("over_sampled", lambda rows: rows)):
        net = small(
            Recorder, batches=batches, early_stopping=True, validation_fraction=0.25, max_epochs=3
        ).fit(NUMBERS, MANY_CODES)
        seen = np.unique(torch.cat(net.module_.seen)[:, 0].numpy().astype(int))
        # A quarter of 30, 12 and 6 rows is held out.
        assert _counts(seen) == [22, 9, 4]


FOLDS = StratifiedKFold(5, shuffle=True, random_state=0)


@pytest.mark.parametrize(
    ("batches", "expected"),
    [
        ("natural", lambda counts: counts),
        ("class_aware", lambda counts: np.full(2, counts.sum() / 2)),
        ("over_sampled", lambda counts: np.full(2, counts.max())),
        ("under_sampled", lambda counts: np.full(2, counts.min())),
        (OverSampledBatches({1: 20}), lambda counts: [counts[0], 20]),
        (UnderSampledBatches({0: 20}), lambda counts: [20, counts[1]]),
        (ClassAwareBatches(n_draws=10), lambda counts: [5, 5]),
        (SMOTE(k_neighbors=2), lambda counts: np.full(2, counts.max())),
        (RandomUnderSampler(), lambda counts: np.full(2, counts.min())),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_every_epoch_of_every_fold_has_the_classes_that_were_promised(batches, expected):
    found = cross_validate(
        small(batches=batches),
        X,
        CODES,
        cv=FOLDS,
        return_estimator=True,
        return_indices=True,
        error_score="raise",
    )
    for net, rows in zip(found["estimator"], found["indices"]["train"], strict=True):
        promised = expected(np.bincount(CODES[rows]))
        for record in net.history_:
            assert_array_equal(record["rows_per_class"], promised)


def test_ten_batches_in_a_row_are_balanced_in_every_fold():
    watched = []

    class Counting(BatchSampler):
        """Class-aware batches that note the classes of each one."""

        def _draw(self, codes, counts, epoch, rng):
            rows = ClassAwareBatches(n_draws=80)._draw(codes, counts, epoch, rng)
            batches = codes[rows].reshape(10, 8)
            watched.extend(np.bincount(batch, minlength=2).tolist() for batch in batches)
            return rows

        def _expect(self, counts):
            return np.full(2, 40)

    net = small(batches=Counting(), batch_size=8, max_epochs=1)
    cross_validate(net, X, CODES, cv=FOLDS, error_score="raise")
    assert watched == [[4, 4]] * 50


def test_the_same_seed_draws_the_same_rows_whatever_the_container():
    for batches in ("class_aware", "weighted", SMOTE(k_neighbors=2)):
        net = small(batches=batches)
        expected = weights(clone(net).fit(X_MANY, MANY_CODES))
        tensors = clone(net).fit(torch.from_numpy(X_MANY), torch.from_numpy(MANY_CODES))
        assert_array_equal(weights(tensors), expected)
        lists = clone(net).fit(X_MANY.tolist(), MANY_CODES.tolist())
        assert_allclose(weights(lists), expected, atol=1e-6)


def test_new_rows_do_not_go_with_sparse_rows():
    with pytest.raises(ValueError, match=r"SMOTE computes with the numbers.*Pass dense rows"):
        small(batches=SMOTE(k_neighbors=2)).fit(sparse.csr_array(X), CODES)


def test_planned_rows_of_sparse_data_are_chosen_without_looking_at_numbers():
    net = small(batches=RandomUnderSampler()).fit(sparse.csr_array(X), CODES)
    assert net.history_[0]["rows_per_class"] == [15, 15]

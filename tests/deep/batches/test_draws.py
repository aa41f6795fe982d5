"""Which rows an epoch has, by class and by row."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balancekit.deep.batches import (
    AugmentedBatches,
    ClassAwareBatches,
    FunctionBatches,
    NaturalBatches,
    OverSampledBatches,
    PlannedBatches,
    UnderSampledBatches,
    WeightedBatches,
    epoch_generator,
)
from balancekit.deep.batches._passes import sorted_by_class
from balancekit.under_sampling import RandomUnderSampler

ALL = [
    NaturalBatches(),
    NaturalBatches(shuffle=False),
    ClassAwareBatches(),
    WeightedBatches(),
    WeightedBatches(replacement=False, n_draws=7),
    OverSampledBatches(),
    UnderSampledBatches(),
    PlannedBatches(RandomUnderSampler(), refresh=2),
    AugmentedBatches("over_sampled", np.fliplr),
    FunctionBatches(lambda codes, epoch, rng: rng.permutation(len(codes))),
]
CODES = np.array([0] * 9 + [1] * 4 + [2] * 2)[[3, 14, 0, 9, 1, 13, 2, 10, 4, 11, 5, 12, 6, 7, 8]]
COUNTS = np.array([9, 4, 2])

some_lists = st.lists(st.integers(0, 4), min_size=1, max_size=40)
some_codes = some_lists.map(np.array)
several = some_lists.filter(lambda codes: len(set(codes)) > 1).map(np.array)


def epoch_of(batches, codes=CODES, epoch=0, seed=0):
    return batches(codes, epoch, epoch_generator(seed, epoch))


def drawn_counts(batches, codes=CODES, epoch=0):
    return np.bincount(codes[epoch_of(batches, codes, epoch)], minlength=codes.max() + 1)


def spread(rows):
    """Largest difference in how often rows occur, of those that do."""
    times = Counter(rows.tolist()).values()
    return max(times) - min(times)


@pytest.mark.parametrize("batches", ALL, ids=lambda made: type(made).__name__)
def test_an_epoch_depends_on_codes_seed_and_epoch_only(batches):
    before = CODES.copy()
    alone = epoch_of(batches, epoch=5)
    for epoch in range(3):
        epoch_of(batches, epoch=epoch)
    assert alone.dtype == np.intp
    for dtype in (np.int8, np.uint8, np.int32, np.uint64):
        again = epoch_of(batches, CODES.astype(dtype), epoch=5)
        assert np.array_equal(again, alone)
    assert np.array_equal(before, CODES)
    assert ((alone >= 0) & (alone < len(CODES))).all()


@pytest.mark.parametrize("batches", ALL, ids=lambda made: type(made).__name__)
def test_orders_of_epochs_and_seeds_differ_where_they_are_drawn(batches):
    orders = [epoch_of(batches, epoch=e, seed=s) for e, s in [(0, 0), (1, 0), (0, 1)]]
    is_drawn = repr(batches) != "NaturalBatches(shuffle=False)"
    assert (len({tuple(order) for order in orders}) == 3) == is_drawn


@pytest.mark.parametrize("batches", ALL, ids=lambda made: type(made).__name__)
def test_the_draws_expected_sum_up_to_an_epoch(batches):
    expected = batches.draws_per_class(COUNTS)
    assert expected.dtype == np.float64
    assert expected.sum() == pytest.approx(len(epoch_of(batches)), rel=1e-12)
    assert batches.draws_per_class([9, 0, 4, 2, 0])[[1, 4]].tolist() == [0, 0]
    mean = np.mean([drawn_counts(batches, epoch=epoch) for epoch in range(300)], axis=0)
    assert mean == pytest.approx(expected, abs=0.5)


@given(some_codes, st.booleans())
def test_natural_batches_have_every_row_once(codes, shuffle):
    rows = epoch_of(NaturalBatches(shuffle=shuffle), codes)
    assert sorted(rows.tolist()) == list(range(len(codes)))
    assert shuffle or rows.tolist() == list(range(len(codes)))


@given(some_codes, st.none() | st.integers(1, 90), st.integers(1, 12))
def test_class_aware_batches_are_balanced_wherever_they_are_cut(codes, n_draws, size):
    rows = epoch_of(ClassAwareBatches(n_draws), codes)
    n_classes = len(set(codes.tolist()))
    assert len(rows) == (n_draws or len(codes))
    turns = np.array([codes[rows] == code for code in np.unique(codes)]).T
    in_all = np.cumsum(turns, axis=0)
    assert (np.ptp(in_all, axis=1) <= 1).all()
    for start in range(0, len(rows), size):
        assert np.ptp(turns[start : start + size].sum(axis=0)) <= (2 if size % n_classes else 1)


@given(some_codes, st.integers(1, 90))
def test_class_aware_batches_use_a_list_up_before_it_starts_again(codes, n_draws):
    rows = epoch_of(ClassAwareBatches(n_draws), codes)
    for code in np.unique(codes):
        of_class = rows[codes[rows] == code]
        size = int((codes == code).sum())
        for start in range(0, len(of_class), size):
            one_pass = of_class[start : start + size].tolist()
            assert len(set(one_pass)) == len(one_pass)


def test_class_aware_batches_shuffle_classes_and_rows_anew_each_time():
    codes = np.array([0, 0, 0, 1, 1, 1])
    rows = epoch_of(ClassAwareBatches(600), codes)
    assert set(codes[rows].reshape(-1, 2)[:, 0]) == {0, 1}
    passes = rows[codes[rows] == 1].reshape(-1, 3)
    assert len({tuple(order) for order in passes.tolist()}) == 6


def test_balanced_weights_draw_all_classes_equally_often_on_average():
    codes = np.repeat([0, 1, 3], [900, 90, 10])
    batches = WeightedBatches(n_draws=30_000)
    expected = batches.draws_per_class([900, 90, 0, 10])
    assert expected == pytest.approx([10_000, 10_000, 0, 10_000])
    rows = epoch_of(batches, codes)
    assert np.bincount(codes[rows]) == pytest.approx(expected, abs=400)
    # The rows of a class have the same chance.
    assert np.bincount(rows)[990:] == pytest.approx(1000, abs=130)


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        (None, [9, 4, 2]),
        ({1: 0}, [135 / 11, 0, 30 / 11]),
        ({0: 1, 2: 4.5}, [15 * 9 / 22, 15 * 4 / 22, 15 * 9 / 22]),
        ({0: 1e308, 1: 1e308, 2: 1e308}, [9, 4, 2]),
    ],
)
def test_weights_are_those_of_rows(weights, expected):
    batches = WeightedBatches(weights)
    assert batches.draws_per_class(COUNTS) == pytest.approx(expected)
    if weights == {1: 0}:
        assert drawn_counts(batches)[1] == 0


@given(some_codes, st.data())
def test_without_replacement_no_row_is_drawn_twice(codes, data):
    n_draws = data.draw(st.integers(1, len(codes)))
    weights = data.draw(st.sampled_from(["balanced", None, {int(codes[0]): 5.0}]))
    batches = WeightedBatches(weights, replacement=False, n_draws=n_draws)
    rows = epoch_of(batches, codes)
    assert len(set(rows.tolist())) == len(rows) == n_draws
    expected = batches.draws_per_class(np.bincount(codes))
    assert expected.sum() == pytest.approx(n_draws)
    assert (expected <= np.bincount(codes) * (1 + 1e-9)).all()


def test_one_draw_without_replacement_has_the_probabilities_of_the_weights():
    batches = WeightedBatches({1: 3.0}, replacement=False, n_draws=1)
    codes = np.array([0, 0, 0, 1])
    rows = [epoch_of(batches, codes, epoch)[0] for epoch in range(1500)]
    assert np.bincount(rows) / 1500 == pytest.approx([1 / 6, 1 / 6, 1 / 6, 1 / 2], abs=0.05)


def test_the_expected_draws_without_replacement_are_those_of_large_classes():
    batches = WeightedBatches(replacement=False, n_draws=300)
    codes = np.repeat([0, 1], [900, 100])
    mean = np.mean([drawn_counts(batches, codes, epoch) for epoch in range(200)], axis=0)
    # 900 * (1 - exp(-t)) + 100 * (1 - exp(-9 * t)) = 300 for t = 0.26463
    assert batches.draws_per_class([900, 100]) == pytest.approx([209.24, 90.76], abs=0.01)
    assert mean == pytest.approx([209.24, 90.76], abs=0.7)


def test_without_replacement_the_heaviest_classes_do_not_come_first():
    batches = WeightedBatches(replacement=False, n_draws=400)
    codes = np.repeat([0, 1], [900, 100])
    rows = [epoch_of(batches, codes, epoch) for epoch in range(20)]
    halves = np.array([codes[order].reshape(2, 200).sum(axis=1) for order in rows]).sum(axis=0)
    assert halves[0] == pytest.approx(halves[1], rel=0.1)


@given(several)
def test_over_sampled_batches_repeat_smaller_classes_evenly(codes):
    rows = epoch_of(OverSampledBatches(), codes)
    counts = np.bincount(codes)
    drawn = np.bincount(codes[rows], minlength=len(counts))
    assert drawn.tolist() == [int(counts.max()) * (count > 0) for count in counts]
    assert set(rows.tolist()) == set(range(len(codes)))
    for code in np.flatnonzero(counts):
        assert spread(rows[codes[rows] == code]) <= 1


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        ("auto", [9, 9, 9]),
        ("minority", [9, 4, 9]),
        (0.5, [9, 4, 4]),
        ({2: 6}, [9, 4, 6]),
        (lambda y: {1: 5, 2: int((y == 0).sum())}, [9, 5, 9]),
    ],
)
def test_over_sampled_batches_follow_the_strategy(strategy, expected):
    batches = OverSampledBatches(strategy)
    assert batches.draws_per_class(COUNTS).tolist() == expected
    assert drawn_counts(batches).tolist() == expected


@given(several)
def test_under_sampled_batches_have_all_of_the_smallest_class(codes):
    rows = epoch_of(UnderSampledBatches(), codes)
    counts = np.bincount(codes)
    smallest = int(counts[counts > 0].min())
    drawn = np.bincount(codes[rows], minlength=len(counts))
    assert drawn.tolist() == [smallest * (count > 0) for count in counts]
    assert len(set(rows.tolist())) == len(rows)


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        ("auto", [2, 2, 2]),
        ("majority", [2, 4, 2]),
        (0.5, [4, 4, 2]),
        ({0: 5, 1: 0}, [5, 0, 2]),
        (lambda y: {0: int((y == 1).sum())}, [4, 4, 2]),
    ],
)
def test_under_sampled_batches_follow_the_strategy(strategy, expected):
    batches = UnderSampledBatches(strategy)
    assert batches.draws_per_class(COUNTS).tolist() == expected
    assert drawn_counts(batches).tolist() == expected


def test_every_row_of_the_majority_has_its_epochs():
    rows = [epoch_of(UnderSampledBatches(), epoch=epoch) for epoch in range(200)]
    times = np.bincount(np.concatenate(rows))[CODES == 0]
    assert times == pytest.approx(200 * 2 / 9, abs=25)


@given(st.lists(st.integers(0, 12), min_size=1, max_size=60))
def test_a_repeat_is_what_was_there_before(rows):
    marked = AugmentedBatches("over_sampled", np.fliplr).repeats(rows)
    assert marked.tolist() == [row in rows[:place] for place, row in enumerate(rows)]


def test_augmented_batches_draw_what_the_others_do():
    batches = AugmentedBatches(OverSampledBatches({2: 7}), np.fliplr)
    rows = epoch_of(batches)
    assert np.array_equal(rows, epoch_of(OverSampledBatches({2: 7})))
    assert batches.draws_per_class(COUNTS).tolist() == [9, 4, 7]
    assert CODES[rows][batches.repeats(rows)].tolist() == [2] * 5


def test_strategies_and_weights_may_name_labels():
    classes = ["sane", "ill", "critical"]
    for batches in (
        OverSampledBatches({"critical": 6}),
        AugmentedBatches(OverSampledBatches({"critical": 6}), np.fliplr),
        OverSampledBatches(lambda y: {"critical": int((y == "ill").sum()) + 2}),
    ):
        assert batches.bind(classes) is batches
        assert batches.classes_.tolist() == classes
        assert batches.draws_per_class(COUNTS).tolist() == [9, 4, 6]
        assert drawn_counts(batches).tolist() == [9, 4, 6]
    assert drawn_counts(UnderSampledBatches({"sane": 3}).bind(classes)).tolist() == [3, 4, 2]
    weighted = WeightedBatches({"critical": 0.0, "ill": 9 / 4}).bind(classes)
    assert weighted.draws_per_class(COUNTS).tolist() == [7.5, 7.5, 0]


@settings(max_examples=20)
@given(st.integers(1, 70), st.integers(0, 2**70))
def test_generators_of_epochs_have_streams_of_their_own(epoch, seed):
    def draw(*arguments):
        return epoch_generator(*arguments).integers(2**60)

    assert draw(seed, epoch) == draw(seed, epoch)
    assert len({draw(seed, epoch), draw(seed, 0), draw(seed + 1, epoch), draw(epoch, seed)}) >= 3


def test_codes_beyond_16_bits_are_sorted_whole():
    codes = np.array([65_537, 1, 65_536, 0, 1])
    assert sorted_by_class(codes, 65_538).tolist() == [3, 1, 4, 2, 0]
    assert sorted_by_class(codes % 2, 65_536).tolist() == [2, 3, 0, 1, 4]

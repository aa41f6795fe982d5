"""Plans of samplers as batches."""

import numpy as np
import pytest
from sklearn.base import clone

from balancekit.combine import SamplerChain, SMOTETomek
from balancekit.deep.batches import AugmentedBatches, PlannedBatches, epoch_generator
from balancekit.over_sampling import SMOTE, RandomOverSampler
from balancekit.under_sampling import (
    GeneralizedEditing,
    NearMiss,
    RandomUnderSampler,
    TomekLinks,
)

CODES = np.array([1, 0, 0, 2, 0, 0, 1, 0, 0, 2, 0, 1, 0, 0, 2])
COUNTS = np.bincount(CODES)
X = np.random.RandomState(3).randn(15, 2).astype(np.float32)
CLASSES = np.array(["a", "b", "c"])


def smote(**parameters):
    return SMOTE(k_neighbors=2, **parameters)


def epoch_of(batches, epoch=0, codes=CODES):
    return batches(codes, epoch, epoch_generator(0, epoch))


def rows_and_codes(batches, epoch=0):
    """Look the rows of an epoch up, sorted."""
    indices = epoch_of(batches, epoch)
    rows = np.concatenate([X, batches.new_rows_])[indices]
    codes = np.concatenate([CODES, batches.new_codes_])[indices]
    return sorted(zip(rows.tolist(), codes.tolist(), strict=True))


@pytest.mark.parametrize(
    "sampler",
    [
        smote(random_state=7),
        RandomOverSampler(shrinkage=0.5),
        RandomUnderSampler(),
        NearMiss(),
        TomekLinks(),
        smote(keep_plan=False),
        SMOTETomek(smote=smote()),
        SamplerChain([smote(), RandomUnderSampler(sampling_strategy={"c": 4})]),
        SamplerChain([RandomUnderSampler(sampling_strategy={"a": 0}), RandomOverSampler()]),
    ],
    ids=lambda made: type(made).__name__,
)
def test_rows_are_those_of_fit_resample_with_the_same_seeds(sampler):
    batches = PlannedBatches(sampler).bind(CLASSES, X, seed=3)
    found = rows_and_codes(batches)
    expected, labels = clone(batches.sampler_).fit_resample(X, CLASSES[CODES])
    codes = np.searchsorted(CLASSES, labels)
    assert found == sorted(zip(expected.tolist(), codes.tolist(), strict=True))
    assert batches.new_rows_.dtype == np.float32
    assert batches.new_rows_.shape == (len(batches.new_codes_), 2)
    drawn = np.bincount(codes, minlength=3)
    assert batches.draws_per_class(COUNTS).tolist() == drawn.tolist()


def test_labels_need_not_be_sorted():
    batches = PlannedBatches(smote(sampling_strategy={"low": 6})).bind(["mid", "low", "high"], X)
    rows = epoch_of(batches)
    assert batches.new_codes_.tolist() == [1, 1, 1]
    assert len(rows) == 18


@pytest.mark.parametrize("refresh", [0, None, 1, 2, 3])
def test_a_plan_lasts_as_long_as_it_is_told_to_wherever_one_starts(refresh):
    in_turn, alone = (PlannedBatches(smote(), refresh).bind(CLASSES, X) for _ in range(2))
    seen, plans = [], []
    for epoch in range(6):
        seen.append(rows_and_codes(in_turn, epoch))
        plans.append(in_turn.plan_)
    assert rows_and_codes(alone, 5) == seen[5]
    firsts = [epoch - epoch % refresh if refresh else 0 for epoch in range(6)]
    assert alone.plan_epoch_ == firsts[5]
    assert len(set(map(id, plans))) == len(set(firsts))
    for epoch in range(1, 6):
        is_same = firsts[epoch] == firsts[epoch - 1]
        assert (plans[epoch] is plans[epoch - 1]) == is_same
        assert (seen[epoch] == seen[epoch - 1]) == is_same
    assert rows_and_codes(in_turn, 0) == seen[0]


def test_the_order_of_a_plan_is_new_in_every_epoch():
    batches = PlannedBatches(smote(), refresh=0).bind(CLASSES, X)
    first, second = epoch_of(batches, 0), epoch_of(batches, 1)
    assert sorted(first) == sorted(second)
    assert first.tolist() != second.tolist()


def test_seeds_of_plans_are_bound():
    made = [PlannedBatches(smote(random_state=1)).bind(CLASSES, X, seed=seed) for seed in (0, 0, 1)]
    seen = [rows_and_codes(batches) for batches in made]
    assert seen[0] == seen[1] != seen[2]


def test_the_sampler_and_the_rows_stay_as_they_are():
    sampler, rows = smote(random_state=1), X.copy()
    batches = PlannedBatches(sampler).bind(CLASSES, rows)
    epoch_of(batches)
    assert vars(sampler) == vars(smote(random_state=1))
    assert np.array_equal(rows, X)
    assert batches.sampler is sampler
    assert batches.rows_ is rows


def test_a_change_of_rows_or_parameters_makes_a_new_plan():
    batches = PlannedBatches(smote(), refresh=0).bind(CLASSES, X)
    epoch_of(batches)
    first = batches.plan_
    assert len(epoch_of(batches, codes=CODES[::-1].copy())) == 27
    assert batches.plan_ is not first
    batches.set_params(sampler__sampling_strategy={"b": 5})
    assert not hasattr(batches, "plan_")
    assert len(epoch_of(batches)) == 17
    assert batches.bind(CLASSES, -X).draws_per_class([8, 4, 4]).tolist() == [8, 5, 4]


def test_samplers_that_need_no_numbers_need_no_rows():
    assert len(epoch_of(PlannedBatches(RandomUnderSampler()))) == 9
    batches = PlannedBatches(RandomOverSampler())
    assert len(epoch_of(batches)) == 27
    assert batches.new_rows_.shape == (0, 0)
    with pytest.raises(ValueError, match=r"SMOTE computes .* and PlannedBatches has none\. Pass"):
        epoch_of(PlannedBatches(smote()).bind(CLASSES))


def test_before_the_first_plan_the_strategy_tells_how_many_rows_there_will_be():
    over = PlannedBatches(smote(sampling_strategy={"b": 5})).bind(CLASSES)
    assert over.draws_per_class(COUNTS).tolist() == [9, 5, 3]
    assert PlannedBatches(NearMiss()).draws_per_class([9, 0, 3]).tolist() == [3, 0, 3]
    for unknown in (TomekLinks(), SMOTETomek()):
        with pytest.raises(RuntimeError, match=r"not known before .* Draw an epoch"):
            PlannedBatches(unknown).draws_per_class(COUNTS)


def test_a_plan_for_other_counts_does_not_tell():
    batches = PlannedBatches(TomekLinks()).bind(CLASSES, X)
    epoch_of(batches)
    with pytest.raises(RuntimeError, match="TomekLinks leaves is not known"):
        batches.draws_per_class([9, 4, 2])


def test_new_rows_are_no_repeats_and_are_found_through_augmented_batches():
    batches = AugmentedBatches(smote(), np.fliplr)
    assert not hasattr(batches, "new_rows_")
    rows = epoch_of(batches.bind(CLASSES, X))
    assert not batches.repeats(rows).any()
    assert batches.new_rows_.shape == (12, 2)
    assert np.bincount(batches.new_codes_).tolist() == [0, 6, 6]


def test_plans_that_relabel_are_refused():
    batches = PlannedBatches(GeneralizedEditing()).bind(CLASSES, X)
    with pytest.raises(ValueError, match=r"GeneralizedEditing relabels \d rows?, and batches only"):
        epoch_of(batches)


def test_samplers_without_plans_are_refused():
    import imblearn.under_sampling

    batches = PlannedBatches(imblearn.under_sampling.RandomUnderSampler()).bind(CLASSES, X)
    with pytest.raises(TypeError, match=r"imblearn\..*RandomUnderSampler leaves no `plan_`"):
        epoch_of(batches)
    with pytest.raises(TypeError, match=r"sampler is SMOTE, a class\. Pass SMOTE\(\)"):
        epoch_of(PlannedBatches(SMOTE))
    with pytest.raises(ValueError, match="'sampler' parameter of PlannedBatches must be an object"):
        PlannedBatches("smote").bind(CLASSES, X)


@pytest.mark.parametrize(
    ("rows", "error", "says"),
    [
        (X.tolist(), TypeError, r"X has type list\. Pass a NumPy array of numbers"),
        (X.astype(str), TypeError, r"X has dtype <U\d+\. Pass"),
        (X[:, 0], ValueError, r"X has shape \(15,\)\. Pass two dimensions"),
        (X[:-1], ValueError, r"codes has 15 rows, and X, as it was bound, 14"),
    ],
)
def test_rows_that_cannot_be_bound_are_named(rows, error, says):
    with pytest.raises(error, match=says):
        epoch_of(PlannedBatches(smote()).bind(CLASSES, rows))

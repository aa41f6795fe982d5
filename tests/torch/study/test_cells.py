"""Which rows and nets there are."""

import numpy as np
import pytest
from benchmarks.imbalance_study.cells import Imbalance, all_imbalances
from benchmarks.imbalance_study.jobs import jobs_of


def test_the_paper_has_ninety_imbalances():
    imbalances = all_imbalances()
    assert len(imbalances) == len(set(imbalances)) == 90
    assert len({one.name for one in imbalances}) == 90


def test_the_full_preset_has_as_many_nets_as_the_paper():
    assert sum(len(job.names) for job in jobs_of("full")) == 22_500


def test_the_nightly_preset_begins_with_the_most_telling_cell():
    jobs = jobs_of("nightly")
    assert jobs[0].imbalance == Imbalance("step", 1000, 0.5)
    assert {job.seed for job in jobs} == {0, 1, 2}
    # Five nets of five imbalances, one kind more for two of them, and all of MNIST.
    assert sum(len(job.names) for job in jobs) == 5 * 3 * 5 + 3 * 2 + 1
    assert len(set(jobs)) == len(jobs)


@pytest.mark.parametrize("mu", [0.2, 0.5])
def test_a_share_of_the_classes_becomes_small(digits, mu):
    rows = digits.training_rows(Imbalance("step", 10, mu), 0)
    counts = np.sort(np.bincount(digits.labels[rows]))
    n_small = round(10 * mu)
    np.testing.assert_array_equal(counts, [2] * n_small + [20] * (10 - n_small))


def test_linear_has_as_many_rows_as_half_small_classes(digits):
    linear = digits.training_rows(Imbalance("linear", 10), 0)
    half = digits.training_rows(Imbalance("step", 10, 0.5), 0)
    assert len(linear) == len(half)


def test_seeds_draw_other_small_classes(digits):
    imbalance = Imbalance("step", 10, 0.5)
    counts = [np.bincount(digits.labels[digits.training_rows(imbalance, seed)]) for seed in (0, 1)]
    assert (counts[0] != counts[1]).any()


def test_all_of_mnist_is_all_of_it(digits):
    assert len(digits.training_rows(Imbalance("none"), 0)) == 220


def test_the_test_set_is_balanced(digits):
    uneven = np.arange(len(digits.test_labels)) != np.flatnonzero(digits.test_labels == 4)[0]
    cut = type(digits)(
        digits.images, digits.labels, digits.test_images[uneven], digits.test_labels[uneven], 20
    )
    images, labels = cut.test_set(Imbalance("step", 10, 0.5))
    np.testing.assert_array_equal(np.bincount(labels), [2] * 10)
    assert len(images) == 20
    assert len(cut.test_set(Imbalance("none"))[1]) == 29

"""What the comparison has to show on real data."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from balancekit import compare
from balancekit.comparison.reading import read_file

OVER_SAMPLING = ["random over-sampling", "SMOTE"]


def _wins(comparison, key):
    cells = comparison.cells[key]
    return [name for name in OVER_SAMPLING if cells[name].verdict == "better"]


@pytest.mark.slow
def test_over_sampling_does_not_beat_a_tuned_threshold_on_digits():
    X, y = load_digits(return_X_y=True)
    comparison = compare(X, y, positive=8)
    assert _wins(comparison, "balanced_accuracy") == []
    assert "No reliable difference in favour of any strategy" in comparison.verdict


@pytest.mark.slow
@pytest.mark.parametrize("name", ["mammography", "abalone_19"])
def test_over_sampling_does_not_beat_a_tuned_threshold_on_rare_classes(data_folder, name):
    data = read_file(data_folder / "csv" / f"{name}.csv")
    comparison = compare(data.X, data.y, strategies=OVER_SAMPLING)
    assert _wins(comparison, "balanced_accuracy") == []
    assert comparison.cells["balanced_accuracy"]["nothing"].verdict == "worse"
    assert comparison.cells["brier"]["SMOTE"].verdict == "worse"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["mammography", "abalone_19"])
def test_permuted_labels_show_no_reliable_difference(data_folder, name):
    data = read_file(data_folder / "csv" / f"{name}.csv")
    permuted = np.random.RandomState(0).permutation(data.y)
    comparison = compare(data.X, permuted)
    assert "No reliable difference in favour of any strategy" in comparison.verdict


@pytest.mark.parametrize("name", ["german_credit", "glass"])
def test_nominal_columns_and_many_classes_are_read_and_compared(data_folder, name):
    data = read_file(data_folder / "csv" / f"{name}.csv")
    comparison = compare(data.X, data.y, cv=2, n_repeats=1, strategies=["SMOTE"])
    n_nominal, n_rest = {"german_credit": (13, 1), "glass": (0, 5)}[name]
    assert len(comparison.data.columns["nominal"]) == n_nominal
    assert len(comparison.data.rest) == n_rest

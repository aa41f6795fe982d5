import sys

import pytest

from balancekit import compare
from balancekit.comparison.extras import MissingExtraError, require


def test_there_is_a_panel_for_each_metric_and_a_row_for_each_strategy(comparison):
    pytest.importorskip("matplotlib")
    figure = comparison.plot()
    panels = figure.axes
    assert [panel.get_title(loc="left") for panel in panels] == [
        "balanced accuracy",
        "MCC",
        "PR AUC",
        "ROC AUC",
        "Brier score",
    ]
    labels = [label.get_text() for label in panels[0].get_yticklabels()]
    assert labels == comparison.strategies
    tops = panels[0].get_ylim()
    assert tops[0] > tops[1]


def test_the_picture_leaves_pyplot_alone(comparison, tmp_path):
    pytest.importorskip("matplotlib")
    before = "matplotlib.pyplot" in sys.modules
    comparison.named("100$ and 200$").plot().savefig(tmp_path / "scores.png")
    assert (tmp_path / "scores.png").stat().st_size > 10_000
    assert ("matplotlib.pyplot" in sys.modules) == before


def test_a_metric_without_scores_has_no_panel(small):
    pytest.importorskip("matplotlib")
    from sklearn.linear_model import RidgeClassifier

    result = compare(*small, estimator=RidgeClassifier(), cv=2, n_repeats=1, strategies=[])
    assert len(result.plot().axes) == 4


def test_without_matplotlib_the_extra_is_named(comparison, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtraError, match=r'A picture .*pip install "balancekit\[report\]"'):
        comparison.plot()


def test_a_module_that_is_there_is_returned():
    assert require("json.decoder", "Reading").__name__ == "json.decoder"

import dataclasses
import pickle
import subprocess
import sys

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from balancekit.thresholding._curve import ThresholdCurve
from balancekit.thresholding._cuts import RATES, cuts_of, rates_of

RNG = np.random.RandomState(0)
CODES = (RNG.rand(50) < 0.3).astype(int)
SCORES = np.round(RNG.rand(50) + CODES / 2, 2)
DEFAULT = ["recall", "precision", "balanced_accuracy"]


@pytest.fixture
def matplotlib():
    library = pytest.importorskip("matplotlib")
    library.use("Agg")
    return library


def _curve(chosen=0.6, label="yes"):
    return ThresholdCurve.of(SCORES, CODES, None, chosen, label)


def _limits(axes):
    return np.array([*axes.get_xlim(), *axes.get_ylim()])


def test_a_curve_has_every_cut_and_every_rate():
    weights = RNG.rand(50)
    curve = ThresholdCurve.of(SCORES, CODES, weights, 0.6, "yes")
    cuts = cuts_of(SCORES, CODES, weights)
    assert_array_equal(curve.thresholds, cuts.thresholds)
    assert list(curve.rates) == list(RATES)
    for name, values in rates_of(cuts).items():
        assert_array_equal(curve.rates[name], values)
    assert (curve.chosen, curve.label) == (0.6, "yes")


@pytest.mark.parametrize(("n_scores", "n_points"), [(999, 1000), (1000, 1000), (5000, 1000)])
def test_a_long_curve_is_thinned_and_keeps_both_ends(n_scores, n_points):
    scores = np.arange(n_scores) / 7
    codes = np.arange(n_scores) % 2
    curve = ThresholdCurve.of(scores, codes, None, None, 1)
    assert len(curve.thresholds) == n_points
    assert_array_equal(curve.thresholds[[0, -1]], [-np.inf, np.inf])
    assert_array_equal(curve.rates["recall"][[0, -1]], [1, 0])
    assert (np.diff(curve.thresholds[1:-1]) > 0).all()
    for place in (1, 500, -2):
        flagged = scores >= curve.thresholds[place]
        assert curve.rates["precision"][place] == codes[flagged].mean()
        assert curve.rates["flag_rate"][place] == flagged.mean()


def test_a_curve_cannot_be_changed_and_can_be_pickled():
    curve = _curve()
    with pytest.raises(dataclasses.FrozenInstanceError):
        curve.chosen = 0.5
    again = pickle.loads(pickle.dumps(curve))
    assert_array_equal(again.thresholds, curve.thresholds)
    assert_array_equal(again.rates["recall"], curve.rates["recall"])
    assert (again.chosen, again.label) == (0.6, "yes")


def test_rates_are_drawn_against_the_threshold_with_a_line_at_the_chosen_one(matplotlib):
    curve = _curve()
    axes = curve.plot()
    *drawn, chosen = axes.get_lines()
    assert [line.get_label() for line in drawn] == ["recall", "precision", "balanced accuracy"]
    for line, name in zip(drawn, DEFAULT, strict=True):
        assert_array_equal(line.get_xdata()[1:-1], curve.thresholds[1:-1])
        assert_array_equal(line.get_ydata(), curve.rates[name])
        low, high = line.get_xdata()[[0, -1]]
        assert -np.inf < low < curve.thresholds[1]
        assert curve.thresholds[-2] < high < np.inf
    assert_array_equal(chosen.get_xdata(), [0.6, 0.6])
    assert chosen.get_label() == "chosen: 0.6"
    assert axes.get_xlabel() == "threshold of the score of class yes"
    legend = [text.get_text() for text in axes.get_legend().get_texts()]
    assert legend == ["recall", "precision", "balanced accuracy", "chosen: 0.6"]


@pytest.mark.parametrize(
    ("chosen", "end", "says"),
    [(np.inf, -1, "chosen: no row flagged"), (-np.inf, 0, "chosen: every row flagged")],
)
def test_an_infinite_threshold_is_drawn_at_the_end_within_finite_limits(
    matplotlib, chosen, end, says
):
    axes = _curve(chosen).plot()
    recall, *_, line = axes.get_lines()
    assert_array_equal(line.get_xdata(), np.repeat(recall.get_xdata()[end], 2))
    assert line.get_label() == says
    axes.figure.canvas.draw()
    limits = _limits(axes)
    assert np.isfinite(limits).all()
    assert limits[0] < line.get_xdata()[0] < limits[1]


@pytest.mark.parametrize("chosen", [None, np.nan])
def test_without_a_chosen_threshold_there_is_no_line_at_it(matplotlib, chosen):
    axes = _curve(chosen).plot(rates=["recall"])
    assert [line.get_label() for line in axes.get_lines()] == ["recall"]


def test_a_chosen_threshold_beyond_all_scores_is_within_the_picture(matplotlib):
    axes = _curve(7.5).plot()
    assert_array_equal(axes.get_lines()[-1].get_xdata(), [7.5, 7.5])
    low, high = axes.get_xlim()
    assert low < SCORES.min() < 7.5 < high


@pytest.mark.parametrize("chosen", [None, 0.3, np.inf, -np.inf])
def test_scores_that_are_all_equal_can_be_drawn(matplotlib, chosen):
    curve = ThresholdCurve.of(np.full(4, 0.3), np.array([0, 1, 0, 1]), None, chosen, "yes")
    axes = curve.plot(rates=["recall"])
    line = axes.get_lines()[0]
    assert line.get_xdata()[0] < line.get_xdata()[1]
    assert_array_equal(line.get_ydata(), [1, 0])
    assert np.isfinite(_limits(axes)).all()


def test_any_rates_can_be_drawn_and_negative_ones_are_seen(matplotlib):
    curve = ThresholdCurve.of(SCORES, 1 - CODES, None, None, "no")
    axes = curve.plot(rates=RATES)
    assert len(axes.get_lines()) == len(RATES)
    looks = {(line.get_color(), line.get_linestyle()) for line in axes.get_lines()}
    assert len(looks) == len(RATES)
    lowest = min(np.nanmin(values) for values in curve.rates.values())
    axes.figure.canvas.draw()
    assert axes.get_ylim()[0] < lowest < 0
    assert axes.get_ylim()[1] >= 1


def test_a_single_rate_may_be_named_without_a_list(matplotlib):
    axes = _curve(None).plot(rates="f1")
    assert [line.get_label() for line in axes.get_lines()] == ["f1"]


def test_the_whole_range_of_a_rate_is_shown(matplotlib):
    axes = _curve().plot(rates=["flag_rate"])
    axes.figure.canvas.draw()
    low, high = axes.get_ylim()
    assert -0.2 < low < 0
    assert 1 < high < 1.2


def test_a_curve_is_drawn_into_given_axes_beside_another(matplotlib):
    from matplotlib.figure import Figure

    axes = Figure().subplots()
    assert _curve().plot(axes=axes) is axes
    farther = ThresholdCurve.of(SCORES + 5, CODES, None, None, "yes")
    assert farther.plot(rates=["recall"], axes=axes) is axes
    assert len(axes.get_lines()) == 5
    low, high = axes.get_xlim()
    assert low < SCORES.min()
    assert high > SCORES.max() + 5


def test_class_names_are_no_formulas(matplotlib, tmp_path):
    axes = _curve(label="100$ and $\\frac").plot()
    axes.figure.savefig(tmp_path / "curve.png")
    assert (tmp_path / "curve.png").stat().st_size > 5_000


@pytest.mark.slow
def test_the_picture_needs_neither_a_display_nor_pyplot(matplotlib):
    code = (
        "import sys, numpy as np\n"
        "from balancekit.thresholding._curve import ThresholdCurve\n"
        "assert 'matplotlib' not in sys.modules\n"
        "curve = ThresholdCurve.of(np.arange(4.0), np.array([0, 1, 0, 1]), None, 1.5, 1)\n"
        "curve.plot().figure.canvas.draw()\n"
        "print('matplotlib.pyplot' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={}
    )
    assert done.stdout.strip() == "False"


def test_an_unknown_rate_is_told_with_those_known():
    with pytest.raises(ValueError, match=r"rates names no rate: 'precisions'.*mean 'precision'"):
        _curve().plot(rates=["recall", "precisions"])


def test_without_matplotlib_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError, match=r'needs matplotlib.*pip install "balancekit\[report\]"'):
        _curve().plot()

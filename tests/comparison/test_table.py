import datetime as dt
import json
import math
from dataclasses import replace

import numpy as np
import pytest

from balancekit import __version__, compare
from balancekit.comparison.output import to_json


def _lines(comparison):
    return str(comparison).splitlines()


def test_the_heading_says_what_was_compared(comparison):
    assert _lines(comparison)[:3] == [
        "data: 150 rows, 4 numeric columns",
        "positive class: 1 (the rarer) against 0; 30 rows (20.0%)",
        "estimator: logistic; 3 stratified folds x 2 repeats; seed 0",
    ]


def test_one_column_is_no_columns(small):
    X, y = small
    result = compare(X[:, :1], y, cv=2, n_repeats=1, strategies=[])
    assert _lines(result)[0] == "data: 150 rows, 1 numeric column"


def test_the_rarest_class_is_one_of_several_if_they_tie(comparison):
    data = replace(comparison.data, is_tied=True, n_positive=1, n_rows=1)
    assert data.describe_positive() == "1 (one of the rarest) against 0; 1 row (100.0%)"
    chosen = replace(data, is_chosen=True)
    assert chosen.describe_positive() == "1 against 0; 1 row (100.0%)"


def test_a_tie_is_seen(small):
    thirds = np.arange(150) % 3
    result = compare(small[0], thirds, cv=2, n_repeats=1, strategies=[])
    assert "positive class: 2 (one of the rarest) against the other 2; 50 rows" in str(result)


def test_a_named_class_among_many_is_in_the_heading(small):
    X, y = small
    y = y.copy()
    y[:20] = 2
    result = compare(X, y, positive=1, cv=2, n_repeats=1, strategies=[])
    assert "positive class: 1 against the other 2; " in str(result)
    assert "dose = 1 against" in str(result.named("study", "dose"))


def test_printing_and_showing_are_the_same(comparison):
    assert repr(comparison) == str(comparison)


def test_every_strategy_has_a_row_in_both_blocks_and_lines_stay_narrow(comparison):
    lines = _lines(comparison)
    for name in comparison.strategies:
        assert sum(line.startswith(f"{name}  ") for line in lines) == 2
    assert max(map(len, lines)) <= 110
    assert not any(line != line.rstrip() for line in lines)


def test_a_cell_holds_mean_interval_and_mark(comparison):
    cell = comparison.cells["pr_auc"]["nothing"]
    assert f"{cell.mean:.3f} [{cell.low:.3f}, {cell.high:.3f}] ref" in str(comparison)
    tuned = comparison.cells["brier"]["nothing + tuned threshold"]
    assert f"{tuned.mean:.4f} [{tuned.low:.4f}, {tuned.high:.4f}] =" in str(comparison)


def test_sentences_end_the_text_and_p_values_stay_on_one_line(comparison):
    text = str(comparison)
    assert "Verdict: " in text
    flat = " ".join(text.split())
    for sentence in [*comparison.findings, comparison.verdict]:
        assert sentence in flat
    assert not any(line.endswith((" p", "p =", "p <")) for line in _lines(comparison))


def _numbers(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [number for each in value for number in _numbers(each)]
    return [value] if isinstance(value, float) else []


def test_the_json_is_strict_and_holds_everything(comparison):
    def refuse(constant):
        pytest.fail(f"{constant} is no JSON")

    content = json.loads(to_json(comparison), parse_constant=refuse)
    assert content["balancekit"] == __version__
    assert content["data"]["n_rows"] == 150
    assert content["seed"] == 0
    assert content["cross_validation"]["n_splits"] == 6
    assert content["verdict"] == comparison.verdict
    smote = content["strategies"]["SMOTE"]["scores"]["mcc"]
    assert set(smote) == {
        "mean",
        "low",
        "high",
        "verdict",
        "difference",
        "p",
        "p_adjusted",
        "per_split",
    }
    assert smote["per_split"] == comparison.scores["SMOTE"]["mcc"].tolist()
    assert content["strategies"]["nothing"]["scores"]["pr_auc"]["p"] is None
    assert content["strategies"]["SMOTE"]["fit_seconds"]["median"] > 0
    assert all(map(math.isfinite, _numbers(content)))


@pytest.mark.parametrize(
    ("label", "plain"),
    [(True, True), (1.5, 1.5), ("ill", "ill"), (dt.date(2020, 1, 1), "2020-01-01"), (b"x", "b'x'")],
)
def test_labels_of_any_kind_go_into_the_json(comparison, label, plain):
    labelled = replace(comparison, data=replace(comparison.data, positive=label, rest=(label,)))
    content = json.loads(to_json(labelled))
    assert content["data"]["positive"] == plain
    assert content["data"]["rest"] == [plain]

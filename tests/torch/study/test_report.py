"""What is written about results."""

import pytest
from benchmarks.imbalance_study.cells import Imbalance
from benchmarks.imbalance_study.claims import comparisons, sentences
from benchmarks.imbalance_study.figures import draw
from benchmarks.imbalance_study.findings import Findings
from benchmarks.imbalance_study.jobs import list_jobs
from benchmarks.imbalance_study.page import BEGIN, END, written_into
from benchmarks.imbalance_study.store import Store
from benchmarks.imbalance_study.tables import report

pytestmark = pytest.mark.slow

STEP, LINEAR = Imbalance("step", 1000, 0.5), Imbalance("linear", 1000)
JOBS = list_jobs([STEP, LINEAR, Imbalance("none")], 2, 5)


def _result(area, accuracy):
    plain = {"roc_auc": area, "accuracy": accuracy, "recalls": [accuracy] * 10}
    moved = {"roc_auc": area - 0.01, "accuracy": accuracy + 0.02, "recalls": [accuracy] * 10}
    return {
        "plain": plain,
        "thresholds": moved,
        "same_areas": True,
        "counts": [5] * 5 + [5000] * 5,
        "seconds": 7.0,
        "machine": "one",
        "torch": "2",
    }


@pytest.fixture
def findings(tmp_path):
    """Two seeds, in one of which over-sampling is worse, but not by the mean."""
    store = Store(tmp_path)
    areas = {"baseline": (0.90, 0.92), "over": (0.96, 0.91), "under": (0.88, 0.88)}
    for job in JOBS:
        if job.imbalance.kind == "none":
            store.write(job, job.first, _result(0.999, 0.992))
            continue
        for name in job.names:
            area = areas[name.split()[-1]][job.seed]
            store.write(job, name, _result(area - 0.1 * (job.imbalance == LINEAR), area - 0.1))
    return Findings(JOBS, store)


def test_claims_are_judged_by_seed_means(findings):
    found = {(one.claim, one.where): one for one in comparisons(findings)}
    over = found["baseline ≤ over-sampling (ROC AUC)", STEP.title]
    assert (over.holds, over.n_agree, over.n_seeds) == (True, 1, 2)
    assert over.lower == "0.9100 ± 0.0141"
    assert found["baseline < thresholds (accuracy)", STEP.title].holds
    assert not found["under-sampling + thresholds < under-sampling (accuracy)", STEP.title].holds
    assert not found["step(0.5) < linear, baseline (ROC AUC)", "rho 1000"].holds


def test_the_error_on_all_of_mnist_is_told(findings):
    assert "test error 0.80%; below 1%: holds" in sentences(findings)[-1]


def test_the_report_names_what_does_not_hold(findings):
    text = report(findings, 5)
    assert "DO NOT HOLD" in text
    assert "means over 2 seeds" in text


def test_results_may_be_missing(tmp_path):
    findings = Findings(JOBS, Store(tmp_path))
    assert comparisons(findings) == []
    assert report(findings, 5)


def test_a_picture_is_drawn(findings, tmp_path):
    path = tmp_path / "images" / "study.png"
    draw(findings, path)
    assert 10_000 < path.stat().st_size < 200_000


def test_a_page_keeps_what_stands_around_the_results():
    page = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    assert written_into(page, "new\n") == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"
    with pytest.raises(ValueError, match="lacks"):
        written_into("no marks", "new")

"""Runs, and runs that go on with what is done."""

import pytest
from benchmarks.imbalance_study.cells import Imbalance
from benchmarks.imbalance_study.jobs import list_jobs
from benchmarks.imbalance_study.running import pending, run
from benchmarks.imbalance_study.store import Store

from balancekit.deep import BalancedNetClassifier

pytestmark = pytest.mark.slow

JOBS = list_jobs([Imbalance("step", 10, 0.5)], 1, 1, ["over", "baseline"], n_max=20)


class BrokenOff(Exception):
    """What stops a run."""


@pytest.fixture
def fits(monkeypatch):
    """List that grows by the phases of each net that is fitted."""
    fitted, fit = [], BalancedNetClassifier.fit

    def counted(net, X, y):
        fitted.append(net.phases)
        return fit(net, X, y)

    monkeypatch.setattr(BalancedNetClassifier, "fit", counted)
    return fitted


@pytest.fixture(scope="module")
def unbroken(digits, tmp_path_factory):
    """Results of a run without a break, less their times."""
    store = Store(tmp_path_factory.mktemp("unbroken"))
    run(JOBS, store, digits=digits)
    return _results(store)


def _results(store):
    return {
        name: {key: value for key, value in store.read(job, name).items() if key != "seconds"}
        for job in JOBS
        for name in job.names
    }


def test_a_run_that_was_broken_off_repeats_nothing(digits, tmp_path, monkeypatch, fits, unbroken):
    write, written = Store.write, []

    def write_or_break(store, job, name, result):
        if name == "two-phase over" and name not in written:
            written.append(name)
            raise BrokenOff
        write(store, job, name, result)

    monkeypatch.setattr(Store, "write", write_or_break)
    store = Store(tmp_path)
    with pytest.raises(BrokenOff):
        run(JOBS, store, digits=digits)
    assert len(fits) == 2
    assert pending(JOBS, store) == JOBS
    run(JOBS, store, digits=digits)
    # The second phase that was broken off, and the net that had not begun.
    assert len(fits) == 2 + 2
    assert _results(store) == unbroken
    run(JOBS, store, digits=digits)
    assert len(fits) == 4
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".json"]


def test_there_is_a_file_for_each_net(unbroken):
    assert list(unbroken) == ["over", "two-phase over", "baseline"]


def test_results_that_are_half_written_are_none(tmp_path, monkeypatch):
    store = Store(tmp_path)
    monkeypatch.setattr("json.dumps", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        store.write(JOBS[0], "baseline", {})
    assert not store.has(JOBS[0], "baseline")


def test_stacked_runs_find_the_same(digits, tmp_path, unbroken):
    store = Store(tmp_path)
    run(JOBS, store, digits=digits, stack=8)
    for name, result in _results(store).items():
        assert result["counts"] == unbroken[name]["counts"]
        for way in ("plain", "thresholds"):
            assert result[way]["roc_auc"] == pytest.approx(unbroken[name][way]["roc_auc"], abs=0.01)

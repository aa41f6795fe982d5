"""Threads that share a search, and searches that share a process."""

import threading

import joblib
import numpy as np
import pytest
from tests.kernels.process import run_python

from balancekit.core.neighbors.crew import Crew, thread_count

SEARCH = """
import numpy as np
from balancekit.core.neighbors import DirectEngine
from balancekit.core.neighbors.compiled import CompiledEngine

rng = np.random.RandomState(0)
tables = [rng.randn(1500, 5), np.round(rng.randn(1300, 14), 1).astype(np.float32)]
rows = [np.arange(len(X)) for X in tables]
asked = [(X, r, r) for X, r in zip(tables, rows)] + [(tables[0], rows[0][::4], rows[0])]
expected = [DirectEngine().kneighbors(*given, 5) for given in asked]

def is_right(n_jobs, which, engine=None):
    found = (engine or CompiledEngine(n_jobs)).kneighbors(*asked[which], 5)
    return all(map(np.array_equal, found, expected[which]))
"""


@pytest.mark.parametrize("n_jobs", [1, 2, 7])
def test_a_number_of_jobs_is_a_number_of_threads(n_jobs):
    assert thread_count(n_jobs) == n_jobs


def test_negative_numbers_count_from_all_processors_down(monkeypatch):
    monkeypatch.setattr(joblib, "effective_n_jobs", lambda n: {-1: 6, -2: 5}[n])
    assert thread_count(-1) == 6
    assert thread_count(-2) == 5


def test_all_processors_are_meant_by_minus_one(monkeypatch):
    # Whatever the environment allows by default.
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert thread_count(-1) == joblib.cpu_count()


def test_no_jobs_at_all_are_refused_as_by_joblib():
    with pytest.raises(ValueError, match="n_jobs == 0"):
        thread_count(0)


@pytest.mark.parametrize(
    ("setting", "n_threads"),
    [(None, 4), ("", 4), ("1", 1), ("3", 3), ("4", 4), ("16", 4), ("0", 1), ("2,1", 4), ("x", 4)],
)
def test_without_a_number_the_environment_decides(monkeypatch, setting, n_threads):
    monkeypatch.setattr(joblib, "cpu_count", lambda: 4)
    if setting is None:
        monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    else:
        monkeypatch.setenv("OMP_NUM_THREADS", setting)
    assert thread_count(None) == n_threads


@pytest.mark.parametrize("n_threads", [1, 2, 5])
@pytest.mark.parametrize("n", [0, 1, 3, 8, 100, 1001])
def test_ranges_cover_everything_once_and_answer_in_order(n_threads, n):
    with Crew(n_threads) as crew:
        ranges = crew.ranges(lambda first, last: (first, last), n)
    covered = [number for first, last in ranges for number in range(first, last)]
    assert covered == list(range(n))
    assert len(ranges) <= max(1, n)
    assert all(first < last for first, last in ranges)


@pytest.mark.parametrize("n_threads", [1, 3])
def test_each_answers_in_the_order_of_the_arguments(n_threads):
    with Crew(n_threads) as crew:
        assert crew.each(lambda a, b: a - b, range(50), range(50, 0, -1)) == list(range(-50, 50, 2))


def test_a_crew_works_at_the_same_time():
    # Three threads must meet; a single one would wait for the others until the barrier breaks.
    meeting = threading.Barrier(3, timeout=30)
    with Crew(3) as crew:
        assert sorted(crew.each(lambda _: meeting.wait(), range(3))) == [0, 1, 2]


def test_a_crew_of_one_works_in_the_calling_thread():
    with Crew(1) as crew:
        assert crew.each(lambda _: threading.get_ident(), [0]) == [threading.get_ident()]


@pytest.mark.parametrize("n_threads", [1, 3])
def test_an_error_in_a_task_is_raised_and_no_thread_stays(n_threads):
    def fail(number):
        if number == 2:
            raise KeyError(number)

    before = threading.active_count()
    with pytest.raises(KeyError), Crew(n_threads) as crew:
        crew.each(fail, range(20))
    assert threading.active_count() == before


def test_eight_threads_may_use_one_engine_at_once():
    check = """
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

engine, start = CompiledEngine(2), Barrier(8)

def work(number):
    start.wait()
    return all(is_right(2, (number + turn) % 3, engine) for turn in range(3))

with ThreadPoolExecutor(8) as pool:
    assert all(pool.map(work, range(8)))
print("done")
"""
    assert run_python(SEARCH + check) == "done\n"


def test_a_child_forked_after_a_search_can_search():
    check = """
import multiprocessing, sys

if sys.platform == "win32":
    print("done")
    sys.exit()
context = multiprocessing.get_context("fork")

def child():
    sys.exit(0 if all(is_right(2, which) for which in range(3)) else 7)

assert all(is_right(2, which) for which in range(3))
children = [context.Process(target=child) for _ in range(2)]
for process in children:
    process.start()
for process in children:
    process.join(60)
    assert process.exitcode == 0, process.exitcode
assert is_right(2, 0)
print("done")
"""
    assert run_python(SEARCH + check) == "done\n"


@pytest.mark.slow
def test_workers_of_joblib_can_search():
    check = """
from joblib import Parallel, delayed
from balancekit.core.neighbors.crew import thread_count

def work(n_jobs, which, given, answer):
    found = CompiledEngine(n_jobs).kneighbors(*given, 5)
    return all(map(np.array_equal, found, answer)), thread_count(None)

if __name__ == "__main__":
    tasks = [(n_jobs, 2, asked[2], expected[2]) for n_jobs in (None, 1, 2, None)]
    # Large arguments arrive as memory maps that may not be written to.
    results = Parallel(n_jobs=2, max_nbytes=1000)(delayed(work)(*task) for task in tasks)
    assert all(right for right, _ in results)
    print(*{n_threads for _, n_threads in results})
"""
    assert run_python(SEARCH + check, OMP_NUM_THREADS="1") == "1\n"


def test_a_search_with_threads_leaves_none_behind():
    from balancekit.core.neighbors.compiled import CompiledEngine

    X, rows = np.random.RandomState(0).randn(500, 4), np.arange(500)
    before = threading.active_count()
    distances, _ = CompiledEngine(3).kneighbors(X, rows, rows, 2)
    assert threading.active_count() == before
    assert (np.diff(distances) >= 0).all()

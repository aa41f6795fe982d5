"""One instance in many hands: threads, files, clones, and calls inside calls."""

import copy
from concurrent.futures import ThreadPoolExecutor

import joblib
import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone

from balancekit.testing import make_blobs_of_sizes

pytestmark = pytest.mark.thorough

X, Y = make_blobs_of_sizes((14, 6), 3)


def test_threads_with_data_of_their_own_get_rows_of_their_own(sampler):
    tables = [make_blobs_of_sizes((20 + i, 8 + i % 3, 5), 2 + i % 4, seed=i) for i in range(24)]
    names = [np.array([f"{i}a", f"{i}b", f"{i}c"])[y] for i, (_, y) in enumerate(tables)]
    jobs = [(rows, labels) for (rows, _), labels in zip(tables, names, strict=True)]
    expected = [clone(sampler).fit_resample(*job) for job in jobs]
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda job: sampler.fit_resample(*job), jobs))
    for (rows, labels), (rows_alone, labels_alone) in zip(results, expected, strict=True):
        assert_array_equal(rows, rows_alone)
        assert_array_equal(labels, labels_alone)


class _Interrupted(np.random.RandomState):
    """A stream during whose first draw something else happens."""

    event = None

    def _interrupt(self):
        event, self.event = self.event, None
        if event is not None:
            event()

    def choice(self, *args, **kwargs):
        self._interrupt()
        return super().choice(*args, **kwargs)

    def randint(self, *args, **kwargs):
        self._interrupt()
        return super().randint(*args, **kwargs)


def test_a_call_with_other_labels_in_the_middle_of_a_call_does_not_disturb_it(sampler):
    expected = sampler.set_params(random_state=np.random.RandomState(1)).fit_resample(X, Y)
    other, other_y = make_blobs_of_sizes((9, 8, 7), 2)
    stream = _Interrupted(1)
    sampler.set_params(random_state=stream)

    def another_call():
        sampler.set_params(random_state=0).fit_resample(other, np.array(["p", "q", "r"])[other_y])

    stream.event = another_call
    X_out, y_out = sampler.fit_resample(X, Y)
    assert stream.event is None
    assert_array_equal(X_out, expected[0])
    assert_array_equal(y_out, expected[1])


def test_a_file_of_joblib_revives_parameters_results_and_plan(sampler, tmp_path):
    X_out, _ = sampler.fit_resample(X, Y)
    joblib.dump(sampler, tmp_path / "sampler")
    revived = joblib.load(tmp_path / "sampler")
    assert repr(revived) == repr(sampler)
    assert_array_equal(revived.sample_indices_, sampler.sample_indices_)
    assert_array_equal(revived.plan_.carry(Y), sampler.plan_.carry(Y))
    assert revived.sampling_strategy_ == sampler.sampling_strategy_
    assert_array_equal(revived.fit_resample(X, Y)[0], X_out)


def test_skops_revives_a_sampler(sampler):
    io = pytest.importorskip("skops.io")
    X_out, _ = sampler.fit_resample(X, Y)
    content = io.dumps(sampler)
    revived = io.loads(content, trusted=io.get_untrusted_types(data=content))
    assert_array_equal(revived.fit_resample(X, Y)[0], X_out)


def test_a_deep_copy_is_on_its_own(sampler):
    sampler.set_params(random_state=np.random.RandomState(0))
    twin = copy.deepcopy(sampler)
    first = sampler.fit_resample(X, Y)[0]
    assert_array_equal(twin.fit_resample(X, Y)[0], first)


@pytest.mark.parametrize("seed", [np.random.RandomState, np.random.default_rng])
def test_a_clone_does_not_draw_from_the_stream_of_its_original(sampler, seed):
    sampler.set_params(random_state=seed(3))
    expected = clone(sampler).fit_resample(X, Y)[0]
    assert_array_equal(sampler.fit_resample(X, Y)[0], expected)


def test_a_clone_has_no_results(sampler):
    sampler.fit_resample(X, Y)
    fresh = clone(sampler)
    assert not [name for name in vars(fresh) if name.endswith("_")]


def test_without_its_plan_a_sampler_holds_no_rows(sampler):
    sampler.set_params(keep_plan=False).fit_resample(X, Y)
    assert not hasattr(sampler, "plan_")
    kept = {name for name, value in vars(sampler).items() if isinstance(value, np.ndarray)}
    assert kept == {"sample_indices_"}


def test_a_failed_call_leaves_no_half_fitted_sampler(sampler):
    sampler.fit_resample(X, Y)
    expected = sampler.sample_indices_.copy()
    with pytest.raises(ValueError, match="1 class"):
        sampler.fit_resample(X[:5], np.zeros(5, dtype=int))
    assert_array_equal(sampler.sample_indices_, expected)
    assert sampler.plan_.n_rows == len(X)


def test_parameters_are_left_as_they_were_given(sampler):
    strategy = {1: 14} if "Over" in type(sampler).__name__ or hasattr(sampler, "n_jobs") else {0: 6}
    sampler.set_params(sampling_strategy=strategy)
    before = {name: copy.deepcopy(value) for name, value in sampler.get_params().items()}
    sampler.fit_resample(X, Y)
    assert sampler.get_params() == before
    assert sampler.sampling_strategy is strategy

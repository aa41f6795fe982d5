"""Chunks on their way to a device and back, with a stream that works as late as it may."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal

from balancekit.kernels.torch import transfer
from balancekit.kernels.torch.transfer import downloaded, uploaded

pytestmark = pytest.mark.torch

CPU = torch.device("cpu")
rng = np.random.default_rng(0)


class LateLane:
    """Copies are made when somebody waits for them, and what depends on them after that."""

    def __init__(self):
        self.queue = []
        self.n_done = 0
        self.n_pinned = 0
        self.seen_first = []
        self.is_closed = False

    def buffer(self, n_bytes):
        self.n_pinned += n_bytes
        # What is not filled shows.
        return torch.full((n_bytes,), 255, dtype=torch.uint8)

    def start(self, copy):
        self.queue.append(copy)
        return len(self.queue)

    def wait(self, token):
        for work in self.queue[self.n_done : token]:
            work()
        self.n_done = max(self.n_done, token)

    def precede(self, token):
        self.seen_first.append(token)

    def close(self):
        self.is_closed = True
        self.wait(len(self.queue))


@pytest.fixture
def small_buffers(monkeypatch):
    monkeypatch.setattr(transfer, "STAGING_BYTES", 1_000)
    monkeypatch.setattr(transfer, "FEW_BYTES", 0)


ARRAYS = {
    "float64": rng.standard_normal((301, 7)),
    "float32": rng.standard_normal((301, 7)).astype(np.float32),
    "float16": rng.standard_normal((301, 7)).astype(np.float16),
    "int8": rng.integers(-128, 128, (301, 7)).astype(np.int8),
    "uint16": rng.integers(0, 2**16, (301, 7)).astype(np.uint16),
    "uint64": rng.integers(0, 2**64, (301, 7), dtype=np.uint64),
    "bool": rng.standard_normal((301, 7)) > 0,
    "fortran": np.asfortranarray(rng.standard_normal((301, 7))),
    "strided": rng.standard_normal((602, 14))[::2, ::2],
    "backwards": rng.standard_normal((301, 7))[::-1, ::-1],
    "big endian": rng.standard_normal((301, 7)).astype(">f4"),
    "longdouble": rng.standard_normal((301, 7)).astype(np.longdouble),
    "vector": rng.integers(0, 9, 4_001),
    "images": rng.standard_normal((50, 3, 4, 4)).astype(np.float32),
    "wide rows": rng.standard_normal((3, 500)),
    "one row": rng.standard_normal((1, 7)),
    "no rows": np.empty((0, 7)),
    "no columns": np.empty((7, 0)),
}
ARRAYS["read-only"] = ARRAYS["float64"].copy()
ARRAYS["read-only"].flags.writeable = False


@pytest.mark.usefixtures("small_buffers")
@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("make_lane", [lambda: None, LateLane], ids=["plain", "late"])
@pytest.mark.parametrize("dtype", [None, torch.float64, torch.float32])
@pytest.mark.parametrize("name", ARRAYS)
def test_arrays_arrive_in_order_and_whole(name, dtype, make_lane):
    array, lane = ARRAYS[name], make_lane()
    before = array.copy()
    for rows in (None, rng.integers(0, max(1, len(array)), 2 * len(array))):
        arrived = []
        found = uploaded(
            array,
            CPU,
            lambda part, chunk, seen=arrived: seen.append((part.start, part.stop)),
            rows=rows,
            dtype=dtype,
            lane=lane,
        )
        expected = array if rows is None else array[rows]
        wire = np.float64 if name == "longdouble" else array.dtype.newbyteorder("=")
        assert found.is_contiguous() or lane is None
        assert found.shape == expected.shape
        if dtype is None:
            assert found.numpy().dtype == wire
            assert_array_equal(found.numpy(), expected.astype(wire))
        else:
            assert found.dtype == dtype
            assert_array_equal(found.numpy(), expected.astype(wire).astype(found.numpy().dtype))
        starts, stops = ([ends[side] for ends in arrived] for side in (0, 1))
        assert [0, *stops] == [*starts, len(expected)]
    assert_array_equal(array, before)


@pytest.mark.usefixtures("small_buffers")
def test_work_is_told_to_begin_before_the_rest_has_arrived():
    array, lane = ARRAYS["float64"], LateLane()
    told, seen = [], []

    def centre(part, chunk):
        told.append((part.start, lane.n_done, len(lane.queue)))
        lane.queue.append(lambda: seen.append(chunk.clone()))

    uploaded(array, CPU, centre, lane=lane)
    # Before any copy ended, two chunks were under way, and the work on the first was planned.
    assert told[0] == (0, 0, 1)
    assert told[1][1] == 0
    assert lane.seen_first[:2] == [1, 3]
    assert_array_equal(torch.cat(seen).numpy(), array)


@pytest.mark.usefixtures("small_buffers")
@pytest.mark.parametrize("name", sorted(set(ARRAYS) - {"longdouble", "big endian", "backwards"}))
def test_tensors_come_back_in_order_and_whole(name):
    tensor, lane = torch.tensor(ARRAYS[name]), LateLane()
    found = downloaded(tensor, lane=lane)
    assert found.dtype == ARRAYS[name].dtype
    assert_array_equal(found, ARRAYS[name])
    assert lane.is_closed or not tensor.numel()
    turned = downloaded(tensor.T if tensor.ndim == 2 else tensor, lane=LateLane())
    assert_array_equal(turned, ARRAYS[name].T if tensor.ndim == 2 else ARRAYS[name])


@pytest.mark.usefixtures("small_buffers")
def test_two_small_buffers_are_pinned_and_no_more():
    lane = LateLane()
    uploaded(ARRAYS["float64"], CPU, lane=lane)
    assert 1_000 < lane.n_pinned <= 2_000
    few = LateLane()
    uploaded(ARRAYS["float64"][:2], CPU, lane=few)
    assert few.n_pinned == 2 * 7 * 8
    back = LateLane()
    downloaded(torch.from_numpy(ARRAYS["float64"]), lane=back)
    assert back.n_pinned <= 2_000


@pytest.mark.usefixtures("small_buffers")
def test_copies_under_way_are_waited_for_when_work_fails():
    lane = LateLane()

    def fail(part, chunk):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        uploaded(ARRAYS["float64"], CPU, fail, lane=lane)
    assert lane.is_closed
    assert lane.n_done == len(lane.queue)


def test_nothing_is_copied_on_a_cpu_that_need_not_be():
    array = ARRAYS["float32"]
    assert np.shares_memory(uploaded(array, CPU).numpy(), array)
    assert np.shares_memory(downloaded(torch.from_numpy(array)), array)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")
@pytest.mark.usefixtures("small_buffers")
@pytest.mark.parametrize("dtype", [None, torch.float64])
@pytest.mark.parametrize("name", sorted(set(ARRAYS) - {"longdouble", "big endian"}))
def test_a_gpu_gets_and_gives_the_same(name, dtype):
    array, device = ARRAYS[name], torch.device("cuda")
    sums = []
    found = uploaded(array, device, lambda part, chunk: sums.append(chunk.double()), dtype=dtype)
    assert found.device.type == "cuda"
    expected = array if dtype is None else array.astype(np.float64)
    assert_array_equal(downloaded(found), expected)
    if sums:
        assert_array_equal(torch.cat(sums).cpu().numpy(), array.astype(np.float64))

"""Rows on their way to a device and back, chunk by chunk, so that work begins with the first.

A device reads memory by itself only if that is pinned: the system may not move it. Pinning takes
longer than copying, so two small buffers are pinned and take turns: the host fills one, or empties
it, while the device is busy with the other, on a stream beside that of the computation.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from balancekit.kernels.torch.memory import cut

# PyTorch leaves its streams and events without types.
cuda: Any = torch.cuda

# Each of the two buffers: large beside what it takes to start a copy, small beside a cache.
STAGING_BYTES = 8 * 2**20

# Less is copied by PyTorch itself, in the time that it would take to prepare something better.
FEW_BYTES = 2**20

DTYPES = {
    np.dtype(name): getattr(torch, name)
    for name in (
        *("bool", "uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64"),
        *("float16", "float32", "float64"),
    )
}


class Lane(Protocol):
    """How chunks are copied: what a stream beside the computation does, or a stand-in for it."""

    def buffer(self, n_bytes: int) -> Tensor:
        """Return memory of the host, as bytes, that copies can be started from and to."""

    def start(self, copy: Callable[[], Any]) -> Any:
        """Start a copy, after those before it; return a token for its end."""

    def wait(self, token: Any) -> None:
        """Let the host wait for the end of a copy."""

    def precede(self, token: Any) -> None:
        """Let what the device is told to compute from now on wait for the end of a copy."""

    def close(self) -> None:
        """Let what the device is told to compute from now on wait for all copies."""


class SideStream:
    """A stream of a CUDA device, beside the one that is current.

    Parameters
    ----------
    device : torch.device
        The device. Its current stream computes; what that was told to do comes first.
    """

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._stream = cuda.Stream(device)
        # It may still write what is to be read, or use the memory that is to be written.
        self._stream.wait_stream(cuda.current_stream(device))

    def buffer(self, n_bytes: int) -> Tensor:
        """Return pinned memory, or memory of any kind where that cannot be had."""
        try:
            return torch.empty(n_bytes, dtype=torch.uint8, device="cpu", pin_memory=True)
        except RuntimeError:
            # Copies then wait for themselves.
            return torch.empty(n_bytes, dtype=torch.uint8, device="cpu")

    def start(self, copy: Callable[[], Any]) -> Any:
        """Start a copy on the stream."""
        with cuda.stream(self._stream):
            copy()
            event = cuda.Event()
            event.record(self._stream)
        return event

    def wait(self, token: Any) -> None:
        """Let the host wait."""
        token.synchronize()

    def precede(self, token: Any) -> None:
        """Let the current stream wait."""
        cuda.current_stream(self._device).wait_event(token)

    def close(self) -> None:
        """Let the current stream wait, so that nothing is freed that a copy still uses."""
        cuda.current_stream(self._device).wait_stream(self._stream)


def uploaded(
    array: NDArray[Any],
    device: torch.device,
    on_chunk: Callable[[slice, Tensor], Any] | None = None,
    *,
    rows: NDArray[np.intp] | None = None,
    dtype: torch.dtype | None = None,
    lane: Lane | None = None,
) -> Tensor:
    """Bring an array to a device.

    Parameters
    ----------
    array : ndarray of bool, int or float, shape (n_rows, ...)
        In any layout and byte order; it is only read.
    device : torch.device
        Where to. A CPU gets all at once, in the memory of the array if that can be; so does, in a
        copy, whatever gets little.
    on_chunk : callable, optional
        Called with a slice of rows and these rows on the device, in order, as soon as the device
        may be told to compute with them. That is done after their transfer, and while the next are
        on their way.
    rows : ndarray of int, shape (n_asked,), optional
        The rows to bring; all by default.
    dtype : torch.dtype, optional
        What they become, on the device. By default that of the array, or float64 if PyTorch lacks
        it.
    lane : Lane, optional
        How to copy; by default a stream beside the current one of a CUDA device, and elsewhere
        what PyTorch does.

    Returns
    -------
    tensor : Tensor of shape (n_asked, ...)

    Notes
    -----
    The host waits for what was copied from a buffer before it fills that again, and for nothing
    else: as with everything on a CUDA device, the tensor is complete for whatever its current
    stream does next. Up to 16 MiB of pinned memory.
    """
    kind = DTYPES.get(array.dtype.newbyteorder("="), torch.float64)
    target = kind if dtype is None else dtype
    n_rows = len(array) if rows is None else len(rows)
    n_bytes = n_rows * kind.itemsize * int(np.prod(array.shape[1:]))
    if lane is None and (device.type != "cuda" or n_bytes <= FEW_BYTES):
        whole = _converted(array if rows is None else array[rows], kind).to(device, target)
        if on_chunk is not None:
            for part in _chunks(whole):
                on_chunk(part, whole[part])
        return whole
    out = torch.empty((n_rows, *array.shape[1:]), dtype=target, device=device)
    parts = _chunks(out, kind.itemsize)
    if not parts:
        return out
    # A dtype is converted where that is faster, from a chunk that is on the device already.
    shape = (len(out[parts[0]]), *out.shape[1:])
    raw = None if kind == target else torch.empty(shape, dtype=kind, device=device)
    with _closing(SideStream(device) if lane is None else lane) as way:
        stages = _stages(way, shape, kind, len(parts))
        tokens: list[Any] = []
        for number, part in enumerate(parts):
            if number >= len(stages):
                way.wait(tokens[number - len(stages)])
            n_here = len(out[part])
            staged = stages[number % len(stages)][:n_here]
            _fill(staged.numpy(), array, part if rows is None else rows[part])
            tokens.append(way.start(_sending(staged, out[part], raw)))
            way.precede(tokens[-1])
            if on_chunk is not None:
                on_chunk(part, out[part])
    return out


def downloaded(tensor: Tensor, *, lane: Lane | None = None) -> NDArray[Any]:
    """Bring a tensor to the host.

    Parameters
    ----------
    tensor : Tensor of shape (n_rows, ...)
        Of a dtype that NumPy has.
    lane : Lane, optional
        As of `uploaded`.

    Returns
    -------
    array : ndarray
        It shares the memory of a tensor on a CPU. Otherwise, it is complete: the host has waited.
    """
    source = tensor.detach().resolve_conj().resolve_neg()
    if lane is None and (source.device.type != "cuda" or source.nbytes <= FEW_BYTES):
        here: NDArray[Any] = source.cpu().numpy()
        return here
    source = source.contiguous()
    out = np.empty(tuple(source.shape), dtype=_numpy_dtype(source.dtype))
    parts = _chunks(source)
    if not parts:
        return out
    with _closing(SideStream(source.device) if lane is None else lane) as way:
        shape = (len(source[parts[0]]), *source.shape[1:])
        stages = _stages(way, shape, source.dtype, len(parts))
        under_way: list[tuple[Any, slice, Tensor]] = []
        for number, part in enumerate(parts):
            if number >= len(stages):
                _empty(way, under_way.pop(0), out)
            staged = stages[number % len(stages)][: len(source[part])]
            token = way.start(_fetching(source[part], staged))
            under_way.append((token, part, staged))
        for chunk in under_way:
            _empty(way, chunk, out)
    return out


def _sending(staged: Tensor, target: Tensor, raw: Tensor | None) -> Callable[[], Any]:
    def send() -> None:
        if raw is None:
            target.copy_(staged, non_blocking=True)
        else:
            here = raw[: len(staged)]
            here.copy_(staged, non_blocking=True)
            target.copy_(here)

    return send


def _fetching(source: Tensor, staged: Tensor) -> Callable[[], Any]:
    return lambda: staged.copy_(source, non_blocking=True)


def _empty(way: Lane, chunk: tuple[Any, slice, Tensor], out: NDArray[Any]) -> None:
    token, part, staged = chunk
    way.wait(token)
    out[part] = staged.numpy()


def _fill(staged: NDArray[Any], array: NDArray[Any], rows: slice | NDArray[np.intp]) -> None:
    native = array.dtype == staged.dtype and array.flags.c_contiguous
    if isinstance(rows, slice) or not native:
        staged[...] = array[rows]
    else:
        # Ids are checked by whoever asks; "clip" spares NumPy a buffer.
        np.take(array, rows, axis=0, out=staged, mode="clip")


def _converted(array: NDArray[Any], kind: torch.dtype) -> Tensor:
    plain = np.asarray(array, dtype=_numpy_dtype(kind))
    if any(step < 0 for step in plain.strides):
        # PyTorch has no such steps.
        plain = plain.copy()
    with warnings.catch_warnings():
        # Read-only memory is never written to.
        warnings.filterwarnings("ignore", "The given NumPy array is not writable")
        return torch.from_numpy(plain)


def _numpy_dtype(kind: torch.dtype) -> np.dtype[Any]:
    return next(dtype for dtype, known in DTYPES.items() if known == kind)


def _chunks(rows: Tensor, itemsize: int | None = None) -> list[slice]:
    """Cut rows so that each part fits into a buffer; a row that does not has one to itself."""
    n_bytes = rows[:1].numel() * (rows.itemsize if itemsize is None else itemsize)
    return cut(len(rows), STAGING_BYTES // max(1, n_bytes))


def _stages(way: Lane, shape: tuple[int, ...], kind: torch.dtype, n_chunks: int) -> list[Tensor]:
    n_bytes = int(np.prod(shape)) * kind.itemsize
    return [way.buffer(n_bytes).view(kind).view(shape) for _ in range(min(2, n_chunks))]


@contextmanager
def _closing(way: Lane) -> Iterator[Lane]:
    try:
        yield way
    finally:
        way.close()

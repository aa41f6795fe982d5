"""Interleaved timing: competitors take turns, so a slow minute hits all of them."""

import ctypes
import gc
import platform
import statistics
import time
from pathlib import Path


def interleaved(candidates, rounds=7, clock=time.perf_counter):
    """Time callables in turn.

    Parameters
    ----------
    candidates : dict of str to callable
        What to time; the first is the one that the others are compared with.
    rounds : int
        Times that each is called, after one warm-up.
    clock : callable
        Tells the time; `time.process_time` does not count what others take from a busy machine.

    Returns
    -------
    seconds : dict of str to list of float
        One time a round.
    """
    for call in candidates.values():
        call()
    seconds = {name: [] for name in candidates}
    for _ in range(rounds):
        for name, call in candidates.items():
            start = clock()
            call()
            seconds[name].append(clock() - start)
    return seconds


def ratio(seconds, other, ours):
    """Return the median over rounds of how many times faster `ours` is than `other`."""
    rounds = zip(seconds[other], seconds[ours], strict=True)
    return statistics.median(theirs / mine for theirs, mine in rounds)


def report(title, seconds):
    """Print medians, and ratios against the first candidate."""
    ours = next(iter(seconds))
    print(f"\n{title}")
    for name, times in seconds.items():
        line = f"  {name:<38} {1e3 * statistics.median(times):9.1f} ms"
        if name != ours:
            line += f"   {ratio(seconds, name, ours):6.2f} x the time of {ours}"
        print(line)


def peak_memory_of(call):
    """Return by how many MiB a call raises the resident memory at its peak, and what it returns."""
    gc.collect()
    # Memory that was freed, but is still the process's, would hide what the call takes.
    ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5")
    before = _status("VmRSS")
    result = call()
    return _status("VmHWM") - before, result


def _status(field):
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field)) / 1024


def machine():
    """Name the processor, for results that are written down."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{models[0] if models else platform.processor()}, {len(models) or '?'} cores"

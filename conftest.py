"""Collection rules for all tests, doctests in src included."""

from importlib.util import find_spec

NEEDS_TORCH = [
    "src/balancekit/core/containers/tensor.py",
    "src/balancekit/deep/_[!_]*.py",
    "src/balancekit/deep/batches/_epoch_sampler.py",
    "src/balancekit/deep/losses/*",
    "src/balancekit/kernels/torch/*",
    "tests/torch/*",
]

collect_ignore_glob = [] if find_spec("torch") else NEEDS_TORCH

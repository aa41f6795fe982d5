"""The contract that every sampler keeps, as checks to run on your own.

Write a sampler (see "Add a sampler" in the documentation), then::

    from balancekit.testing import check_sampler

    check_sampler(MySampler())

The tests of balancekit run the same checks on every sampler that `all_samplers` finds.
"""

from balancekit.testing.contract import check_sampler, sampler_checks
from balancekit.testing.conversion import CONTAINERS, from_numpy, to_numpy
from balancekit.testing.data import make_blobs_of_sizes
from balancekit.testing.discovery import all_samplers

__all__ = [
    "CONTAINERS",
    "all_samplers",
    "check_sampler",
    "from_numpy",
    "make_blobs_of_sizes",
    "sampler_checks",
    "to_numpy",
]

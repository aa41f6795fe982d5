"""Samplers that take rows from the larger classes."""

from balancekit.under_sampling._random_under_sampler import RandomUnderSampler

__all__ = ["RandomUnderSampler"]

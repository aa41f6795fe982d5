"""Compiled kernels of the neighbour search.

Read `packing` first, for what is compared, then `comparison`, `sweep` and `cross`. `vectors` holds
what needs vector instructions.
"""

"""Whether scikit-learn routes metadata."""

from __future__ import annotations

from sklearn import get_config


def routing_enabled() -> bool:
    """Whether metadata routing is switched on.

    Returns
    -------
    enabled : bool
    """
    return bool(get_config()["enable_metadata_routing"])

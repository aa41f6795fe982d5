"""Warnings and errors."""

from imblearn.exceptions import raise_isinstance_error

from balancekit.core.shortfall import ShortfallWarning

__all__ = ["ShortfallWarning", "raise_isinstance_error"]

"""`python -m balancekit` and the command `balancekit`."""

from __future__ import annotations

import sys

from balancekit.comparison.cli import main

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())

"""The cells of the study: an imbalance and a seed."""

from dataclasses import dataclass

import numpy as np

from balancekit.datasets import make_linear_imbalance, make_step_imbalance

RATIOS = (10, 25, 50, 100, 250, 500, 1000, 2500, 5000)
SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


@dataclass(frozen=True)
class Imbalance:
    """What is kept of a balanced set.

    ``"step"``: a share `mu` of the classes has one `rho`-th of the rows. ``"linear"``: sizes fall
    in equal steps, to one `rho`-th. ``"none"``: all of MNIST, which is balanced but for chance.
    """

    kind: str
    rho: int = 1
    mu: float | None = None

    @property
    def name(self):
        """Name for files."""
        if self.kind == "step":
            return f"step-mu{self.mu:g}-rho{self.rho}"
        return f"linear-rho{self.rho}" if self.kind == "linear" else "none"

    @property
    def title(self):
        """Name for readers."""
        if self.kind == "step":
            return f"step, rho {self.rho}, mu {self.mu:g}"
        return f"linear, rho {self.rho}" if self.kind == "linear" else "all of MNIST"

    def rows(self, labels, seed):
        """Choose rows of a balanced set; the seed draws small classes and their rows."""
        if self.kind == "step":
            return make_step_imbalance(labels, self.mu, self.rho, random_state=seed)
        if self.kind == "linear":
            return make_linear_imbalance(labels, self.rho, random_state=seed)
        return np.arange(len(labels))


def all_imbalances():
    """List the 90 imbalances of the study."""
    steps = [Imbalance("step", rho, mu) for rho in RATIOS for mu in SHARES]
    return steps + [Imbalance("linear", rho) for rho in RATIOS]

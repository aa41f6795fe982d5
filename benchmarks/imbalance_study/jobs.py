"""What there is to train, the most telling first."""

from dataclasses import dataclass

from benchmarks.imbalance_study.cells import Imbalance, all_imbalances
from benchmarks.imbalance_study.digits import N_MAX
from benchmarks.imbalance_study.nets import PAPERS, TWO_PHASE

STEP_HALF, STEP_FIFTH = Imbalance("step", 1000, 0.5), Imbalance("step", 1000, 0.2)
PAPERS_ITERATIONS = 10_000
PRESETS = ("quick", "nightly", "full")


@dataclass(frozen=True)
class Job:
    """A net, and the one that goes on from its weights in a second phase, if one does."""

    imbalance: Imbalance
    seed: int
    first: str
    iterations: int
    n_max: int = N_MAX

    @property
    def names(self):
        """The nets it trains."""
        goes_on = self.first in TWO_PHASE
        return (self.first, TWO_PHASE[self.first]) if goes_on else (self.first,)


def list_jobs(imbalances, n_seeds, iterations, firsts=PAPERS, n_max=N_MAX):
    """List the jobs of some imbalances."""
    return [
        Job(imbalance, seed, first, iterations, n_max)
        for imbalance in imbalances
        for first in firsts
        for seed in range(n_seeds)
    ]


def _nightly():
    """List the jobs of an hour, in an order that makes sense of any part of them."""
    n_seeds, iterations = 3, 1200
    linear = [Imbalance("linear", rho) for rho in (1000, 100)]
    return [
        *list_jobs([STEP_HALF, STEP_FIFTH], n_seeds, iterations),
        Job(Imbalance("none"), 0, "baseline", PAPERS_ITERATIONS),
        *list_jobs([Imbalance("step", 100, 0.5)], n_seeds, iterations),
        *list_jobs(linear, n_seeds, iterations, PAPERS[:1]),
        *list_jobs([STEP_HALF, STEP_FIFTH], n_seeds, iterations, ["under anew"]),
        *list_jobs(linear, n_seeds, iterations, PAPERS[1:]),
    ]


def jobs_of(preset):
    """List the jobs of a preset, or of ``"small"``, which only shows that all works."""
    if preset == "small":
        return list_jobs([Imbalance("step", 10, 0.5)], 1, 4, n_max=100)
    if preset == "quick":
        return list_jobs([STEP_HALF, STEP_FIFTH], 1, 200)
    if preset == "nightly":
        return _nightly()
    return list_jobs(all_imbalances(), 50, PAPERS_ITERATIONS)

"""What the paper says, and whether it is so here."""

from dataclasses import dataclass

from benchmarks.imbalance_study.cells import Imbalance
from benchmarks.imbalance_study.findings import MEASURES, mean_and_spread

MOST_WRONG = 0.01


@dataclass(frozen=True)
class Comparison:
    """One inequality of seed means: of two methods, or of two imbalances."""

    claim: str
    where: str
    lower: str
    higher: str
    n_seeds: int
    n_agree: int
    holds: bool


def compare(findings, claim, lower, higher, measure, strictly=True):
    """Compare a method at an imbalance with another; seeds are paired."""
    (imbalance, method), (other, other_method) = lower, higher
    seeds = [
        seed
        for seed in findings.seeds(imbalance, method)
        if seed in findings.seeds(other, other_method)
    ]
    if not seeds:
        return None
    low = findings.values(imbalance, method, measure, seeds)
    high = findings.values(other, other_method, measure, seeds)
    agree = high > low if strictly else high >= low
    holds = high.mean() > low.mean() if strictly else high.mean() >= low.mean()
    where = imbalance.title if imbalance == other else f"rho {imbalance.rho}"
    return Comparison(
        f"{claim} ({MEASURES[measure]})",
        where,
        mean_and_spread(low),
        mean_and_spread(high),
        len(seeds),
        int(agree.sum()),
        bool(holds),
    )


def comparisons(findings):
    """List all inequalities of the study that there are results for."""
    found = []

    def add(*given, **options):
        comparison = compare(findings, *given, **options)
        if comparison is not None:
            found.append(comparison)

    for one in findings.imbalances:
        add(
            "baseline ≤ over-sampling",
            (one, "baseline"),
            (one, "over-sampling"),
            "roc_auc",
            strictly=False,
        )
    for plain in ("baseline", "over-sampling", "under-sampling"):
        moved = "thresholds" if plain == "baseline" else f"{plain} + thresholds"
        for one in findings.imbalances:
            if plain == "under-sampling":
                add(f"{moved} < {plain}", (one, moved), (one, plain), "accuracy")
            else:
                add(f"{plain} < {moved}", (one, plain), (one, moved), "accuracy")
    for one in findings.imbalances:
        if one.mu == 0.2:
            for measure in ("roc_auc", "accuracy"):
                lower, higher = (one, "under-sampling"), (one, "baseline")
                add("under-sampling < baseline", lower, higher, measure)
    for one in findings.imbalances:
        if one.kind == "linear":
            for measure in ("roc_auc", "accuracy"):
                lower, higher = (Imbalance("step", one.rho, 0.5), "baseline"), (one, "baseline")
                add("step(0.5) < linear, baseline", lower, higher, measure)
    return found


def sentences(findings):
    """Say what is no comparison of means."""
    results = list(findings.results.values())
    n_same = sum(result["same_areas"] for result in results)
    said = [
        f"p / π class by class leaves every class's ROC AUC exactly as it is in {n_same} of "
        f"{len(results)} nets.",
    ]
    changes = [
        result["thresholds"]["roc_auc"] - result["plain"]["roc_auc"]
        for (imbalance, _, _), result in findings.results.items()
        if imbalance.kind != "none"
    ]
    if changes:
        said.append(
            "If rows are divided by their sums after it, the mean ROC AUC changes by "
            f"{min(changes):+.4f} to {max(changes):+.4f}."
        )
    for result in findings.all_of_mnist():
        wrong = 1 - result["plain"]["accuracy"]
        verdict = "holds" if wrong < MOST_WRONG else "does not hold"
        said.append(
            f"All of MNIST, 10,000 iterations: test error {wrong:.2%}; below {MOST_WRONG:.0%}: "
            f"{verdict}."
        )
    return said

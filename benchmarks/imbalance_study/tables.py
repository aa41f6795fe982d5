"""Tables in Markdown, which is read as plain text, too."""

import numpy as np

from balancekit.core.wording import counted
from benchmarks.imbalance_study.claims import comparisons, sentences
from benchmarks.imbalance_study.findings import (
    MEASURES,
    METHODS,
    WITH_THRESHOLDS,
    mean_and_spread,
)
from benchmarks.imbalance_study.nets import NETS
from benchmarks.timing import machine


def table(head, rows):
    """Lay out a table."""
    widths = [max(len(row[place]) for row in [head, *rows]) for place in range(len(head))]
    lines = [head, ["-" * width for width in widths], *rows]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in lines
    )


def score_tables(findings):
    """Return a table of each measure: methods by imbalances."""
    head = ["", *(imbalance.title for imbalance in findings.imbalances)]
    parts = []
    for measure, title in MEASURES.items():
        # The area with thresholds is that without.
        methods = [
            method for method in METHODS if not (measure == "roc_auc" and method in WITH_THRESHOLDS)
        ]
        rows = [
            [
                method,
                *(
                    mean_and_spread(findings.values(imbalance, method, measure))
                    for imbalance in findings.imbalances
                ),
            ]
            for method in methods
        ]
        parts.append(f"{title[0].upper()}{title[1:]}:\n\n{table(head, rows)}")
    return "\n\n".join(parts)


def claim_table(findings):
    """Return a table of what the paper says, and what is so here."""
    head = ["claim", "at", "lower", "higher", "seeds", "seed means"]
    rows = [
        [
            one.claim,
            one.where,
            one.lower,
            one.higher,
            f"{one.n_agree} of {one.n_seeds}",
            "hold" if one.holds else "DO NOT HOLD",
        ]
        for one in comparisons(findings)
    ]
    said = "\n".join(f"- {sentence}" for sentence in sentences(findings))
    return f"{table(head, rows)}\n\n{said}"


def seconds_table(findings):
    """Return the mean seconds of a net."""
    head = ["", *(imbalance.title for imbalance in findings.imbalances)]
    rows = []
    for net in NETS:
        found = [findings.seconds(imbalance, net) for imbalance in findings.imbalances]
        title = f"{net}, second phase" if net.startswith("two-phase") else net
        rows.append([title, *(f"{np.mean(each):.0f}" if len(each) else "" for each in found)])
    lines = [table(head, rows)]
    for result in findings.all_of_mnist():
        lines.append(f"All of MNIST, 10,000 iterations: {result['seconds']:.0f} seconds.")
    return "\n\n".join(lines)


def report(findings, iterations):
    """Return everything as text."""
    n_seeds = max(
        (len(findings.seeds(imbalance, "baseline")) for imbalance in findings.imbalances), default=0
    )
    versions = {result["torch"] for result in findings.results.values()}
    machines = {result["machine"] for result in findings.results.values()} or {machine()}
    return (
        f"{iterations:,} iterations a phase; means over {counted(n_seeds, 'seed')} ± their "
        f"standard deviation; {'; '.join(sorted(machines))}; "
        f"torch {', '.join(sorted(versions))}.\n\n"
        f"{score_tables(findings)}\n\n"
        f"What the paper says; seeds are paired:\n\n{claim_table(findings)}\n\n"
        "Seconds of the processor for the training of a net, one thread:\n\n"
        f"{seconds_table(findings)}\n"
    )

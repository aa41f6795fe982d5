"""The table: plain text of fixed width."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from balancekit.comparison.judgement import Cell
from balancekit.comparison.scoring import METRICS, Metric
from balancekit.comparison.strategies import NOTHING, TUNED
from balancekit.core.wording import counted

if TYPE_CHECKING:
    from balancekit.comparison.result import Comparison

WIDTH = 100
GAP = "  "
MARKS = {
    "better": "+",
    "worse": "-",
    "reference": "ref",
    "same model": "=",
    "no reliable difference": "",
}
DECISIONS = (
    f"decisions, judged against {TUNED.name} (tuned for the metric of the column, in inner folds)"
)
OTHERS = f"rankings and probabilities, judged against {NOTHING.name}"
LEGEND = (
    "Mean [95% interval] over the splits. + and - mark what is reliably better and worse than the "
    "reference (ref): corrected resampled t test, Holm over the strategies, alpha .05. = marks the "
    "reference's own model."
)


def render(comparison: Comparison) -> str:
    """Write a comparison as text.

    Parameters
    ----------
    comparison : Comparison
        The result.

    Returns
    -------
    text : str
        Lines of at most 110 characters, unless names are very long.
    """
    decisions = [metric for metric in METRICS if metric.kind == "threshold"]
    others = [metric for metric in METRICS if metric.kind != "threshold"]
    blocks = [
        "\n".join(heading(comparison)),
        _block(DECISIONS, comparison, decisions, with_time=True),
        _block(OTHERS, comparison, others, with_time=False),
        textwrap.fill(LEGEND, WIDTH),
        "\n".join(_wrap(line) for line in comparison.findings),
        _wrap(f"Verdict: {comparison.verdict}"),
    ]
    if comparison.notes:
        blocks.append("\n".join(_wrap(f"note: {note}") for note in comparison.notes))
    return "\n\n".join(blocks)


def heading(comparison: Comparison) -> list[str]:
    """Say what was compared.

    Parameters
    ----------
    comparison : Comparison
        The result.

    Returns
    -------
    lines : list of str
    """
    data = comparison.data
    return [
        f"{data.name}: {counted(data.n_rows, 'row')}, {data.describe_columns()}",
        f"positive class: {data.describe_positive()}",
        f"estimator: {comparison.estimator}; {comparison.folds}; seed {comparison.seed}",
    ]


def _block(
    title: str, comparison: Comparison, metrics: Sequence[Metric], *, with_time: bool
) -> str:
    columns = [["", *comparison.strategies]]
    for metric in metrics:
        direction = "" if metric.higher_is_better else " (lower is better)"
        cells = comparison.cells.get(metric.key, {})
        rows = [_cell(metric, cells.get(name)) for name in comparison.strategies]
        columns.append([metric.name + direction, *rows])
    if with_time:
        seconds = [_seconds(comparison.fit_seconds(name)) for name in comparison.strategies]
        columns.append(["fit time", *seconds])
    widths = [max(map(len, column)) for column in columns]
    head, *rows = (
        GAP.join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in zip(*columns, strict=True)
    )
    rule = "-" * (sum(widths) + len(GAP) * (len(widths) - 1))
    return "\n".join([title, head, rule, *rows])


def _cell(metric: Metric, cell: Cell | None) -> str:
    if cell is None:
        return "-"
    mean, low, high = (f"{value:.{metric.decimals}f}" for value in (cell.mean, cell.low, cell.high))
    return f"{mean} [{low}, {high}] {MARKS[cell.verdict]}".rstrip()


def _seconds(seconds: float) -> str:
    if seconds < 1:
        return f"{1000 * seconds:.0f} ms"
    return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"


def _wrap(text: str) -> str:
    """Fill lines without tearing a p value apart."""
    kept = re.sub(r"p ([<=]) ", "p\N{NO-BREAK SPACE}\\1\N{NO-BREAK SPACE}", text)
    filled = textwrap.fill(kept, WIDTH, subsequent_indent="    ", break_on_hyphens=False)
    return filled.replace("\N{NO-BREAK SPACE}", " ")

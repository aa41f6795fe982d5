"""What the scores say, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from balancekit.comparison.judgement import Cell, Verdict, reference_of
from balancekit.comparison.scoring import METRICS, Metric
from balancekit.comparison.strategies import NOTHING, TUNED
from balancekit.comparison.wording import join_words

Cells = Mapping[str, Mapping[str, Cell]]


def finding(metric: Metric, cells: Mapping[str, Cell]) -> str:
    """Say what is reliable on one metric.

    Parameters
    ----------
    metric : Metric
        The metric.
    cells : dict of str to Cell
        By strategy name.

    Returns
    -------
    sentence : str
    """
    reference = _quoted(reference_of(metric))
    better, worse = (_with(cells, verdict) for verdict in ("better", "worse"))
    if all(cell.p is None for cell in cells.values()):
        return f"{metric.name}: nothing to judge against {reference}."
    if not better and not worse:
        return f"{metric.name}: no reliable difference from {reference}."
    if better:
        sentence = f"reliably better than {reference}: {_differences(metric, cells, better)}"
    else:
        sentence = f"no strategy is reliably better than {reference}"
    if worse:
        sentence += f"; reliably worse: {_differences(metric, cells, worse)}"
    return f"{metric.name}: {sentence}."


def overall(cells: Cells) -> str:
    """Say what is reliable on all metrics together.

    Parameters
    ----------
    cells : dict of str to dict of str to Cell
        By metric key and strategy name.

    Returns
    -------
    sentences : str
        With the words "no reliable difference" if no strategy is better on any metric, and without
        if there was none.
    """
    better, worse = (_metrics_by_strategy(cells, verdict) for verdict in ("better", "worse"))
    untuned_better, untuned_worse = (won.pop(NOTHING.name, []) for won in (better, worse))
    if not _has_strategies(cells):
        sentences = ["No strategy was compared; there are only the references."]
    elif better:
        sentences = [f"Reliably better than its reference: {_grouped(better)}."]
    else:
        sentences = [
            "No reliable difference in favour of any strategy: on none of the "
            f"{len(cells)} metrics is any of them reliably better than its reference."
        ]
    if worse:
        sentences.append(f"Reliably worse: {_grouped(worse)}.")
    if untuned_worse:
        sentences.append(
            f"On {join_words(untuned_worse)}, tuning the threshold is reliably better than "
            "leaving it."
        )
    if untuned_better:
        sentences.append(
            f"On {join_words(untuned_better)}, leaving the threshold is reliably better than "
            "tuning it."
        )
    return " ".join(sentences)


def _has_strategies(cells: Cells) -> bool:
    references = {NOTHING.name, TUNED.name}
    return any(set(by_name) - references for by_name in cells.values())


def _quoted(name: str) -> str:
    """Keep the strategy 'nothing' apart from the word."""
    return f"'{name}'" if name == NOTHING.name else name


def _with(cells: Mapping[str, Cell], verdict: Verdict) -> list[str]:
    return [name for name, cell in cells.items() if cell.verdict == verdict]


def _differences(metric: Metric, cells: Mapping[str, Cell], names: Iterable[str]) -> str:
    return ", ".join(
        f"{_quoted(name)} ({cells[name].difference:+.{metric.decimals}f}, "
        f"{_p(cells[name].p_adjusted)})"
        for name in names
    )


def _p(p: float) -> str:
    return "p < .001" if p < 0.001 else f"p = {p:.3f}".replace("0.", ".", 1)


def _metrics_by_strategy(cells: Cells, verdict: Verdict) -> dict[str, list[str]]:
    metrics_of: dict[str, list[str]] = {}
    for metric in METRICS:
        for name in _with(cells.get(metric.key, {}), verdict):
            metrics_of.setdefault(name, []).append(metric.name)
    return metrics_of


def _grouped(metrics_of: Mapping[str, Sequence[str]]) -> str:
    """Name together the strategies that share their metrics."""
    names_of: dict[tuple[str, ...], list[str]] = {}
    for name, metrics in metrics_of.items():
        names_of.setdefault(tuple(metrics), []).append(name)
    return "; ".join(
        f"{join_words(names)} on {join_words(metrics)}" for metrics, names in names_of.items()
    )

"""The picture: one panel for each metric, one row for each strategy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from balancekit.comparison.extras import require
from balancekit.comparison.judgement import reference_of
from balancekit.comparison.scoring import METRICS, Metric
from balancekit.comparison.table import heading

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from balancekit.comparison.result import Comparison

INK = "#333333"
GREY = "#666666"
FAINT = "#d9d9d9"
ROW_HEIGHT = 0.36
PANEL_WIDTH = 2.35


@dataclass(frozen=True)
class Style:
    """How a verdict looks.

    Parameters
    ----------
    marker : str
        Its shape, for those who cannot tell the colours.
    color : str
        One of Okabe and Ito's, which most colour-blind people can.
    label : str
        Its meaning.
    is_filled : bool
        Whether the marker is.
    """

    marker: str
    color: str
    label: str
    is_filled: bool = True

    def line(self) -> dict[str, Any]:
        """Return the properties of a marker.

        Returns
        -------
        properties : dict
        """
        fill = self.color if self.is_filled else "white"
        return {
            "marker": self.marker,
            "color": self.color,
            "markerfacecolor": fill,
            "markersize": 6.5,
            "linewidth": 1.6,
        }


STYLES = {
    "reference": Style("o", "#000000", "reference (dotted line)"),
    "same model": Style("o", "#000000", "same model as the reference", is_filled=False),
    "no reliable difference": Style("o", "#8c8c8c", "no reliable difference"),
    "better": Style("^", "#0072B2", "reliably better"),
    "worse": Style("v", "#D55E00", "reliably worse"),
}


def draw(comparison: Comparison, figure: Figure | None = None) -> Figure:
    """Draw the scores of a comparison with their intervals.

    Parameters
    ----------
    comparison : Comparison
        The result.
    figure : matplotlib.figure.Figure, optional
        An empty figure to draw into; its size is set. By default, one that pyplot does not know.

    Returns
    -------
    figure : matplotlib.figure.Figure

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    require("matplotlib", "A picture")
    from matplotlib.figure import Figure

    metrics = [metric for metric in METRICS if metric.key in comparison.cells]
    n_rows = len(comparison.strategies)
    size = (2.2 + PANEL_WIDTH * len(metrics), 2.3 + ROW_HEIGHT * n_rows)
    figure = Figure(dpi=150) if figure is None else figure
    figure.set_size_inches(size)
    figure.set_layout_engine("constrained")
    panels = figure.subplots(1, len(metrics), sharey=True, squeeze=False)[0]
    for panel, metric in zip(panels, metrics, strict=True):
        _draw_scores(panel, metric, comparison)
        _label(panel, metric)
    panels[0].set_yticks(range(n_rows), comparison.strategies, color=INK, parse_math=False)
    panels[0].set_ylim(n_rows - 0.4, -0.6)
    _annotate(figure, comparison)
    return figure


def _draw_scores(panel: Any, metric: Metric, comparison: Comparison) -> None:
    cells = comparison.cells[metric.key]
    reference = cells[reference_of(metric)]
    panel.axvline(reference.mean, color=INK, linewidth=0.8, linestyle=(0, (1, 2)), zorder=1)
    for row, name in enumerate(comparison.strategies):
        cell = cells[name]
        style = STYLES[cell.verdict]
        panel.hlines(row, cell.low, cell.high, color=style.color, linewidth=1.6, alpha=0.55)
        panel.plot(cell.mean, row, zorder=3, **style.line())


def _label(panel: Any, metric: Metric) -> None:
    panel.set_title(metric.name, fontsize=10, fontweight="bold", loc="left", color=INK, pad=17)
    panel.annotate(
        f"against {reference_of(metric)}",
        xy=(0, 1),
        xycoords="axes fraction",
        xytext=(0, 5),
        textcoords="offset points",
        fontsize=7.5,
        color=GREY,
    )
    direction = "higher is better →" if metric.higher_is_better else "← lower is better"
    panel.set_xlabel(direction, fontsize=8, color=GREY)
    panel.locator_params(axis="x", nbins=4)
    panel.tick_params(axis="x", labelsize=8, colors=GREY, length=3)
    panel.tick_params(axis="y", labelsize=9, length=0)
    panel.grid(axis="y", color=FAINT, linewidth=0.6)
    panel.set_axisbelow(True)
    panel.spines[["top", "right", "left"]].set_visible(False)
    panel.spines["bottom"].set_color(GREY)


def _annotate(figure: Figure, comparison: Comparison) -> None:
    from matplotlib.lines import Line2D

    first, *others = heading(comparison)
    text = f"{first}\n{'; '.join(others)}"
    # Names of columns and classes are no formulas.
    figure.suptitle(text, fontsize=9.5, color=INK, x=0.01, ha="left", parse_math=False)
    legend = figure.legend(
        handles=[Line2D([], [], label=style.label, **style.line()) for style in STYLES.values()],
        loc="outside lower left",
        ncols=len(STYLES),
        frameon=False,
        fontsize=8.5,
        title="mean and 95% interval over the splits (corrected for overlapping training folds)",
        title_fontsize=8.5,
        alignment="left",
    )
    legend.get_title().set_color(GREY)

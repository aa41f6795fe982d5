"""What each threshold of two classes is worth: numbers and a picture."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from balancekit.core.recipes import FloatArray, IntArray
from balancekit.thresholding._cuts import check_rate, cuts_of, rates_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_POINTS = 1000

# Okabe and Ito's colours, which most colour-blind people can tell, with line styles for the rest.
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")
LINE_STYLES = ("-", "--", "-.", ":")
INK = "#333333"


@dataclass(frozen=True, eq=False)
class ThresholdCurve:
    """The rates of every threshold of two classes.

    Parameters
    ----------
    thresholds : ndarray of float64, shape (n_points,)
        Ascending. Rows with a score of at least the threshold are flagged. The first is -inf and
        flags every row, the last is +inf and flags none.
    rates : dict of str to ndarray of float64, shape (n_points,)
        ``"recall"``, ``"precision"``, ``"specificity"``, ``"negative_predictive_value"``,
        ``"f1"``, ``"accuracy"``, ``"balanced_accuracy"``, ``"geometric_mean"``,
        ``"matthews_corrcoef"``, ``"youden"``, ``"flag_rate"`` and ``"false_positive_rate"``. NaN
        where a rate is not defined, such as the precision where no row is flagged.
    chosen : float or None
        The threshold that was decided for; infinite for all rows or none. None or NaN if there is
        none.
    label : object
        Name of the class whose rows are to be flagged.

    Examples
    --------
    >>> import numpy as np
    >>> from balancekit.thresholding import ThresholdCurve
    >>> scores, codes = np.array([0.1, 0.4, 0.6, 0.9]), np.array([0, 0, 1, 1])
    >>> curve = ThresholdCurve.of(scores, codes, None, 0.5, "yes")
    >>> curve.thresholds
    array([-inf, 0.25, 0.5 , 0.75,  inf])
    >>> curve.rates["recall"]
    array([1. , 1. , 1. , 0.5, 0. ])
    """

    thresholds: FloatArray
    rates: dict[str, FloatArray]
    chosen: float | None
    label: Any

    @classmethod
    def of(
        cls,
        scores: FloatArray,
        codes: IntArray,
        weights: FloatArray | None,
        chosen: float | None,
        label: Any,
    ) -> Self:
        """Compute the curve.

        Parameters
        ----------
        scores : ndarray of float64, shape (n_rows,)
            Finite scores of the second class.
        codes : ndarray of int, shape (n_rows,)
            True classes, 0 or 1.
        weights : ndarray of float64, shape (n_rows,), or None
            Weights of the rows, not negative.
        chosen : float or None
            The threshold that was decided for.
        label : object
            Name of the second class.

        Returns
        -------
        curve : ThresholdCurve
            Of all cuts between distinct scores, or of 1,000 of them: every so many, and both ends.

        Raises
        ------
        ValueError
            If a weight is negative or none is positive.
        """
        cuts = cuts_of(scores, codes, weights)
        n_cuts = len(cuts.thresholds)
        if n_cuts > MOST_POINTS:
            cuts = cuts.take(np.linspace(0, n_cuts - 1, MOST_POINTS).astype(np.intp))
        return cls(cuts.thresholds, rates_of(cuts), chosen, label)

    def plot(
        self,
        *,
        rates: Iterable[str] = ("recall", "precision", "balanced_accuracy"),
        axes: Axes | None = None,
    ) -> Axes:
        """Draw rates against the threshold, with a line at the one that was chosen.

        Parameters
        ----------
        rates : iterable of str, default=("recall", "precision", "balanced_accuracy")
            Which: keys of `rates`.
        axes : matplotlib.axes.Axes, optional
            Where to draw. By default, axes of a new figure that pyplot does not know; its
            ``figure.savefig`` works without a display.

        Returns
        -------
        axes : matplotlib.axes.Axes
            Infinite thresholds are drawn at the ends, a little beyond the others.

        Raises
        ------
        ImportError
            If matplotlib is not installed; the message names the extra it comes with.
        ValueError
            If there is no rate of some name.
        """
        names = [rates] if isinstance(rates, str) else list(rates)
        for name in names:
            check_rate(name, "rates")
        axes = _new_axes() if axes is None else axes
        low, high = self._ends()
        places = np.clip(self.thresholds, low, high)
        for number, name in enumerate(names):
            axes.plot(
                places,
                self.rates[name],
                color=COLORS[number % len(COLORS)],
                linestyle=LINE_STYLES[number % len(LINE_STYLES)],
                label=name.replace("_", " "),
            )
        if self.chosen is not None and not np.isnan(self.chosen):
            axes.axvline(
                float(np.clip(self.chosen, low, high)),
                color=INK,
                linewidth=0.8,
                linestyle=(0, (1, 2)),
                label=f"chosen: {_worded(self.chosen)}",
            )
        bottom, top = axes.get_ylim()
        axes.set_ylim(min(bottom, -0.02), max(top, 1.02), auto=None)
        # Names of classes are no formulas.
        axes.set_xlabel(f"threshold of the score of class {self.label}", parse_math=False)
        axes.set_ylabel("rate")
        axes.legend(frameon=False, fontsize=8.5)
        return axes

    def _ends(self) -> tuple[float, float]:
        """Return where infinite thresholds are drawn."""
        chosen = [] if self.chosen is None else [self.chosen]
        known = np.append(self.thresholds, chosen)
        known = known[np.isfinite(known)]
        if not len(known):
            return 0.0, 1.0
        low, high = float(known.min()), float(known.max())
        beyond = (high - low) / 20 or max(abs(high), 1.0) / 20
        return low - beyond, high + beyond


def _new_axes() -> Axes:
    try:
        figure = import_module("matplotlib.figure").Figure(layout="constrained")
    except ImportError as error:
        msg = (
            "A picture needs matplotlib, which cannot be imported; install it with "
            'pip install "balancekit[report]"'
        )
        raise ImportError(msg) from error
    axes: Axes = figure.subplots()
    return axes


def _worded(chosen: float) -> str:
    if np.isinf(chosen):
        return "no row flagged" if chosen > 0 else "every row flagged"
    return f"{chosen:.4g}"

"""What a comparison found."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from balancekit.comparison.content import as_dict
from balancekit.comparison.judgement import Cell, judge
from balancekit.comparison.plot import draw
from balancekit.comparison.scoring import METRICS
from balancekit.comparison.table import render
from balancekit.comparison.words import finding, overall
from balancekit.core.wording import counted

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class DataDescription:
    """What was compared on.

    Parameters
    ----------
    n_rows, n_positive : int
        Rows, and how many of them are of the positive class.
    positive : hashable
        Its label.
    rest : sequence of hashable
        Labels of the other classes.
    is_chosen : bool
        Whether the positive class was named; otherwise it is the rarest.
    is_tied : bool
        Whether another class has as many rows.
    columns : dict of str to list of str
        Names of the numeric, the nominal and the dropped columns; empty if a pipeline of the
        user's reads X itself.
    n_groups : int, optional
        Number of groups.
    name : str
        The file, or what else to call the data.
    target : str, optional
        Name of the target column.
    """

    n_rows: int
    n_positive: int
    positive: Hashable
    rest: Sequence[Hashable]
    is_chosen: bool
    is_tied: bool = False
    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    n_groups: int | None = None
    name: str = "data"
    target: str | None = None

    def describe_columns(self) -> str:
        """Count the columns.

        Returns
        -------
        text : str
        """
        counts = [f"{len(names)} {kind}" for kind, names in self.columns.items() if names]
        if not counts:
            return "columns read by the estimator"
        n_columns = sum(len(names) for names in self.columns.values())
        return f"{' + '.join(counts)} column{'' if n_columns == 1 else 's'}"

    def describe_positive(self) -> str:
        """Name the positive class and its share.

        Returns
        -------
        text : str
        """
        target = f"{self.target} = " if self.target is not None else ""
        against = f"{self.rest[0]!r}" if len(self.rest) == 1 else f"the other {len(self.rest)}"
        choice = "" if self.is_chosen else f" ({self._describe_choice()})"
        share = self.n_positive / self.n_rows
        return (
            f"{target}{self.positive!r}{choice} against {against}; "
            f"{counted(self.n_positive, 'row')} ({share:.{1 if share >= 0.01 else 2}%})"
        )

    def _describe_choice(self) -> str:
        if self.is_tied:
            return "one of the rarest"
        return "the rarer" if len(self.rest) == 1 else "the rarest"


@dataclass(frozen=True, repr=False, eq=False)
class Comparison:
    """Scores of strategies on the same splits, and what is reliable about them.

    Printing it gives the table.

    Parameters
    ----------
    data : DataDescription
        What was compared on.
    estimator : str
        Name of the classifier.
    folds : str
        The splits, in words.
    seed : int
        Seed of folds, samplers and estimators.
    test_train_ratio : float
        Test rows per training row.
    scores : dict of str to dict of str to ndarray of float, shape (n_splits,), or None
        Scores by strategy name and metric key; None where the estimator gives no probabilities.
    times : dict of str to ndarray of float, shape (n_splits,)
        Seconds to fit, by strategy name; those of one tuning.
    estimators : dict of str to classifier
        Every strategy as an unfitted scikit-learn estimator, by name. They take arrays and frames
        as `compare` does; the threshold is tuned for balanced accuracy.
    notes : sequence of str
        What was skipped, changed or warned of.

    Attributes
    ----------
    cells : dict of str to dict of str to Cell
        Mean, interval, difference from the reference, p values and verdict, by metric key and
        strategy name.
    """

    data: DataDescription
    estimator: str
    folds: str
    seed: int
    test_train_ratio: float
    scores: Mapping[str, Mapping[str, NDArray[np.float64] | None]]
    times: Mapping[str, NDArray[np.float64]]
    estimators: Mapping[str, Any]
    notes: Sequence[str] = ()

    @property
    def strategies(self) -> list[str]:
        """Names of the strategies, the two references first."""
        return list(self.scores)

    @cached_property
    def cells(self) -> dict[str, dict[str, Cell]]:
        """What is reliable, by metric key and strategy name."""
        return judge(self.scores, self.test_train_ratio)

    @property
    def findings(self) -> list[str]:
        """One sentence for each metric."""
        scored = (metric for metric in METRICS if metric.key in self.cells)
        return [finding(metric, self.cells[metric.key]) for metric in scored]

    @property
    def verdict(self) -> str:
        """What is reliable on all metrics together, in words."""
        return overall(self.cells)

    def fit_seconds(self, strategy: str) -> float:
        """Return the median time of fitting.

        Parameters
        ----------
        strategy : str
            Name of a strategy.

        Returns
        -------
        seconds : float
        """
        return float(np.median(self.times[strategy]))

    def named(self, name: str, target: str | None = None) -> Comparison:
        """Return the same result with names for the data and the target.

        Parameters
        ----------
        name : str
            What to call the data.
        target : str, optional
            Name of the target column.

        Returns
        -------
        comparison : Comparison
        """
        return replace(self, data=replace(self.data, name=name, target=target))

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain Python objects that JSON can hold.

        Returns
        -------
        content : dict
            Without the estimators.
        """
        return as_dict(self)

    def plot(self, figure: Figure | None = None) -> Figure:
        """Draw the scores with their intervals, one panel for each metric.

        Parameters
        ----------
        figure : matplotlib.figure.Figure, optional
            An empty figure to draw into, such as ``plt.figure()``. By default, one that pyplot does
            not know: call its `savefig`.

        Returns
        -------
        figure : matplotlib.figure.Figure

        Raises
        ------
        MissingExtraError
            If matplotlib is not installed.
        """
        return draw(self, figure)

    def __str__(self) -> str:
        return render(self)

    def __repr__(self) -> str:
        return render(self)

"""The best weights so far, and when to stop."""

from __future__ import annotations

import math
from copy import deepcopy
from typing import Any

from torch import nn


class BestEpoch:
    """Keeps the weights of the epoch with the best score.

    Parameters
    ----------
    patience : int
        Epochs without a better score after which to stop.
    tol : float
        What a score has to be better by.
    """

    def __init__(self, patience: int, tol: float) -> None:
        self.patience = patience
        self.tol = tol
        self.score = -float("inf")
        self.epoch = 0
        self._waited = 0
        self._weights: dict[str, object] = {}

    def is_over(self, epoch: int, score: float, module: nn.Module) -> bool:
        """Look at the score of an epoch.

        Parameters
        ----------
        epoch : int
            Its number.
        score : float
            Higher is better.
        module : nn.Module
            The net as it is now.

        Returns
        -------
        is_over : bool
            Whether scores have not become better for long enough.
        """
        # Nothing would be better than a score that is no number.
        score = -float("inf") if math.isnan(score) else score
        # The weights of the best score are kept even if it is better by less than `tol`.
        if not self._weights or score > self.score:
            self._waited = 0 if score > self.score + self.tol else self._waited + 1
            self.score, self.epoch = score, epoch
            self._weights = deepcopy(module.state_dict())
        else:
            self._waited += 1
        return self._waited >= self.patience

    def restore(self, module: nn.Module) -> None:
        """Give a net the weights of the best epoch.

        Parameters
        ----------
        module : nn.Module
            It is changed.
        """
        module.load_state_dict(self._weights)

    def state(self) -> dict[str, Any]:
        """Return what a checkpoint needs.

        Returns
        -------
        state : dict
        """
        return dict(vars(self))

    def load(self, state: dict[str, Any]) -> None:
        """Go on from a state.

        Parameters
        ----------
        state : dict
            What `state` has returned.
        """
        vars(self).update(state)

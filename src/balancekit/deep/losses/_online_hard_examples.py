"""Only the rows of a batch that are hardest now."""

from __future__ import annotations

from numbers import Integral
from typing import Any, Self

import torch
from torch import Tensor

from balancekit.deep.losses._base import BatchLoss, SampleLoss, check_number
from balancekit.deep.losses._inner import resolve_inner

DEFAULT_SHARE = 0.25


class OnlineHardExamples(BatchLoss):
    """The mean loss of the rows of a batch whose losses are largest.

    Losses of all rows are computed without gradient; rows are selected by these, and only the
    selected ones are back-propagated [1]_. One of three rules selects: `keep`, `above` or `ratio`.

    Parameters
    ----------
    loss : str or SampleLoss, default="cross_entropy"
        The loss of rows: a name that `resolve_loss` knows, or a loss.
    keep : float or int, default=None
        As a float, the share of the rows to keep, above 0 and at most 1, rounded to the nearest
        number of rows; as an int, their number. So ``1.0`` keeps all rows, and ``1`` one. At least
        one is kept, and at most all. If none of the three is given, it is 0.25.
    above : float, default=None
        Keep each row with a loss of at least this, or, if there is none, the hardest.
    ratio : float, default=None
        Keep all positives, and this many negatives for each of them, those with the largest losses
        [2]_, which takes 3; at least one negative.
    negative : int, default=None
        For `ratio`: code of the class whose rows are negatives; rows of all others are positives.
        None is the class with the largest of the bound class counts, the first of equal ones.

    Attributes
    ----------
    loss : SampleLoss
        The loss of rows.
    class_counts : Tensor of float32, shape (n_classes,), or None
        What this loss, and the one of rows, are bound to.

    Raises
    ------
    TypeError
        In the constructor, if `loss` is a loss of the batch as a whole, or a parameter is no
        number.
    ValueError
        In the constructor, if several rules are given, or a number is out of bounds.

    See Also
    --------
    FocalLoss : Lets easy rows fade, where this leaves them out.
    balancekit.under_sampling.HardNegativeMining : Selects rows once, before training.

    Notes
    -----
    The net computes all rows once; the loss, which is cheap beside it, is computed twice for the
    selected ones. Where all rows are selected, the value is exactly that of the inner loss.
    Gradients of the others are exactly zero. Validation rows are selected from, too.

    Which rows are left out depends on the batch, so this is a loss of the batch as a whole and
    takes no weights of rows. Weights of classes go into the inner loss, such as
    ``OnlineHardExamples("weighted_cross_entropy")``; rows are then selected by weighted losses.

    Hard rows are those of rare classes more often than not, so that they count for more, by an
    amount that changes as the net learns: probabilities reflect no prior in particular. Rows with
    wrong labels are the hardest of all, and stay selected to the end.

    For boxes, [1]_ suppresses overlapping ones before; do so outside.

    References
    ----------
    .. [1] A. Shrivastava, A. Gupta and R. Girshick, "Training region-based object detectors with
       online hard example mining", Conference on Computer Vision and Pattern Recognition, 2016.
    .. [2] W. Liu, D. Anguelov, D. Erhan, C. Szegedy, S. Reed, C.-Y. Fu and A. C. Berg, "SSD: single
       shot multibox detector", European Conference on Computer Vision, 2016.

    Examples
    --------
    >>> import torch
    >>> from balancekit.deep.losses import OnlineHardExamples
    >>> logits, target = torch.tensor([3.0, -1.0, 2.0, 0.0]), torch.tensor([1, 1, 0, 0])
    >>> loss = OnlineHardExamples(keep=2)
    >>> loss.loss.per_sample(logits, target)
    tensor([0.0486, 1.3133, 2.1269, 0.6931])
    >>> loss(logits, target)
    tensor(1.7201)
    >>> OnlineHardExamples(ratio=0.5, negative=0)(logits, target)
    tensor(1.1629)
    """

    loss: SampleLoss

    def __init__(
        self,
        loss: str | SampleLoss = "cross_entropy",
        keep: float | int | None = None,
        above: float | None = None,
        ratio: float | None = None,
        negative: int | None = None,
    ) -> None:
        super().__init__()
        rules = {"keep": keep, "above": above, "ratio": ratio}
        given = [f"{name}={rule!r}" for name, rule in rules.items() if rule is not None]
        if len(given) > 1:
            msg = f"{' and '.join(given)} are rules of their own. Pass one of them."
            raise ValueError(msg)
        if negative is not None and ratio is None:
            msg = (
                f"negative={negative!r} is for `ratio`, which is None. Pass both, or leave it out."
            )
            raise ValueError(msg)
        self.keep = _check_keep(keep if given else DEFAULT_SHARE)
        self.above = None if above is None else check_number(above, "above", 0)
        self.ratio = None if ratio is None else check_number(ratio, "ratio", 0, open_low=True)
        self.negative = _check_code(negative)
        self.loss = resolve_inner(loss, type(self).__name__, "selects rows by their own losses")
        self._take_after(self.loss)

    def bind(self, class_counts: Any) -> Self:
        """Tell this loss, and that of rows, how many rows each class has in the training data.

        Parameters
        ----------
        class_counts : array-like or Tensor of shape (n_classes,)
            Counts, or shares, if the loss of rows takes these.

        Returns
        -------
        self : object

        Raises
        ------
        ValueError
            If the counts cannot be used, or there is no class `negative`.
        """
        self.loss.bind(class_counts)
        return super().bind(class_counts)

    def select(self, losses: Tensor, target: Tensor) -> Tensor:
        """Select rows by their losses.

        Parameters
        ----------
        losses : Tensor of float, shape (n,)
            Loss of each row. NaN counts as the largest, so that it does not go unseen.
        target : Tensor of shape (n,), (n, 1) or (n, n_labels)
            As for the loss; only `ratio` looks at it, and wants one class a row.

        Returns
        -------
        rows : Tensor of int64, shape (n_selected,)
            Row numbers, ascending. Of rows with equal losses, the first are taken.

        Raises
        ------
        ValueError
            If shapes do not go together, or rows have several labels and the rule is `ratio`.
        RuntimeError
            If the rule is `ratio`, there is no `negative`, and the loss is not bound.
        """
        if losses.ndim != 1 or len(losses) == 0 or target.shape[:1] != losses.shape:
            msg = (
                f"losses has shape {tuple(losses.shape)} and target {tuple(target.shape)}. Pass "
                "the loss of each row and what the rows are, for one row or more."
            )
            raise ValueError(msg)
        losses = losses.detach()
        if self.ratio is not None:
            return self._with_hard_negatives(losses, self._is_negative(target), self.ratio)
        if self.above is not None:
            rows = (~(losses < self.above)).nonzero()[:, 0]
            return rows if len(rows) else hardest(losses, 1)
        keep: Any = self.keep
        n_kept = keep if isinstance(keep, int) else round(keep * len(losses))
        return hardest(losses, n_kept).sort().values

    def forward(self, logits: Tensor, target: Tensor) -> Tensor:
        """Compute the mean loss of the hard rows.

        Parameters
        ----------
        logits : Tensor of float, shape (n, n_classes), (n,) or (n, 1)
            Scores, before sigmoid or softmax.
        target : Tensor of shape (n,) or (n, n_labels)
            Class indices as integers; zeros and ones, of any dtype, for one logit a row, or several
            labels a row, if the loss of rows takes these.

        Returns
        -------
        loss : Tensor of float32, or float64 if the logits are, shape ()

        Raises
        ------
        TypeError, ValueError
            If an argument cannot be used; see `BatchLoss.forward`.
        RuntimeError
            If class counts are needed, and the loss is not bound.
        """
        with torch.no_grad():
            rows = self.select(self.loss.per_sample(logits, target), target)
        if len(rows) == len(logits):
            return torch.as_tensor(self.loss(logits, target))
        return torch.as_tensor(self.loss(logits[rows], target[rows]))

    def _with_hard_negatives(self, losses: Tensor, is_negative: Tensor, ratio: float) -> Tensor:
        negatives, positives = is_negative.nonzero()[:, 0], (~is_negative).nonzero()[:, 0]
        if not len(negatives):
            return positives
        kept = hardest(losses[negatives], round(ratio * len(positives)))
        return torch.cat([positives, negatives[kept]]).sort().values

    def _is_negative(self, target: Tensor) -> Tensor:
        codes = target.reshape(len(target), -1)
        if codes.shape[1] != 1:
            msg = (
                f"ratio={self.ratio:g} tells positives from negatives by the class of a row, and "
                f"target has shape {tuple(target.shape)}. Pass one class a row, or take `keep` or "
                "`above`."
            )
            raise ValueError(msg)
        negative: Any = self.negative
        if negative is None:
            negative = self._counts().argmax().to(target.device)
        return codes[:, 0] == negative

    def _check_counts(self, counts: Tensor) -> None:
        if self.negative is not None and self.negative >= len(counts):
            msg = (
                f"negative={self.negative} is no class: class_counts has {len(counts)} classes. "
                f"Pass a code from 0 to {len(counts) - 1}."
            )
            raise ValueError(msg)

    def extra_repr(self) -> str:
        """Show the rule, and the classes that the loss is bound to."""
        names = ("keep", "above", "ratio", "negative")
        values = ((name, getattr(self, name)) for name in names)
        shown = [f"{name}={value!r}" for name, value in values if value is not None]
        if self.class_counts is not None:
            shown.append(f"n_classes={len(self.class_counts)}")
        return ", ".join(shown)


def hardest(losses: Tensor, n: int) -> Tensor:
    """Find the rows with the largest losses.

    Parameters
    ----------
    losses : Tensor of float, shape (n_rows,)
        Losses; NaN counts as the largest.
    n : int
        How many are wanted; one at least, and all at most, are found.

    Returns
    -------
    rows : Tensor of int64, shape (n_found,)
        From the largest loss on; of equal losses, the first row first.
    """
    return losses.sort(descending=True, stable=True).indices[: max(1, n)]


def _check_keep(keep: Any) -> float | int | None:
    if keep is None:
        return None
    if isinstance(keep, Integral) and not isinstance(keep, bool):
        if keep < 1:
            msg = f"keep={keep!r} keeps no row. Pass a number of rows, or a share such as 0.25."
            raise ValueError(msg)
        return int(keep)
    if isinstance(keep, bool | str):
        msg = f"keep={keep!r} is no number. Pass a share as a float, or a number of rows as an int."
        raise TypeError(msg)
    return check_number(keep, "keep", 0, 1, open_low=True)


def _check_code(negative: Any) -> int | None:
    if negative is None:
        return None
    if isinstance(negative, bool) or not isinstance(negative, Integral):
        msg = f"negative={negative!r} is no class code. Pass an int, such as 0 for the first class."
        raise TypeError(msg)
    if negative < 0:
        msg = f"negative={negative!r} is below 0. Pass a class code, 0 for the first class."
        raise ValueError(msg)
    return int(negative)

"""Every loss as a maker, and batches of every kind."""

import torch

from balancekit.deep.losses import (
    AsymmetricLoss,
    BalancedSoftmaxLoss,
    ClassBalancedLoss,
    DiceLoss,
    FocalLoss,
    GHMCLoss,
    LDAMLoss,
    LogitAdjustedLoss,
    OnlineHardExamples,
    TverskyLoss,
    WeightedCrossEntropyLoss,
)

# Losses whose rows have one class each, and which need class counts.
COUNTING = {
    "weighted": WeightedCrossEntropyLoss,
    "class-balanced": lambda: ClassBalancedLoss(beta=0.99),
    "class-balanced binary": lambda: ClassBalancedLoss(beta=1, base="binary"),
    "class-balanced focal": lambda: ClassBalancedLoss(beta=0, base="focal", gamma=1.5),
    "logit-adjusted": lambda: LogitAdjustedLoss(tau=1.3),
    "balanced softmax": BalancedSoftmaxLoss,
    "LDAM": lambda: LDAMLoss(scale=2),
    "LDAM re-weighted": lambda: LDAMLoss(scale=2).start_reweighting(),
}

# Losses whose gradient does not vanish, however wrong a logit is.
UNBOUNDED = {
    "focal": FocalLoss,
    "focal, small gamma": lambda: FocalLoss(gamma=0.5, alpha=None),
    "asymmetric, no margin": lambda: AsymmetricLoss(1, 2, margin=0),
    "GHM-C": lambda: GHMCLoss(bins=5),
}

BOUNDED = {
    "asymmetric": AsymmetricLoss,
    "asymmetric, small gammas": lambda: AsymmetricLoss(0.5, 0.5, 0.2),
    "Dice": DiceLoss,
    "squared Dice": lambda: DiceLoss(squared=True),
    "Tversky": TverskyLoss,
    "focal Tversky": lambda: TverskyLoss(gamma=4 / 3),
    "Tversky, small gamma": lambda: TverskyLoss(gamma=0.75),
}

# Losses that leave rows out.
MINING = {
    "hard examples": OnlineHardExamples,
    "hard examples above a loss": lambda: OnlineHardExamples("focal", above=0.2),
    "hard negatives": lambda: OnlineHardExamples("balanced_softmax", ratio=0.5),
}

LABELLING = {**UNBOUNDED, **BOUNDED}
ALL = {**COUNTING, **LABELLING, **MINING}

KINDS = ("one logit", "one column", "two classes", "four classes")
N_CLASSES = {"one logit": 2, "one column": 2, "two classes": 2, "four classes": 4, "labels": 3}


def batch(kind, n=8, dtype=torch.float64, spread=2.0):
    """Logits and a target with every class."""
    generator = torch.Generator().manual_seed(5)
    columns = {"one logit": (), "one column": (1,)}.get(kind, (N_CLASSES[kind],))
    logits = spread * torch.randn(n, *columns, generator=generator, dtype=torch.float64)
    if kind == "labels":
        target = (torch.arange(n)[:, None] % torch.tensor([2, 3, 4]) == 1).double()
    else:
        target = torch.arange(n) % N_CLASSES[kind]
    return logits.to(dtype), target


def made(name, kind):
    """A loss, bound to uneven counts."""
    return ALL[name]().bind([500, 20, 100, 7][: N_CLASSES[kind]])

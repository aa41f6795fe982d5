"""What a training step of a net costs: a loop by hand, balancekit and skorch.

``python -m benchmarks.nets [--epochs 10] [--rounds 7] [--small]``

A net of one hidden layer of 64 units, on the set mammography, in batches of 64 by Adam, on one
thread. The processor time of the whole of `fit` is divided by its steps. The goals: at most 1.3
times the loop by hand, and less than half of skorch's time. Ours fuses Adam by itself; the others
are shown both ways, and skorch with a loader that it does not come with, too.
"""

import argparse
import math
import time
from functools import partial
from importlib.util import find_spec

from benchmarks import thread_limit  # noqa: F401  # isort: skip
import numpy as np
import torch
from sklearn.preprocessing import StandardScaler
from torch import nn

from balancekit.deep import BalancedNetClassifier
from benchmarks.ensembles import load
from benchmarks.timing import interleaved, machine, ratio

BATCH_SIZE, HIDDEN = 64, 64
OURS, BARE, SKORCH = "BalancedNetClassifier", "loop by hand", "skorch"
VARIANTS = {
    "criterion='focal'": {"criterion": "focal"},
    "criterion='logit_adjusted'": {"criterion": "logit_adjusted"},
    "batches='class_aware'": {"batches": "class_aware"},
    "batches='over_sampled'": {"batches": "over_sampled"},
}


def net(n_columns):
    """Return the module, initial weights as torch draws them."""
    return nn.Sequential(nn.Linear(n_columns, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 2))


def by_hand(X, codes, epochs, **parameters):
    """Train as one would write it down: indexed tensors, no look at the loss."""
    torch.manual_seed(0)
    module = net(X.shape[1])
    loss = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(module.parameters(), lr=1e-3, **parameters)
    X, codes = torch.from_numpy(X), torch.from_numpy(codes)
    module.train()
    for _ in range(epochs):
        for rows in torch.randperm(len(X)).split(BATCH_SIZE):
            optimizer.zero_grad()
            loss(module(X[rows]), codes[rows]).backward()
            optimizer.step()


def ours(X, codes, epochs, **parameters):
    """Train ours, and return the number of steps."""
    model = BalancedNetClassifier(
        net(X.shape[1]), batch_size=BATCH_SIZE, max_epochs=epochs, random_state=0, **parameters
    )
    model.fit(X, codes)
    return sum(math.ceil(sum(epoch["rows_per_class"]) / BATCH_SIZE) for epoch in model.history_)


class IndexedBatches:
    """A loader for skorch that indexes whole batches, as none that comes with it does."""

    def __init__(self, dataset, batch_size):
        self.X, self.y = torch.from_numpy(dataset.X), torch.from_numpy(dataset.y)
        self.batch_size = batch_size

    def __iter__(self):
        """Give pairs of rows and labels, in a new order each time."""
        for rows in torch.randperm(len(self.X)).split(self.batch_size):
            yield self.X[rows], self.y[rows]


def by_skorch(X, codes, epochs, **parameters):
    """Train with skorch, without its callbacks, which would look at every step."""
    from skorch import NeuralNetClassifier

    torch.manual_seed(0)
    NeuralNetClassifier(
        net(X.shape[1]),
        criterion=nn.CrossEntropyLoss,
        optimizer=torch.optim.Adam,
        lr=1e-3,
        batch_size=BATCH_SIZE,
        max_epochs=epochs,
        train_split=None,
        verbose=0,
        callbacks="disable",
        **parameters,
    ).fit(X, codes)


def main(arguments=None):
    """Print all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--small", action="store_true", help="a quick run, to see that it works")
    options = parser.parse_args(arguments)
    epochs, rounds = (1, 2) if options.small else (options.epochs, options.rounds)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        compare(epochs, rounds)
    finally:
        torch.set_num_threads(threads)


def compare(epochs, rounds):
    """Time all in turn, and print the time of a step."""
    X, y = load("mammography")
    X = StandardScaler().fit_transform(X).astype(np.float32)
    codes = np.unique(y, return_inverse=True)[1].astype(np.int64)
    data = X, codes, epochs
    natural = epochs * math.ceil(len(X) / BATCH_SIZE)
    candidates = {
        BARE: partial(by_hand, *data),
        f"{BARE}, fused Adam": partial(by_hand, *data, fused=True),
        OURS: partial(ours, *data),
    }
    if find_spec("skorch") is None:
        print("skorch is not installed, so it is left out.")
    else:
        candidates[SKORCH] = partial(by_skorch, *data, iterator_train__shuffle=True)
        candidates[f"{SKORCH}, fused Adam"] = partial(
            by_skorch, *data, iterator_train__shuffle=True, optimizer__fused=True
        )
        candidates[f"{SKORCH}, fused Adam, batches indexed at once"] = partial(
            by_skorch, *data, iterator_train=IndexedBatches, optimizer__fused=True
        )
    candidates |= {name: partial(ours, *data, **given) for name, given in VARIANTS.items()}
    steps = dict.fromkeys(candidates, natural)
    steps |= {name: ours(*data, **given) for name, given in VARIANTS.items()}
    seconds = {
        name: [time / steps[name] for time in times]
        for name, times in interleaved(candidates, rounds, time.process_time).items()
    }
    print(f"\n{machine()}; one thread, {epochs} epochs, median of {rounds} rounds")
    print(f"{len(X):,} rows of {X.shape[1]} columns, torch {torch.__version__}\n")
    print(f"| | microseconds a step | times {BARE!r} | times ours |")
    print("| --- | --- | --- | --- |")
    for name, times in seconds.items():
        print(
            f"| {name} | {1e6 * np.median(times):.0f} | {ratio(seconds, name, BARE):.2f} | "
            f"{ratio(seconds, name, OURS):.2f} |"
        )


if __name__ == "__main__":
    main()

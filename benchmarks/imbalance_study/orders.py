"""Which rows a net sees in each step: those that the library's `fit` would take."""

import numpy as np
from sklearn.base import clone

from balancekit.core.draws import LARGEST_SEED, random_stream
from balancekit.deep._feed import cut
from balancekit.deep.batches import epoch_generator, resolve_batches
from benchmarks.imbalance_study.lenet import BATCH_SIZE


class Order:
    """The rows of a net, epoch after epoch and phase after phase.

    Parameters
    ----------
    rows : ndarray of int, shape (n_rows,)
        Rows of the data set that the net trains on.
    codes : ndarray of int, shape (n_rows,)
        Their classes.
    seed : int
        As `random_state` of the net.
    """

    def __init__(self, rows, codes, seed):
        self.rows, self.codes = rows, codes
        self.seed = int(random_stream(seed).randint(LARGEST_SEED))
        self.epoch = 0

    def phase(self, batches, n_steps):
        """Give the rows of each step of a phase, as arrays; the last epoch is broken off."""
        sampler = clone(resolve_batches(batches)).bind(np.unique(self.codes), seed=self.seed)
        while n_steps > 0:
            drawn = sampler(self.codes, self.epoch, epoch_generator(self.seed, self.epoch))
            self.epoch += 1
            places = cut(len(drawn), BATCH_SIZE)[:n_steps]
            n_steps -= len(places)
            for place in places:
                yield self.rows[drawn[place]]

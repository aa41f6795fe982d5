"""Nets of one phase and of two."""

import numpy as np
import torch
from benchmarks.imbalance_study.cells import Imbalance
from benchmarks.imbalance_study.jobs import Job
from benchmarks.imbalance_study.nets import BATCHES, make_net, start_second_phase
from benchmarks.imbalance_study.stacked_jobs import order_of

from balancekit.deep import Phase


def test_under_sampling_leaves_the_same_rows_out_in_all_epochs(digits):
    imbalance = Imbalance("step", 10, 0.5)
    order = order_of(Job(imbalance, 0, "under", 6), digits)
    steps = list(order.phase(BATCHES["under"], 6))
    assert len(np.unique(np.concatenate(steps))) == 20
    assert any((steps[0] != step).any() for step in steps[1:])
    anew = list(order.phase(BATCHES["under anew"], 6))
    assert len(np.unique(np.concatenate(anew))) > 40


def test_a_second_phase_is_that_of_a_plan_of_both(digits):
    rows = digits.images, digits.labels
    split = make_net("over", 3, 0).fit(*rows)
    first = {name: value.clone() for name, value in split.module_.state_dict().items()}
    start_second_phase(split, 2).fit(*rows)
    whole = make_net("over", 3, 0)
    second = Phase(batches="natural", iterations=2, lr_mult=0.1, trainable="last")
    whole.set_params(phases=[*whole.phases, second]).fit(*rows)
    for name, value in split.module_.state_dict().items():
        assert torch.equal(value, whole.module_.state_dict()[name]), name
        assert torch.equal(value, first[name]) == (not name.startswith("output."))

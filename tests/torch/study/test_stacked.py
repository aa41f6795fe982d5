"""Nets that are trained at once."""

import pytest
import torch
from benchmarks.imbalance_study.cells import Imbalance
from benchmarks.imbalance_study.jobs import Job
from benchmarks.imbalance_study.lenet import SECOND_PHASE_RATE, LeNet5
from benchmarks.imbalance_study.nets import BATCHES, make_net, start_second_phase
from benchmarks.imbalance_study.stacked import Stack
from benchmarks.imbalance_study.stacked_jobs import order_of, stacks_of

N_STEPS = 2


@pytest.fixture(scope="module")
def trained(digits):
    """Three jobs, one of each kind of batches, the stack of their nets, and the nets."""
    jobs = [
        Job(Imbalance("step", 10, 0.5), seed, name, N_STEPS) for seed, name in enumerate(BATCHES)
    ]
    images, codes = digits.images.double(), torch.from_numpy(digits.labels)
    stack = Stack([LeNet5(job.seed, torch.float64) for job in jobs])
    orders = [order_of(job, digits) for job in jobs]
    first = [
        order.phase(BATCHES[job.first], N_STEPS) for order, job in zip(orders, jobs, strict=True)
    ]
    stack.train(images, codes, zip(*first, strict=True))
    after_first = {name: weight.clone() for name, weight in stack.weights.items()}
    second = [order.phase("natural", 1) for order in orders]
    stack.train(images, codes, zip(*second, strict=True), SECOND_PHASE_RATE, last_only=True)
    nets = []
    for job in jobs:
        rows = digits.training_rows(job.imbalance, job.seed)
        net = make_net(job.first, N_STEPS, job.seed).set_params(module__dtype=torch.float64)
        nets.append((net.fit(images[rows], digits.labels[rows]), images[rows], digits.labels[rows]))
    return stack, after_first, nets


def test_stacked_nets_have_the_weights_of_nets_by_themselves(trained, digits):
    stack, after_first, nets = trained
    for place, (net, images, labels) in enumerate(nets):
        for name, weight in net.module_.state_dict().items():
            torch.testing.assert_close(after_first[name][place], weight, rtol=0, atol=1e-10)
        start_second_phase(net, 1).fit(images, labels)
        for name, weight in net.module_.state_dict().items():
            torch.testing.assert_close(stack.weights[name][place], weight, rtol=0, atol=1e-10)
    test_images, _ = digits.test_set(Imbalance("none"))
    proba = stack.predict_proba(test_images.double())
    assert abs(proba[0] - nets[0][0].predict_proba(test_images.double())).max() < 1e-10


def test_nets_of_different_batches_are_not_stacked():
    step, linear = Imbalance("step", 10, 0.5), Imbalance("linear", 10)
    jobs = [Job(one, 0, name, 4) for one in (step, linear) for name in BATCHES]
    stacks = stacks_of([*jobs, Job(step, 1, "over", 4)], 2)
    assert [len(stack) for stack in stacks] == [2, 2, 1, 2, 2]
    assert all(len({job.first for job in stack}) == 1 for stack in stacks)

"""The net of the study, and its learning rate."""

import pytest
import torch
from benchmarks.imbalance_study.lenet import LeNet5, rate
from benchmarks.imbalance_study.nets import make_net, start_second_phase


def test_the_net_has_the_papers_number_of_parameters():
    assert sum(each.numel() for each in LeNet5().parameters()) == 431_080


def test_weights_are_xaviers_and_biases_zero():
    net = LeNet5(3)
    # sqrt(6 / (fan in + fan out)), both with the 25 places of the kernel.
    bound = (6 / (20 * 25 + 50 * 25)) ** 0.5
    largest = net.conv2.weight.abs().max().item()
    assert 0.99 * bound < largest <= bound
    assert not any(value.any() for name, value in net.named_parameters() if "bias" in name)


def test_a_seed_decides_the_weights():
    assert torch.equal(LeNet5(1).hidden.weight, LeNet5(1).hidden.weight)
    assert not torch.equal(LeNet5(1).hidden.weight, LeNet5(2).hidden.weight)


def test_the_rate_falls_as_in_the_paper():
    assert rate(0) == 1
    assert rate(10_000) == pytest.approx(2**-0.75)


def test_the_rate_falls_batch_by_batch_and_starts_anew_at_a_tenth(digits):
    net = make_net("baseline", 5, 0).fit(digits.images, digits.labels)
    assert net.optimizer_.param_groups[0]["lr"] == pytest.approx(0.01 * rate(5))
    start_second_phase(net, 2).fit(digits.images, digits.labels)
    assert net.history_[-1]["lr"] == pytest.approx(0.001)
    assert net.optimizer_.param_groups[0]["lr"] == pytest.approx(0.001 * rate(2))

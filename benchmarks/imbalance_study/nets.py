"""The nets of a cell."""

from balancekit.deep import BalancedNetClassifier, Phase
from balancekit.deep.batches import PlannedBatches
from balancekit.under_sampling import RandomUnderSampler
from benchmarks.imbalance_study.lenet import (
    BATCH_SIZE,
    LEARNING_RATE,
    MOMENTUM,
    SECOND_PHASE_RATE,
    WEIGHT_DECAY,
    LeNet5,
    rate,
)

# By the name of the net: the batches of its only, or its first, phase. The paper leaves rows out
# once and for all; a new choice in every epoch is another method, which sees all rows in time.
BATCHES = {
    "baseline": "natural",
    "over": "over_sampled",
    "under": PlannedBatches(RandomUnderSampler(), refresh=None),
    "under anew": "under_sampled",
}
PAPERS = ("baseline", "over", "under")
TWO_PHASE = {"over": "two-phase over", "under": "two-phase under"}
NETS = (*BATCHES, *TWO_PHASE.values())


def make_net(name, iterations, seed, device=None):
    """Return a net that is not trained; those of one seed have the same initial weights."""
    return BalancedNetClassifier(
        LeNet5,
        module__seed=seed,
        optimizer="sgd",
        optimizer__lr=LEARNING_RATE,
        optimizer__momentum=MOMENTUM,
        optimizer__weight_decay=WEIGHT_DECAY,
        scheduler="lambda",
        scheduler__lr_lambda=rate,
        scheduler_step="batch",
        batch_size=BATCH_SIZE,
        phases=[Phase(batches=BATCHES[name], iterations=iterations)],
        device=device,
        random_state=seed,
    )


def start_second_phase(net, iterations):
    """Let the next `fit` of a trained net be its second phase, on rows as they are.

    Epochs are counted on, so the weights are, bit for bit, those of one `fit` with both phases.
    """
    phase = Phase(
        batches="natural", iterations=iterations, lr_mult=SECOND_PHASE_RATE, trainable="last"
    )
    return net.set_params(phases=[phase], warm_start=True)

"""The net of the study, and the schedule of its learning rate."""

import torch
from torch import nn

LEARNING_RATE, MOMENTUM, WEIGHT_DECAY, BATCH_SIZE = 0.01, 0.9, 5e-4, 64
SECOND_PHASE_RATE = 0.1
N_PARAMETERS = 431_080


class LeNet5(nn.Module):
    """LeNet-5 for images of 28 x 28, as Caffe has it.

    Parameters
    ----------
    seed : int
        Of the initial weights, which are Xavier's uniform ones; biases are zero.
    dtype : torch.dtype, default=torch.float32
        Of weights and images.
    """

    def __init__(self, seed=0, dtype=torch.float32):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 20, 5)
        self.conv2 = nn.Conv2d(20, 50, 5)
        self.hidden = nn.Linear(800, 500)
        self.output = nn.Linear(500, 10)
        generator = torch.Generator().manual_seed(seed)
        for layer in (self.conv1, self.conv2, self.hidden, self.output):
            nn.init.xavier_uniform_(layer.weight, generator=generator)
            nn.init.zeros_(layer.bias)
        assert sum(each.numel() for each in self.parameters()) == N_PARAMETERS
        # A step takes two thirds of the time on a CPU.
        self.to(dtype, memory_format=torch.channels_last)

    def forward(self, images):
        """Give the logits of images, a tensor of shape (n, 1, 28, 28)."""
        maps = self.conv1(images.contiguous(memory_format=torch.channels_last))
        maps = self.conv2(nn.functional.max_pool2d(maps, 2))
        maps = nn.functional.max_pool2d(maps, 2)
        return self.output(torch.relu(self.hidden(maps.flatten(1))))


def rate(step):
    """Return the factor of the learning rate after so many steps of a phase."""
    return (1 + 1e-4 * step) ** -0.75

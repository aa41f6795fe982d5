"""Many LeNets at once, on weights that are stacked, each with rows of its own."""

import numpy as np
import torch
from torch.nn import functional

from benchmarks.imbalance_study.lenet import LEARNING_RATE, MOMENTUM, WEIGHT_DECAY, rate

PREDICTED_TOGETHER = 200


class Stack:
    """LeNets side by side.

    Parameters
    ----------
    modules : list of LeNet5
        Initial weights.
    device : str, optional
        Where to train.

    Attributes
    ----------
    weights : dict of str to Tensor
        The first dimension is that of the nets.
    """

    def __init__(self, modules, device=None):
        states = [module.state_dict() for module in modules]
        self.size = len(states)
        self.weights = {
            name: torch.stack([state[name] for state in states]).contiguous().to(device)
            for name in states[0]
        }

    def train(self, images, codes, steps, factor=1.0, last_only=False):
        """Make steps of SGD, as one phase of a plan makes them.

        The sum of the losses is differentiated: no net's loss depends on another's weights.

        Parameters
        ----------
        images : Tensor of float32, shape (n_rows, 1, 28, 28)
            The data set, on the device.
        codes : Tensor of int64, shape (n_rows,)
            Classes, on the device.
        steps : iterable of list of ndarray of int
            For each step, the rows of each net; their numbers may differ.
        factor : float, default=1.0
            Of the learning rate.
        last_only : bool, default=False
            Whether only the last layer is trained.

        Returns
        -------
        losses : Tensor of shape (n_nets,)
            Those of the last step.
        """
        trained = [name for name in self.weights if name.startswith("output.") or not last_only]
        velocity = {}
        for step, rows in enumerate(steps):
            ids, shares = padded(rows, images)
            for name in trained:
                self.weights[name].requires_grad_()
            logits = self._forward(images[ids, 0].transpose(0, 1))
            losses = functional.cross_entropy(logits.transpose(1, 2), codes[ids], reduction="none")
            losses = (losses * shares).sum(dim=1)
            gradients = torch.autograd.grad(losses.sum(), [self.weights[name] for name in trained])
            for name, gradient in zip(trained, gradients, strict=True):
                weight = self.weights[name].detach_()
                gradient = gradient.add(weight, alpha=WEIGHT_DECAY)
                # As in torch.optim.SGD, the first gradient is the first velocity.
                if name in velocity:
                    gradient = velocity[name].mul_(MOMENTUM).add_(gradient)
                velocity[name] = gradient
                weight.sub_(gradient, alpha=factor * LEARNING_RATE * rate(step))
        return losses.detach()

    @torch.no_grad()
    def predict_proba(self, images):
        """Compute probabilities, an array of float64 of shape (n_nets, n_rows, n_classes)."""
        parts = [
            self._forward(block.expand(-1, self.size, -1, -1)).double().softmax(dim=2).cpu()
            for block in images.split(PREDICTED_TOGETHER)
        ]
        return torch.cat(parts, dim=1).numpy()

    def _forward(self, images):
        """From images of shape (n, n_nets, 28, 28) to logits of shape (n_nets, n, 10)."""
        maps = images
        for name in ("conv1", "conv2"):
            weight, bias = self.weights[f"{name}.weight"], self.weights[f"{name}.bias"]
            maps = functional.conv2d(maps, weight.flatten(0, 1), bias.flatten(), groups=self.size)
            maps = functional.max_pool2d(maps, 2)
        rows = maps.view(len(maps), self.size, -1).transpose(0, 1)
        return self._linear("output", torch.relu(self._linear("hidden", rows)))

    def _linear(self, name, rows):
        weight, bias = self.weights[f"{name}.weight"], self.weights[f"{name}.bias"]
        return torch.baddbmm(bias.unsqueeze(1), rows, weight.transpose(1, 2))


def padded(rows, images):
    """Make batches equally long.

    Parameters
    ----------
    rows : list of ndarray of int
        The rows of each net.
    images : Tensor
        Its device and dtype are taken.

    Returns
    -------
    ids : Tensor of int64, shape (n_nets, n_longest)
        Row 0 where there is none.
    shares : Tensor of shape (n_nets, n_longest)
        What each counts in the mean of its net's losses.
    """
    longest = max(map(len, rows))
    ids = np.zeros((len(rows), longest), dtype=np.int64)
    shares = np.zeros((len(rows), longest))
    for place, of_net in enumerate(rows):
        ids[place, : len(of_net)] = of_net
        shares[place, : len(of_net)] = 1 / len(of_net)
    return torch.from_numpy(ids).to(images.device), torch.from_numpy(shares).to(images)

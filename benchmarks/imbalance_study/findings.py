"""Results of all seeds, by imbalance and method."""

import numpy as np

# By the method's name: the net, and whether its probabilities get thresholds.
METHODS = {
    "baseline": ("baseline", "plain"),
    "over-sampling": ("over", "plain"),
    "under-sampling": ("under", "plain"),
    "two-phase, over": ("two-phase over", "plain"),
    "two-phase, under": ("two-phase under", "plain"),
    "thresholds": ("baseline", "thresholds"),
    "over-sampling + thresholds": ("over", "thresholds"),
    "under-sampling + thresholds": ("under", "thresholds"),
    "under-sampling anew": ("under anew", "plain"),
    "under-sampling anew + thresholds": ("under anew", "thresholds"),
}
WITH_THRESHOLDS = [name for name, (_, way) in METHODS.items() if way == "thresholds"]
MEASURES = {"roc_auc": "ROC AUC", "accuracy": "accuracy", "minority": "recall of small classes"}


class Findings:
    """What is done of some jobs.

    Parameters
    ----------
    jobs : list of Job
        Which to read.
    store : Store
        Where from.

    Attributes
    ----------
    results : dict
        A result by imbalance, net and seed.
    """

    def __init__(self, jobs, store):
        self.results = {
            (job.imbalance, name, job.seed): store.read(job, name)
            for job in jobs
            for name in job.names
            if store.has(job, name)
        }

    @property
    def imbalances(self):
        """Those with results, without all of MNIST, in the order of jobs."""
        found = dict.fromkeys(imbalance for imbalance, _, _ in self.results)
        return [imbalance for imbalance in found if imbalance.kind != "none"]

    def seeds(self, imbalance, *methods):
        """List the seeds that have results of all these methods."""
        of_each = [
            {seed for one, name, seed in self.results if (one, name) == (imbalance, net)}
            for net in (METHODS[method][0] for method in methods)
        ]
        return sorted(set.intersection(*of_each))

    def values(self, imbalance, method, measure, seeds=None):
        """Return one value for each seed.

        Each class's share divides a column, which leaves its ROC curve as it is, so the area with
        thresholds is that without; scores as they would be with rows divided by their sums have
        another, which is in the files only.
        """
        net, way = METHODS[method]
        found = []
        for seed in self.seeds(imbalance, method) if seeds is None else seeds:
            result = self.results[imbalance, net, seed]
            if measure == "roc_auc":
                found.append(result["plain"]["roc_auc"])
            elif measure == "minority":
                counts = np.array(result["counts"])
                found.append(np.mean(np.array(result[way]["recalls"])[counts < counts.mean()]))
            else:
                found.append(result[way][measure])
        return np.array(found)

    def seconds(self, imbalance, net):
        """Return the seconds of each seed's training, of the second phase for nets of two."""
        return np.array(
            [
                result["seconds"]
                for (one, name, _), result in self.results.items()
                if (one, name) == (imbalance, net)
            ]
        )

    def all_of_mnist(self):
        """Return results of nets trained on all rows for as many iterations as in the paper."""
        return [
            result for (imbalance, _, _), result in self.results.items() if imbalance.kind == "none"
        ]


def mean_and_spread(values):
    """Write a mean and the standard deviation over seeds."""
    if not len(values):
        return ""
    if len(values) == 1:
        return f"{values[0]:.4f}"
    return f"{values.mean():.4f} ± {values.std(ddof=1):.4f}"

"""One net after another, by the library."""

import time

from benchmarks.imbalance_study.nets import make_net, start_second_phase
from benchmarks.imbalance_study.scoring import result


def train_job(job, digits, store, device=None):
    """Train the nets of a job that are not done yet, and write what they are worth.

    Parameters
    ----------
    job : Job
        What to train.
    digits : Digits
        The data.
    store : Store
        Where results go. The weights of a first phase are kept there for as long as the second is
        not done, should the run be broken off in it.
    device : str, optional
        Where to train.
    """
    rows = digits.training_rows(job.imbalance, job.seed)
    images, labels = digits.images[rows], digits.labels[rows]
    net = make_net(job.first, job.iterations, job.seed, device)
    weights = store.path(job, job.first, "pt")

    def train(name, keeps_weights):
        start = time.process_time()
        net.fit(images, labels)
        seconds = time.process_time() - start
        if keeps_weights:
            weights.parent.mkdir(parents=True, exist_ok=True)
            net.save(weights)
        test_images, test_labels = digits.test_set(job.imbalance)
        loss = net.history_[-1]["train_loss"]
        proba = net.predict_proba(test_images)
        store.write(job, name, result(proba, test_labels, labels, loss, seconds))

    if store.has(job, job.first) and weights.exists():
        net.load(weights)
    else:
        train(job.first, keeps_weights=len(job.names) > 1)
    for name in job.names[1:]:
        start_second_phase(net, job.iterations)
        train(name, keeps_weights=False)
    weights.unlink(missing_ok=True)

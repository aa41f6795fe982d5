"""Bad inputs by topic: what the message names, and a way out that the tests try."""

from tests.behaviour.bad_inputs import (
    classes_in_parameters,
    classifiers,
    estimators,
    features,
    frames,
    labels,
    over_sampling_counts,
    parameters,
    ratios,
    strategies,
    under_sampling_counts,
)

TOPICS = [
    classes_in_parameters,
    classifiers,
    estimators,
    features,
    frames,
    labels,
    over_sampling_counts,
    parameters,
    ratios,
    strategies,
    under_sampling_counts,
]
BAD_INPUTS = {
    f"{topic.__name__.rpartition('.')[2]}: {case.name}": case
    for topic in TOPICS
    for case in topic.BAD_INPUTS
}

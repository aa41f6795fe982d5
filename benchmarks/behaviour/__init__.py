"""What samplers do with awkward input: probes that run alike on imbalanced-learn and balancekit.

``python -m benchmarks.behaviour`` runs them and writes ``docs/behaviour.md``; the tests run them,
too. They stand beside the benchmarks because they compare two libraries, as those do, and because
``docs`` holds no code that is imported.

A topic is a module; a probe is a function of a library that returns an `Observation`.
"""

from benchmarks.behaviour import (
    containers,
    counts,
    labels,
    layouts,
    neighbours,
    nominal,
    provenance,
    refusals,
    repeating,
    values,
)

MODULES = (
    values,
    counts,
    neighbours,
    containers,
    nominal,
    labels,
    refusals,
    provenance,
    repeating,
    layouts,
)
TOPICS = tuple(module.topic for module in MODULES)
PROBES = tuple(probe for topic in TOPICS for probe in topic.probes)

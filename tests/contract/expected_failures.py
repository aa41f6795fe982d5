"""The one table of checks by others that cannot hold, and what is tested instead.

Estimator, check, reason, and the test of the weaker property that does hold. Every entry is a
strict xfail: a check that begins to pass has to leave the table.
"""

from balancekit.compose import ResampledClassifier

WEIGHTS_ARE_NOT_REPEATS = (
    "random draws depend on the number of rows, so a row of weight two is not two rows"
)
WEAKER_WEIGHT_PROPERTY = "tests/test_compose.py::test_weights_follow_the_rows"

EXPECTED_FAILURES = {
    ResampledClassifier: {
        "check_sample_weight_equivalence_on_dense_data": (
            WEIGHTS_ARE_NOT_REPEATS,
            WEAKER_WEIGHT_PROPERTY,
        ),
        "check_sample_weight_equivalence_on_sparse_data": (
            WEIGHTS_ARE_NOT_REPEATS,
            WEAKER_WEIGHT_PROPERTY,
        ),
    },
}


def expected_failures(estimator):
    """Return check name -> reason for an estimator, as scikit-learn takes it."""
    if getattr(estimator, "sampler", "") in (None, "passthrough"):
        return {}
    table = EXPECTED_FAILURES.get(type(estimator), {})
    return {check: f"{reason}; instead: {weaker}" for check, (reason, weaker) in table.items()}

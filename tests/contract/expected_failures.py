"""The one table of checks by others that cannot hold, and what is tested instead.

Estimator by name, since some need torch; check, reason, and the test of the weaker property that
does hold. Every entry is a strict xfail: a check that begins to pass has to leave the table.
"""

WEIGHTS_ARE_NOT_REPEATS = (
    "random draws depend on the number of rows, so a row of weight two is not two rows"
)
WEAKER_WEIGHT_PROPERTY = "tests/test_compose.py::test_weights_follow_the_rows"

RELABELS = "rows change their class, so that one that was to be left alone may gain rows"
WEAKER_COUNTS = (
    "tests/behaviour/test_decontamination.py::test_rows_take_the_class_of_their_neighbours"
)

EXPECTED_FAILURES = {
    "AutoencoderNoveltyDetector": {
        "check_do_not_raise_errors_in_init_or_set_params": (
            "takes the parameters of its parts, and refuses others at once, as Python does",
            "tests/torch/autoencoder/test_estimator_checks.py::"
            "test_known_parameters_take_any_value_until_fit",
        ),
    },
    "BalancedNetClassifier": {
        "check_do_not_raise_errors_in_init_or_set_params": (
            "takes the parameters of its parts, and refuses others at once, as Python does",
            "tests/torch/net/test_estimator_checks.py::test_known_parameters_take_any_value_until_fit",
        ),
    },
    "ClusterCentroids": {
        "check_samplers_sparse": (
            "sparse rows are chosen and dense ones averaged, unless `voting` says otherwise, and "
            "k-means rounds differently on sparse rows",
            "tests/behaviour/test_near_and_far.py::test_sparse_rows_are_clustered_without_densifying",
        ),
    },
    "GeneralizedEditing": {
        "check_samplers_fit_resample": (RELABELS, WEAKER_COUNTS),
        "check_samplers_sampling_strategy_fit_resample": (RELABELS, WEAKER_COUNTS),
    },
    "ResampledClassifier": {
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
    table = EXPECTED_FAILURES.get(type(estimator).__name__, {})
    return {check: f"{reason}; instead: {weaker}" for check, (reason, weaker) in table.items()}

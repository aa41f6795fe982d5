"""What an import loads, measured in a process of its own."""

import subprocess
import sys
from functools import cache

import pytest

import balancekit


@cache
def _modules_after(code):
    listing = f"{code}\nimport sys\nprint(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", listing], capture_output=True, text=True, check=True
    )
    return set(run.stdout.split())


RESAMPLE = """
import numpy as np
X, y = np.random.RandomState(0).randn(60, 4), np.repeat([0, 1], [40, 20])
from balancekit.over_sampling import SMOTE, RandomOverSampler
from balancekit.under_sampling import RandomUnderSampler
SMOTE(random_state=0).fit_resample(X, y)
"""


def test_the_package_alone_loads_nearly_nothing():
    loaded = _modules_after("import balancekit")
    assert not loaded & {"numpy", "sklearn", "imblearn", "numba", "torch", "narwhals", "pandas"}


@pytest.mark.parametrize(
    "code",
    [
        "from balancekit.compose import ResampledClassifier; import balancekit.deep.batches",
        "from balancekit import compare",
        RESAMPLE,
    ],
)
def test_samplers_load_neither_torch_nor_numba_nor_a_frame_library(code):
    loaded = _modules_after(code)
    before = _modules_after("import imblearn.over_sampling")
    heavy = {"torch", "numba", "narwhals", "pandas", "polars", "pyarrow", "matplotlib"}
    assert not (loaded - before) & heavy


def test_names_are_found_lazily_and_strangers_are_named():
    assert balancekit.over_sampling.SMOTE.__name__ == "SMOTE"
    assert set(balancekit.__all__) == set(dir(balancekit))
    with pytest.raises(AttributeError, match="'balancekit' has no attribute 'nonsense'"):
        _ = balancekit.nonsense


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("imblearn", "balancekit"),
        ("imblearn.pipeline", "balancekit.pipeline"),
        ("imblearn.metrics", "balancekit.metrics"),
        ("imblearn.metrics.pairwise", "balancekit.metrics.pairwise"),
        ("imblearn.model_selection", "balancekit.model_selection"),
        ("imblearn.datasets", "balancekit.datasets"),
        ("imblearn.utils", "balancekit.utils"),
        ("imblearn.utils.estimator_checks", "balancekit.utils.estimator_checks"),
        ("imblearn.exceptions", "balancekit.exceptions"),
    ],
)
def test_an_import_of_imblearn_becomes_one_of_balancekit_by_its_name(theirs, ours):
    incumbent, module = (__import__(name, fromlist=["x"]) for name in (theirs, ours))
    public = getattr(incumbent, "__all__", None) or ["raise_isinstance_error"]
    if theirs == "imblearn":
        public = ["FunctionSampler"]
    elif theirs.endswith("estimator_checks"):
        public = ["parametrize_with_checks", "estimator_checks_generator"]
    elif theirs.endswith("pairwise"):
        public = ["ValueDifferenceMetric"]
    assert [name for name in public if getattr(module, name) is not getattr(incumbent, name)] == []

"""What those see who lack PyTorch."""

import subprocess
import sys

import pytest

BLOCKED = """
import sys
import scipy.stats, sklearn.base

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "torch":
            raise ModuleNotFoundError("No module named 'torch'", name="torch")

for name in list(sys.modules):
    if name.partition(".")[0] == "torch":
        del sys.modules[name]
sys.meta_path.insert(0, Missing())
import balancekit
from balancekit import deep
from balancekit.deep.batches import ClassAwareBatches
print(sorted(deep.__all__) == dir(deep), repr(ClassAwareBatches()))
for package, name in [
    (deep, "BalancedNetClassifier"), (deep, "MLP"), (deep.losses, "FocalLoss"),
    (deep.batches, "EpochSampler"), (deep, "Nonsense"),
]:
    try:
        getattr(package, name)
    except (AttributeError, ImportError) as error:
        print(type(error).__name__, error)
"""


@pytest.mark.thorough
def test_names_that_need_torch_say_how_to_get_it():
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", BLOCKED], capture_output=True, text=True, check=True
    )
    first, *lines = run.stdout.splitlines()
    assert first == "True ClassAwareBatches()"
    names = ["BalancedNetClassifier", "MLP", "FocalLoss", "EpochSampler"]
    assert lines == [
        f"ImportError {name} needs PyTorch, which is not installed; install it with pip install "
        '"balancekit[torch]".'
        for name in names
    ] + ["AttributeError module 'balancekit.deep' has no attribute 'Nonsense'"]

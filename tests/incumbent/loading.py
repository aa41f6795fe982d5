"""imbalanced-learn's own test files, read with our classes in the place of theirs."""

import importlib.util
import sys
from unittest.mock import patch


def load_tests(module_name, package, classes, without=()):
    """Execute one of imbalanced-learn's test modules against our classes.

    Parameters
    ----------
    module_name : str
        Dotted name of the installed test module.
    package : module
        The package of imbalanced-learn that the module imports its classes from.
    classes : list of type
        Ours; each stands in for the class of its name.
    without : sequence of str
        Tests that hold on to a fault; docs/differences.md lists them.

    Returns
    -------
    names : dict
        The module's tests and fixtures, for the namespace of a test file.
    """
    spec = importlib.util.find_spec(module_name)
    module = importlib.util.module_from_spec(spec)
    with patch.multiple(package, **{ours.__name__: ours for ours in classes}):
        spec.loader.exec_module(module)
    assert all(getattr(module, ours.__name__) is ours for ours in classes)
    sys.modules.setdefault(module.__name__, module)
    for name in without:
        delattr(module, name)
    return {name: value for name, value in vars(module).items() if not name.startswith("__")}

"""Every row of the table of awkward input, and the page of the documentation that shows it."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import imblearn
import pytest
from benchmarks.behaviour import PROBES
from benchmarks.behaviour.observing import observe
from benchmarks.behaviour.page import INCUMBENT, cell, cells, page, versions

import balancekit

TEXT = (Path(__file__).parents[2] / "docs" / "behaviour.md").read_text(encoding="utf-8")
(HEADER,) = (line for line in TEXT.splitlines() if line.startswith("Observed with "))
REMEDY = "if the change is meant, run `python -m benchmarks.behaviour`"


def _parameters(probes):
    """Return probes as parameters that are named by row and skipped where a library is missing."""
    return [pytest.param(probe, id=probe.name, marks=_marks(probe)) for probe in probes]


def _marks(probe):
    missing = [name for name in probe.needs if find_spec(name) is None]
    marks = [pytest.mark.skipif(bool(missing), reason=f"{missing} not installed")]
    if "torch" in probe.needs:
        marks.append(pytest.mark.torch)
    return marks


@pytest.fixture(scope="session")
def seen():
    """Run a probe on a library, once in all tests."""
    return cache(lambda library, probe: observe(probe, library))


def _skip_unless_written_with(line):
    if not HEADER.startswith(line):
        pytest.skip(f"the page was written with other versions: {HEADER}")


@pytest.mark.parametrize("probe", _parameters(PROBES))
def test_balancekit_does_what_one_may_expect(probe, seen):
    observation = seen(balancekit, probe)
    assert observation.good, observation.text


@pytest.mark.parametrize("probe", _parameters(PROBES))
def test_the_page_shows_what_balancekit_does(probe, seen):
    assert cells(TEXT)[probe.name][1] == cell(probe, seen(balancekit, probe)), REMEDY


@pytest.mark.thorough
@pytest.mark.parametrize("probe", _parameters(PROBES))
def test_the_page_shows_what_imbalanced_learn_does(probe, seen):
    _skip_unless_written_with(versions())
    assert cells(TEXT)[probe.name][0] == cell(probe, seen(imblearn, probe)), REMEDY


@pytest.mark.thorough
@pytest.mark.parametrize("probe", _parameters(probe for probe in PROBES if probe.silent))
def test_what_is_called_a_silent_fault_of_imbalanced_learn_is_one(probe, seen):
    _skip_unless_written_with(f"Observed with {INCUMBENT} {imblearn.__version__} ")
    observation = seen(imblearn, probe)
    assert not observation.good, observation.text
    assert not observation.told, observation.text


def test_the_page_has_one_line_for_each_probe_and_nothing_else():
    assert len({probe.name for probe in PROBES}) == len(PROBES)
    assert page(cells(TEXT), HEADER) == TEXT, REMEDY

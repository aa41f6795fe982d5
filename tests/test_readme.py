"""The README's code runs, and its set-up commands stand where tools look for them."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

README = Path(__file__).parents[1].joinpath("README.md").read_text()
BLOCKS = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)


def test_the_code_runs_from_top_to_bottom(capsys):
    pytest.importorskip("pandas")
    names = {}
    for block in BLOCKS:
        if find_spec("torch") or "balancekit.deep" not in block:
            exec(block, names)
    printed = capsys.readouterr().out
    plain, moved = (float(line.split()[1]) for line in printed.splitlines()[:2])
    assert moved > plain
    assert "{0: 71, 1: 71, 2: 71}" in printed
    assert printed.rstrip().endswith("True")


def test_each_example_is_about_ten_lines():
    assert [len(block.strip().splitlines()) <= 11 for block in BLOCKS] == [True] * 4


def test_set_up_commands_stand_on_one_line():
    assert re.search(r"^python3 .*pip install .*&& .*balancekit compare$", README, re.MULTILINE)
    assert re.search(
        r"^python3 .*pip install tox && .*tox run-parallel --parallel-live$", README, re.MULTILINE
    )

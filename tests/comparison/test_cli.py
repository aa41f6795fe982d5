import json
import os
import subprocess
import sys

import pandas as pd
import pytest

import balancekit
from balancekit.comparison import cli

QUICK = ["--folds", "2", "--repeats", "1"]


def test_a_file_is_compared_and_the_table_goes_to_stdout(run, file):
    status, out, err = run("compare", file, *QUICK)
    assert status == 0
    assert out.startswith("rows.csv: 120 rows, 4 numeric + 1 nominal columns\n")
    assert "state = 'ill' (the rarer) against 'well'; " in out
    assert "Verdict: " in out
    assert err == ""


def test_a_bar_is_drawn_on_a_terminal_alone(run, file, monkeypatch):
    assert "%|" not in run("compare", file, *QUICK)[2]
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert "balancekit compare:   0%|" in run("compare", file, *QUICK)[2]


def test_the_options_reach_the_comparison(run, file):
    options = ["--target", "state", "--positive", "well", "--groups", "patient", "--seed", "5"]
    status, out, _ = run("compare", file, *QUICK, *options, "--estimator", "boosting")
    assert status == 0
    assert "state = 'well' against 'ill'; " in out
    assert "boosting; 2 stratified folds x 1 repeat, 60 groups kept whole; seed 5" in out
    assert "3 numeric + 1 nominal" in out


def test_strategies_are_named_one_by_one(run, file):
    chosen = ["--strategy", "SMOTE", "--strategy", "prior correction"]
    status, out, _ = run("compare", file, *QUICK, *chosen, "--json")
    assert status == 0
    assert list(json.loads(out)["strategies"])[2:] == ["SMOTE", "prior correction"]
    status, _, err = run("compare", file, "--strategy", "SMOTH")
    assert status == 2
    assert "argument --strategy: invalid choice: 'SMOTH' (choose from" in err
    assert "prior correction" in err
    assert "  prior correction, class weight, random" in run("compare", "--help")[1]


def test_json_goes_to_stdout_instead_of_the_table(run, file):
    status, out, _ = run("compare", file, *QUICK, "--json")
    content = json.loads(out)
    assert status == 0
    assert content["data"]["name"] == "rows.csv"
    assert content["data"]["target"] == "state"


def test_results_are_saved_where_asked_and_nowhere_else(run, file, tmp_path, monkeypatch):
    pytest.importorskip("matplotlib")
    monkeypatch.chdir(tmp_path)
    before = set(os.listdir(tmp_path))
    assert run("compare", file, *QUICK)[0] == 0
    assert set(os.listdir(tmp_path)) == before
    status, out, _ = run("compare", file, *QUICK, "--out", "results", "--json")
    assert status == 0
    assert sorted(os.listdir("results")) == ["scores.json", "scores.png"]
    saved = json.loads((tmp_path / "results/scores.json").read_text("utf-8"))
    assert saved == json.loads(out)


def test_without_a_file_eight_is_told_from_the_other_digits(run):
    status, out, _ = run("compare", *QUICK)
    assert status == 0
    assert out.startswith("digits (scikit-learn): 1797 rows, 64 numeric columns\n")
    assert "digit = 8 against the other 9; 174 rows (9.7%)" in out


@pytest.mark.parametrize(
    ("name", "reason"), [("rows.parquet", "dates or times"), ("rows.csv", "dates as text")]
)
def test_dates_are_dropped_whatever_the_format_and_noted_on_stderr(
    run, rows, tmp_path, name, reason
):
    dated = rows.assign(day=pd.Timestamp("2020-01-01"))
    if name.endswith("parquet"):
        pytest.importorskip("pyarrow")
        dated.to_parquet(tmp_path / name)
    else:
        dated.to_csv(tmp_path / name, index=False)
    status, out, err = run("compare", tmp_path / name, "--target", "state", *QUICK)
    assert status == 0
    assert "4 numeric + 1 nominal + 1 dropped columns" in out
    assert err == (
        f"balancekit compare: note: columns not used: 'day' ({reason}); to use dates, turn them "
        "into numbers, such as days since the first\n"
    )


def test_columns_that_may_be_mistaken_are_noted_in_the_report(run, rows, tmp_path):
    rows["b"] = ["?", *rows["b"].astype(str)[1:]]
    rows.assign(number=range(1, 121)).to_csv(tmp_path / "rows.csv", index=False)
    status, out, _ = run("compare", tmp_path / "rows.csv", *QUICK, "--target", "state")
    flat = " ".join(out.split())
    assert status == 0
    assert "note: column 'b' counts as text, because 1 value is no number ('?'); correct it" in flat
    assert "note: column 'number' holds another whole number in every row" in flat


def test_an_interruption_is_no_traceback(run, file, monkeypatch):
    def interrupt(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "compare", interrupt)
    assert run("compare", file) == (130, "", "balancekit compare: interrupted\n")


def test_help_and_version(run):
    status, out, _ = run()
    assert status == 2
    assert "compare" in out
    assert run("--version") == (0, f"balancekit {balancekit.__version__}\n", "")
    status, out, _ = run("compare", "--help")
    assert status == 0
    assert "balancekit[report]" in out
    assert run("confuse")[0] == 2


def test_it_runs_as_a_module(file):
    command = [sys.executable, "-m", "balancekit", "compare", file, *QUICK]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("rows.csv: 120 rows")
    failed = subprocess.run(
        [*command[:4], "absent.csv"], capture_output=True, text=True, check=False
    )
    assert failed.returncode == 2
    assert failed.stderr == (
        "balancekit compare: error: the file absent.csv does not exist; check the path\n"
    )


def test_notes_are_for_users_and_not_for_developers(capsys):
    cli._show_note("a column was dropped", UserWarning, "file.py", 1)
    cli._show_note("use the new name", DeprecationWarning, "file.py", 1)
    assert capsys.readouterr().err == "balancekit compare: note: a column was dropped\n"


def _run_unread(*options):
    """Run the command in a process of its own whose output nobody reads."""
    command = [sys.executable, "-m", "balancekit", "compare", *map(str, options)]
    buffered = {**os.environ, "PYTHONUNBUFFERED": ""}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, **pipes, env=buffered) as process:
        process.stdout.close()
        errors = process.stderr.read().decode()
    return process.returncode, errors


@pytest.mark.slow
def test_output_that_nobody_reads_ends_quietly(file, tmp_path):
    pytest.importorskip("matplotlib")
    folder = tmp_path / "results"
    assert _run_unread(file, *QUICK, "--out", folder) == (141, "")
    assert sorted(os.listdir(folder)) == ["scores.json", "scores.png"]
    assert _run_unread("--help") == (141, "")

import json
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import make_classification

import balancekit
from balancekit.__main__ import main
from balancekit.comparison import cli

QUICK = ["--folds", "2", "--repeats", "1"]


@pytest.fixture
def rows():
    """Numbers, words, missing values, visits of patients and a class."""
    X, y = make_classification(n_samples=120, n_features=3, n_redundant=0, random_state=0)
    rare = np.where((y == 1) & (np.arange(120) % 3 == 0), "ill", "well")
    frame = pd.DataFrame(X, columns=["a", "b", "c"]).assign(
        city=np.where(X[:, 0] > 0, "Rome", "Bern"), patient=np.arange(120) // 2, state=rare
    )
    frame.loc[::9, "a"] = np.nan
    return frame


@pytest.fixture
def file(rows, tmp_path):
    """Those rows as a csv."""
    path = tmp_path / "rows.csv"
    rows.to_csv(path, index=False)
    return path


@pytest.fixture
def run(capsys):
    """Return a function that runs the command in this process."""

    def call(*argv):
        status = main([str(argument) for argument in argv])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return call


def test_a_file_is_compared_and_the_table_goes_to_stdout(run, file):
    status, out, err = run("compare", file, *QUICK)
    assert status == 0
    assert out.startswith("rows.csv: 120 rows, 4 numeric + 1 nominal columns\n")
    assert "state = 'ill' (the rarer) against 'well'; " in out
    assert "Verdict: " in out
    assert "balancekit compare:   0%" in err
    assert "Verdict" not in err


def test_the_options_reach_the_comparison(run, file):
    options = ["--target", "state", "--positive", "well", "--groups", "patient", "--seed", "5"]
    status, out, _ = run("compare", file, *QUICK, *options, "--estimator", "boosting")
    assert status == 0
    assert "state = 'well' against 'ill'; " in out
    assert "boosting; 2 stratified folds x 1 repeat, 60 groups kept whole; seed 5" in out
    assert "3 numeric + 1 nominal" in out


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


def test_dropped_columns_are_noted_on_stderr(run, rows, tmp_path):
    pytest.importorskip("pyarrow")
    rows.assign(day=pd.Timestamp("2020-01-01")).to_parquet(tmp_path / "rows.parquet")
    status, _, err = run("compare", tmp_path / "rows.parquet", "--target", "state", *QUICK)
    assert status == 0
    assert err.startswith("balancekit compare: note: columns not used: 'day' (dates or times)\n")


BALANCED = "".join(f"{i},{i % 5},{'xy'[i % 2]}\n" for i in range(40))
BAD_FILES = {
    "one class": ("a,b\n1,x\n2,x\n", [], "one class only: all 2 rows are 'x'"),
    "class smaller than folds": (
        "a,b\n" + "1,x\n2,y\n" * 4 + "3,x\n",
        [],
        "class 'y' has 4 rows, fewer than the 5 folds; use at most 4 folds (cv, --folds)",
    ),
    "missing target": ("a,b\n1,x\n2,\n3,y\n", [], "'b': Input y contains NaN: 1 labels"),
    "continuous target": ("a,b\n1,.5\n2,.7\n3,.9\n", [], "'b': Unknown label type: continuous"),
    "no numeric column": ("a,b\n" + "u,x\nv,y\n" * 9, [], "no numeric column: 'a' (nominal)"),
    "infinite value": ("a,b\n" + "1,x\ninf,y\n" * 9, [], "infinite values in column 'a'"),
    "empty file": ("", [], "No columns to parse"),
    "header only": ("a,b\n", [], "no rows below its header"),
    "one column": ("a;b\n1;x\n2;y\n", [], "single column, 'a;b'; columns need to be separated"),
    "ragged below": ("a,b\n1,x\n2,y,z\n", [], "Expected 2 fields in line 3, saw 3"),
    "ragged throughout": ("a,b\n1,x,5\n2,y,6\n", [], "Length of header or names does not match"),
    "binary": (b"\xff\xfe\x00a,b\n1,2\n", [], "cannot read"),
    "unknown target": ("a,b\n1,x\n2,y\n", ["--target", "c"], "no column 'c' for --target"),
    "target position": ("a,b\n1,x\n2,y\n", ["--target", "2"], "the file has 'a', 'b'"),
    "unknown groups": ("a,b\n1,x\n2,y\n", ["--groups", "c"], "no column 'c' for --groups"),
    "groups are target": ("a,b\n1,x\n2,y\n", ["--groups", "b"], "both name 'b'"),
    "unknown positive": (BALANCED, ["--no-header", "--positive", "z"], "The classes are 'x', 'y'"),
    "too few groups": (
        BALANCED,
        ["--no-header", "--groups", "1", "--folds", "6"],
        "occurs in 5 groups, fewer than the 6 folds",
    ),
    "no folds": (BALANCED, ["--no-header", "--folds", "1"], "1 fold: at least 2"),
    "no repeats": (BALANCED, ["--no-header", "--repeats", "0"], "0 repeats"),
    "negative seed": (BALANCED, ["--no-header", "--seed", "-1"], "a seed lies between"),
    "folds in words": (BALANCED, ["--folds", "two"], "argument --folds: invalid int value: 'two'"),
    "unknown estimator": (BALANCED, ["--estimator", "svm"], "invalid choice: 'svm'"),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_bad_input_is_one_line_on_stderr_and_nothing_written(run, tmp_path, case):
    content, options, message = BAD_FILES[case]
    path = tmp_path / "rows.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    status, out, err = run("compare", path, *options, "--out", tmp_path / "results")
    assert status == 2
    assert out == ""
    assert err.startswith("balancekit compare: error: ")
    assert err.count("\n") == 1
    assert err.endswith("\n")
    assert message in err
    assert os.listdir(tmp_path) == ["rows.csv"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("absent.csv", "absent.csv does not exist; check the path"),
        ("folder.csv", "folder.csv is a folder; name a file in it"),
        ("notes.txt", "cannot tell the format of"),
        ("torn.csv.gz", "cannot read"),
        ("torn.parquet", "cannot read"),
        ("torn.arff", "cannot read"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_line(run, tmp_path, name, message):
    (tmp_path / "folder.csv").mkdir()
    for torn in ("torn.csv.gz", "torn.parquet", "torn.arff"):
        (tmp_path / torn).write_text("neither\n")
    status, out, err = run("compare", tmp_path / name)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert message in err


def test_options_about_a_file_need_one(run):
    for option in (["--target", "x"], ["--groups", "x"], ["--no-header"]):
        status, _, err = run("compare", *option)
        assert status == 2
        assert err.endswith(f"{option[0]} is about a FILE; name one, or leave it out\n")
        assert err.count("\n") == 1


def test_names_in_parquet_and_arff_cannot_be_denied(run, tmp_path):
    (tmp_path / "x.arff").write_text("")
    status, _, err = run("compare", tmp_path / "x.arff", "--no-header")
    assert status == 2
    assert "--no-header is for csv files" in err


def test_a_file_as_folder_is_refused_before_computing(run, file, monkeypatch):
    monkeypatch.setattr(cli, "compare", None)
    status, _, err = run("compare", file, "--out", file)
    assert status == 2
    assert f"{file} is a file; name a folder" in err


@pytest.mark.parametrize(
    ("module", "options"), [("pandas", []), ("matplotlib", ["--out", "results"])]
)
def test_a_missing_extra_is_reported_before_computing(run, file, monkeypatch, module, options):
    monkeypatch.setattr(cli, "compare", None)
    monkeypatch.setitem(sys.modules, module, None)
    status, _, err = run("compare", file, *options)
    assert status == 2
    assert err.count("\n") == 1
    assert f"needs {module}, which" in err
    assert 'pip install "balancekit[report]"' in err


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

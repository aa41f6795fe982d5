import os
import sys

import pandas as pd
import pytest

from balancekit.comparison import cli

BALANCED = "".join(f"{i},{i % 5},{'xy'[i % 2]}\n" for i in range(40))
BAD_FILES = {
    "one class": ("a,b\n1,x\n2,x\n", [], "one class only: all 2 rows are 'x'"),
    "class smaller than folds": (
        "a,b\n" + "1,x\n2,y\n" * 4 + "3,x\n",
        [],
        "class 'y' has 4 rows, fewer than the 5 folds; use at most 4 folds (cv, --folds)",
    ),
    "missing target": ("a,b\n1,x\n2,\n3,y\n", [], "'b': Input y contains NaN: 1 label missing"),
    "continuous target": ("a,b\n1,.5\n2,.7\n3,.9\n", [], "'b': Unknown label type: continuous"),
    "no numeric column": ("a,b\n" + "u,x\nv,y\n" * 9, [], "no numeric column: 'a' (nominal)"),
    "infinite value": ("a,b\n" + "1,x\ninf,y\n" * 9, [], "infinite values in column 'a'"),
    "empty file": ("", [], "it is empty; pass a file with a line of names and rows below"),
    "header only": ("a,b\n", [], "no rows below its header"),
    "one column": ("a\n1\n2\n", [], "single column, 'a'; a target and a feature are needed"),
    "semicolons": ("a;b\n1;x\n2;y\n", [], "its columns are separated by semicolons; save it"),
    "ragged below": ("a,b\n1,x\n2,y,z\n", [], "Expected 2 fields in line 3, saw 3"),
    "ragged throughout": ("a,b\n1,x,5\n2,y,6\n", [], "Length of header or names does not match"),
    "binary": (b"\xff\xfe\x00a,b\n1,2\n", [], "it is not in UTF-8"),
    "unknown target": ("a,b\n1,x\n2,y\n", ["--target", "c"], "no column 'c' for --target"),
    "misspelt target": (
        "Age,State\n1,x\n2,y\n",
        ["--target", "stat"],
        "no column 'stat' for --target; the file has 'Age', 'State'. Did you mean 'State'?",
    ),
    "misspelt groups": ("age,b\n1,x\n2,y\n", ["--groups", "aeg"], "Did you mean 'age'?"),
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
    "folds in words": (
        BALANCED,
        ["--folds", "two"],
        "argument --folds: invalid int value: 'two' (see balancekit compare --help)",
    ),
    "unknown option": (
        BALANCED,
        ["--fold", "2"],
        "unrecognized arguments: --fold 2 (see balancekit compare --help)",
    ),
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


UNSUITED = {
    "few rows": (["x"] * 18 + ["y"], [], "class 'y' has 1 row, fewer than the 5 folds"),
    "one class": (["x"] * 9, [], "one class only"),
    "no such class": (["ill", "well"] * 9, ["--positive", "il"], "Did you mean 'ill'?"),
    "few groups": (["x", "y"] * 9, ["--groups", "group"], "occurs in 1 group"),
}


@pytest.mark.parametrize("case", UNSUITED)
def test_a_target_by_default_is_named_when_its_classes_do_not_suit(run, tmp_path, case):
    labels, options, message = UNSUITED[case]
    path = tmp_path / "rows.csv"
    pd.DataFrame({"a": range(len(labels)), "group": 1, "state": labels}).to_csv(path, index=False)
    status, _, err = run("compare", path, *options)
    assert status == 2
    assert message in err
    hint = " The target is 'state', the last column; if that is wrong, name another with --target."
    assert err.endswith(f"{hint}\n")
    assert run("compare", path, *options, "--target", "state")[2] == err.replace(hint, "")


def test_no_target_is_suggested_where_there_is_no_file(run):
    status, _, err = run("compare", "--positive", "x")
    assert status == 2
    assert "--target" not in err


@pytest.mark.parametrize("argument", ["--fold", "data.csv"])
def test_errors_outside_the_command_point_to_the_general_help(run, argument):
    status, _, err = run(argument)
    assert status == 2
    assert err.endswith("(see balancekit --help)\n")


def test_a_folder_that_takes_no_results_is_refused_before_computing(
    run, file, monkeypatch, tmp_path
):
    monkeypatch.setattr(cli, "compare", None)
    (tmp_path / "scores.png").mkdir()
    status, _, err = run("compare", file, "--out", tmp_path)
    assert status == 2
    assert "scores.png in it is a folder" in err
    assert sorted(os.listdir(tmp_path)) == ["rows.csv", "scores.png"]


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

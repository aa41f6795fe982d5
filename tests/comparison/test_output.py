import json
import os
import sys
from pathlib import Path

import pytest

from balancekit.comparison.extras import MissingExtraError
from balancekit.comparison.output import check_folder, save

pytest.importorskip("matplotlib")


def test_both_files_are_saved_and_nothing_else(comparison, tmp_path):
    folder = tmp_path / "new" / "results"
    check_folder(folder)
    assert not folder.exists()
    save(comparison, folder)
    assert sorted(os.listdir(folder)) == ["scores.json", "scores.png"]
    assert json.loads((folder / "scores.json").read_text("utf-8")) == comparison.to_dict()
    assert (folder / "scores.png").read_bytes().startswith(b"\x89PNG")


def test_older_results_are_replaced(comparison, tmp_path):
    (tmp_path / "scores.json").write_text("old")
    save(comparison, tmp_path)
    assert (tmp_path / "scores.json").read_text("utf-8").startswith("{")


def test_a_failure_leaves_older_results_and_no_rest(comparison, tmp_path, monkeypatch):
    (tmp_path / "scores.json").write_text("old")
    write = Path.write_bytes

    def fail_on_the_picture(path, data):
        if ".png" in path.name:
            raise OSError(28, "No space left on device", str(path))
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", fail_on_the_picture)
    with pytest.raises(OSError, match="No space"):
        save(comparison, tmp_path)
    assert os.listdir(tmp_path) == ["scores.json"]
    assert (tmp_path / "scores.json").read_text() == "old"


@pytest.mark.parametrize("below", ["", "deeper/still"])
def test_a_file_in_the_way_is_named(tmp_path, below):
    (tmp_path / "taken").write_text("")
    with pytest.raises(ValueError, match=r"--out .*taken is a file; name a folder"):
        check_folder(tmp_path / "taken" / below)


@pytest.mark.parametrize("below", ["", "new/results"])
def test_a_folder_that_cannot_be_written_to_is_named(tmp_path, monkeypatch, below):
    def refuse(path, *args, **kwargs):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "mkdir", refuse)
    with pytest.raises(ValueError, match=f"{tmp_path} cannot be written to; name another folder"):
        check_folder(tmp_path / below)


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_a_folder_is_tried_because_permissions_mislead():
    with pytest.raises(ValueError, match="/proc cannot be written to"):
        check_folder(Path("/proc/results"))


def test_trying_leaves_nothing(tmp_path):
    check_folder(tmp_path)
    check_folder(tmp_path / "new")
    assert os.listdir(tmp_path) == []


def test_a_folder_with_the_name_of_a_result_is_named(tmp_path):
    (tmp_path / "scores.json").mkdir()
    with pytest.raises(ValueError, match=r"scores\.json in it is a folder; rename that"):
        check_folder(tmp_path)


def test_without_matplotlib_the_extra_is_named_first(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    with pytest.raises(
        MissingExtraError, match=r"picture of --out needs matplotlib, .*balancekit\[report\]"
    ):
        check_folder(tmp_path)

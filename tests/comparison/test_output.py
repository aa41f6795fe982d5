import json
import os
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


def test_a_folder_without_permission_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(ValueError, match="cannot be written to"):
        check_folder(tmp_path)


def test_without_matplotlib_the_extra_is_named_first(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    with pytest.raises(
        MissingExtraError, match=r"picture of --out needs matplotlib, .*balancekit\[report\]"
    ):
        check_folder(tmp_path)

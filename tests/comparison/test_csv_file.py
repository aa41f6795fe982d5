import gzip

import pytest

from balancekit.comparison.csv_file import read_csv
from balancekit.comparison.reading import read_file

PROSE = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}


@pytest.mark.parametrize("mark", PROSE)
@pytest.mark.parametrize("rows", ["", "1{}x\n2{}y\n", "1,5{}x\n2{}y\n"])
@pytest.mark.parametrize("suffix", [".csv", ".csv.gz"])
def test_another_separator_is_named(tmp_path, mark, rows, suffix):
    path = tmp_path / f"rows{suffix}"
    content = f"a{mark}b\n{rows.format(mark, mark)}".encode()
    path.write_bytes(gzip.compress(content) if suffix == ".csv.gz" else content)
    with pytest.raises(ValueError, match=f"separated by {PROSE[mark]}; save it with commas"):
        read_file(path)


def test_other_marks_between_commas_are_no_separators(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("a;b,c|d\n1,x\n2,y\n")
    assert list(read_csv(path, has_header=True)) == ["a;b", "c|d"]


def test_a_torn_line_is_not_blamed_on_the_separator(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("a,b\n1,x\n2,y;z,3\n")
    with pytest.raises(ValueError, match="Expected 2 fields in line 3, saw 3"):
        read_csv(path, has_header=True)


@pytest.mark.parametrize("content", ["", "\n\n"])
def test_an_empty_file_is_called_so(tmp_path, content):
    path = tmp_path / "rows.csv"
    path.write_text(content)
    with pytest.raises(ValueError, match="it is empty; pass a file with"):
        read_csv(path, has_header=True)


@pytest.mark.parametrize("name", ["rows.csv", "rows.arff"])
def test_another_encoding_is_named(tmp_path, name):
    path = tmp_path / name
    path.write_bytes("a,b\n1,Köln\n".encode("latin-1"))
    with pytest.raises(ValueError, match=r"not in UTF-8 \(.*byte 0xf6.*\); save it in that"):
        read_file(path)

import gzip
import sys

import numpy as np
import pandas as pd
import pytest

from balancekit.comparison.extras import MissingExtraError
from balancekit.comparison.reading import read_digits, read_file

TEXT = "size,city,who,class\n1.5,Rome,a,yes\n2,Bern,b,no\n,Rome,a,no\n"
FRAME = pd.DataFrame(
    {
        "size": [1.5, 2, np.nan],
        "city": ["Rome", "Bern", "Rome"],
        "who": ["a", "b", "a"],
        "class": ["yes", "no", "no"],
    }
)
ARFF = """@relation r
@attribute size numeric
@attribute city {Rome,Bern}
@attribute who {a,b}
@attribute 'class' {'yes','no'}
@data
1.5,Rome,a,'yes'
2,Bern,b,'no'
?,Rome,a,'no'
"""


@pytest.fixture(params=["rows.csv", "ROWS.CSV", "rows.csv.gz", "rows.parquet", "rows.arff"])
def file(request, tmp_path):
    """The same rows in every format."""
    path = tmp_path / request.param
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(TEXT.encode()))
    elif path.suffix == ".parquet":
        pytest.importorskip("pyarrow")
        FRAME.to_parquet(path)
    else:
        path.write_text(ARFF if path.suffix == ".arff" else TEXT)
    return path


def test_every_format_gives_the_same_columns(file):
    dataset = read_file(file)
    assert dataset.name == file.name
    assert dataset.target == "class"
    assert list(dataset.X) == ["size", "city", "who"]
    np.testing.assert_array_equal(dataset.X["size"], FRAME["size"])
    assert dataset.X["city"].tolist() == FRAME["city"].tolist()
    assert dataset.y.tolist() == FRAME["class"].tolist()
    assert dataset.groups is None


@pytest.mark.parametrize("target", ["city", "1", "-3"])
def test_the_target_is_named_or_counted(file, target):
    dataset = read_file(file, target=target)
    assert dataset.target == "city"
    assert list(dataset.X) == ["size", "who", "class"]


def test_the_column_of_groups_is_no_feature(file):
    dataset = read_file(file, groups="who")
    assert dataset.groups.tolist() == ["a", "b", "a"]
    assert list(dataset.X) == ["size", "city"]


def test_without_a_header_columns_are_numbered(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("1,2,x\n3,4,y\n5,6,y\n")
    dataset = read_file(path, has_header=False)
    assert list(dataset.X) == ["0", "1"]
    assert dataset.y.tolist() == ["x", "y", "y"]
    assert read_file(path, has_header=False, target="1").target == "1"


def test_a_name_goes_before_a_position(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("1,0,x\n3,4,0.5\n5,6,1.5\n")
    assert read_file(path, target="0").y.tolist() == [4, 6]


def test_digits_come_with_scikit_learn():
    dataset = read_digits()
    assert dataset.X.shape == (1797, 64)
    assert dataset.target == "digit"


@pytest.mark.parametrize(
    ("module", "name"), [("pandas", "rows.csv"), ("pandas", "x.arff"), ("pyarrow", "x.parquet")]
)
def test_a_missing_library_is_named_with_the_extra(monkeypatch, tmp_path, module, name):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtraError, match=rf'{module}.*pip install "balancekit\[report\]"'):
        read_file(tmp_path / name)

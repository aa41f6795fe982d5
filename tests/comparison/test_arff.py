import numpy as np
import pandas as pd
import pytest
from scipy.io import arff

from balancekit.comparison.arff import read_arff

QUOTED = """\
% a comment
@RELATION 'some rows'

@attribute 'my size' NUMERIC
@ATTRIBUTE "height" real
@attribute kind {a, "b c", 'd, e'}
@attribute when DATE "yyyy-MM-dd"
@attribute note string
@attribute 'Klasse ä' {'-1', '1'}
@Data
1,2.5,a,2020-01-01,'it\\'s',-1
% another
 3 , ? , "b c" , 2020-01-02 , ? , '1'
5,?,'d, e',"2020-01-03",x,?
"""
PLAIN = """\
@relation r
@attribute size numeric
@attribute class {yes,no}
@data
1,yes
?,no
2.5,yes
"""


@pytest.fixture
def read(tmp_path):
    """Return a function that reads text as a file."""

    def write_and_read(text):
        path = tmp_path / "rows.arff"
        path.write_text(text, encoding="utf-8")
        return read_arff(path)

    return write_and_read


def test_quotes_are_stripped_whatever_is_quoted_how(read):
    frame = read(QUOTED)
    assert list(frame) == ["my size", "height", "kind", "when", "note", "Klasse ä"]
    assert frame["kind"].tolist() == ["a", "b c", "d, e"]
    assert frame["note"].tolist() == ["it's", None, "x"]
    assert frame["Klasse ä"].tolist() == ["-1", "1", None]


def test_numbers_are_numbers_and_dates_are_dates(read):
    frame = read(QUOTED)
    assert frame["my size"].tolist() == [1, 3, 5]
    np.testing.assert_array_equal(frame["height"], [2.5, np.nan, np.nan])
    assert pd.api.types.is_datetime64_any_dtype(frame["when"])


def test_it_agrees_with_scipy_where_scipy_can_read(read, tmp_path):
    frame = read(PLAIN)
    theirs, _ = arff.loadarff(tmp_path / "rows.arff")
    np.testing.assert_array_equal(frame["size"], theirs["size"])
    assert frame["class"].tolist() == [value.decode() for value in theirs["class"]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no @attribute and @data"),
        ("a,b\n1,2\n", "no @attribute and @data"),
        ("@attribute x\n@data\n1\n", "line 1 declares no attribute"),
        (PLAIN + "3\n", "line 8 has 1 values for 2 attributes"),
        (PLAIN + "3,yes,no\n", "line 8 has 3 values for 2 attributes"),
        (PLAIN + "{0 3}\n", "line 8 is of the sparse kind"),
        (PLAIN + "3,'yes' or no\n", "line 8 has text after a closing quote"),
        (PLAIN + "three,yes\n", "three"),
        (PLAIN.replace("class", "size"), "line 3 declares 'size' for the second time"),
    ],
)
def test_a_broken_file_is_refused_with_the_line(read, text, message):
    with pytest.raises(ValueError, match=message):
        read(text)

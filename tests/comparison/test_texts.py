import pytest

from balancekit.comparison.texts import are_dates, strays_among_numbers


@pytest.mark.parametrize(
    "text",
    [
        "2020-01-31",
        "2020/1/31",
        "2020-01-31 10:30",
        "2020-01-31T10:30:00.123456Z",
        "2020-01-31 10:30:00+02:00",
        "31.01.2020",
        "1/31/2020",
        "31-1-2020 10:30",
        " 2020-01-31 ",
    ],
)
def test_dates_are_recognised(text):
    assert are_dates([text])


@pytest.mark.parametrize(
    "text",
    [
        "2020",
        "20200131",
        "2020-13-01",
        "12.5",
        "1.2.3",
        "2020-1",
        "10:30",
        "Jan 2020",
        "31.01-2020",
    ],
)
def test_other_texts_are_no_dates(text):
    assert not are_dates(["2020-01-31", text])


def test_strays_are_those_that_are_no_numbers():
    numbers = ["1", "-2.5", ".5", "3.", "1e-4", " 7 ", "+8", "9", "10"]
    assert strays_among_numbers([*numbers, "?"]) == ["?"]
    assert strays_among_numbers([*numbers, *numbers, "?", "?"]) == ["?", "?"]


@pytest.mark.parametrize("stray", ["?", "nan", "inf", "1_000", "0x10", "1,5", "-", "٣"])
def test_only_plain_numbers_count(stray):
    assert strays_among_numbers([stray, *map(str, range(20))]) == [stray]


def test_many_words_are_no_strays():
    assert strays_among_numbers(["1", "2", "3", "a"]) is None


def test_a_few_numbers_may_be_codes():
    assert strays_among_numbers(["1", "2", "3"] * 20) is None
    assert strays_among_numbers([str(number) for number in range(11)]) == []

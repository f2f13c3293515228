import pytest

from matrix import Matrix


@pytest.mark.parametrize(
    ("text", "index", "row"),
    [("1", 1, [1]), ("1 2\n3 4", 2, [3, 4]), ("1 2\n10 20", 2, [10, 20])],
)
def test_extract_row(text, index, row):
    assert Matrix(text).row(index) == row


def test_extract_column():
    assert Matrix("89 1903 3\n18 3 1\n9 4 800").column(3) == [3, 1, 800]


def test_rows_are_copies():
    matrix = Matrix("1 2\n3 4")
    row = matrix.row(1)
    row.append(99)
    assert matrix.row(1) == [1, 2]

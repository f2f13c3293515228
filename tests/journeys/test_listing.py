"""Lists on the terminal: what people wrote can harm neither a terminal nor a spreadsheet."""

import csv
import io

import pytest

from semaforo.listing import show_rows

COLUMNS = {"a": "A"}


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("-1+cmd", "'-1+cmd"),
        ("\n=1", "'\n=1"),
        ("Ada", "Ada"),
        (-1, "-1"),
        (-1.5, "-1.5"),
        (100 / 3, "33.333"),
        (1234567.5, "1234567.5"),
        (None, ""),
    ],
)
def test_a_cell_of_csv_is_no_formula_and_numbers_stay_numbers(
    value: object, shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    show_rows([{"a": value}], COLUMNS, as_csv=True)

    written = capsys.readouterr().out
    assert list(csv.reader(io.StringIO(written, newline=""))) == [["A"], [shown]]


def test_a_table_shows_control_characters_and_has_a_line_for_each_row(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show_rows([{"a": "one\ntwo \x1b[2J"}, {"a": None}], COLUMNS)

    assert capsys.readouterr().out == "A\none two \\x1b[2J\n\n"

"""Lists on the terminal: what people wrote can harm neither a terminal nor a spreadsheet."""

import csv
import io
import time

import pytest

from semaforo.listing import ROLES, show_rows

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
    show_rows([{"a": value}], COLUMNS, "es", as_csv=True)

    written = capsys.readouterr().out
    assert list(csv.reader(io.StringIO(written, newline=""))) == [["A"], [shown]]


def test_a_table_shows_control_characters_and_has_a_line_for_each_row(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show_rows([{"a": "one\ntwo \x1b[2J"}, {"a": None}], COLUMNS, "en")

    assert capsys.readouterr().out == "A\none two \\x1b[2J\n\n"


def test_a_table_names_a_value_in_words_and_csv_as_the_api_does(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = [{"a": "instructor"}, {"a": "new"}]

    show_rows(rows, COLUMNS, "es", words={"a": ROLES})
    show_rows(rows, COLUMNS, "es", words={"a": ROLES}, as_csv=True)

    assert capsys.readouterr().out.split() == ["A", "docente", "new", "A", "instructor", "new"]


@pytest.mark.parametrize(("language", "shown"), [("es", "4,75"), ("en", "4.75")])
def test_a_table_has_numbers_as_the_language_writes_them_and_moments_of_the_terminal(
    language: str, shown: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "EET-2")
    time.tzset()
    try:
        show_rows(
            [{"a": 4.75}, {"a": 3}, {"a": "2030-03-31T00:30:00.25Z"}, {"a": "1.5"}],
            COLUMNS,
            language,
        )
    finally:
        monkeypatch.undo()
        time.tzset()

    printed = capsys.readouterr().out
    assert printed.split("\n") == ["A", shown, "3", "2030-03-31 02:30 EET", "1.5", ""]

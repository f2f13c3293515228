"""Lists on the terminal: a table for people, CSV for spreadsheets, JSON for programs."""

import csv
import json
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Final

import typer

from graders.text import Text
from semaforo.terminal import one_line
from server.csv_text import guard

AsCsv = Annotated[bool, typer.Option("--csv", help="Print CSV, for a spreadsheet.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, as the API answers it.")]

Row = Mapping[Any, Any]
Words = Mapping[str, Text]
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)")


ROLES: Final[Words] = {
    "student": Text("estudiante", "student"),
    "grader": Text("corrector", "grader"),
    "instructor": Text("docente", "instructor"),
}
RUN_STATES: Final[Words] = {
    "queued": Text("en cola", "queued"),
    "running": Text("en curso", "running"),
    "finished": Text("terminada", "finished"),
    "abandoned": Text("abandonada", "abandoned"),
}


def show_rows(
    rows: Sequence[Row],
    columns: Mapping[Any, str],
    language: str,
    *,
    as_csv: bool = False,
    as_json: bool = False,
    words: Mapping[Any, Words] | None = None,
) -> None:
    """Print rows; `columns` has the heading of each key, in order.

    words  By key, how a table names values that CSV and JSON have as the API does.

    JSON has every key of a row, the others those with a heading. A table has numbers as they are
    written in `language`, and moments in the time zone of the terminal; CSV and JSON are for
    programs, and have neither.
    """
    if as_json:
        print_json(list(rows))
        return
    if as_csv:
        written = csv.writer(sys.stdout, lineterminator="\n")
        written.writerow(columns.values())
        written.writerows([_cell(row.get(key)) for key in columns] for row in rows)
        return
    named = words or {}
    cells = [
        [one_line(_word(row.get(key), language, named.get(key, {}))) for key in columns]
        for row in rows
    ]
    widths = [max(map(len, column)) for column in zip(columns.values(), *cells, strict=True)] or [0]
    for line in (list(columns.values()), *cells):
        padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        print("  ".join(padded).rstrip())


def print_json(value: Any) -> None:
    """Print what the API answered."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def _word(value: object, language: str, words: Words) -> str:
    """Return a cell of a table."""
    if isinstance(value, float):
        return in_digits(value, language)
    text = _text(value)
    return words[text].to(language) if text in words else in_local_time(text)


def in_local_time(text: str) -> str:
    """Return a moment of the API in the time zone of the terminal; any other text as it is."""
    if not _MOMENT.fullmatch(text):
        return text
    return f"{datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M %Z}"


def in_digits(value: float, language: str) -> str:
    """Return a number with at most three decimals, with the decimal sign of the language."""
    text = _text(float(value))
    return text if language == "en" else text.replace(".", ",")


def _text(value: object) -> str:
    if value is None:
        return ""
    return f"{round(value, 3):.10g}" if isinstance(value, float) else str(value)


def _cell(value: object) -> str:
    """Return a cell of CSV; a number below zero is no formula."""
    return guard(value) if isinstance(value, str) else _text(value)

"""Lists on the terminal: a table for people, CSV for spreadsheets, JSON for programs."""

import csv
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from semaforo.terminal import one_line
from server.csv_text import guard

AsCsv = Annotated[bool, typer.Option("--csv", help="Print CSV, for a spreadsheet.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, as the API answers it.")]

Row = Mapping[Any, Any]


def show_rows(
    rows: Sequence[Row], columns: Mapping[Any, str], *, as_csv: bool = False, as_json: bool = False
) -> None:
    """Print rows; `columns` has the heading of each key, in order.

    JSON has every key of a row, the others those with a heading.
    """
    if as_json:
        print_json(list(rows))
        return
    if as_csv:
        written = csv.writer(sys.stdout, lineterminator="\n")
        written.writerow(columns.values())
        written.writerows([_cell(row.get(key)) for key in columns] for row in rows)
        return
    cells = [[one_line(_text(row.get(key))) for key in columns] for row in rows]
    widths = [max(map(len, column)) for column in zip(columns.values(), *cells, strict=True)] or [0]
    for line in (list(columns.values()), *cells):
        padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        print("  ".join(padded).rstrip())


def print_json(value: Any) -> None:
    """Print what the API answered."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def _text(value: object) -> str:
    if value is None:
        return ""
    return f"{round(value, 3):.10g}" if isinstance(value, float) else str(value)


def _cell(value: object) -> str:
    """Return a cell of CSV; a number below zero is no formula."""
    return guard(value) if isinstance(value, str) else _text(value)

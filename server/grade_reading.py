"""Reading a CSV file of grades: our own, one of Moodle or Canvas, or what Excel made of it. Pure.

Excel in Spanish saves semicolons and decimal commas. Canvas adds its number to the name of an
assignment, "gather (123)", Moodle the kind of grade, "gather (Real)".
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Final

from server.csv_text import decode, unguard
from server.errors import UnreadableGrades
from server.grade_table import TOTAL

_EMAIL_HEADS: Final = ("email", "email address", "sis login id", "correo", "dirección de correo")
_NUMBER_HEADS: Final = ("student_number", "id number", "sis user id", "número de id")
_REASON_HEADS: Final = ("reason", "motivo")
_OTHER_HEADS: Final = (
    *("name", "group", "first name", "last name", "student", "id", "section", TOTAL.lower()),
    *("last downloaded from this course", "institution", "department"),
)
_ADDED: Final = re.compile(r"\s*\((?:\d+|real|\w+ ?%?)\)\s*$", re.IGNORECASE)
_EMPTY: Final = ("", "-", "–")
MOST_ROWS: Final = 5000


def _(message: str) -> str:
    return message  # marks it for translation


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One student of the file.

    line    In the file, from 1.
    points  By exercise; only what is a number. Blank cells are left out.
    wrong   Cells that are no number, by exercise.
    reason  Of this row; "" without one.
    """

    line: int
    email: str
    student_number: str
    points: dict[str, float]
    wrong: dict[str, str]
    reason: str


@dataclass(frozen=True, slots=True)
class ReadGrades:
    """What a file says; `unknown` are its columns that are no exercise of the course."""

    rows: Sequence[ReadRow]
    unknown: Sequence[str]


def read_grades(content: bytes, exercises: Sequence[str]) -> ReadGrades:
    """Read a file of grades.

    exercises  Slugs of the course's exercises, which are its columns.

    Raises:
        UnreadableGrades: it is no such file.
    """
    lines = _lines(content)
    head = next(lines, (0, []))[1]
    columns = [_column(cell, exercises) for cell in head]
    if not {"email", "number"} & {kind for kind, _ in columns}:
        raise UnreadableGrades(
            _(
                "The file needs a first line with the names of its columns, one of them “email” "
                "or “student_number”."
            )
        )
    rows = []
    for line, cells in lines:
        if not any(cells) or cells[0].strip() == "Points Possible":
            continue
        rows.append(_row(line, cells, columns))
        if len(rows) > MOST_ROWS:
            raise UnreadableGrades(_("The file has more than {most} students."), most=MOST_ROWS)
    return ReadGrades(rows, [name for kind, name in columns if kind == "unknown" and name])


def _lines(content: bytes) -> Iterator[tuple[int, list[str]]]:
    text = decode(content)
    if "\0" in text:
        raise UnreadableGrades(_("The file is not text. Save it as CSV, UTF-8."))
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            yield reader.line_num, [unguard(cell.strip(" ")) for cell in cells]
    except csv.Error:
        raise UnreadableGrades(
            _("Line {line} of the file is not CSV."), line=reader.line_num
        ) from None


def _column(cell: str, exercises: Sequence[str]) -> tuple[str, str]:
    """Return what a column holds: its kind, and its name or the exercise's slug."""
    name = cell.strip()
    for kind, heads in (
        ("email", _EMAIL_HEADS),
        ("number", _NUMBER_HEADS),
        ("reason", _REASON_HEADS),
        ("other", _OTHER_HEADS),
    ):
        if name.lower() in heads:
            return kind, name
    for slug in (name, _ADDED.sub("", name)):
        if slug in exercises:
            return "exercise", slug
    return "unknown", name


def _row(line: int, cells: Sequence[str], columns: Sequence[tuple[str, str]]) -> ReadRow:
    found = {"email": "", "number": "", "reason": ""}
    points: dict[str, float] = {}
    wrong: dict[str, str] = {}
    for (kind, name), cell in zip(columns, cells, strict=False):
        if kind in found:
            found[kind] = cell.strip()
        elif kind == "exercise" and cell.strip() not in _EMPTY:
            value = _number(cell)
            if value is None:
                wrong[name] = cell.strip()
            else:
                points[name] = value
    email = found["email"].lower()
    return ReadRow(line, email, found["number"], points, wrong, found["reason"])


def _number(cell: str) -> float | None:
    try:
        value = float(cell.strip().replace(",", "."))
    except ValueError:
        return None
    return value if isfinite(value) else None

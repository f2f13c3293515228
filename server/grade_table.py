"""Grades of a course as a table, and the files it is written to: CSV and XLSX.

Pure: no session. CSV is guarded against formulas, see `csv_text`.

Canvas: https://community.canvaslms.com, "How do I import grades in the Gradebook?": a second row
has the points possible; an unknown column becomes an assignment. Moodle:
https://docs.moodle.org/en/Grade_import: columns are mapped by hand, people found by e-mail address
or ID number; grades above the maximum need its setting `unlimitedgrades`.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import xlsxwriter

from server.csv_text import guard

TOTAL: Final = "Semáforo"

Cell = str | float | None


class GradeFormat(StrEnum):
    """A file that the gradebook is written to.

    PLAIN   CSV with every column there is, for people and programs; with a byte order mark, without
            which Excel takes UTF-8 for the system's old encoding.
    MOODLE  CSV for Moodle's grade import.
    CANVAS  CSV for Canvas' gradebook import.
    XLSX    A workbook, with a second sheet that explains every grade.
    """

    PLAIN = "plain"
    MOODLE = "moodle"
    CANVAS = "canvas"
    XLSX = "xlsx"


@dataclass(frozen=True, slots=True)
class TableRow:
    """One student.

    given_name, family_name  The parts of the name; the family name is "" if unknown.
    points  In each exercise, in the table's order; None: no grade.
    grade   Of the course; None: no exercise counts.
    is_deleted  Whether only the results of the person are left.
    """

    email: str
    name: str
    given_name: str
    family_name: str
    student_number: str
    group: str
    points: Sequence[float | None]
    grade: float | None
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class GradeTable:
    """The grades of a course.

    course     Its slug.
    exercises  Slugs, in the course's order, each with its possible points.
    scale      What the course's grade is out of.
    details    What explains each grade: a row for each student and exercise, below `DETAILS`.
    """

    course: str
    exercises: Sequence[tuple[str, float]]
    scale: float
    rows: Sequence[TableRow]
    details: Sequence[Sequence[Cell]]


PLAIN_HEAD: Final = ("email", "student_number", "name", "group")
DETAILS: Final = (
    *("email", "name", "exercise", "points", "max_points", "computed", "by_hand", "style"),
    *("reason", "weight", "left_out", "adds"),
)


def write_file(table: GradeTable, form: GradeFormat) -> bytes:
    """Return the file; takes a tenth of a second for a large class, so call it in a thread."""
    if form is GradeFormat.XLSX:
        return _write_xlsx(table)
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, lineterminator="\r\n")
    for row in _ROWS[form](table):
        writer.writerow([_plain(cell) for cell in row])
    # Moodle and Canvas take the first column's name as it is.
    return lines.getvalue().encode("utf-8-sig" if form is GradeFormat.PLAIN else "utf-8")


def rounded(points: float) -> float:
    """Return points as files have them: to a thousandth."""
    return round(points, 3)


def _plain_rows(table: GradeTable) -> Iterator[Sequence[Cell]]:
    yield (*PLAIN_HEAD, *(slug for slug, _ in table.exercises), TOTAL)
    for row in table.rows:
        yield (row.email, row.student_number, row.name, row.group, *row.points, row.grade)


def _moodle_rows(table: GradeTable) -> Iterator[Sequence[Cell]]:
    head = ("First name", "Last name", "ID number", "Email address")
    yield (*head, *(slug for slug, _ in table.exercises), TOTAL)
    for row in _list_known(table):
        person = (row.given_name, row.family_name, row.student_number, row.email)
        yield (*person, *row.points, row.grade)


def _canvas_rows(table: GradeTable) -> Iterator[Sequence[Cell]]:
    head = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
    yield (*head, *(slug for slug, _ in table.exercises), TOTAL)
    possible = (points for _, points in table.exercises)
    yield ("    Points Possible", "", "", "", "", *possible, table.scale)
    for row in _list_known(table):
        person = (row.name, "", row.student_number, row.email, row.group)
        yield (*person, *row.points, row.grade)


def _list_known(table: GradeTable) -> Iterator[TableRow]:
    """Yield the rows of people whom another system may know: Moodle refuses a file with others."""
    return (row for row in table.rows if not row.is_deleted)


_ROWS: Final = {
    GradeFormat.PLAIN: _plain_rows,
    GradeFormat.MOODLE: _moodle_rows,
    GradeFormat.CANVAS: _canvas_rows,
}


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    return guard(cell) if isinstance(cell, str) else f"{rounded(cell):.10g}"


def _write_xlsx(table: GradeTable) -> bytes:
    file = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        head = book.add_format({"bold": True})
        _write_sheet(book.add_worksheet(TOTAL), head, list(_plain_rows(table)), frozen=3)
        _write_sheet(book.add_worksheet("details"), head, [DETAILS, *table.details], frozen=2)
    return file.getvalue()


def _write_sheet(sheet: Any, head: Any, rows: Sequence[Sequence[Cell]], *, frozen: int) -> None:
    sheet.freeze_panes(1, frozen)
    sheet.set_column(0, frozen - 1, 24)
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            if isinstance(cell, str):
                # As text, not by guard(): here an apostrophe would be part of the value.
                sheet.write_string(number, place, cell, None if number else head)
            elif cell is not None:
                sheet.write_number(number, place, rounded(cell))

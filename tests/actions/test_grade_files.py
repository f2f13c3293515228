"""Grades as files: what spreadsheets, Moodle and Canvas get, and what is read back."""

import csv
import io
import re
import zipfile
from dataclasses import replace

import pytest

from server import errors
from server.csv_text import FORMULA_STARTS, guard, unguard
from server.grade_reading import read_grades
from server.grade_table import TOTAL, GradeFormat, GradeTable, TableRow, write_file

ROW = TableRow(
    email="ines@example.org",
    name="Núñez Vega, Inés",
    given_name="Inés",
    family_name="Núñez Vega",
    student_number="0042",
    group="mañana",
    points=(7.25, None),
    grade=3.625,
)
EXERCISES = (("gather", 10.0), ("timeout", 8.0))


def a_table(*rows: TableRow) -> GradeTable:
    details = [("ines@example.org", "Núñez", "gather", 7.25, 10.0, 5.0, None, None, "", 1.0, "", 3)]
    return GradeTable("asincrono", EXERCISES, 10.0, rows or (ROW,), details)


def read_back(form: GradeFormat, table: GradeTable) -> list[list[str]]:
    text = write_file(table, form).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_the_plain_file_has_every_column_and_a_byte_order_mark() -> None:
    content = write_file(a_table(), GradeFormat.PLAIN)

    assert content.startswith(b"\xef\xbb\xbfemail,")
    assert read_back(GradeFormat.PLAIN, a_table()) == [
        ["email", "student_number", "name", "group", "gather", "timeout", TOTAL],
        ["ines@example.org", "0042", "Núñez Vega, Inés", "mañana", "7.25", "", "3.625"],
    ]


def test_moodle_gets_its_own_names_of_columns_and_no_byte_order_mark() -> None:
    assert write_file(a_table(), GradeFormat.MOODLE).startswith(b"First name,")
    assert read_back(GradeFormat.MOODLE, a_table()) == [
        ["First name", "Last name", "ID number", "Email address", "gather", "timeout", TOTAL],
        ["Inés", "Núñez Vega", "0042", "ines@example.org", "7.25", "", "3.625"],
    ]


def test_canvas_gets_a_row_with_the_points_possible() -> None:
    head, possible, row = read_back(GradeFormat.CANVAS, a_table())

    assert head[:5] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    assert possible == ["    Points Possible", "", "", "", "", "10", "8", "10"]
    assert row[:5] == ["Núñez Vega, Inés", "", "0042", "ines@example.org", "mañana"]


def test_a_deleted_person_is_in_no_file_for_another_system() -> None:
    deleted = replace(ROW, email="deleted-1@deleted.invalid", is_deleted=True)

    lines = {
        form: len(read_back(form, a_table(ROW, deleted)))
        for form in (GradeFormat.PLAIN, GradeFormat.MOODLE, GradeFormat.CANVAS)
    }

    assert lines == {GradeFormat.PLAIN: 3, GradeFormat.MOODLE: 2, GradeFormat.CANVAS: 3}


@pytest.mark.parametrize("start", FORMULA_STARTS)
@pytest.mark.parametrize("form", [form for form in GradeFormat if form is not GradeFormat.XLSX])
def test_no_cell_of_text_is_a_formula(form: GradeFormat, start: str) -> None:
    evil = f"{start}HYPERLINK(1)"
    names = dict.fromkeys(("name", "given_name", "family_name", "group", "email"), evil)
    row = TableRow(**names, student_number=evil, points=(1.0, 2.0), grade=1.0)  # type: ignore[arg-type]

    cells = [cell for line in read_back(form, a_table(row)) for cell in line]

    assert f"'{evil}" in cells
    assert [cell for cell in cells if cell.startswith(FORMULA_STARTS)] == []
    assert unguard(guard(evil)) == evil


def test_the_workbook_holds_text_as_text_and_numbers_as_numbers() -> None:
    evil = '=cmd|"/c calc"!A1'
    row = TableRow(evil, "Íñigo", "Íñigo", "", "0042", "", (7.25, None), 3.0)

    with zipfile.ZipFile(io.BytesIO(write_file(a_table(row), GradeFormat.XLSX))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        texts = book.read("xl/sharedStrings.xml").decode()

    assert "<f>" not in sheet
    assert "<v>7.25</v>" in sheet
    for text in ("=cmd|", "Íñigo", "0042"):
        assert text in texts
    assert len(re.findall("<row ", sheet)) == 2


@pytest.mark.parametrize("form", [form for form in GradeFormat if form is not GradeFormat.XLSX])
def test_every_file_of_ours_is_read_back(form: GradeFormat) -> None:
    read = read_grades(write_file(a_table(), form), ["gather", "timeout"])

    (row,) = read.rows
    assert (row.email, row.student_number) == ("ines@example.org", "0042")
    assert row.points == {"gather": 7.25}
    assert read.unknown == []


@pytest.mark.parametrize(
    "text",
    [
        "email;gather;motivo\nInes@Example.org;7,25;Claro",
        "Email address,gather (Real),Reason\nines@example.org,7.25,Claro",
        "SIS Login ID\tgather (123)\treason\nines@example.org\t7.25\tClaro",
    ],
)
def test_what_excel_moodle_and_canvas_make_of_it_is_read_too(text: str) -> None:
    (row,) = read_grades(text.encode(), ["gather"]).rows

    assert (row.email, row.points, row.reason) == ("ines@example.org", {"gather": 7.25}, "Claro")


def test_the_old_encoding_of_windows_is_read() -> None:
    (row,) = read_grades("email;gather;motivo\na@b.c;1;Señal".encode("cp1252"), ["gather"]).rows

    assert row.reason == "Señal"


def test_blank_cells_say_nothing_and_words_are_wrong() -> None:
    text = "email,gather,timeout,otra\na@b.c,-,nueve,1\n\nb@b.c,,nan,\n"
    read = read_grades(text.encode(), ["gather", "timeout"])

    assert [(row.line, row.points, row.wrong) for row in read.rows] == [
        (2, {}, {"timeout": "nueve"}),
        (4, {}, {"timeout": "nan"}),
    ]
    assert read.unknown == ["otra"]


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"name,gather\nx,1", b"\xff\xfe\0e\0m", b'email,gather\n"x', b"PK\x03\x04\0\0"],
)
def test_what_is_no_file_of_grades_is_refused(content: bytes) -> None:
    with pytest.raises(errors.UnreadableGrades):
        read_grades(content, ["gather"])


def test_a_file_of_too_many_students_is_refused() -> None:
    text = "email,gather\n" + "a@b.c,1\n" * 5001
    with pytest.raises(errors.UnreadableGrades, match="5000"):
        read_grades(text.encode(), ["gather"])

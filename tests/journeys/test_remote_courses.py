"""`semaforo course` and `semaforo roster` against a server, as a teacher would type them."""

import csv
import io
import json
from pathlib import Path

import pytest

from semaforo.roster import _describe
from tests.journeys.conftest import environment, semaforo
from tests.journeys.test_remote import Staff, staff

__all__ = ["staff"]

LIST = (
    "nombre;apellidos;correo;id;grupo\nZoe;Ábalos;z@example.org;2;B\nInés;Vega;i@example.org;1;\n"
)


async def test_a_list_of_people_is_shown_first_and_then_applied(
    staff: Staff, tmp_path: Path
) -> None:
    file = tmp_path / "lista.csv"
    file.write_text(LIST, "cp1252")
    await staff("course", "add", "c1", "--title", "C 1")

    shown = await staff("roster", "import", "c1", str(file))
    empty = await staff("roster", "list", "c1", "--csv", language="es")
    applied = await staff("roster", "import", "c1", str(file), "--apply")
    listed = await staff("roster", "list", "c1")
    _, answer, _ = await staff("roster", "list", "c1", "--json")
    file.write_text(LIST.replace("1;", "1;C"), "cp1252")
    moved = await staff("roster", "import", "c1", str(file), language="es")

    assert shown[:2] == (0, "")
    assert moved[2].startswith("i@example.org: grupo: – → C\n")
    assert "2 new, 0 with an account" in shown[2]
    assert [row["papel"] for row in csv.DictReader(io.StringIO(empty[1]))] == ["instructor"]
    links = [line.split("\t") for line in applied[1].splitlines()]
    assert [email for email, _ in links] == ["z@example.org", "i@example.org"]
    assert all("/password/" in link for _, link in links)
    lines = [" ".join(line.split()) for line in listed[1].splitlines()]
    assert lines[0] == "role group number e-mail name"
    assert {
        "student B 2 z@example.org Ábalos, Zoe",
        "student 1 i@example.org Vega, Inés",
    } < set(lines)
    assert {"z@example.org", "i@example.org"} < {one["email"] for one in json.loads(answer)}


def test_the_names_of_a_list_cannot_write_to_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    message = {"line": 2, "column": "name", "problem": "", "email": "i@example.org", "changes": {}}
    rows = [
        {**message, "outcome": "changed", "changes": {"name": ("Inés\x1b[2J", "Inés\nVega")}},
        {**message, "outcome": "error", "problem": "\x1b[2J?"},
    ]

    _describe(rows, 0, "es")

    changed, error, _ = capsys.readouterr().err.splitlines()
    assert changed == r"i@example.org: nombre: Inés\x1b[2J → Inés Vega"
    assert error == r"Línea 2, nombre: \x1b[2J?"


async def test_a_line_that_cannot_be_used_is_named_and_exits_with_1(
    staff: Staff, tmp_path: Path
) -> None:
    file = tmp_path / "lista.csv"
    file.write_text("name,email\nZoe,nowhere\n")

    code, out, errors = await staff("roster", "import", staff.course, str(file), language="es")
    missing = await staff("roster", "import", staff.course, str(tmp_path / "none.csv"))

    assert (code, out) == (1, "")
    assert errors.startswith("Línea 2, correo: ")
    assert "1 con errores" in errors
    assert (missing[0], missing[1]) == (2, "")
    assert "it does not exist" in missing[2]


async def test_a_course_is_made_copied_opened_and_archived(staff: Staff) -> None:
    made = await staff("course", "add", "c1", "--title", "C 1", "--timezone", "UTC")
    given = await staff("course", "assign", "c1", "gather", "camarero")
    copied = await staff("course", "copy", "c1", "c2", "--title", "C 2", "--shift-days", "7")
    _, listed, _ = await staff("assign", "list", "c2", "--csv")
    opened = await staff("course", "join", "c2", "domains", "--domain", "uni.example.org")
    renewed = await staff("course", "join", "c2", "open", "--new-code")
    closed = await staff("course", "join", "c2", "closed")
    archived = await staff("course", "archive", "c1")
    undone = await staff("course", "archive", "c1", "--undo")

    assert (made, given[:2]) == (
        (0, "c1\n", ""),
        (0, "New assignments: 2 of 2 exercises.\n"),
    )
    assert copied == (0, "c2\n", "")
    assert [row["exercise"] for row in csv.DictReader(io.StringIO(listed))] == [
        "gather",
        "camarero",
    ]
    assert "/join/" in opened[1]
    assert "/join/" in renewed[1]
    assert renewed[1] != opened[1]
    assert closed == archived == undone == (0, "", "")


async def test_grades_are_shown_written_to_files_and_set_by_hand(
    staff: Staff, tmp_path: Path
) -> None:
    one = ("course", "override", staff.course, "gather", staff.student)

    _, shown, _ = await staff("course", "grades", staff.course, language="es")
    _, before, _ = await staff("course", "grades", staff.course, "--csv", "-")
    book = await staff("course", "grades", staff.course, "--xlsx", str(tmp_path / "grades.xlsx"))
    changed = await staff(*one, "--points", "1.5", "--reason", "Explained it.")
    _, by_hand, _ = await staff("course", "grades", staff.course, language="es")
    _, after, _ = await staff("course", "grades", staff.course, "--csv", "-")
    removed = await staff(*one, "--remove", language="es")
    _, again, _ = await staff("course", "grades", staff.course, "--csv", "-")

    assert shown.splitlines()[0].split() == ["nota", "nombre", "correo"]
    assert shown.splitlines()[1].endswith(staff.student)
    assert by_hand.splitlines()[1].startswith("7,5 ")
    assert staff.student in before
    assert book == (0, "", "")
    assert (tmp_path / "grades.xlsx").read_bytes().startswith(b"PK")
    assert changed == (0, "Done.\n", "")
    assert after != before == again
    assert removed == (0, "Hecho.\n", "")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("course", "archive", "nowhere"), "nowhere"),
        (("course", "add", "c3", "--title", "C", "--timezone", "Mordor"), "Mordor"),
        (("course", "assign", "nowhere"), "Name the exercises"),
        (("roster", "list", "nowhere"), "nowhere"),
        (("roster", "list", "c1", "--data-dir", "x"), "Choose one"),
    ],
)
async def test_a_refusal_is_one_sentence_and_exits_with_2(
    staff: Staff, arguments: tuple[str, ...], message: str
) -> None:
    code, out, errors = await staff(*arguments)

    assert (code, out) == (2, "")
    assert errors.startswith("Semáforo: ")
    assert message in errors


async def test_a_student_may_not_import_a_list(staff: Staff, tmp_path: Path) -> None:
    staff.token = staff.site.token
    (tmp_path / "lista.csv").write_text(LIST)

    code, _, errors = await staff(
        "roster", "import", staff.course, str(tmp_path / "lista.csv"), "--apply"
    )

    assert code == 2
    assert "(403)" in errors


async def test_without_an_address_the_database_of_this_machine_is_used(
    staff: Staff, tmp_path: Path
) -> None:
    here = environment(SEMAFORO_URL="", SEMAFORO_DATA_DIR=str(tmp_path / "empty"))

    code, _, errors = await semaforo("roster", "list", staff.course, env=here)

    assert code == 1
    assert f"no course “{staff.course}”" in errors

"""`semaforo roster`, `course` and `grades`: people, figures and grades of a class on a server."""

import csv
import io
import json
from pathlib import Path

import pytest
from sqlalchemy import select

from server.models import Assignment
from tests.fixtures.builders import a_submission
from tests.journeys.test_remote import Staff, staff

__all__ = ["staff"]


async def test_one_person_is_added_changed_and_removed(staff: Staff) -> None:
    one = (staff.course, "zoe@example.org")

    added = await staff(
        *("roster", "add", *one, "--name", "Zoe Ábalos", "--family-name", "Ábalos", "--group", "B")
    )
    again = await staff("roster", "add", *one, "--name", "Zoe")
    changed = await staff("roster", "set", *one, "--group", "none", "--number", "7")
    corrected = await staff("roster", "set", *one, "--email", "nowhere")
    moved = await staff("roster", "set", *one, "--email", "z@example.org")
    one = (staff.course, "z@example.org")
    promoted = await staff("roster", "set", *one, "--role", "grader")
    listed = await staff("roster", "list", staff.course, "--undelivered", "--json")
    removed = await staff("roster", "remove", *one, language="es")
    missing = await staff("roster", "remove", *one)

    assert added[0] == 0
    assert added[1].startswith("zoe@example.org\thttp")
    assert again[:2] == (2, "")
    assert changed == (0, "student\t\t7\tzoe@example.org\tÁbalos, Zoe\n", "")
    assert corrected[:2] == (2, "")
    assert moved == (0, "student\t\t7\tz@example.org\tÁbalos, Zoe\n", "")
    assert promoted == (0, "grader\t\t7\tz@example.org\tÁbalos, Zoe\n", "")
    assert listed == (0, "[]\n", "")
    assert removed == (0, "Ya no está en el curso: z@example.org.\n", "")
    assert missing == (
        2,
        "",
        f"Semáforo: Nobody in {staff.course} has the address z@example.org.\n",
    )


async def test_courses_are_listed_and_changed(staff: Staff) -> None:
    changed = await staff(
        *("course", "set", staff.course, "--title", "Otro título", "--timezone", "UTC"),
        *("--course-language", "en"),
    )
    strict = await staff("course", "set", staff.course, "--unready-costs-attempt")
    lenient = await staff("course", "set", staff.course, "--no-unready-costs-attempt")
    nothing = await staff("course", "set", staff.course)
    await staff("course", "archive", staff.course)
    _, taught, _ = await staff("course", "list", "--csv")
    _, everything, _ = await staff("course", "list", "--archived", "--json")

    as_set = f"{staff.course}\tOtro título\tUTC\ten\tpath\n"
    assert changed == lenient == (0, as_set, "")
    assert strict == (0, f"{as_set}A program that does not compile uses an attempt, too.\n", "")
    assert nothing == (2, "", "Semáforo: Name what to change, as in --title.\n")
    assert staff.course not in taught
    (one,) = [one for one in json.loads(everything) if one["slug"] == staff.course]
    assert (one["title"], one["role"]) == ("Otro título", "instructor")
    assert one["archived_at"]


async def test_the_log_says_who_changed_what(staff: Staff) -> None:
    await staff("roster", "add", staff.course, "zoe@example.org", "--name", "Zoe")
    await staff("course", "set", staff.course, "--title", "Otro")

    code, table, _ = await staff("course", "log", staff.course, "--csv", language="es")
    _, people, _ = await staff("course", "log", staff.course, "--area", "roster", "--json")

    newest, before, *_ = csv.DictReader(io.StringIO(table))
    assert code == 0
    assert (newest["cambio"], before["a quién"]) == ("course.change", "zoe@example.org")
    assert newest["quién"] == staff.site.teacher.user.email
    assert {one["action"].partition(".")[0] for one in json.loads(people)} == {"roster"}


async def test_the_queue_names_what_waits_and_the_workers(staff: Staff) -> None:
    code, shown, errors = await staff("course", "queue", staff.course, language="es")
    _, found, _ = await staff("course", "queue", staff.course, "--json")

    assert (code, errors) == (0, "")
    assert "motivo" in shown
    assert "como mucho" in shown
    assert json.loads(found) == {"counts": {}, "runs": [], "workers": []}


async def test_a_queue_that_is_not_shown_whole_says_so(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.actions.open_runs.MOST_RUNS_SHOWN", 1)
    async with staff.site.database.write() as session:
        assignment = await session.scalar(select(Assignment))
        for _ in range(2):
            await a_submission(session, assignment)
        await session.commit()

    code, table, errors = await staff("course", "queue", staff.course, "--csv", language="es")
    _, shown, _ = await staff("course", "queue", staff.course, language="es")

    assert (code, errors) == (0, "Se muestran 1 de 2: lo más antiguo.\n")
    (row,) = csv.DictReader(io.StringIO(table))
    assert (row["estado"], row["ejercicio"], row["worker"]) == ("queued", "gather", "")
    assert row["segundos"].isdecimal()
    assert shown.splitlines()[1].startswith("en cola ")


async def test_the_dashboard_is_a_table_of_every_student(staff: Staff) -> None:
    code, table, _ = await staff("course", "dashboard", staff.course, "--csv")
    _, nobody, _ = await staff(
        "course", "dashboard", staff.course, "--state", "not-started", "--csv"
    )
    wrong = await staff("course", "dashboard", staff.course, "--state", "happy")

    rows = {row["e-mail"]: row for row in csv.DictReader(io.StringIO(table))}
    assert code == 0
    assert (rows[staff.student]["gather"], rows[staff.student]["solved"]) == ("1", "0")
    assert list(csv.DictReader(io.StringIO(nobody))) == []
    assert wrong[:2] == (2, "")


async def test_statistics_are_tables(staff: Staff) -> None:
    one = ("course", "statistics", staff.course, "gather")

    code, shown, _ = await staff(*one, language="es")
    _, checks, _ = await staff(*one, "--table", "checks", "--csv")
    _, output, _ = await staff(*one, "--json")
    too_many = await staff(*one, "--csv")
    unknown = await staff(*one, "--table", "weather")
    not_given = await staff("course", "statistics", staff.course, "camarero")

    assert code == 0
    assert "Dónde fallan" in shown
    assert "Intentos hasta resolverlo: –\n" in shown
    heads, *rows = csv.reader(io.StringIO(checks))
    assert heads == ["Check", "First attempt", "of", "Last attempt", "of"]
    assert sorted(row[1:] for row in rows) == [["0", "1", "0", "1"], ["1", "1", "1", "1"]]
    keys = ["over-time", "attempts", "before-due", "time", "checks", "mistakes"]
    assert [table["key"] for table in json.loads(output)] == keys
    for refused in (too_many, unknown):
        assert refused == (2, "", f"Semáforo: Choose a table with --table: {', '.join(keys)}.\n")
    assert not_given[:2] == (2, "")
    assert "(404)" in not_given[2]


async def test_grades_of_a_file_are_shown_first_and_then_set(staff: Staff, tmp_path: Path) -> None:
    file = tmp_path / "grades.csv"
    file.write_text(f"email,gather\n{staff.student},1.5\nnobody@example.org,2\n")
    one = ("grades", "import", staff.course, str(file))

    shown = await staff(*one, language="es")
    _, before, _ = await staff("grades", "list", staff.course, "--csv")
    applied = await staff(*one, "--apply", "--reason", "Examen oral.")
    _, after, _ = await staff("grades", "list", staff.course, "--csv")
    missing = await staff("grades", "import", staff.course, str(tmp_path / "none.csv"))

    assert shown[0] == applied[0] == 1
    assert "gather\t1 → 1,5/2\n" in shown[1]
    assert "Línea 3: " in shown[2]
    assert shown[2].endswith("Se pondrían: 1; sin cambios: 0. Para ponerlas: --apply.\n")
    assert applied[2].endswith("Set by hand: 1; unchanged: 0.\n")
    assert [_points(table) for table in (before, after)] == ["1", "1.5"]
    assert missing[:2] == (2, "")
    assert "it does not exist" in missing[2]


def _points(table: str) -> str:
    (row,) = csv.DictReader(io.StringIO(table))
    return row["gather"]


async def test_how_grades_are_summed_up_is_shown_and_changed(staff: Staff) -> None:
    shown = await staff("grades", "policy", staff.course)
    changed = await staff("grades", "policy", staff.course, "--counting", "last", "--scale", "100")
    kept = await staff("grades", "policy", staff.course, "--drop", "1", language="es")

    assert shown[1] == "the best attempt counts; exercises left out: 0; grades from 0 to 10.\n"
    assert changed[1] == "the last attempt counts; exercises left out: 0; grades from 0 to 100.\n"
    assert kept[1] == "cuenta el último intento; ejercicios que no cuentan: 1; notas de 0 a 100.\n"


@pytest.mark.parametrize("value", ["-1", "99999"])
async def test_a_policy_that_does_not_exist_is_refused(staff: Staff, value: str) -> None:
    code, out, errors = await staff("grades", "policy", staff.course, "--drop", value)

    assert (code, out) == (2, "")
    assert errors

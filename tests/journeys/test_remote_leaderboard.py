"""`semaforo leaderboard`, `mistakes`, `comments edit` and `course download` against a server."""

import asyncio
import csv
import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from graders.text import Text
from server.models import Assignment
from tests.fixtures.builders import SOURCE, a_check, a_finished_run, a_report, a_submission
from tests.journeys.conftest import environment, semaforo
from tests.journeys.test_remote import Staff, staff

__all__ = ["staff"]


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def test_the_leaderboard_is_shown_and_set(staff: Staff) -> None:
    one = ("leaderboard", "settings", staff.course)

    _, table, _ = await staff("leaderboard", "show", staff.course, "--csv")
    _, spanish, _ = await staff(*one, language="es")
    changed = await staff(
        *one, "--shown", "staff", "--by", "first", "--names", "--frozen-at", "2030-06-01T12:00"
    )
    kept = await staff(*one, "--shown", "everybody", "--json")
    thawed = await staff(*one, "--frozen-at", "none", "--shown", "off", "--no-names")
    wrong = await staff(*one, "--frozen-at", "mañana", language="es")
    twice = await staff(*one, "--frozen-at", "2026-10-25T02:30")

    (row,) = csv.DictReader(io.StringIO(table))
    assert (row["place"], row["points"], row["out of"]) == ("1", "1", "2")
    assert spanish.startswith("La ve: todo el curso")
    frozen = datetime(2030, 6, 1, 10, tzinfo=UTC)  # Madrid's summer
    assert changed == (
        0,
        "Shown to: staff only; ordered by: who was first; real names: by choice; "
        f"frozen from: {frozen.astimezone():%Y-%m-%d %H:%M %Z}.\n",
        "",
    )
    assert json.loads(kept[1]) == {
        "is_on": True,
        "is_hidden": False,
        "ranked_by": "first",
        "allows_names": True,
        "frozen_at": "2030-06-01T10:00:00Z",
    }
    assert thawed[1].startswith("Shown to: nobody;")
    assert thawed[1].endswith("real names: no; frozen from: –.\n")
    assert wrong == (
        2,
        "",
        "Semáforo: “mañana” no es un momento. Escríbelo así: 2026-12-12T23:59.\n",
    )
    assert twice[:2] == (2, "")
    assert "02:30 comes twice on 2026-10-25" in twice[2]


async def test_a_student_chooses_the_name_and_learns_what_is_hidden(staff: Staff) -> None:
    await staff("leaderboard", "settings", staff.course, "--names")
    teacher, staff.token = staff.token, staff.site.token

    before = await staff("leaderboard", "name", staff.course)
    real = await staff("leaderboard", "name", staff.course, "--real")
    chosen = await staff("leaderboard", "name", staff.course, "--chosen")
    refused = await staff("leaderboard", "settings", staff.course)
    staff.token = teacher
    await staff("leaderboard", "settings", staff.course, "--shown", "staff")
    staff.token = staff.site.token
    hidden = await staff("leaderboard", "show", staff.course, language="es")

    user = staff.site.student.user
    assert before == chosen == (0, f"{user.display_name}\n", "")
    assert real == (0, f"{user.name}\n", "")
    assert refused[:2] == (2, "")
    assert "(403)" in refused[2]
    assert hidden[2] == "Este curso no muestra su clasificación.\n"


async def test_students_who_make_one_mistake_are_listed_and_get_a_note(staff: Staff) -> None:
    message = Text("Se queda en `f`.", "It hangs in `f`.")
    async with staff.site.database.write() as session:
        assignment = await session.scalar(select(Assignment))
        submission = await a_submission(session, assignment, staff.site.student)
        check = a_check("a", points=0, message=message)
        await a_finished_run(session, submission, a_report(check))
        await session.commit()

    _, listed, _ = await staff("mistakes", "list", staff.course, "gather", "--csv", language="es")
    (row,) = csv.DictReader(io.StringIO(listed))
    one = ("mistakes", "note", staff.course, "gather")
    sent = await staff(*one, row["id"], "Lee otra vez `gather`.")
    again = await staff(*one, row["id"], "Lee otra vez `gather`.", language="es")
    unknown = await staff(*one, "0000", "¿?")
    _, written, _ = await staff("comments", "show", str(submission.id), "--json")

    assert (row["comprobación"], row["estudiantes"]) == ("a", "1")
    assert row["mensaje"] == "Se queda en `f`."
    assert sent == (0, "Students who got the note: 1.\n", "")
    assert again == (0, "Estudiantes que reciben la nota: 0.\n", "")
    assert [one["text"] for one in json.loads(written)] == ["Lee otra vez `gather`."]
    assert unknown[:2] == (2, "")
    assert "(404)" in unknown[2]


async def test_comments_are_changed_and_drafts_deleted(staff: Staff) -> None:
    _, listed, _ = await staff("submissions", "--json")
    submission = json.loads(listed)[0]["id"]
    _, draft, _ = await staff("comments", "write", submission, "Borrador.", "--draft")
    _, public, _ = await staff("comments", "write", submission, "Falta un await.")

    edited = await staff("comments", "edit", public.strip(), "Falta un `await`.")
    kept = await staff("comments", "delete", public.strip())
    deleted = await staff("comments", "delete", draft.strip())
    _, left, _ = await staff("comments", "show", submission, "--json")
    staff.token = staff.site.token
    foreign = await staff("comments", "edit", public.strip(), "No.")

    (comment,) = json.loads(left)
    assert edited == deleted == (0, "", "")
    assert (comment["text"], bool(comment["edited_at"])) == ("Falta un `await`.", True)
    assert kept[:2] == foreign[:2] == (2, "")
    assert "(409)" in kept[2]
    assert "(403)" in foreign[2]


async def test_every_submission_is_written_to_a_new_zip(staff: Staff, tmp_path: Path) -> None:
    file = tmp_path / "todo.zip"
    one = ("course", "download", staff.course, "--output", str(file))

    written = await staff(*one)
    again = await staff(*one, language="es")
    staff.token = staff.site.token
    refused = await staff("course", "download", staff.course, "-o", str(tmp_path / "no.zip"))

    assert written == (0, f"{file}\n", "")
    assert file.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(file) as content:
        (code,) = (name for name in content.namelist() if name.endswith("solution.py"))
        assert content.read(code) == SOURCE
    assert again[:2] == refused[:2] == (2, "")
    assert "ya existe" in again[2]
    assert "(403)" in refused[2]
    assert [name for name in names_in(tmp_path) if "zip" in name] == ["todo.zip"]


@pytest.mark.parametrize("language", ["es", "en"])
async def test_a_download_that_breaks_off_leaves_no_file(tmp_path: Path, language: str) -> None:
    async def break_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n400\r\nPK\x03\x04")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(break_off, "127.0.0.1", 0) as server:
        url = "http://{}:{}".format(*server.sockets[0].getsockname())
        env = environment(SEMAFORO_URL=url, SEMAFORO_TOKEN="sem_x")  # noqa: S106 - none at all
        code, out, errors = await semaforo(
            *("course", "download", "c", "-o", str(tmp_path / "c.zip"), "--language", language),
            env=env,
        )

    assert (code, out) == (2, "")
    assert errors.startswith("Semáforo: ")
    assert len(errors.splitlines()) == 1
    assert names_in(tmp_path) == []

"""`semaforo comments`, `announcements` and `second-looks` against a server."""

import csv
import io
import json

import pytest

from semaforo.options import read_text
from tests.journeys.conftest import environment, semaforo
from tests.journeys.test_remote import Staff, staff

__all__ = ["staff"]


async def _submission(staff: Staff) -> str:
    _, listed, _ = await staff("submissions", "--json")
    found: str = json.loads(listed)[0]["id"]
    return found


def _rows(table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table)))


async def _as_student(staff: Staff, *arguments: str) -> None:
    teacher, staff.token = staff.token, staff.site.token
    code, _, errors = await staff(*arguments)
    staff.token = teacher
    assert (code, errors) == (0, "")


async def test_comments_are_drafted_published_answered_and_set_aside(staff: Staff) -> None:
    submission = await _submission(staff)

    code, draft, _ = await staff(
        "comments", "write", submission, "¿Y si *falla*?", "--line", "1", "--draft"
    )
    drafts = await staff("comments", "list", staff.course, "--drafts", "--csv")
    published = await staff("comments", "publish", staff.course, language="es")
    staff.token, teacher = staff.site.token, staff.token
    elsewhere = await staff("comments", "write", submission, "¿Dónde?", language="es")
    staff.token = teacher
    await _as_student(staff, "comments", "write", submission, "Tienes razón.", "--line", "1")
    waiting = await staff("comments", "list", staff.course, "--csv")
    table = await staff("comments", "show", submission, language="es")
    aside = await staff("comments", "set-aside", _rows(waiting[1])[0]["id"])
    left = await staff("comments", "list", staff.course, "--json")

    assert code == 0
    (row,) = _rows(drafts[1])
    assert (row["id"], row["line"], row["exercise"]) == (draft.strip(), "solution.py:1", "gather")
    assert published == (0, "Comentarios publicados: 1.\n", "")
    assert elsewhere[:2] == (2, "")
    assert "Responde en la línea del comentario (`--line`" in elsewhere[2]
    assert [row["text"] for row in _rows(waiting[1])] == ["Tienes razón."]
    assert "¿Y si *falla*?" in table[1]
    assert aside == (0, "", "")
    assert left[1] == "[]\n"


async def test_what_people_wrote_stays_in_its_line_of_the_table(staff: Staff) -> None:
    submission = await _submission(staff)
    await staff("comments", "write", submission, "one\ntwo \x1b[31mred")

    _, table, _ = await staff("comments", "show", submission)

    assert table.splitlines()[1].endswith(r"one two \x1b[31mred")
    assert len(table.splitlines()) == 2


async def test_announcements_are_published_changed_and_removed(staff: Staff) -> None:
    course = staff.course
    code, made, _ = await staff("announcements", "publish", course, "A las 9.", "--title", "Examen")
    edited = await staff(
        "announcements", "edit", made.strip(), "A las **10**.", "--title", "Examen"
    )
    for number in range(21):  # more than a page
        await _publish(staff, f"Aviso {number}")
    _, listed, _ = await staff("announcements", "list", course, "--json")
    removed = await staff("announcements", "remove", made.strip())
    gone = await staff("announcements", "remove", made.strip())

    found = json.loads(listed)
    assert code == 0
    assert edited == removed == (0, "", "")
    assert [one["title"] for one in found][-2:] == ["Aviso 0", "Examen"]
    assert len(found) == 22
    assert found[-1]["body"] == "A las **10**."
    assert gone[:2] == (2, "")
    assert "(404)" in gone[2]


async def _publish(staff: Staff, title: str) -> None:
    answer = await staff.site.client.post(
        f"/api/courses/{staff.course}/announcements",
        json={"title": title, "body": "…"},
        headers={"Authorization": f"Bearer {staff.site.teacher_token}"},
    )
    assert answer.status_code == 201


async def test_a_second_look_is_listed_with_its_student_and_answered(staff: Staff) -> None:
    submission = await _submission(staff)
    await _as_student(staff, "second-looks", "ask", submission, "Creo que se equivoca.")
    not_theirs = await staff("second-looks", "ask", submission, "No es mía.")

    code, listed, _ = await staff("second-looks", "list", staff.course, "--csv")
    (row,) = _rows(listed)
    answered = await staff("second-looks", "answer", row["id"], "Mira la línea 3.")
    again = await staff("second-looks", "answer", row["id"], "Otra vez.")
    _, of_submission, _ = await staff("second-looks", "show", submission, "--csv")
    _, waiting, _ = await staff("second-looks", "list", staff.course, "--json")
    _, both, _ = await staff("second-looks", "list", staff.course, "--answered", "--csv")

    assert code == 0
    assert (row["e-mail"], row["exercise"], row["attempt"]) == (staff.student, "gather", "1")
    assert row["request"] == "Creo que se equivoca."
    assert answered == (0, "", "")
    assert again[:2] == (2, "")
    assert "(409)" in again[2]
    assert not_theirs[:2] == (2, "")
    assert "(403)" in not_theirs[2]
    assert [(one["id"], one["answer"]) for one in _rows(of_submission)] == [
        (row["id"], "Mira la línea 3.")
    ]
    assert waiting == "[]\n"
    assert [one["answer"] for one in _rows(both)] == ["Mira la línea 3."]


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "cp1252"])
def test_the_standard_input_may_be_in_the_code_of_windows(
    code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("Mañana".encode(code))))

    assert read_text("-") == "Mañana"
    assert read_text("- no") == "- no"


async def test_a_text_may_come_from_the_standard_input(staff: Staff) -> None:
    env = environment(SEMAFORO_URL=staff.url, SEMAFORO_TOKEN=staff.token)

    # Nothing is on it in a test: an empty announcement is refused, and says so.
    code, out, errors = await semaforo(
        "announcements", "publish", staff.course, "-", "--title", "T", env=env
    )

    assert (code, out) == (2, "")
    assert "(422)" in errors

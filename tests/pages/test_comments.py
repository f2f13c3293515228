"""Comments on the page of a submission, and the list of a course."""

import re
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import select

from server.actions import comments
from server.models import Comment
from tests.fixtures.builders import NOON, a_finished_run, a_report, a_submission, an_assignment
from tests.fixtures.web import Site
from tests.pages.inspection import faults
from tests.pages.programs import SOURCE

HOSTILE = "<script>alert(1)</script> ![x](http://evil.example/x.png) [y](javascript:alert(1))\u202e"


@pytest.fixture
async def handed_in(site: Site) -> UUID:
    async with site.database.write() as session:
        assignment = await an_assignment(session, site.course, "timeout")
        files = {"solution.py": SOURCE, "other file.py": b"x = 1\ny = 2\n"}
        submission = await a_submission(session, assignment, site.student, files=files)
        await a_finished_run(session, submission, a_report())
        await session.commit()
    return submission.id


async def the_comment(site: Site) -> Comment:
    async with site.database.read() as session:
        return (await session.scalars(select(Comment).order_by(Comment.id.desc()))).first()  # type: ignore[return-value]


async def test_a_draft_beside_a_line_is_seen_by_the_student_once_it_is_published(
    teacher: httpx2.AsyncClient, student: httpx2.AsyncClient, site: Site, handed_in: UUID
) -> None:
    page = f"/submissions/{handed_in}"
    asked = (await teacher.get(f"{page}?line=2")).text
    form = {"file": "solution.py", "line": "2", "text": "¿Y **si** falla?", "is_draft": "1"}
    written = await teacher.post(f"{page}/comments", data=form)
    comment = await the_comment(site)
    before = (await student.get(page)).text
    await teacher.post(f"/comments/{comment.id}/publish")
    after = (await student.get(page)).text

    assert 'name="file" value="solution.py"><input type="hidden" name="line" value="2"' in asked
    assert (written.status_code, written.headers["location"]) == (
        303,
        f"{page}#comment-{comment.id}",
    )
    assert "¿Y" not in before
    assert "Escribir un comentario" not in before
    assert re.search(r'id="line-2">.*?</li>\s*<li class="note talk">', after, re.DOTALL)
    assert "¿Y <strong>si</strong> falla?" in after
    assert "Responder" in after


@pytest.mark.parametrize("language", ["es", "en"])
async def test_the_pages_of_a_conversation_can_be_used_by_everybody(
    teacher: httpx2.AsyncClient,
    student: httpx2.AsyncClient,
    site: Site,
    handed_in: UUID,
    language: str,
) -> None:
    for client in (teacher, student):
        await client.post("/language", data={"language": language})
    page = f"/submissions/{handed_in}"
    for form in (
        {"file": "solution.py", "line": "1", "text": "uno"},
        {"file": "other file.py", "line": "2", "text": "dos"},
        {"text": "al entero"},
        {"text": "borrador", "is_draft": "1"},
    ):
        assert (await teacher.post(f"{page}/comments", data=form)).status_code == 303
    await student.post(f"{page}/comments", data={"text": "gracias"})
    addresses = (page, f"{page}?line=3", f"{page}?file=other+file.py&line=1", f"{page}?line=0")

    shown = [(await teacher.get(address)).text for address in addresses]
    shown.append((await teacher.get(f"/courses/{site.course.slug}/comments")).text)
    shown.append((await student.get(page)).text)

    assert [faults(one) for one in shown] == [[]] * len(shown)
    assert all(len(one) < 100_000 for one in shown)
    assert "gracias" in shown[-2]
    assert "borrador" in shown[-2]


async def test_what_is_refused_stays_in_the_form(
    teacher: httpx2.AsyncClient, site: Site, handed_in: UUID
) -> None:
    page = f"/submissions/{handed_in}"
    long = "á" * (comments.LONGEST_TEXT + 1)

    too_long = await teacher.post(
        f"{page}/comments", data={"file": "solution.py", "line": "1", "text": long}
    )
    nowhere = await teacher.post(
        f"{page}/comments", data={"file": "solution.py", "line": "999", "text": "mira"}
    )
    await teacher.post(f"{page}/comments", data={"text": "hola"})
    comment = await the_comment(site)
    edited = await teacher.post(f"/comments/{comment.id}/edit", data={"text": long})

    assert {too_long.status_code, nowhere.status_code, edited.status_code} == {422}
    assert long in too_long.text
    assert "no más de 5000 caracteres" in too_long.text
    assert "no tiene línea 999" in nowhere.text
    assert "mira" in nowhere.text
    assert long in edited.text
    assert [faults(one.text) for one in (too_long, nowhere, edited)] == [[]] * 3


async def test_hostile_text_is_shown_and_does_nothing(
    teacher: httpx2.AsyncClient, student: httpx2.AsyncClient, handed_in: UUID
) -> None:
    page = f"/submissions/{handed_in}"
    await teacher.post(f"{page}/comments", data={"text": f"# no title\n{HOSTILE}"})

    shown = (await student.get(page)).text

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<script>" not in shown
    assert "<img" not in shown
    assert 'href="javascript' not in shown
    assert "\\u202e" in shown
    assert "\u202e" not in shown
    assert "# no title" in shown


async def test_drafts_of_a_course_are_published_at_once(
    teacher: httpx2.AsyncClient, student: httpx2.AsyncClient, site: Site, handed_in: UUID
) -> None:
    page, listed = f"/submissions/{handed_in}", f"/courses/{site.course.slug}/comments"
    for text in ("primero", "segundo"):
        await teacher.post(f"{page}/comments", data={"text": text, "is_draft": "1"})
    drafts = (await teacher.get(listed)).text
    published = await teacher.post(f"{listed}/publish")
    shown = (await student.get(page)).text

    assert "primero" in drafts
    assert "Publicar todos mis borradores" in drafts
    assert published.status_code == 303
    assert "primero" in shown
    assert "segundo" in shown
    assert "No tienes borradores" in (await teacher.get(listed)).text


async def test_an_answer_waits_until_it_is_set_aside(
    teacher: httpx2.AsyncClient, student: httpx2.AsyncClient, site: Site, handed_in: UUID
) -> None:
    page, listed = f"/submissions/{handed_in}", f"/courses/{site.course.slug}/comments"
    refused = await student.post(f"{page}/comments", data={"text": "¿hola?"})
    await teacher.post(f"{page}/comments", data={"text": "Mira esto."})
    await student.post(f"{page}/comments", data={"text": "¿Por qué?"})
    answer = await the_comment(site)
    waiting = (await teacher.get(listed)).text
    await teacher.post(f"/comments/{answer.id}/set-aside")

    assert refused.status_code == 403
    assert "¿Por qué?" in waiting
    assert "¿Por qué?" not in (await teacher.get(listed)).text
    assert (await student.get(listed)).status_code == 403


async def test_a_comment_survives_the_account_of_its_author(
    student: httpx2.AsyncClient, site: Site, handed_in: UUID
) -> None:
    async with site.database.write() as session:
        comment = await comments.write(
            session, site.teacher, handed_in, "sigue aquí", is_draft=False, now=NOON
        )
        comment.author_id = None
        await session.commit()

    shown = (await student.get(f"/submissions/{handed_in}")).text

    assert "sigue aquí" in shown
    assert "cuenta eliminada" in shown

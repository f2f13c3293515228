"""What staff see of one student."""

import re
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import select

from server.actions import courses, extensions
from server.models import Assignment, Role
from server.pages import changes
from tests.fixtures.builders import (
    a_check,
    a_finished_run,
    a_report,
    a_submission,
    a_user,
    later,
    viewer_of,
)
from tests.fixtures.web import Site
from tests.pages.conftest import a_visitor
from tests.pages.inspection import faults

ATTEMPTS = (b"import time\ntime.sleep(1)\n", b"import asyncio\n", b"import asyncio\nx = 1\n")


@pytest.fixture
async def ids(site: Site) -> list[UUID]:
    """Three attempts of the student at one exercise; the second and third earn more."""
    ids = []
    async with site.database.write() as session:
        assignment = (await session.scalars(select(Assignment))).one()
        for number, code in enumerate(ATTEMPTS):
            submission = await a_submission(
                session, assignment, site.student, files={"solution.py": code}, now=later(number)
            )
            first = a_check("first", points=int(number > 0), max_points=1)
            second = a_check("second", points=0)
            await a_finished_run(session, submission, a_report(first, second))
            ids.append(submission.id)
        await session.commit()
    return ids


def _page_of(site: Site, query: str = "") -> str:
    return f"/courses/{site.course.slug}/students/{site.student.user.id}{query}"


async def test_every_attempt_is_listed_and_the_last_two_are_compared(
    teacher: httpx2.AsyncClient, site: Site, ids: list[UUID]
) -> None:
    page = (await teacher.get(_page_of(site))).text

    assert site.student.user.name in page
    assert all(f'href="/submissions/{submission}"' in page for submission in ids)
    assert _marked(page, "del") == []
    assert _marked(page, "add") == ["x = 1"]
    assert "No cumple: Título de second" in page
    assert faults(page) == []


async def test_any_two_attempts_can_be_compared(
    teacher: httpx2.AsyncClient, site: Site, ids: list[UUID]
) -> None:
    page = (await teacher.get(_page_of(site, "?exercise=gather&before=1&after=2"))).text

    assert _marked(page, "del") == ["import time", "time.sleep(1)"]
    assert _marked(page, "add") == ["import asyncio"]
    assert "Ahora cumple: Título de first" in page


async def test_the_first_attempt_is_shown_alone(
    teacher: httpx2.AsyncClient, site: Site, ids: list[UUID]
) -> None:
    page = (await teacher.get(_page_of(site, "?exercise=gather&after=1"))).text

    assert (_marked(page, "add"), _marked(page, "del")) == ([], [])
    assert "time.sleep" in re.sub(r"<[^>]+>", "", page)


async def test_only_staff_of_the_course_see_a_student_and_only_of_that_course(
    teacher: httpx2.AsyncClient, student: httpx2.AsyncClient, site: Site
) -> None:
    nobody = f"/courses/{site.course.slug}/students/{site.teacher.user.id}"

    assert (await student.get(_page_of(site))).status_code == 403
    assert (await teacher.get(nobody)).status_code == 404
    assert (await teacher.get(_page_of(site))).status_code == 200


async def test_a_submission_is_shown_to_staff_under_the_students_name(
    teacher: httpx2.AsyncClient, student: httpx2.AsyncClient, site: Site, ids: list[UUID]
) -> None:
    theirs = (await teacher.get(f"/submissions/{ids[0]}")).text
    own = (await student.get(f"/submissions/{ids[0]}")).text

    assert f"Código de {site.student.user.name}" in theirs
    assert ("Tu código" in theirs, "Volver a intentarlo" in theirs) == (False, False)
    assert f'href="{_page_of(site)}"' in theirs
    assert ("Tu código" in own, "Volver a intentarlo" in own) == (True, True)


async def test_long_files_are_shown_and_not_compared(
    site: Site, ids: list[UUID], monkeypatch: pytest.MonkeyPatch, teacher: httpx2.AsyncClient
) -> None:
    monkeypatch.setattr(changes, "MOST_COMPARED_LINES", 1)

    page = (await teacher.get(_page_of(site))).text

    assert _marked(page, "add") == []
    assert "demasiado largo" in page


async def test_what_stands_beside_the_attempts_is_listed_with_its_links(
    teacher: httpx2.AsyncClient, student: httpx2.AsyncClient, site: Site, ids: list[UUID]
) -> None:
    given = f"/courses/{site.course.slug}/assignments/gather"
    await _grant(site)
    await student.post(f"/submissions/{ids[2]}/second-look", data={"text": "¿Seguro <b>?"})
    for text, is_draft in (("Mira la línea 2.", "0"), ("Borrador.", "1")):
        form = {"text": text, "is_draft": is_draft}
        await teacher.post(f"/submissions/{ids[1]}/comments", data=form)

    page = (await teacher.get(_page_of(site))).text

    assert faults(page) == []
    (link,) = re.findall(r'href="([^"]+student=[^"]+)"', page)
    form_page = (await teacher.get(link.removesuffix("#extend"))).text
    for part in (
        "1 prórroga",
        "Estuvo enferma.",
        f'href="{given}#extensions"',
        "1 revisión",
        "¿Seguro &lt;b&gt;?",
        f'href="/submissions/{ids[2]}#second-look"',
        "2 comentarios",
        "Mira la línea 2.",
        "Borrador.",
    ):
        assert part in page
    assert f'value="user:{site.student.user.id}" selected' in form_page


async def test_a_grader_sees_no_drafts_of_others_and_is_offered_no_changes(
    teacher: httpx2.AsyncClient, site: Site, ids: list[UUID]
) -> None:
    await teacher.post(f"/submissions/{ids[1]}/comments", data={"text": "Ocu.", "is_draft": "1"})
    async with site.database.write() as session:
        user = await a_user(session)
        await courses.enroll(session, site.course, user, Role.GRADER)
        grader = await viewer_of(session, user)
        await session.commit()

    async with a_visitor(site, grader) as client:
        page = (await client.get(_page_of(site))).text
    of_teacher = (await teacher.get(_page_of(site))).text

    for part, is_shown in {"Ocu.": False, "password-link": False, "view-as": True}.items():
        assert part in of_teacher
        assert (part in page) is is_shown


async def test_the_api_lists_the_extensions_of_one_student(
    teacher: httpx2.AsyncClient, site: Site
) -> None:
    people = f"/api/courses/{site.course.slug}/people"
    await _grant(site)

    (extension,) = (await teacher.get(f"{people}/{site.student.user.id}/extensions")).json()
    of_another = await teacher.get(f"{people}/{site.teacher.user.id}/extensions")

    assert extension["exercise"] == "gather"
    assert extension["reason"] == "Estuvo enferma."
    assert of_another.json() == []


async def _grant(site: Site) -> None:
    async with site.database.write() as session:
        assignment = (await session.scalars(select(Assignment))).one()
        assignment.due_at = later(3600)
        await session.flush()
        await extensions.grant(
            session,
            None,
            assignment,
            [site.student.user.id],
            due_at=later(7200),
            extra_attempts=0,
            reason="Estuvo enferma.",
            now=later(0),
        )
        await session.commit()


def _marked(page: str, kind: str) -> list[str]:
    lines = re.findall(rf'<li class="{kind}">.*?<code>(.*?)</code></li>', page)
    return [re.sub(r"<[^>]+>", "", line) for line in lines]

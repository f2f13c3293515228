"""What staff see of one student."""

import re
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import select

from server.models import Assignment
from server.pages import changes
from tests.fixtures.builders import a_check, a_finished_run, a_report, a_submission, later
from tests.fixtures.web import Site
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


def _marked(page: str, kind: str) -> list[str]:
    lines = re.findall(rf'<li class="{kind}">.*?<code>(.*?)</code></li>', page)
    return [re.sub(r"<[^>]+>", "", line) for line in lines]

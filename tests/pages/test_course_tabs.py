"""The tabs of a course: which a viewer is given, and how many wait for staff beside them."""

import re
from datetime import UTC, datetime
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import insert

from server.actions import comments, courses, second_looks
from server.models import Comment, Regrade, RegradeScope, RegradeState, Role, Submission
from tests.fixtures.builders import (
    a_finished_run,
    a_report,
    a_submission,
    a_user,
    an_assignment,
    viewer_of,
)
from tests.fixtures.statements import recorded
from tests.fixtures.web import Site
from tests.pages.conftest import a_visitor

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def counts_in(page: str) -> dict[str, str]:
    """Return what the tabs of a page say is waiting, by the last word of their address."""
    found = re.findall(r'href="([^"]+)"[^>]*>[^<]+ <span class="count">(.*?)</span></span>', page)
    return {href.rpartition("/")[2]: re.sub(r"<.*?>", "", inside) for href, inside in found}


@pytest.fixture
async def submission(site: Site) -> Submission:
    """A graded submission of the student, with a comment of the teacher."""
    async with site.database.write() as session:
        assignment = await an_assignment(session, site.course, "timeout")
        made = await a_submission(session, assignment, site.student)
        await a_finished_run(session, made, a_report())
        await comments.write(session, site.teacher, made.id, "¿Por qué?", is_draft=False, now=NOW)
        await session.commit()
    return made


async def test_what_waits_for_staff_stands_beside_its_tab_until_it_is_answered(
    site: Site, teacher: httpx2.AsyncClient, submission: Submission
) -> None:
    people = f"/courses/{site.course.slug}/people"
    assert counts_in((await teacher.get(people)).text) == {}
    async with site.database.write() as session:
        await comments.write(
            session, site.student, submission.id, "No sé.", is_draft=False, now=NOW
        )
        look = await second_looks.ask(session, site.student, submission.id, "Creo que sí.", NOW)
        session.add(
            Regrade(
                course_id=site.course.id,
                requested_at=NOW,
                reason="Cambió.",
                scope=RegradeScope.COURSE,
                state=RegradeState.READY,
            )
        )
        await session.commit()

    spanish = (await teacher.get(people)).text
    await teacher.post("/language", data={"language": "en"})
    english = (await teacher.get(people)).text
    await teacher.post(f"/second-looks/{look.id}/answer", data={"text": "Mira la línea 1."})
    after = (await teacher.get(people)).text

    one = "1(1 espera)"
    # The first is the group's, whose address is that of its first tab.
    waiting = {"dashboard?course=" + site.course.slug: "3(3 esperan)"}
    waiting |= {"comments": one, "requests": one, "regrades": one}
    assert counts_in(spanish) == waiting
    assert counts_in(english)["comments"] == "1(1 waits)"
    assert "requests" not in counts_in(after)


async def test_a_hundred_or_more_are_one_figure(
    site: Site, teacher: httpx2.AsyncClient, submission: Submission
) -> None:
    row = {"submission_id": submission.id, "course_id": site.course.id, "text": "x"}
    row |= {"is_answer": True, "written_at": NOW, "published_at": NOW}
    async with site.database.write() as session:
        rows = [{**row, "id": UUID(int=number + 1)} for number in range(150)]
        await session.execute(insert(Comment), rows)
        await session.commit()

    page = (await teacher.get(f"/courses/{site.course.slug}/queue")).text

    assert counts_in(page)["comments"] == "99+(más de 99 esperan)"


async def test_a_grader_is_given_no_tab_that_would_be_refused(site: Site) -> None:
    async with site.database.write() as session:
        user = await a_user(session)
        await courses.enroll(session, site.course, user, Role.GRADER)
        grader = await viewer_of(session, user)
        await session.commit()

    async with a_visitor(site, grader) as client:
        page = (await client.get(f"/dashboard?course={site.course.slug}")).text
        tabs = page[page.index('<nav class="tabs') :].partition("</nav>")[0]
        hrefs = set(re.findall(r'href="([^"]+)"', tabs))
        statuses = {href: (await client.get(href)).status_code for href in hrefs}

    assert len(statuses) == 9
    assert set(statuses.values()) == {200}
    assert "Curso" not in re.findall(r'class="group"[^>]*>([^<]+)<', tabs)


async def test_nothing_is_counted_for_students(
    site: Site, student: httpx2.AsyncClient, submission: Submission
) -> None:
    with recorded(site.app.state.database) as statements:
        page = await student.get(f"/courses/{site.course.slug}/announcements")

    assert page.status_code == 200
    assert 'class="tabs' not in page.text
    assert not [one for one in statements if "second_looks" in one.text]

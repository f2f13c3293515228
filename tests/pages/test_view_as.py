"""Viewing a course as one of its students: marked, read-only, recorded, and of that course only."""

from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from sqlalchemy import select, update

from server.actions import courses, student_views
from server.app import create_app
from server.models import AuditEntry, Role, StudentView
from server.settings import Settings
from tests.fixtures.access_table import all_requests
from tests.fixtures.builders import (
    a_course,
    a_student,
    a_submission,
    a_user,
    an_assignment,
    viewer_of,
)
from tests.fixtures.routes import REQUESTS, filled
from tests.fixtures.web import Site
from tests.pages.inspection import faults

# What is still possible: to end it, and to sign out.
POSSIBLE = {"POST /view-as/end", "POST /sign-out"}


async def start(site: Site, teacher: httpx2.AsyncClient) -> httpx2.Response:
    path = f"/courses/{site.course.slug}/students/{site.student.user.id}/view-as"
    return await teacher.post(path)


async def actions(site: Site) -> list[str]:
    async with site.database.read() as session:
        entries = select(AuditEntry.action).where(AuditEntry.action.startswith("view_as"))
        return list(await session.scalars(entries.order_by(AuditEntry.id)))


async def test_staff_see_the_course_as_a_student_until_they_end_it(
    teacher: httpx2.AsyncClient, site: Site
) -> None:
    assert (await start(site, teacher)).status_code == 303

    page = (await teacher.get("/")).text
    assert f"Ves el curso como {site.student.user.name}" in page
    assert faults(page) == []
    assert (await teacher.get("/dashboard")).status_code == 403
    assert (await teacher.post("/view-as/end")).status_code == 303

    assert "Ves el curso como" not in (await teacher.get("/")).text
    assert (await teacher.get("/dashboard")).status_code == 200
    assert await actions(site) == ["view_as.start", "view_as.end"]


async def test_it_ends_by_itself_after_an_hour(teacher: httpx2.AsyncClient, site: Site) -> None:
    await start(site, teacher)
    async with site.database.write() as session:
        view = (await session.scalars(select(StudentView))).one()
        assert view.ends_at <= datetime.now(UTC) + student_views.LONGEST
        await session.execute(
            update(StudentView).values(ends_at=datetime.now(UTC) - timedelta(seconds=1))
        )
        await session.commit()

    assert "Ves el curso como" not in (await teacher.get("/")).text


async def test_nothing_can_be_changed_meanwhile(
    teacher: httpx2.AsyncClient, site: Site, settings: Settings
) -> None:
    await start(site, teacher)
    places = {"slug": "gather", "course": site.course.slug, "user_id": str(site.student.user.id)}
    changing = [
        (request, route)
        for request, route in all_requests(create_app(settings)).items()
        if not request.startswith(("GET", "HEAD")) and request not in POSSIBLE
    ]
    assert len(changing) > 20

    for request, route in changing:
        method, pattern = request.split()
        here = {name: places.get(name, str(site.course.id)) for name in _names(pattern)}
        more = REQUESTS.get(route, {})
        known = {name: here.get(name, "x") for name in _names(str(more))} | here
        answer = await teacher.request(method, filled(pattern, here), **filled(more, known))
        assert answer.status_code == 403, (request, answer.status_code)


def _names(text: str) -> list[str]:
    return [part.split("}")[0].split(":")[0] for part in text.split("{")[1:] if "}" in part]


@pytest.mark.parametrize("path", ["/account", "/api/me", "/api/tokens", "/admin/people"])
async def test_what_is_the_students_own_is_not_shown(
    teacher: httpx2.AsyncClient, site: Site, path: str
) -> None:
    await start(site, teacher)

    assert (await teacher.get(path)).status_code == 403


async def test_other_courses_of_the_student_are_not_shown(
    teacher: httpx2.AsyncClient, site: Site
) -> None:
    async with site.database.write() as session:
        other = await a_course(session)
        await courses.enroll(session, other, site.student.user, Role.STUDENT)
        assignment = await an_assignment(session, other, "timeout")
        student = await viewer_of(session, site.student.user)
        hidden = await a_submission(session, assignment, student)
        await session.commit()
    await start(site, teacher)

    assert (await teacher.get(f"/submissions/{hidden.id}")).status_code == 404
    assert str(hidden.id) not in (await teacher.get("/submissions")).text
    assert other.title not in (await teacher.get("/")).text
    assert (await teacher.get(f"/leaderboard?course={other.slug}")).status_code == 404


async def test_only_students_of_ones_own_course_can_be_viewed(
    teacher: httpx2.AsyncClient, student: httpx2.AsyncClient, site: Site
) -> None:
    async with site.database.write() as session:
        other = await a_course(session)
        stranger = await a_student(session, other)
        colleague, boss = await a_user(session), await a_user(session)
        await courses.enroll(session, site.course, colleague, Role.GRADER)
        await courses.enroll(session, site.course, boss, Role.STUDENT)
        boss.is_administrator = True
        await session.commit()
    here = f"/courses/{site.course.slug}/students"

    for user in (stranger.user, colleague, boss, site.teacher.user):
        assert (await teacher.post(f"{here}/{user.id}/view-as")).status_code == 404
    elsewhere = f"/courses/{other.slug}/students/{stranger.user.id}/view-as"
    assert (await teacher.post(elsewhere)).status_code == 404
    assert (await student.post(f"{here}/{site.student.user.id}/view-as")).status_code == 403
    assert await actions(site) == []


async def test_it_ends_with_the_rights_of_the_staff(
    teacher: httpx2.AsyncClient, site: Site
) -> None:
    await start(site, teacher)
    async with site.database.write() as session:
        await courses.enroll(session, site.course, site.teacher.user, Role.STUDENT)
        await session.commit()

    assert "Ves el curso como" not in (await teacher.get("/")).text

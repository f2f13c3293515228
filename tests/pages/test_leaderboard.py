"""The leaderboard's page, and the one where its course says what students see."""

import re

import httpx2
import pytest

from server.actions import leaderboard_settings
from server.models import Course, RankedBy
from tests.actions.test_leaderboard import graded
from tests.fixtures.builders import a_student, an_assignment
from tests.fixtures.web import Site
from tests.pages.inspection import faults

LONGEST_PAGE = 100_000


@pytest.fixture
async def course(site: Site) -> Course:
    """The course with two others and the student."""
    return await _with_others(site, 2)


@pytest.fixture
async def full_course(site: Site) -> Course:
    """The course with 40 others, each with other points; the student is in the middle."""
    return await _with_others(site, 40)


async def _with_others(site: Site, many: int) -> Course:
    async with site.database.write() as session:
        assignment = await an_assignment(session, site.course, "timeout")
        for number in range(many):
            other = await a_student(session, site.course, display_name=f"Cola {number:03}")
            await graded(session, assignment, other, number / 10)
        await graded(session, assignment, site.student, 1.45)
        await session.commit()
    return site.course


@pytest.mark.parametrize("language", ["es", "en"])
async def test_the_pages_can_be_used_by_everybody(
    site: Site,
    student: httpx2.AsyncClient,
    teacher: httpx2.AsyncClient,
    full_course: Course,
    language: str,
) -> None:
    for client in (student, teacher):
        await client.post("/language", data={"language": language})
    settings = f"/courses/{full_course.slug}/leaderboard"
    await teacher.post(settings, data={"allows_names": "true", "frozen_at": "2001-01-01T10:00"})

    for path in ("/leaderboard", "/leaderboard?from=11", "/leaderboard?exercise=timeout"):
        for client in (student, teacher):
            answer = await client.get(path)
            assert faults(answer.text) == []
            assert len(answer.content) < LONGEST_PAGE
    assert faults((await teacher.get(f"{settings}?saved=yes")).text) == []
    await teacher.post(settings, data={"shown": "off"})
    assert faults((await student.get("/leaderboard")).text) == []


async def test_the_first_ten_and_the_neighbours_are_shown_and_the_rest_linked(
    student: httpx2.AsyncClient, full_course: Course
) -> None:
    page = (await student.get("/leaderboard")).text

    ranks = [int(rank) for rank in re.findall(r'<td class="num">(\d+)</td><th scope="row">', page)]
    assert "Puesto 26 de 41" in page
    assert ranks == [*range(1, 11), *range(21, 32)]
    assert "from=11" in page
    assert "from=32" in page
    rest = (await student.get(f"/leaderboard?course={full_course.slug}&from=11")).text
    assert 'class="mine"' in rest
    assert ">Cola 039<" not in rest


async def test_a_teacher_hides_freezes_and_orders_it(
    site: Site, student: httpx2.AsyncClient, teacher: httpx2.AsyncClient, course: Course
) -> None:
    settings = f"/courses/{course.slug}/leaderboard"
    await teacher.post(
        settings,
        data={"shown": "staff", "ranked_by": "first", "frozen_at": "2030-06-01 12:00"},
    )

    async with site.database.read() as session:
        found = await leaderboard_settings.find_settings(session, course)
    assert (found.is_on, found.is_hidden, found.ranked_by) == (True, True, RankedBy.FIRST)
    assert found.frozen_at is not None
    assert found.frozen_at.isoformat() == "2030-06-01T10:00:00+00:00"  # Madrid's summer
    assert 'value="2030-06-01T12:00"' in (await teacher.get(settings)).text
    assert "no muestra su clasificación" in (await student.get("/leaderboard")).text
    assert (await student.get(settings)).status_code == 403
    assert (await student.post(settings, data={})).status_code == 403


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("mañana", "Escribe"),
        ("9999-12-31T23:59-02:00", "Escribe"),
        ("2026-10-25T02:30", "la hora 02:30 llega dos veces"),
    ],
)
async def test_an_unreadable_moment_is_refused_beside_its_field(
    teacher: httpx2.AsyncClient, course: Course, typed: str, sentence: str
) -> None:
    answer = await teacher.post(
        f"/courses/{course.slug}/leaderboard", data={"shown": "staff", "frozen_at": typed}
    )

    assert answer.status_code == 422
    assert sentence in answer.text
    assert faults(answer.text) == []
    assert 'id="frozen_at-error"' in answer.text
    assert '<option value="staff" selected>' in answer.text


async def test_a_student_chooses_the_real_name_where_the_course_allows_it(
    site: Site, student: httpx2.AsyncClient, teacher: httpx2.AsyncClient, course: Course
) -> None:
    name = f"/courses/{course.slug}/leaderboard/name"
    assert (await student.post(name, data={"is_real": "true"})).status_code == 409

    await teacher.post(f"/courses/{course.slug}/leaderboard", data={"allows_names": "true"})
    await student.post(name, data={"is_real": "true"})
    assert site.student.user.name in (await teacher.get("/leaderboard?from=1")).text
    await student.post(name, data={"is_real": "false"})
    assert site.student.user.name not in (await teacher.get("/leaderboard?from=1")).text


async def test_programs_set_what_is_shown(site: Site, course: Course) -> None:
    headers = {"Authorization": f"Bearer {site.teacher_token}"}
    address = f"/api/leaderboard/{course.slug}/settings"
    wanted = {"is_hidden": True}

    refused = await site.client.put(address, json=wanted, headers=site.headers)
    done = await site.client.put(address, json=wanted, headers=headers)
    (own,) = (await site.get("/api/leaderboard")).json()

    assert (refused.status_code, done.status_code) == (403, 204)
    assert (own["is_shown"], own["rows"]) == (False, [])


async def test_the_own_row_is_on_every_page_on_the_side_where_it_belongs(
    student: httpx2.AsyncClient, full_course: Course
) -> None:
    last = (await student.get(f"/leaderboard?course={full_course.slug}&from=36")).text
    rows = re.findall(r'<tr( class="mine" aria-current="true")?><td class="num">(\d+)', last)

    assert [int(rank) for _, rank in rows] == [26, *range(36, 42)]
    assert [bool(mine) for mine, _ in rows].index(True) == 0
    assert faults(last) == []

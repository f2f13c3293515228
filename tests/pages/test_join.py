"""The page that joins a course with its code, and the pages for its teachers."""

from datetime import UTC, datetime

import httpx2
import pytest

from server.actions import courses, joining
from server.models import Enrollment, JoinPolicy
from tests.fixtures.builders import a_course, a_student, a_user, viewer_of
from tests.fixtures.web import Site
from tests.pages.conftest import a_visitor
from tests.pages.inspection import faults

PASSWORD = "seis violines por la noche"  # noqa: S105


@pytest.fixture
async def code(site: Site) -> str:
    async with site.database.write() as session:
        course = await courses.find_course(session, site.course.slug)
        assert course is not None
        now = datetime.now(UTC)
        await joining.set_policy(session, None, course, policy=JoinPolicy.OPEN, now=now)
        await session.commit()
        return course.join_code or ""


@pytest.mark.parametrize("language", ["es", "en"])
async def test_the_page_can_be_used_signed_in_or_not(
    site: Site, stranger: httpx2.AsyncClient, code: str, language: str
) -> None:
    async with site.database.write() as session:
        viewer = await viewer_of(session, await a_user(session, language=language))
        await session.commit()
    async with a_visitor(site, viewer) as somebody:
        for client in (stranger, somebody):
            answer = await client.get(f"/join/{code}", headers={"Accept-Language": language})
            assert answer.status_code == 200
            assert faults(answer.text) == []
            assert f'<html lang="{language}">' in answer.text


async def test_a_closed_course_says_whom_to_ask(
    site: Site, stranger: httpx2.AsyncClient, code: str
) -> None:
    async with site.database.write() as session:
        course = await courses.find_course(session, site.course.slug)
        assert course is not None
        now = datetime.now(UTC)
        await joining.set_policy(session, None, course, policy=JoinPolicy.CLOSED, now=now)
        await session.commit()

    answer = await stranger.get(f"/join/{code}")

    assert answer.status_code == 409
    assert "Pide a tu docente que la abra o que te añada." in answer.text
    assert "y decide" not in answer.text


async def test_a_person_with_an_account_joins_with_one_click(site: Site, code: str) -> None:
    async with site.database.write() as session:
        viewer = await viewer_of(session, await a_user(session))
        await session.commit()
    async with a_visitor(site, viewer) as somebody:
        answer = await somebody.post(f"/join/{code}")

    assert answer.status_code == 303
    async with site.database.read() as session:
        assert await session.get(Enrollment, (site.course.id, viewer.user.id)) is not None


async def test_a_course_without_exercises_is_on_the_first_page_of_who_joined_it(
    site: Site,
) -> None:
    async with site.database.write() as session:
        course = await a_course(session, title="Aún vacío")
        viewer = await a_student(session, course)
        await session.commit()

    async with a_visitor(site, viewer) as somebody:
        page = (await somebody.get("/")).text

    assert faults(page) == []
    assert "Aún vacío" in page
    assert "Este curso todavía no tiene ejercicios." in page
    assert "ningún curso" not in page


async def test_a_stranger_makes_an_account_and_is_signed_in(
    stranger: httpx2.AsyncClient, code: str
) -> None:
    typed = {"name": "Inés", "family_name": "Vega", "email": "i@example.org"}
    weak = await stranger.post(f"/join/{code}/new", data={**typed, "password": "short"})
    assert weak.status_code == 422
    assert 'value="i@example.org"' in weak.text
    assert "short" not in weak.text

    made = await stranger.post(f"/join/{code}/new", data={**typed, "password": PASSWORD})

    assert made.status_code == 303
    assert "semaforo_login" in made.headers["set-cookie"]
    again = await stranger.post(f"/join/{code}/new", data={**typed, "password": PASSWORD})
    assert again.status_code == 409


async def test_wrong_codes_are_limited_and_right_ones_are_not(
    stranger: httpx2.AsyncClient, code: str
) -> None:
    answers = [await stranger.get(f"/join/wrong{n}") for n in range(62)]

    assert (answers[0].status_code, answers[-1].status_code) == (404, 429)
    assert int(answers[-1].headers["retry-after"]) > 0
    assert (await stranger.get(f"/join/{code}")).status_code == 200


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("path", ["/courses/{course}/join", "/courses/{course}/copy"])
async def test_the_pages_for_teachers_can_be_used_by_everybody(
    teacher: httpx2.AsyncClient, site: Site, code: str, path: str, language: str
) -> None:
    await teacher.post("/language", data={"language": language})

    answer = await teacher.get(path.format(course=site.course.slug))

    assert answer.status_code == 200
    assert faults(answer.text) == []
    assert (code in answer.text) == path.endswith("/join")


async def test_a_teacher_opens_rotates_and_closes(
    teacher: httpx2.AsyncClient, site: Site, code: str
) -> None:
    href = f"/courses/{site.course.slug}/join"
    wrong = await teacher.post(href, data={"policy": "domains", "domains": "nothing"})
    assert wrong.status_code == 422
    assert "«nothing» no es un dominio" in wrong.text

    await teacher.post(href, data={"policy": "domains", "domains": "uni.example.org"})
    await teacher.post(f"{href}/rotate")
    page = (await teacher.get(href)).text
    assert "/join/" in page
    assert code not in page
    await teacher.post(href, data={"policy": "closed"})

    assert "/join/2" not in (await teacher.get(href)).text
    async with site.database.read() as session:
        course = await courses.find_course(session, site.course.slug)
        assert course is not None
        assert course.join_policy is JoinPolicy.CLOSED


async def test_a_teacher_copies_a_course(teacher: httpx2.AsyncClient, site: Site) -> None:
    href = f"/courses/{site.course.slug}/copy"
    taken = await teacher.post(href, data={"title": "Otra", "slug": site.course.slug})
    assert taken.status_code == 409

    made = await teacher.post(
        href, data={"title": "Otra vez", "dates": "shift", "shift_days": "364"}
    )

    assert made.headers["location"] == "/courses/otra-vez"

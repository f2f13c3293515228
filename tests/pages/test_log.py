"""/courses/{course}/log and /admin/log: who changed what, readable, filtered, page by page."""

import ast
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

import server
from server.actions import audit, courses
from server.actions.audit_log import ON_A_PAGE
from server.actions.validation import DELETED_DOMAIN
from server.models import AuditEntry, Course, GradebookPolicy, LeaderboardSettings, Role
from server.pages.log_text import ACTIONS, AREAS, FIELDS
from tests.fixtures.builders import a_course, a_user
from tests.fixtures.web import Site
from tests.pages.inspection import faults

NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
CODE = Path(server.__file__ or "").parent


async def record(site: Site, action: str, at: datetime = NOON, **values: Any) -> None:
    """Record a change in the course, of the teacher unless told otherwise."""
    found = {"course_id": site.course.id, **values}
    viewer = found.pop("viewer", site.teacher)
    async with site.database.write() as session:
        await audit.record(session, viewer, action, now=at, **found)
        await session.commit()


def log_of(site: Site) -> str:
    return f"/courses/{site.course.slug}/log"


async def test_a_change_is_shown_with_who_whom_before_and_after(
    teacher: httpx2.AsyncClient, site: Site
) -> None:
    student = site.student.user
    await record(
        site,
        "roster.change",
        person_id=student.id,
        before={"role": "student", "group": "<b>A</b>"},
        after={"role": "grader", "group": None},
    )

    spanish = (await teacher.get(log_of(site))).text
    await teacher.post("/language", data={"language": "en"})
    english = (await teacher.get(log_of(site))).text

    assert faults(spanish) == []
    assert "Cambió el papel, el grupo, el nombre o la dirección de alguien" in spanish
    assert "papel: <del>estudiante</del> → <b>" in spanish
    assert "2 mar 2026, 12:00" in spanish  # the course's zone
    assert "hora de Madrid" in spanish
    assert "role: <del>student</del> → <b>grader</b>" in english
    assert "group: <del>&lt;b&gt;A&lt;/b&gt;</del> → <b>–</b>" in english
    for name in (student.listed_name, site.teacher.user.listed_name):
        assert name in english


async def test_moments_lists_and_truths_are_written_as_people_read_them(
    teacher: httpx2.AsyncClient, site: Site
) -> None:
    after = {
        "due_at": "2026-03-01T22:59:00+00:00",
        "is_on": True,
        "join_domains": ["a.org", "b.org"],
        "points": 9.5,
        "mistake": {"es": "Se cuelga en …", "en": "It hangs in …"},
    }
    await record(site, "leaderboard.settings", before={}, after={**after, "body": "x" * 1000})

    page = (await teacher.get(log_of(site))).text

    assert "<b>1 mar 2026, 23:59</b>" in page
    assert "<b>Se cuelga en …</b>" in page
    assert "activada: <b>sí</b>" in page
    assert "<b>a.org, b.org</b>" in page
    assert "puntos: <b>9,5</b>" in page
    assert "x" * 300 + "…" in page
    assert "x" * 301 not in page


async def test_the_log_is_read_page_by_page(teacher: httpx2.AsyncClient, site: Site) -> None:
    for number in range(ON_A_PAGE + 3):
        at = NOON + timedelta(seconds=number // 2)  # two at a time
        await record(site, "announcement.publish", at, after={"title": f"aviso {number}."})
        await record(site, "announcement.edit", at, viewer=None, after={"title": "de otra persona"})

    filters = {"area": "announcement", "person": str(site.teacher.user.id)}
    first = (await teacher.get(log_of(site), params=filters)).text
    (older,) = re.findall(r'href="([^"]+cursor=[^"]+)"', first)
    second = (await teacher.get(older.replace("&amp;", "&"))).text

    shown = [*re.findall(r"aviso (\d+)\.", first), *re.findall(r"aviso (\d+)\.", second)]
    assert sorted(map(int, shown)) == list(range(ON_A_PAGE + 3))
    assert "de otra persona" not in first + second
    assert len(first) < 100_000
    assert 'class="pages"' in first
    assert 'class="pages"' not in second


async def test_the_log_is_filtered_by_person_and_area(
    teacher: httpx2.AsyncClient, site: Site
) -> None:
    student, teaches = site.student.user, site.teacher.user
    await record(site, "roster.invite", person_id=student.id)
    await record(site, "announcement.publish", after={"title": "Hoy no hay clase"})

    of_student = (await teacher.get(log_of(site), params={"person": str(student.id)})).text
    of_teacher = (await teacher.get(log_of(site), params={"person": str(teaches.id)})).text
    of_area = (await teacher.get(log_of(site), params={"area": "roster"})).text
    by_words = (await teacher.get(log_of(site), params={"q": student.email})).text
    of_nobody = (await teacher.get(log_of(site), params={"q": "nadie así"})).text

    for page in (of_student, of_area, by_words):
        assert "Invitó de nuevo a alguien" in page
        assert "Hoy no hay clase" not in page
    assert "Hoy no hay clase" in of_teacher
    assert "Invitó de nuevo" in of_teacher
    assert "Invitó de nuevo" not in of_nobody
    assert "No se encuentra" in of_nobody


async def test_words_that_fit_several_people_let_one_choose(
    teacher: httpx2.AsyncClient, site: Site
) -> None:
    async with site.database.write() as session:
        for number in (1, 2):
            user = await a_user(session, name=f"Inés {number}")
            await courses.enroll(session, site.course, user, Role.STUDENT)
        await a_user(session, name="Inés, de fuera")
        await session.commit()

    page = (await teacher.get(log_of(site), params={"q": "inés"})).text

    assert "¿De quién se trata?" in page
    assert "Inés 1" in page
    assert "Inés 2" in page
    assert "de fuera" not in page


async def test_a_course_shows_nothing_of_another(
    teacher: httpx2.AsyncClient, student: httpx2.AsyncClient, site: Site
) -> None:
    async with site.database.write() as session:
        other = await a_course(session)
        await session.commit()
    await record(site, "announcement.publish", course_id=other.id, after={"title": "ajeno"})
    await record(site, "people.sign_out", course_id=None, person_id=site.student.user.id)

    page = (await teacher.get(log_of(site), params={"person": str(site.student.user.id)})).text

    assert "ajeno" not in (await teacher.get(log_of(site))).text
    assert "Cerró todas las sesiones" not in page
    assert (await teacher.get(f"/courses/{other.slug}/log")).status_code == 404
    assert (await teacher.get("/admin/log")).status_code == 403
    assert (await student.get(log_of(site))).status_code == 403


@pytest.mark.parametrize("language", ["es", "en"])
async def test_an_administrator_reads_the_log_of_the_whole_server(
    administrator: httpx2.AsyncClient, site: Site, language: str
) -> None:
    await record(site, "announcement.publish", after={"title": "ese aviso"})
    await record(site, "people.sign_out", course_id=None, person_id=site.student.user.id)
    await administrator.post("/language", data={"language": language})

    page = (await administrator.get("/admin/log")).text
    people = (await administrator.get("/admin/people")).text
    only = (await administrator.get("/admin/log", params={"area": "people"})).text

    assert faults(page) == []
    assert "ese aviso" in page
    assert site.student.user.listed_name in page
    assert {"es": "la orden semaforo", "en": "the command"}[language] in page  # who appointed her
    assert "ese aviso" not in only
    assert 'href="/admin/log"' in people


async def test_the_api_gives_the_same_with_pages(site: Site) -> None:
    for number in range(3):
        at = NOON + timedelta(minutes=number)
        await record(site, "announcement.publish", at, after={"title": f"aviso {number}"})
    headers = {"Authorization": f"Bearer {site.teacher_token}"}
    address = f"/api/courses/{site.course.slug}/log?limit=2&area=announcement"

    first = await site.client.get(address, headers=headers)
    following = re.findall(r'<http://[^/]+([^>]+)>; rel="next"', first.headers["link"])[0]
    second = await site.client.get(following, headers=headers)

    titles = [one["after"]["title"] for one in (*first.json(), *second.json())]
    assert titles == ["aviso 2", "aviso 1", "aviso 0"]
    assert "link" not in second.headers
    (last,) = second.json()
    assert last["actor"]["email"] == site.teacher.user.email
    assert last["course"] == site.course.slug
    assert (await site.client.get("/api/admin/log", headers=headers)).status_code == 403
    assert (await site.client.get(address + "&cursor=x", headers=headers)).status_code == 422


def test_every_action_and_area_that_is_recorded_has_words() -> None:
    recorded = set()
    for path in (CODE / "actions").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
            if is_text and re.fullmatch(r"[a-z_]+\.[a-z_]+", node.value):  # type: ignore[attr-defined]
                recorded.add(node.value)  # type: ignore[attr-defined]

    assert len(recorded) > 30
    assert recorded - {DELETED_DOMAIN, *ACTIONS} == set()
    assert {action.partition(".")[0] for action in ACTIONS} == set(AREAS)


def test_every_setting_of_a_course_has_a_name_in_the_log() -> None:
    not_settings = {"id", "course_id", "created_at"}
    for model in (Course, GradebookPolicy, LeaderboardSettings):
        names = set(model.__table__.columns.keys()) - not_settings
        assert names - set(FIELDS) == set(), model


def test_an_entry_knows_its_area() -> None:
    made: AuditEntry = audit.entry(None, "second_look.answer", now=NOON)

    assert made.area == "second_look"

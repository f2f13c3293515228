"""Links with which people of a course set a password, by the API."""

from urllib.parse import urlsplit

import httpx2
import pytest
from sqlalchemy import select

from server.actions import courses
from server.models import AuditEntry, Role, User
from tests.fixtures.builders import a_course
from tests.fixtures.web import Site
from tests.pages.conftest import a_visitor

PASSWORD = "siete gatos alegres"  # noqa: S105 - of a user this test makes


@pytest.fixture
async def teacher(site: Site) -> httpx2.AsyncClient:
    site.client.headers["Authorization"] = f"Bearer {site.teacher_token}"
    return site.client


@pytest.fixture
def people(site: Site) -> str:
    return f"/api/courses/{site.course.slug}/people"


async def set_password(site: Site, link: str) -> int:
    async with a_visitor(site) as browser:
        form = {"new_password": PASSWORD, "repeated_password": PASSWORD}
        return (await browser.post(urlsplit(link).path, data=form)).status_code


async def test_a_person_who_has_not_come_in_is_invited_again_until_they_have(
    site: Site, teacher: httpx2.AsyncClient, people: str
) -> None:
    added = await teacher.post(people, json={"email": "eva@example.org", "name": "Eva"})
    invitation = f"{people}/{added.json()['id']}/invitation"

    made = await teacher.post(invitation)
    assert made.status_code == 201
    assert await set_password(site, made.json()["link"]) == 303

    refused = await teacher.post(invitation)
    assert (refused.status_code, refused.json()["code"]) == (409, "has-a-way-in")
    async with site.database.read() as session:
        actions = await session.scalars(select(AuditEntry.action))
        assert list(actions).count("roster.invite") == 1


@pytest.mark.parametrize(("email", "status"), [("", 422), (None, 200), ("ana@example.org", 200)])
async def test_an_empty_address_is_refused_and_null_keeps_the_one_before(
    teacher: httpx2.AsyncClient, people: str, email: str | None, status: int
) -> None:
    added = await teacher.post(people, json={"email": "eva@example.org", "name": "Eva"})

    changed = await teacher.patch(f"{people}/{added.json()['id']}", json={"email": email})

    assert changed.status_code == status
    if status == 200:
        assert changed.json()["email"] == (email or "eva@example.org")


async def test_a_student_who_forgot_the_password_gets_a_link(
    site: Site, teacher: httpx2.AsyncClient, people: str
) -> None:
    made = await teacher.post(f"{people}/{site.student.user.id}/password-link")

    assert made.status_code == 201
    link = made.json()["link"]
    assert [await set_password(site, link) for _ in range(2)] == [303, 401]


async def test_staff_and_students_of_other_courses_get_no_link(
    site: Site, teacher: httpx2.AsyncClient, people: str
) -> None:
    own = await teacher.post(f"{people}/{site.teacher.user.id}/password-link")
    async with site.database.write() as session:
        other = await a_course(session)
        await courses.enroll(session, other, site.student.user, Role.STUDENT)
        await session.commit()
    elsewhere = await teacher.post(f"{people}/{site.student.user.id}/password-link")

    for refused in (own, elsewhere):
        assert refused.status_code == 403
        assert refused.json()["code"] == "may-not-hand-out-links"


@pytest.mark.parametrize(
    ("where", "body"),
    [
        ("people", {"email": "eva@example.org", "name": "Eva"}),
        ("roster", {"text": "Eva,eva@example.org", "apply": True}),
        ("roster", {"text": "Eva,eva@example.org", "apply": False}),
    ],
)
async def test_without_a_mail_server_nobody_is_added_to_be_sent_a_link(
    site: Site, teacher: httpx2.AsyncClient, where: str, body: dict[str, object]
) -> None:
    address, wanted = f"/api/courses/{site.course.slug}/{where}", {**body, "send": True}
    sentences = {
        "es": "Este servidor no envía correo. Añade a la gente sin enviar nada y reparte tú sus "
        "enlaces.",
        "en": "This server sends no e-mail. Add people without sending, and hand out their links "
        "yourself.",
    }

    for language, sentence in sentences.items():
        headers = {"Accept-Language": language}
        refused = await teacher.post(address, json=wanted, headers=headers)
        text = await teacher.post(address, json=wanted, headers={**headers, "Accept": "text/plain"})

        assert (refused.status_code, refused.json()["code"]) == (409, "no-mail-server")
        assert refused.json()["detail"] == sentence
        assert text.status_code == 409
        assert sentence in text.text
        assert text.text.endswith("http://semaforo.test/problems/no-mail-server\n")
    async with site.database.read() as session:
        assert await session.scalar(select(User).where(User.email == "eva@example.org")) is None
    described = site.app.openapi()["paths"][f"/api/courses/{{course}}/{where}"]["post"]
    assert "/problems/no-mail-server" in described["responses"]["409"]["description"]

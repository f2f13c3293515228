"""The pages of courses and of their people."""

import re

import httpx2
import pytest
from sqlalchemy import func, select

from server.actions import courses, outbox
from server.models import (
    AuditEntry,
    Course,
    Enrollment,
    MailFailure,
    OutboxMessage,
    Role,
    SignInLink,
    User,
)
from tests.fixtures.builders import NOON, a_student, a_user
from tests.fixtures.web import Site
from tests.pages.inspection import faults

LANGUAGES = ("es", "en")
PATHS = (
    "/courses",
    "/courses/{course}",
    "/courses/{course}?saved=settings",
    "/courses/{course}/people",
    "/courses/{course}/people?search=nobody",
    "/courses/{course}/people/import",
    "/courses/{course}/people/{user}",
    "/courses/{course}/people/{user}/remove",
)
LONG = "seis violines por la noche"
LIST = "nombre;apellidos;correo;id;grupo\nInés;Vega Mora;ines@example.org;1;A\nMal;;mal;;\n"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PATHS)
async def test_a_page_of_a_course_can_be_used_by_everybody(
    teacher: httpx2.AsyncClient, site: Site, path: str, language: str
) -> None:
    await teacher.post("/language", data={"language": language})

    answer = await teacher.get(path.format(course=site.course.slug, user=site.student.user.id))

    assert answer.status_code == 200
    assert faults(answer.text) == []
    assert f'<html lang="{language}">' in answer.text
    assert len(answer.content) < 100_000


async def test_a_teacher_makes_changes_and_archives_a_course(
    teacher: httpx2.AsyncClient, site: Site
) -> None:
    made = await teacher.post(
        "/courses", data={"title": "Nuevo curso", "timezone": "bogota", "language": "es"}
    )
    assert made.status_code == 422
    assert "«bogota» no es una zona horaria" in made.text
    assert 'value="Nuevo curso"' in made.text  # what was typed stays

    made = await teacher.post(
        "/courses", data={"title": "Nuevo curso", "timezone": "America/Bogota", "language": "en"}
    )
    assert made.headers["location"] == "/courses/nuevo-curso"
    changed = await teacher.post(
        "/courses/nuevo-curso",
        data={"title": "Otro", "timezone": "Europe/Madrid", "language": "es"},
    )
    assert changed.status_code == 303
    await teacher.post("/courses/nuevo-curso/archive")
    assert "Este curso está archivado" in (await teacher.get("/courses/nuevo-curso")).text
    await teacher.post("/courses/nuevo-curso/reopen")

    async with site.database.read() as session:
        course = await courses.find_course(session, "nuevo-curso")
        assert course is not None
        assert (course.title, course.timezone, course.archived_at) == (
            "Otro",
            "Europe/Madrid",
            None,
        )
        actions = await session.scalars(
            select(AuditEntry.action)
            .where(AuditEntry.course_id == course.id)
            .order_by(AuditEntry.id)
        )
        assert list(actions) == [
            "course.create",
            *(f"course.{verb}" for verb in ("change", "archive", "reopen")),
        ]


async def test_students_and_graders_find_no_form_for_courses(
    student: httpx2.AsyncClient, site: Site
) -> None:
    assert "Crear el curso" not in (await student.get("/courses")).text
    refused = await student.post("/courses", data={"title": "x", "timezone": "UTC"})

    assert refused.status_code == 403


async def test_one_person_is_added_with_a_link_that_works(
    teacher: httpx2.AsyncClient, stranger: httpx2.AsyncClient, site: Site
) -> None:
    added = await teacher.post(
        f"/courses/{site.course.slug}/people",
        data={"email": "Ines@example.org", "name": "Inés", "family_name": "Vega Mora"},
    )

    assert added.status_code == 201
    (link,) = set(re.findall(r"/password/[\w-]+", added.text))
    chosen = {"new_password": LONG, "repeated_password": LONG}
    entered = await stranger.post(link, data=chosen)
    assert entered.status_code == 303
    assert "semaforo_login" in entered.headers["set-cookie"]
    await stranger.post("/sign-out")
    back = {"email": "ines@example.org", "password": LONG}
    assert (await stranger.post("/sign-in", data=back)).headers["location"] == "/"
    listed = (await teacher.get(f"/courses/{site.course.slug}/people")).text
    assert "Vega Mora, Inés" in listed


async def test_somebody_with_an_account_joins_with_it_and_no_link_is_made(
    teacher: httpx2.AsyncClient, site: Site
) -> None:
    async with site.database.write() as session:
        user = await a_user(session, email="known@example.org", name="Known", password=LONG)
        await session.commit()

    added = await teacher.post(
        f"/courses/{site.course.slug}/people", data={"email": "known@example.org", "name": "Otro"}
    )
    again = await teacher.post(
        f"/courses/{site.course.slug}/people", data={"email": "known@example.org"}
    )

    assert added.status_code == 303
    assert again.status_code == 409
    assert "ya está en el curso" in again.text
    invited = await teacher.post(f"/courses/{site.course.slug}/people/{user.id}/invite")
    assert invited.status_code == 409


async def test_a_list_is_shown_before_anything_changes_and_then_applied(
    teacher: httpx2.AsyncClient, site: Site
) -> None:
    address = f"/courses/{site.course.slug}/people/import"
    file = {"file": ("lista.csv", LIST.encode("cp1252"), "text/csv")}

    seen = await teacher.post(address, files=file)

    assert seen.status_code == 200
    assert faults(seen.text) == []
    assert "Vega Mora, Inés" in seen.text
    assert "Línea 3</b>, Correo electrónico: Esto no es una dirección de correo" in seen.text
    assert await count_of(site, "ines@example.org") == 0
    digest = re.search(r'name="digest" value="(\w+)"', seen.text)
    assert digest is not None
    data = {"digest": digest[1], "text": LIST}
    applied = await teacher.post(f"{address}/apply", data=data)
    assert applied.status_code == 201
    assert faults(applied.text) == []
    assert await count_of(site, "ines@example.org") == 1
    # The same form sent again finds other people than were looked at.
    again = await teacher.post(f"{address}/apply", data=data)
    assert again.status_code == 409
    assert "han cambiado mientras tanto" in again.text


async def test_links_are_sent_by_email_where_the_server_can_and_then_shown_to_nobody(
    teacher: httpx2.AsyncClient, site: Site
) -> None:
    people, person = f"/courses/{site.course.slug}/people", {"email": "eva@example.org"}
    refused = await teacher.post(people, data={**person, "name": "Eva", "send": "true"})
    assert refused.status_code == 409
    assert "no envía correo" in refused.text
    assert "por correo" not in (await teacher.get(people)).text

    changes = {"smtp_host": "127.0.0.1", "smtp_sender": "s@example.org"}
    site.app.state.settings = site.app.state.settings.model_copy(update=changes)
    assert 'name="send" value="true" checked' in (await teacher.get(people)).text
    added = await teacher.post(people, data={**person, "name": "Eva", "send": "true"})
    assert added.status_code == 303

    seen = await teacher.post(f"{people}/import", data={"text": LIST}, files={"file": ("", b"")})
    assert 'name="send" value="true" checked' in seen.text
    digest = re.search(r'name="digest" value="(\w+)"', seen.text)
    assert digest is not None
    data = {"digest": digest[1], "text": LIST, "send": "true"}
    applied = await teacher.post(f"{people}/import/apply", data=data)
    assert applied.status_code == 303

    given = {"email": "pia@example.org", "name": "Pía", "send": True}
    answer = await teacher.post(f"/api{people}", json=given)
    assert (answer.status_code, answer.json()["link"]) == (201, None)
    pia = f"{people}/{answer.json()['id']}"
    again = await teacher.post(f"/api{pia}/invitation", json={"send": True})
    assert (again.status_code, again.json()["link"]) == (201, None)
    on_page = await teacher.post(f"{pia}/invite", data={"send": "true"}, follow_redirects=True)
    assert "va de camino por correo" in on_page.text
    async with site.database.read() as session:
        written = await session.scalars(select(User.email).join(OutboxMessage))
        assert sorted(written) == ["eva@example.org", "ines@example.org", *["pia@example.org"] * 3]
        assert await session.scalar(select(func.count()).select_from(SignInLink)) == 0


async def an_invitation_that_bounced(teacher: httpx2.AsyncClient, site: Site) -> tuple[str, str]:
    """Invite Eva twice, the second time in vain; return her address here and her first link."""
    mail = {"smtp_host": "127.0.0.1", "smtp_sender": "s@example.org"}
    site.app.state.settings = site.app.state.settings.model_copy(update=mail)
    people = f"/courses/{site.course.slug}/people"
    given = {"email": "aux@example.org", "name": "Eva"}
    added = (await teacher.post(f"/api{people}", json=given)).json()
    assert "no ha llegado" not in (await teacher.get(people)).text
    await teacher.post(f"{people}/{added['id']}/invite", data={"send": "true"})
    async with site.database.write() as session:
        message = (await session.scalars(select(OutboxMessage))).one()
        failure, words = MailFailure.NO_SUCH_ADDRESS, "550 5.1.1 unknown"
        await outbox.note_failure(
            session, message.id, failure, words, message.written_at, is_final=True
        )
        await session.commit()
    return f"{people}/{added['id']}", added["link"]


async def test_staff_see_that_an_invitation_bounced_and_why(
    teacher: httpx2.AsyncClient, site: Site
) -> None:
    person, _ = await an_invitation_that_bounced(teacher, site)
    people = f"/courses/{site.course.slug}/people"

    listed, shown = await teacher.get(people), await teacher.get(person)
    only = await teacher.get(people, params={"mail": "undelivered"})
    by_api = (await teacher.get(f"/api{people}?undelivered=true")).json()

    assert "El correo a 1 persona no ha llegado." in listed.text
    assert faults(listed.text) == faults(shown.text) == []
    assert "no conoce la dirección" in only.text
    assert site.student.user.email not in only.text
    for part in ("no conoce la dirección", "550 5.1.1 unknown", "Se puede corregir"):
        assert part in shown.text
    assert by_api["total"] == 1
    assert by_api["people"][0]["undelivered"]["failure"] == "no-such-address"


async def test_staff_correct_the_address_of_an_invitation_and_send_it_again(
    teacher: httpx2.AsyncClient, site: Site
) -> None:
    person, old_link = await an_invitation_that_bounced(teacher, site)

    fields = {"role": "student", "name": "Eva", "email": site.student.user.email}
    taken = await teacher.post(person, data=fields)
    fields["email"] = "Eva@example.org"
    changed = await teacher.post(person, data=fields, follow_redirects=True)
    await teacher.post(f"{person}/invite", data={"send": "true"})

    assert taken.status_code == 409
    assert 'id="email-error"' in taken.text
    assert "no ha llegado" not in changed.text
    assert "eva@example.org" in changed.text
    assert (await teacher.get(old_link)).status_code == 401
    async with site.database.read() as session:
        written = await session.scalars(select(User.email).join(OutboxMessage))
        assert list(written) == ["eva@example.org"]
        log = select(AuditEntry.after).where(AuditEntry.action == "roster.change")
        assert await session.scalar(log) == {"email": "eva@example.org"}


async def test_the_address_of_somebody_who_has_come_in_is_not_the_courses_to_correct(
    teacher: httpx2.AsyncClient, student: httpx2.AsyncClient, site: Site
) -> None:
    person = f"/courses/{site.course.slug}/people/{site.student.user.id}"
    assert (await student.get("/account")).status_code == 200

    refused = await teacher.patch(f"/api{person}", json={"email": "mine@example.org"})

    assert (refused.status_code, refused.json()["code"]) == (409, "address-in-use")
    assert 'name="email"' not in (await teacher.get(person)).text
    on_page = await teacher.post(person, data={"role": "student", "email": "mine@example.org"})
    assert on_page.status_code == 409
    assert "solo quien administra este servidor" in on_page.text


async def test_staff_see_that_mail_is_stuck(teacher: httpx2.AsyncClient, site: Site) -> None:
    people = f"/courses/{site.course.slug}/people"
    async with site.database.write() as session:
        await outbox.request_password(session, "somebody@example.org", NOON)
        await session.commit()

    page = await teacher.get(people)

    assert "1 correo está parado" in page.text
    assert "Nada se pierde" in page.text
    assert faults(page.text) == []


async def test_a_list_that_cannot_be_read_stays_in_the_form(
    teacher: httpx2.AsyncClient, site: Site
) -> None:
    answer = await teacher.post(
        f"/courses/{site.course.slug}/people/import", files={"text": (None, "Inés\nEva\n")}
    )

    assert answer.status_code == 422
    assert "Ninguna columna tiene direcciones de correo" in answer.text
    assert "Inés\nEva" in answer.text


async def test_people_are_shown_page_by_page_in_order(
    teacher: httpx2.AsyncClient, site: Site
) -> None:
    async with site.database.write() as session:
        for number in range(130):
            await a_student(session, site.course, name=f"Zoe {number:03}")
        await session.commit()

    first = (await teacher.get(f"/courses/{site.course.slug}/people?search=zoe")).text
    following = re.search(r'href="([^"]+)" rel="next"', first)
    assert following is not None
    second = (await teacher.get(following[1].replace("&amp;", "&"))).text

    shown = [re.findall(r"Zoe \d{3}", page) for page in (first, second)]
    assert shown[0] + shown[1] == [f"Zoe {number:03}" for number in range(130)]
    assert len(shown[0]) == 100


async def test_a_person_is_changed_and_removed_but_not_the_last_instructor(
    teacher: httpx2.AsyncClient, site: Site
) -> None:
    href = f"/courses/{site.course.slug}/people/{site.student.user.id}"
    changed = await teacher.post(
        href,
        data={"role": "grader", "group": "B", "number": "7", "name": "Eva", "family_name": "Gil"},
    )
    assert changed.status_code == 303
    page = (await teacher.get(href)).text
    assert "Gil, Eva" in page
    own = f"/courses/{site.course.slug}/people/{site.teacher.user.id}"
    refused = await teacher.post(own, data={"role": "student"})
    assert refused.status_code == 409
    assert "último docente" in refused.text
    assert (await teacher.post(f"{own}/remove")).status_code == 409

    removed = await teacher.post(f"{href}/remove")

    assert removed.status_code == 303
    async with site.database.read() as session:
        assert await session.get(Enrollment, (site.course.id, site.student.user.id)) is None
        assert await session.get(User, site.student.user.id) is not None


async def test_a_grader_sees_people_and_changes_none(
    student: httpx2.AsyncClient, site: Site
) -> None:
    async with site.database.write() as session:
        course = await session.get_one(Course, site.course.id)
        await courses.enroll(session, course, site.student.user, Role.GRADER)
        await session.commit()
    href = f"/courses/{site.course.slug}/people"

    seen = await student.get(href)

    assert seen.status_code == 200
    assert "Añadir una persona" not in seen.text
    assert (
        await student.post(href, data={"email": "a@example.org", "name": "A"})
    ).status_code == 403
    assert (await student.get(f"{href}/import")).status_code == 403
    assert (await student.get(f"/courses/{site.course.slug}")).status_code == 403


async def count_of(site: Site, email: str) -> int:
    async with site.database.read() as session:
        found = await session.scalars(select(User).where(User.email == email))
        return len(found.all())

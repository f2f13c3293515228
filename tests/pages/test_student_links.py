"""Instructors hand out a link with which a student of theirs sets a new password."""

import re
from urllib.parse import urlsplit

import httpx2

from server.actions import courses
from server.models import Role
from tests.fixtures.builders import a_course
from tests.fixtures.web import Site
from tests.pages.inspection import faults

PASSWORD = "tres perros tristes"  # noqa: S105 - of a user this test makes
FORM = {"new_password": PASSWORD, "repeated_password": PASSWORD}


def path_of(site: Site) -> str:
    return f"/courses/{site.course.slug}/people/{site.student.user.id}"


async def test_a_student_who_forgot_the_password_gets_a_link_from_the_teacher(
    teacher: httpx2.AsyncClient, stranger: httpx2.AsyncClient, site: Site
) -> None:
    assert "/password-link" in (await teacher.get(path_of(site))).text

    made = await teacher.post(f"{path_of(site)}/password-link")

    assert made.status_code == 201
    assert faults(made.text) == []
    (link,) = re.findall(r"http://[^<]+/password/[\w-]+", made.text)
    assert (await stranger.post(urlsplit(link).path, data=FORM)).status_code == 303
    assert (await stranger.get("/account")).status_code == 200


async def test_no_teacher_gets_a_link_to_a_student_of_others_too(
    teacher: httpx2.AsyncClient, site: Site
) -> None:
    async with site.database.write() as session:
        other = await a_course(session)
        await courses.enroll(session, other, site.student.user, Role.STUDENT)
        await session.commit()

    answer = await teacher.post(f"{path_of(site)}/password-link")

    assert answer.status_code == 403
    assert "/password/" not in answer.text
    assert "administrador" in answer.text

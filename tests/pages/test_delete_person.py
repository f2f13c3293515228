"""/admin/people/{user_id}/delete: seen first, confirmed by typing, and what pages then show."""

from collections.abc import Mapping

import httpx2
import pytest
from sqlalchemy import func, select

from server.actions import comments
from server.models import AuditEntry, SubmissionFile, User
from tests.fixtures.builders import (
    NOON,
    a_check,
    a_finished_run,
    a_report,
    a_submission,
    an_assignment,
)
from tests.fixtures.web import Site
from tests.pages.conftest import administrators_headers
from tests.pages.inspection import faults


@pytest.fixture
async def submission_id(site: Site) -> str:
    """A graded submission of the student, with a comment on a line of it."""
    async with site.database.write() as session:
        assignment = await an_assignment(session, site.course, "timeout")
        submission = await a_submission(session, assignment, site.student)
        await a_finished_run(session, submission, a_report(a_check()))
        await comments.write(
            session,
            site.teacher,
            submission.id,
            "Mira esta línea.",
            at=("solution.py", 1),
            is_draft=False,
            now=NOON,
        )
        await session.commit()
        return str(submission.id)


def address(site: Site) -> str:
    return f"/admin/people/{site.student.user.id}/delete"


def form(site: Site, **changes: str) -> Mapping[str, str]:
    return {"confirmation": site.student.user.email, "files": "keep", **changes}


async def count_files(site: Site) -> int:
    async with site.database.read() as session:
        return await session.scalar(select(func.count(SubmissionFile.name))) or 0


@pytest.mark.parametrize("language", ["es", "en"])
async def test_the_page_says_what_goes_and_what_stays(
    administrator: httpx2.AsyncClient, site: Site, submission_id: str, language: str
) -> None:
    await administrator.post("/language", data={"language": language})

    person = await administrator.get(f"/admin/people/{site.student.user.id}")
    page = await administrator.get(address(site))

    assert f'href="{address(site)}"' in person.text
    assert page.status_code == 200
    assert faults(page.text) == []
    words = {"es": "1 entrega, con", "en": "1 submission, with"}[language]
    assert words in page.text


async def test_without_the_address_typed_nothing_changes(
    administrator: httpx2.AsyncClient, site: Site
) -> None:
    answer = await administrator.post(
        address(site), data=form(site, confirmation="ana@example.org", files="remove")
    )

    assert answer.status_code == 422
    assert 'id="confirmation-error"' in answer.text
    assert 'value="ana@example.org"' in answer.text
    assert 'value="remove" checked' in answer.text
    assert (await administrator.get(f"/admin/people/{site.student.user.id}")).status_code == 200


async def test_a_deleted_person_is_gone_and_their_work_stays(
    administrator: httpx2.AsyncClient,
    student: httpx2.AsyncClient,
    site: Site,
    submission_id: str,
) -> None:
    name = site.student.user.name
    done = await administrator.post(address(site), data=form(site, files="remove"))

    assert done.headers["location"] == "/admin/people?deleted=yes"
    listed = await administrator.get(done.headers["location"])
    assert name not in listed.text
    assert 'role="status"' in listed.text
    assert (await administrator.get(address(site))).status_code == 404
    assert (await student.get("/account")).headers["location"].startswith("/sign-in")
    assert await count_files(site) == 0
    async with site.database.read() as session:
        actions = await session.scalars(
            select(AuditEntry.action).where(AuditEntry.person_id == site.student.user.id)
        )
        assert "people.delete" in set(actions)


async def test_pages_for_staff_show_a_deleted_person(
    administrator: httpx2.AsyncClient,
    teacher: httpx2.AsyncClient,
    site: Site,
    submission_id: str,
) -> None:
    name, course = site.student.user.name, f"/courses/{site.course.slug}"
    await administrator.post(address(site), data=form(site, files="remove"))

    for path in (
        f"/submissions/{submission_id}",
        f"{course}/students/{site.student.user.id}?exercise=timeout",
        f"{course}/people",
        f"{course}/people/{site.student.user.id}",
        f"{course}/people/{site.student.user.id}/remove",
        f"{course}/gradebook",
        f"{course}/gradebook/{site.student.user.id}",
        f"{course}/log",
        "/dashboard",
    ):
        page = await teacher.get(path)
        assert page.status_code == 200, path
        assert faults(page.text) == [], path
        assert "Persona borrada" in page.text, path
        assert "Deleted person" not in page.text, path
        assert name not in page.text, path
    shown = (await teacher.get(f"/submissions/{submission_id}")).text
    assert "Los archivos de este intento se han quitado." in shown
    assert "Mira esta línea." in shown


async def test_files_stay_unless_they_are_to_be_removed(
    administrator: httpx2.AsyncClient,
    teacher: httpx2.AsyncClient,
    site: Site,
    submission_id: str,
) -> None:
    await administrator.post(address(site), data=form(site))

    assert await count_files(site) == 1
    assert 'id="line-1"' in (await teacher.get(f"/submissions/{submission_id}")).text


async def test_files_are_not_removed_while_a_submission_is_graded(
    administrator: httpx2.AsyncClient, site: Site
) -> None:
    async with site.database.write() as session:
        assignment = await an_assignment(session, site.course, "timeout")
        await a_submission(session, assignment, site.student)
        await session.commit()

    answer = await administrator.post(address(site), data=form(site, files="remove"))

    assert answer.status_code == 409
    assert 'id="files-error"' in answer.text
    assert site.student.user.name in (await administrator.get("/admin/people")).text


async def test_the_last_administrator_is_refused_beside_the_form(
    administrator: httpx2.AsyncClient, site: Site
) -> None:
    async with site.database.read() as session:
        (boss,) = await session.scalars(select(User).where(User.is_administrator))

    answer = await administrator.post(
        f"/admin/people/{boss.id}/delete", data={"confirmation": boss.email}
    )

    assert answer.status_code == 409
    assert 'id="person-error"' in answer.text


async def test_the_api_shows_first_and_then_deletes(site: Site, submission_id: str) -> None:
    headers = await administrators_headers(site)
    account = f"/api/admin/people/{site.student.user.id}"

    would = await site.client.get(f"{account}/deletion", headers=headers)
    assert would.json()["deleted"] is False
    assert would.json()["submissions"] == 1
    done = await site.client.delete(f"{account}?remove_files=true", headers=headers)

    assert done.json() == {**would.json(), "deleted": True, "files_removed": True}
    assert (await site.client.get(account, headers=headers)).status_code == 404
    assert await count_files(site) == 0
    file = await site.client.get(f"/api/submissions/{submission_id}", headers=headers)
    assert file.status_code == 200

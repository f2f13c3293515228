"""Exports of everything about a person, by the person and by administrators."""

import io
import zipfile

import httpx2
from sqlalchemy import select

from server.models import AuditEntry
from tests.fixtures.builders import a_submission, an_assignment
from tests.fixtures.web import Site


def names_in(answer: httpx2.Response) -> list[str]:
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["cache-control"] == "no-store"
    return zipfile.ZipFile(io.BytesIO(answer.content)).namelist()


async def actions_in_log(site: Site) -> list[str]:
    async with site.database.read() as session:
        listed = select(AuditEntry.action).where(AuditEntry.person_id == site.student.user.id)
        return list(await session.scalars(listed))


async def test_a_person_downloads_everything_about_themselves(
    student: httpx2.AsyncClient, site: Site
) -> None:
    async with site.database.write() as session:
        assignment = await an_assignment(session, site.course, "timeout")
        await a_submission(session, assignment, site.student)
        await session.commit()

    page = await student.get("/account")
    names = names_in(await student.get("/account/export.zip"))
    by_api = names_in(await site.get("/api/me/export.zip"))

    assert 'href="/account/export.zip"' in page.text
    assert f"submissions/{site.course.slug}/timeout/001/result.json" in names
    assert "account.json" in names
    assert by_api == names
    assert await actions_in_log(site) == []


async def test_an_administrator_downloads_it_and_the_log_says_so(
    administrator: httpx2.AsyncClient, teacher: httpx2.AsyncClient, site: Site
) -> None:
    address = f"/admin/people/{site.student.user.id}"

    page = await administrator.get(address)
    assert f'action="{address}/export.zip"' in page.text
    assert "account.json" in names_in(await administrator.post(f"{address}/export.zip"))
    assert await actions_in_log(site) == ["people.export"]
    assert (await teacher.post(f"{address}/export.zip")).status_code == 403
    assert await actions_in_log(site) == ["people.export"]


async def test_staff_who_view_as_a_student_cannot_download_it(
    teacher: httpx2.AsyncClient, site: Site
) -> None:
    view = f"/courses/{site.course.slug}/students/{site.student.user.id}/view-as"
    assert (await teacher.post(view)).status_code == 303

    assert (await teacher.get("/account/export.zip")).status_code == 403

"""The gradebook's files on its pages and in the API: downloads, a preview, and its confirmation."""

import html
import re

import httpx2
import pytest
from sqlalchemy import select

from server.models import GradeOverride
from tests.fixtures.web import Site
from tests.pages.inspection import faults
from tests.pages.test_gradebook import path

__all__ = ["path"]

WHY = "Lo explicó en clase."


async def overrides_of(site: Site) -> list[float | None]:
    async with site.database.read() as session:
        return list(await session.scalars(select(GradeOverride.points)))


def sent_by(page: str) -> str:
    found = re.search(r'name="changes" value="([^"]*)"', page)
    assert found is not None
    return html.unescape(found[1])


@pytest.mark.parametrize("form", ["plain", "moodle", "canvas", "xlsx"])
async def test_grades_are_downloaded(
    site: Site, teacher: httpx2.AsyncClient, student: httpx2.AsyncClient, path: str, form: str
) -> None:
    page = await teacher.get(f"{path}/gradebook/export?format={form}")
    headers = {"Authorization": f"Bearer {site.teacher_token}"}
    api = await site.client.get(f"/api{path}/grades/export?format={form}", headers=headers)

    ending = "xlsx" if form == "xlsx" else "csv"
    assert page.headers["content-disposition"].startswith("attachment; filename=")
    assert page.headers["content-disposition"].endswith(f'.{ending}"')
    assert form == "xlsx" or page.content == api.content
    assert page.headers["content-type"] == api.headers["content-type"]
    assert (await student.get(f"{path}/gradebook/export?format={form}")).status_code == 403


@pytest.mark.parametrize("language", ["es", "en"])
async def test_a_file_is_previewed_confirmed_and_only_then_set(
    site: Site, teacher: httpx2.AsyncClient, path: str, language: str
) -> None:
    await teacher.post("/language", data={"language": language})
    address = f"{path}/gradebook/import"
    text = f"email;gather;otra\n{site.student.user.email};9,5;1\nnobody@example.org;1;1\n"
    assert faults((await teacher.get(address)).text) == []

    shown = await teacher.post(
        address, files={"file": ("grades.csv", text.encode())}, data={"reason": ""}
    )

    assert shown.status_code == 200
    assert faults(shown.text) == []
    assert "nobody@example.org" in shown.text
    assert await overrides_of(site) == []
    changes = sent_by(shown.text)
    without = await teacher.post(f"{address}/apply", data={"changes": changes, "reason": " "})
    assert (without.status_code, await overrides_of(site)) == (422, [])
    assert faults(without.text) == []
    done = await teacher.post(f"{address}/apply", data={"changes": changes, "reason": WHY})
    assert (done.status_code, await overrides_of(site)) == (303, [9.5])


async def test_a_grade_that_changed_after_the_preview_is_not_overwritten(
    site: Site, teacher: httpx2.AsyncClient, path: str
) -> None:
    address, cell = f"{path}/gradebook/import", f"{path}/gradebook/{site.student.user.id}/gather"
    text = f"email,gather\n{site.student.user.email},9\n"
    changes = sent_by((await teacher.post(address, files={"pasted": (None, text)})).text)
    await teacher.post(cell, data={"points": "6", "reason": WHY})

    late = await teacher.post(f"{address}/apply", data={"changes": changes, "reason": WHY})

    assert (late.status_code, await overrides_of(site)) == (409, [6])
    assert faults(late.text) == []
    again = await teacher.post(
        f"{address}/apply", data={"changes": sent_by(late.text), "reason": WHY}
    )
    assert (again.status_code, await overrides_of(site)) == (303, [9])


@pytest.mark.parametrize("changes", ["[]", "{", "[[1]]", '[["a@b.c","gather",null,"x",""]]', "7"])
async def test_what_our_page_did_not_send_sets_nothing(
    site: Site, teacher: httpx2.AsyncClient, path: str, changes: str
) -> None:
    address = f"{path}/gradebook/import/apply"
    answer = await teacher.post(address, data={"changes": changes, "reason": WHY})

    assert answer.status_code == 422
    assert await overrides_of(site) == []


async def test_a_grade_that_is_too_high_is_named_as_the_reader_writes_numbers(
    site: Site, teacher: httpx2.AsyncClient, path: str
) -> None:
    text = f"email,gather\n{site.student.user.email},10.5\n"
    headers = {"Authorization": f"Bearer {site.teacher_token}", "Accept-Language": "en"}

    page = await teacher.post(
        f"{path}/gradebook/import", files={"pasted": (None, text), "reason": (None, WHY)}
    )
    api = await site.client.post(
        f"/api{path}/grades/import", json={"csv": text, "reason": WHY}, headers=headers
    )

    assert "10,5 en «gather» no está entre 0 y 10." in html.unescape(page.text)
    assert [one["detail"] for one in api.json()["problems"]] == [
        "10.5 in “gather” is not from 0 to 10."
    ]


async def test_an_unreadable_file_is_refused_and_the_form_keeps_its_values(
    teacher: httpx2.AsyncClient, path: str
) -> None:
    for pasted, words in (("name\nx", "“email”|«email»"), ("", "Elige un archivo|Choose")):
        answer = await teacher.post(
            f"{path}/gradebook/import", files={"pasted": (None, pasted), "reason": (None, WHY)}
        )

        assert answer.status_code == 422
        assert faults(answer.text) == []
        assert re.search(words, answer.text)
        assert WHY in answer.text


async def test_programs_preview_and_import(site: Site, path: str) -> None:
    address = f"/api{path}/grades/import"
    headers = {"Authorization": f"Bearer {site.teacher_token}"}
    wanted = {"csv": f"email,gather\n{site.student.user.email},9\nx@y.z,1\n", "reason": WHY}

    seen = (await site.client.post(address, json=wanted, headers=headers)).json()
    assert await overrides_of(site) == []
    applied = {**wanted, "is_applied": True}
    done = (await site.client.post(address, json=applied, headers=headers)).json()

    assert [(one["before"], one["after"]) for one in seen["changes"]] == [(4, 9)]
    assert [one["line"] for one in seen["problems"]] == [3]
    assert done == {**seen, "is_applied": True}
    assert await overrides_of(site) == [9]
    refused = await site.client.post(address, json=wanted, headers=site.headers)
    assert refused.status_code == 403

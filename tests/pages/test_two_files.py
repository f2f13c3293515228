"""The page and the API of an exercise of two files."""

import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import select

from graders.catalogue.manifest import load_exercise
from server.actions import assignments
from server.models import SubmissionFile
from server.settings import Settings
from server.storage.database import Database
from tests.fixtures.builders import (
    a_check,
    a_finished_run,
    a_report,
    a_submission,
    an_assignment,
)
from tests.fixtures.web import Site, a_site
from tests.pages.conftest import a_visitor

EXERCISES = Path(__file__).parents[1] / "graders" / "exercises"
EXERCISE = load_exercise(EXERCISES / "dos-archivos")
FORM = "/exercises/dos-archivos"


@pytest.fixture
async def site(
    database: Database, database_url: str, settings: Settings, queue: object
) -> AsyncIterator[Site]:
    """The site with the exercise given in its course, on SQLite and on PostgreSQL."""
    own = {"exercises_dirs": [EXERCISES], "database_url": database_url}
    elsewhere = settings.model_copy(update=own)
    async with a_site(database, elsewhere) as site:
        async with database.write() as session:
            await an_assignment(session, site.course, "dos-archivos")
            await session.commit()
        yield site


@pytest.fixture
async def student(site: Site) -> AsyncIterator[httpx2.AsyncClient]:
    async with a_visitor(site, site.student) as client:
        yield client


async def _stored(site: Site) -> dict[str, bytes]:
    async with site.database.read() as session:
        rows = await session.scalars(select(SubmissionFile))
        return {row.name: row.content for row in rows}


async def test_each_file_has_its_starter_in_its_own_field_and_as_a_download(
    student: httpx2.AsyncClient,
) -> None:
    page = (await student.get(FORM)).text
    fields = re.findall(r'<textarea [^>]*name="code"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    links = [unescape(link) for link in re.findall(r'href="([^"]+)" download', page)]
    files = [await student.get(link) for link in links]

    assert [unescape(field) for field in fields] == list(EXERCISE.starter.values())
    assert {
        file.headers["content-disposition"].partition("=")[2].strip('"'): file.text
        for file in files
    } == EXERCISE.starter


async def test_a_starter_of_no_such_file_is_not_found(student: httpx2.AsyncClient) -> None:
    answer = await student.get(f"{FORM}/starter", params={"file": "exercise.toml"})

    assert answer.status_code == 404


async def test_chosen_files_win_over_starters_that_nobody_changed(
    student: httpx2.AsyncClient, site: Site
) -> None:
    untouched = {"code": [code.replace("\n", "\r\n") for code in EXERCISE.starter.values()]}
    chosen = [("file", (name, content)) for name, content in EXERCISE.reference.items()]

    nothing = await student.post(FORM, data=untouched)
    both = await student.post(FORM, data={"code": ["x = 1", "y = 2"]}, files=chosen)
    answer = await student.post(FORM, data=untouched, files=chosen)

    assert (nothing.status_code, both.status_code, answer.status_code) == (422, 422, 303)
    assert await _stored(site) == EXERCISE.reference


async def test_one_changed_field_is_handed_in_with_the_others_starter(
    student: httpx2.AsyncClient, site: Site
) -> None:
    solution = EXERCISE.reference["solution.py"].decode()

    answer = await student.post(FORM, data={"code": [solution, EXERCISE.starter["cocina.py"]]})

    assert answer.status_code == 303
    assert await _stored(site) == {
        "solution.py": EXERCISE.reference["solution.py"],
        "cocina.py": EXERCISE.starter["cocina.py"].encode(),
    }


async def test_the_api_gives_each_starter_and_takes_both_files(site: Site) -> None:
    shown = (await site.get("/api/exercises/dos-archivos")).json()
    files = [("file", (name, content)) for name, content in EXERCISE.reference.items()]
    accepted = await site.submit("dos-archivos", files=files)
    refused = await site.submit("dos-archivos", files=files[:1])

    assert shown["starters"] == EXERCISE.starter
    assert shown["starter"] == EXERCISE.starter["solution.py"]
    assert accepted.status_code == 202
    assert refused.status_code == 422
    assert "falta cocina.py" in refused.json()["detail"]


async def test_a_verdict_leads_to_its_line_in_the_right_file(
    student: httpx2.AsyncClient, site: Site
) -> None:
    failed = [
        a_check("a", points=0, line=2, file="cocina.py"),
        a_check("b", points=0, line=5),
    ]
    async with site.database.write() as session:
        assignment = (await assignments.list_assignments(session, site.student))[0]
        submission = await a_submission(
            session, assignment, site.student, files=dict(EXERCISE.reference)
        )
        await a_finished_run(session, submission, a_report(*failed, exercise="dos-archivos"))
        await session.commit()

    page = (await student.get(f"/submissions/{submission.id}")).text
    shown = (await site.get(f"/api/submissions/{submission.id}")).json()["checks"]

    assert '<a class="line" href="#line-cocina.py-2">Línea 2 de cocina.py</a>' in page
    assert '<a class="line" href="#line-5">Línea 5</a>' in page
    solution, helper = page.split('<h3 class="file">')[1:]
    assert 'id="line-5"' in solution
    assert 'id="line-cocina.py-2"' in helper
    assert [(check["line"], check["file"]) for check in shown] == [(2, "cocina.py"), (5, "")]

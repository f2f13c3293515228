"""/admin/retention and its API: the settings, and what would go."""

from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from sqlalchemy import func, select

from server.actions import courses
from server.models import SubmissionFile
from tests.fixtures.builders import (
    a_check,
    a_finished_run,
    a_report,
    a_submission,
    an_assignment,
)
from tests.fixtures.web import Site
from tests.pages.conftest import administrators_headers
from tests.pages.inspection import faults

PAGE, API = "/admin/retention", "/api/admin/retention"


@pytest.fixture
async def archived(site: Site) -> None:
    """The course was archived forty days ago, with one submission."""
    async with site.database.write() as session:
        assignment = await an_assignment(session, site.course, "timeout")
        submission = await a_submission(session, assignment, site.student)
        await a_finished_run(session, submission, a_report(a_check()))
        long_ago = datetime.now(UTC) - timedelta(days=40)
        await courses.archive(session, None, site.course, long_ago)
        await session.commit()


@pytest.mark.parametrize("language", ["es", "en"])
async def test_everything_is_kept_until_it_is_set(
    administrator: httpx2.AsyncClient, site: Site, archived: None, language: str
) -> None:
    await administrator.post("/language", data={"language": language})

    page = await administrator.get(PAGE)

    assert page.status_code == 200
    assert faults(page.text) == []
    assert {"es": "para siempre", "en": "for ever"}[language] in page.text
    assert site.course.title not in page.text


async def test_what_would_go_is_shown_and_stays(
    administrator: httpx2.AsyncClient, site: Site, archived: None
) -> None:
    site.app.state.settings = site.app.state.settings.model_copy(
        update={"keep_files_days": 30, "keep_log_days": 5}
    )

    page = await administrator.get(PAGE)
    due = (await site.client.get(API, headers=await administrators_headers(site))).json()

    assert faults(page.text) == []
    assert f'href="/courses/{site.course.slug}"' in page.text
    assert "1 entrega" in page.text
    assert due["files_days"] == 30
    assert [(one["slug"], one["submissions"]) for one in due["courses"]] == [(site.course.slug, 1)]
    async with site.database.read() as session:
        assert await session.scalar(select(func.count(SubmissionFile.name))) == 1

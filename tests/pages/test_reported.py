"""Verdicts that the program's own process reports are never shown as if they had been witnessed."""

from dataclasses import replace

import httpx2
import pytest
from sqlalchemy import select

from graders.catalogue.exercises import Catalogue
from server.models import Assignment
from tests.fixtures.builders import a_finished_run, a_report, a_submission
from tests.fixtures.web import Site
from tests.pages.programs import SOURCE


@pytest.fixture
def inside(site: Site) -> Site:
    exercise = replace(Catalogue.read()["gather"], is_inside=True)
    site.app.state.catalogue = Catalogue([exercise], [])
    return site


async def _results(site: Site) -> tuple[str, str]:
    """Return the paths of a reported result and of a witnessed one."""
    async with site.database.write() as session:
        assignment = (await session.scalars(select(Assignment))).one()
        paths = []
        for is_reported in (True, False):
            submission = await a_submission(
                session, assignment, site.student, files={"solution.py": SOURCE}
            )
            report = replace(a_report(), is_reported=is_reported)
            await a_finished_run(session, submission, report)
            paths.append(f"submissions/{submission.id}")
        await session.commit()
    return paths[0], paths[1]


async def test_a_result_says_whether_it_was_reported_or_witnessed(
    site: Site, student: httpx2.AsyncClient
) -> None:
    reported, witnessed = await _results(site)

    pages = [(await student.get(f"/{path}")).text for path in (reported, witnessed)]
    values = [(await site.get(f"/api/{path}")).json()["trust"] for path in (reported, witnessed)]
    text = await site.get(f"/api/{reported}", headers={"Accept": "text/plain"})

    assert values == ["reported", "witnessed"]
    assert "lo informa el proceso del propio programa" in pages[0]
    assert "ningún veredicto sale del sandbox" not in pages[0]
    assert "lo informa el proceso" not in pages[1]
    assert "no presenciado desde fuera" in text.text


async def test_exercise_catalogue_and_dashboard_say_that_results_are_reported(
    inside: Site, student: httpx2.AsyncClient, teacher: httpx2.AsyncClient
) -> None:
    slug = inside.course.slug

    exercise = (await student.get("/exercises/gather")).text
    catalogue = (await teacher.get(f"/courses/{slug}/catalogue/gather")).text
    dashboard = (await teacher.get(f"/dashboard?course={slug}")).text
    inside.app.state.catalogue = Catalogue.read()
    usual = (await teacher.get(f"/dashboard?course={slug}")).text

    assert "dentro del proceso de tu programa" in exercise
    assert "Informado, no presenciado" in catalogue
    assert '<span class="pill">informado</span>' in dashboard
    assert "Informado, no presenciado" in dashboard
    assert "nformado" not in usual

"""What holds for every page, in both languages."""

import re
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import httpx2
import pytest

import server
from graders.report import Verdict
from graders.text import Text
from server.actions import tokens
from tests.fixtures.builders import a_check, a_finished_run, a_report, a_submission, an_assignment
from tests.fixtures.web import Site
from tests.pages.inspection import faults
from tests.pages.programs import OVERLAPPING, SOURCE

LANGUAGES = ("es", "en")
TEMPLATES = Path(server.__file__).parent / "templates"
PAGES = (
    "/",
    "/exercises/gather",
    "/submissions",
    "/submissions/{graded}",
    "/submissions/{queued}",
    "/leaderboard",
    "/playground",
    "/account",
    "/nowhere",
    "/dashboard",
    "/problems",
    "/problems/closed",
)
STAFF_PAGES = (
    "/dashboard",
    "/dashboard?view=numbers&state=stuck",
    "/courses/{course}/queue",
    "/courses/{course}/log",
    "/courses/{course}/students/{student}",
)
SIGNED_OUT = (
    "/sign-in",
    "/sign-in/some-secret",
    "/setup",
    "/setup/some-secret",
    "/problems",
    "/nowhere",
)


@pytest.fixture
async def ids(site: Site) -> dict[str, UUID]:
    """A graded and a queued submission of the student."""
    failed = a_check(
        "concurrent",
        points=0,
        verdict=Verdict.FAILED,
        message=Text("Prueba con `gather`.", "Try `gather`."),
        line=2,
        evidence=OVERLAPPING,
        output="hola\n",
    )
    async with site.database.write() as session:
        assignment = await an_assignment(session, site.course, "timeout")
        graded = await a_submission(
            session, assignment, site.student, files={"solution.py": SOURCE}
        )
        await a_finished_run(session, graded, a_report(a_check(), failed))
        queued = await a_submission(session, assignment, site.student)
        await tokens.issue(session, site.student.user, "laptop", datetime.now(UTC))
        await session.commit()
    return {"graded": graded.id, "queued": queued.id}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
async def test_a_page_can_be_used_by_everybody(
    student: httpx2.AsyncClient, site: Site, ids: dict[str, UUID], path: str, language: str
) -> None:
    await student.post("/language", data={"language": language})

    answer = await student.get(path.format(**ids))

    assert faults(answer.text) == []
    assert f'<html lang="{language}">' in answer.text
    assert answer.headers["cache-control"] == "no-store"
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", SIGNED_OUT)
async def test_a_page_can_be_used_by_everybody_signed_out(
    stranger: httpx2.AsyncClient, path: str, language: str
) -> None:
    answer = await stranger.get(path, headers={"Accept-Language": language})

    assert faults(answer.text) == []
    assert f'<html lang="{language}">' in answer.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", STAFF_PAGES)
async def test_a_page_for_staff_can_be_used_by_everybody(
    teacher: httpx2.AsyncClient, site: Site, ids: dict[str, UUID], path: str, language: str
) -> None:
    await teacher.post("/language", data={"language": language})
    places = {"course": site.course.slug, "student": site.student.user.id}

    answer = await teacher.get(path.format(**places))

    assert answer.status_code == 200
    assert faults(answer.text) == []
    assert len(answer.content) < 100_000


@pytest.mark.parametrize("path", [path for path in PAGES if "problems" not in path])
async def test_anonymous_visitors_are_redirected_to_sign_in(
    stranger: httpx2.AsyncClient, ids: dict[str, UUID], path: str
) -> None:
    answer = await stranger.get(path.format(**ids))

    if path == "/nowhere":
        assert answer.status_code == 404
    else:
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in")


async def test_the_list_shows_the_best_result(
    student: httpx2.AsyncClient, ids: dict[str, UUID]
) -> None:
    page = (await student.get("/")).text

    assert "Con fallos" in page
    assert "Sin entregar todavía" in page


async def test_static_files_are_found_under_the_names_pages_use(
    student: httpx2.AsyncClient,
) -> None:
    page = (await student.get("/")).text

    for url in re.findall(r'(?:href|src)="(/static/[^"]+)"', page):
        assert (await student.get(url)).status_code == 200


def test_tabs_stay_in_their_place_above_the_title() -> None:
    found = {}
    for template in TEMPLATES.rglob("*.html"):
        text = template.read_text("utf-8")
        tabs = re.search(r"ui\.(tabs|server_tabs)\(", text)
        if tabs is not None:
            found[str(template.relative_to(TEMPLATES))] = tabs.start() < text.index("<h1")

    assert len(found) > 25
    assert [name for name, is_above in found.items() if not is_above] == []

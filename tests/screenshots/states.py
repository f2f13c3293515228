"""Takes the screenshots: the ten main states, at two widths, in both themes and languages.

Not found by pytest by itself: `python3 dev.py screenshots FOLDER` names it. A course of all
exercises is made, with thirty classmates and one student half way through it.
"""

import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

from playwright.async_api import Page
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.actions import assignments, giving
from server.models import Assignment, GradingRun, Submission
from tests.actions.test_leaderboard import graded
from tests.fixtures.browser import Served
from tests.fixtures.builders import (
    NOON,
    a_finished_run,
    a_student,
    a_submission,
    an_assignment,
)
from tests.fixtures.web import Site
from tests.pages.programs import SOURCE
from tests.pages.test_browser import REPORT

FOLDER = Path(os.environ.get("SEMAFORO_SCREENSHOTS", "screenshots"))
SIZES = {"1280": {"width": 1280, "height": 800}, "360": {"width": 360, "height": 740}}
SOLVED, BEGUN, MATES = 9, 2, 30


async def _fill(site: Site) -> dict[str, str]:
    """Make the course; return the address of each state."""
    now = datetime.now(UTC)
    catalogue = site.app.state.catalogue.now()
    path = sorted(catalogue.values(), key=lambda one: (one.level, one.slug))
    async with site.database.write() as session:
        for exercise in path:
            if exercise.slug != "gather" and exercise.level:
                await an_assignment(session, site.course, exercise.slug)
        await giving.reorder(session, site.teacher, site.course, (), now, by_level=catalogue)
        given = await assignments.list_assignments(session, site.student, site.course)
        tried = given[: SOLVED + BEGUN]
        for number, assignment in enumerate(tried):
            seconds = (now - NOON).total_seconds() - 40_000 * (len(tried) - number)
            points = 10 if number < SOLVED else 7
            await graded(session, assignment, site.student, points, seconds=seconds)
        for number, assignment in enumerate(given[SOLVED : SOLVED + 4]):
            due_at = now + timedelta(days=1 + 3 * number)
            await session.execute(
                update(Assignment).where(Assignment.id == assignment.id).values(due_at=due_at)
            )
        await _classmates(session, site, given)
        failed, waiting = await _attempts(session, site, given[0], now)
        right = await session.scalar(
            select(GradingRun.submission_id).where(
                GradingRun.user_id == site.student.user.id, GradingRun.points == 10
            )
        )
        await session.commit()
    return {
        "home": "/",
        "exercise": f"/exercises/{given[SOLVED].exercise}",
        "wrong": f"/submissions/{failed.id}",
        "right": f"/submissions/{right}",
        "waiting": f"/submissions/{waiting.id}",
        "submissions": "/submissions",
        "leaderboard": "/leaderboard",
        "account": "/account",
        "error": "/exercises/nowhere",
        "sign-in": "/sign-in",
    }


async def _classmates(session: AsyncSession, site: Site, given: Sequence[Assignment]) -> None:
    for number in range(MATES):
        mate = await a_student(session, site.course)
        for assignment in given[: number // 3]:
            await graded(session, assignment, mate, 10)


async def _attempts(
    session: AsyncSession, site: Site, assignment: Assignment, now: datetime
) -> tuple[Submission, Submission]:
    """Hand in one attempt that fails, and one that waits."""
    files = {"solution.py": SOURCE}
    failed = await a_submission(session, assignment, site.student, files=files, now=now)
    await a_finished_run(session, failed, REPORT, now=now)
    waiting = await a_submission(session, assignment, site.student, files=files, now=now)
    return failed, waiting


async def test_take_the_screenshots(served: Served) -> None:
    addresses = await _fill(served.site)
    only = os.environ.get("SEMAFORO_STATES", "").split() or [*addresses, "dashboard"]
    for language, scheme in product(("es", "en"), ("light", "dark")):
        options: dict[str, Any] = {"locale": language, "color_scheme": scheme}
        page = await served.open("/", **options)
        staff = await served.open("/dashboard", viewer=served.site.teacher, **options)
        nobody = await (await served.browser.new_context(**options)).new_page()
        for state in only:
            shown = {"dashboard": staff, "sign-in": nobody}.get(state, page)
            await shown.goto(served.url + addresses.get(state, "/dashboard"))
            await _take(shown, f"{state}-{language}-{scheme}")
        for one in (page, staff, nobody):
            await one.context.close()


async def _take(page: Page, name: str) -> None:
    for width, size in SIZES.items():
        await page.set_viewport_size(size)  # type: ignore[arg-type]
        await page.screenshot(path=FOLDER / f"{name}-{width}.png", full_page=True)

"""An administrator adds an exercise in a browser, and a class is given it."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from arq.connections import ArqRedis
from playwright.async_api import expect

from graders.text import Text
from server.access import Viewer
from server.actions import administrators, exercise_checks
from server.settings import Settings
from tests.fixtures.browser import Served
from tests.fixtures.builders import viewer_of
from tests.fixtures.exercises import SLUG, a_version, a_version_in_use, a_zip, changed
from tests.worker.test_exercise_checks import a_context
from worker.queue.exercise_checks import keep_checking

PAGE = "/admin/exercises"


async def _boss(served: Served) -> Viewer:
    async with served.site.database.write() as session:
        user = served.site.teacher.user
        await administrators.appoint(session, None, user, datetime.now(UTC))
        viewer = await viewer_of(session, user)
        await session.commit()
    return viewer


async def test_a_zip_is_uploaded_checked_by_a_worker_and_given(
    served: Served, queue: ArqRedis, settings: Settings, tmp_path: Path
) -> None:
    boss = await _boss(served)
    worker = a_context(served.site.database, queue, settings, tmp_path / "worker")
    page = await served.open(PAGE, viewer=boss)

    files = page.get_by_label("Zip de la carpeta del ejercicio")
    await files.set_input_files(
        {"name": "notas.zip", "mimeType": "application/zip", "buffer": b"no zip"}
    )
    await page.get_by_role("button", name="Subir").click()
    await expect(page.get_by_text("no es un zip, o está dañado")).to_be_visible()
    await files.set_input_files(
        {"name": "mi-saludo.zip", "mimeType": "application/zip", "buffer": a_zip()}
    )
    await page.get_by_role("button", name="Subir").click()
    await expect(page.get_by_text("espera su comprobación")).to_be_visible()
    async with asyncio.TaskGroup() as tasks:
        checking = tasks.create_task(keep_checking(worker, every_seconds=0.05))
        while not await page.get_by_text("en uso", exact=True).is_visible():
            await page.get_by_role("link", name="Mirar otra vez").click()
            await page.wait_for_load_state()
        checking.cancel()
    # The server looks once a second by itself.
    await served.site.app.state.added.refresh()
    await page.goto(f"{served.url}/courses/{served.site.course.slug}/assignments")

    await expect(page.locator(f'input[name="exercise"][value="{SLUG}"]')).to_have_count(1)
    # The refusal of the first file is an answer of 422, which Chromium notes.
    assert [one for one in served.complaints if "422" not in one] == []


@pytest.mark.parametrize("width", [360, 1280])
async def test_the_page_of_exercises_does_not_scroll_sideways(served: Served, width: int) -> None:
    boss, now = await _boss(served), datetime.now(UTC)
    async with served.site.database.write() as session:
        await a_version_in_use(session, boss)
        await a_version(session, boss, changed())
        claim = await exercise_checks.claim(session, now)
        assert claim is not None
        fault = "wrong_swallowed: " + "una_palabra_larga" * 12
        await exercise_checks.finish(session, claim, [Text(fault, fault)] * 3, now)
        await session.commit()

    page = await served.open(PAGE, viewer=boss, width=width)

    await expect(page.get_by_role("heading", name=SLUG)).to_be_visible()
    root = "document.documentElement"
    assert await page.evaluate(f"{root}.scrollWidth - {root}.clientWidth") == 0
    assert served.complaints == []

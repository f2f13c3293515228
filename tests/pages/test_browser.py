"""The pages in a real browser: what moves, what is seen, and what the keyboard reaches."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from arq.connections import ArqRedis
from playwright.async_api import Page, expect
from sqlalchemy import select, update

from graders.report import Verdict
from graders.text import Text
from server.actions.display_names import LONGEST_DISPLAY_NAME
from server.messaging.progress import announce
from server.models import Assignment, GradingRun, Submission, Token, User
from tests.fixtures.browser import Served
from tests.fixtures.builders import a_check, a_finished_run, a_report, a_submission
from tests.fixtures.queue import ScriptedGrader
from tests.pages.programs import OVERLAPPING, SOURCE

FAILED = a_check(
    "concurrent",
    points=0,
    verdict=Verdict.FAILED,
    message=Text("Prueba con `gather`.", "Try `gather`."),
    line=5,
    evidence=OVERLAPPING,
    output="hola\n" * 5,
)
REPORT = a_report(a_check("first", evidence=OVERLAPPING), FAILED)
PATHS = ("/", "/exercises/gather", "/submissions", "/leaderboard", "/account", "/nowhere")
PATHS += ("/account?saved=password",)
WIDTHS = (1280, 768, 360, 320)
NOWHERE = dict.fromkeys(WIDTHS, 0)


async def _graded(served: Served) -> str:
    async with served.site.database.write() as session:
        assignment = (await session.scalars(select(Assignment))).one()
        files = {"solution.py": SOURCE}
        submission: Submission = await a_submission(
            session, assignment, served.site.student, files=files
        )
        await a_finished_run(session, submission, REPORT)
        await session.commit()
    return f"/submissions/{submission.id}"


async def _run_of(served: Served) -> UUID:
    async with served.site.database.read() as session:
        return (await session.scalars(select(GradingRun.id))).one()


async def _overflows(page: Page) -> dict[int, int]:
    """Return how many pixels the page is too wide, at each of WIDTHS."""
    root, found = "document.documentElement", {}
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 800})
        found[width] = int(await page.evaluate(f"{root}.scrollWidth - {root}.clientWidth"))
    return found


@pytest.mark.usefixtures("grading")
async def test_a_submission_moves_by_itself_from_running_to_each_verdict(
    served: Served, scripted: ScriptedGrader, queue: ArqRedis
) -> None:
    scripted.may_end.clear()
    scripted.outcomes = [REPORT]
    page = await served.open("/exercises/gather")
    await page.get_by_label("Tu código").fill(SOURCE.decode())
    await page.get_by_role("button", name="Entregar").click()
    progress = page.get_by_role("status")

    await expect(progress).to_have_text("Tu programa se está ejecutando")
    await announce(queue, await _run_of(served), {"check": REPORT.checks[0].to_dict()})
    await expect(progress).to_have_text("Tu programa se está ejecutando: 1 comprobación hecha")
    await expect(page.locator("#check-first .sign")).to_have_text("✓")
    await page.locator("#more-first > summary").click()
    scripted.may_end.set()

    await expect(progress).to_have_text("1 de 2 comprobaciones es correcta")
    await expect(page.locator(".check")).to_have_count(2)
    await expect(page.locator("#check-concurrent .verdict")).to_have_text("✗ no cumple")
    # What depends on the code comes with the whole page, and so does the title.
    await expect(page.locator("#check-concurrent .mark")).to_contain_text("asyncio.gather")
    await expect(page).to_have_title(re.compile("1 de 2 comprobaciones es correcta"))
    # What the reader had opened stays open, and the keyboard stays where it was.
    await expect(page.locator("#more-first")).to_have_attribute("open", "")
    await expect(page.locator("#more-first > summary")).to_be_focused()
    assert served.complaints == []


async def test_the_live_region_is_the_same_element_all_along(served: Served) -> None:
    page = await served.open("/exercises/gather")
    await page.get_by_label("Tu código").fill("x = 1")
    await page.get_by_role("button", name="Entregar").click()
    await expect(page.get_by_role("status")).to_have_text("En la cola")
    await page.get_by_role("status").evaluate("element => { element.dataset.kept = 'yes' }")

    async with served.site.database.write() as session:
        submission = (await session.scalars(select(Submission))).one()
        await a_finished_run(session, submission, REPORT)
        await session.commit()

    await expect(page.get_by_role("status")).to_have_text("1 de 2 comprobaciones es correcta")
    await expect(page.get_by_role("status")).to_have_attribute("data-kept", "yes")


@pytest.mark.usefixtures("grading")
async def test_without_scripts_the_page_reloads_until_it_is_complete(
    served: Served, scripted: ScriptedGrader
) -> None:
    scripted.may_end.clear()
    scripted.outcomes = [REPORT]
    page = await served.open("/exercises/gather", java_script_enabled=False)
    await page.get_by_label("Tu código").fill(SOURCE.decode())
    await page.get_by_role("button", name="Entregar").click()
    await expect(page.get_by_role("link", name="Recargar la página")).to_be_visible()
    scripted.may_end.set()

    await expect(page.locator(".check")).to_have_count(2)


async def test_a_file_can_be_handed_in(served: Served, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_bytes(SOURCE)
    page = await served.open("/exercises/gather")
    await page.get_by_label("Elige tu archivo").set_input_files(tmp_path / "mine.py")
    await page.get_by_role("button", name="Entregar").click()

    await expect(page.locator(".source")).to_contain_text("asyncio.gather")


async def test_no_page_scrolls_sideways(served: Served) -> None:
    graded = await _graded(served)
    page = await served.open("/")

    for path in (*PATHS, graded):
        await page.goto(served.url + path)
        for details in await page.locator("details").all():
            await details.evaluate("element => { element.open = true }")
        assert await _overflows(page) == NOWHERE, path
    await page.context.close()
    dashboard = await served.open("/dashboard", viewer=served.site.teacher)
    assert await _overflows(dashboard) == NOWHERE


async def test_the_longest_name_widens_no_leaderboard(served: Served) -> None:
    await _graded(served)
    async with served.site.database.write() as session:
        longest = {"display_name": "w" * LONGEST_DISPLAY_NAME}
        await session.execute(update(User).values(**longest))
        await session.commit()

    page = await served.open("/leaderboard")

    assert await page.get_by_text("w" * LONGEST_DISPLAY_NAME).count() == 1
    assert await _overflows(page) == NOWHERE


async def test_a_token_can_be_revoked_on_a_phone(served: Served) -> None:
    page = await served.open("/account", width=360)
    await page.get_by_label("Nombre del nuevo token").fill("el portátil de la biblioteca")
    await page.get_by_role("button", name="Crear un token").click()
    button = page.get_by_role("button", name="Revocar el portátil")
    async with served.site.database.write() as session:
        await session.execute(
            update(Token).values(last_used_at=datetime(2026, 11, 28, 20, 30, tzinfo=UTC))
        )
        await session.commit()
    await page.goto(served.url + "/account")

    # Whoever does not know that a table can be moved sideways must see it.
    box = await button.bounding_box()
    frame = await page.locator(".scroll", has=page.locator("table")).bounding_box()
    assert box is not None
    assert frame is not None
    assert box["x"] + box["width"] <= frame["x"] + frame["width"]
    await button.click()

    await expect(button).to_have_count(0)


async def test_no_page_breaks_its_own_content_policy(served: Served) -> None:
    page = await served.open("/")
    for path in (*PATHS, await _graded(served)):
        await page.goto(served.url + path)

    # The console also notes the 404 that was asked for.
    assert [note for note in served.complaints if "404" not in note] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_page_follows_the_scheme_of_the_system(served: Served, scheme: Any) -> None:
    page = await served.open("/", color_scheme=scheme)

    ground = await page.evaluate("getComputedStyle(document.body).backgroundColor")

    levels = [int(part) for part in ground[4:-1].split(",")]
    assert (sum(levels) > 600) == (scheme == "light")


async def test_the_keyboard_alone_hands_in(served: Served) -> None:
    page = await served.open("/exercises/gather")
    await page.keyboard.press("Tab")
    await expect(page.locator(".skip")).to_be_focused()
    await expect(page.locator(".skip")).to_be_in_viewport()
    await page.keyboard.press("Enter")
    await expect(page.locator("main")).to_be_focused()
    code = page.get_by_label("Tu código")
    for _ in range(20):
        await page.keyboard.press("Tab")
        if await code.evaluate("element => element === document.activeElement"):
            break
    await page.keyboard.press("Control+a")
    await page.keyboard.type("def f():\nx = 1")
    await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("Tab")
    await expect(code).to_have_value("def f():\nx = 1   ")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Tab")
    outline = "element => getComputedStyle(element).outlineStyle"
    button = page.get_by_role("button", name="Entregar")
    assert await button.evaluate(outline) == "solid"
    await page.keyboard.press("Enter")

    await expect(page.get_by_role("status")).to_have_text("En la cola")


async def test_a_form_works_where_browsers_do_not_say_where_it_comes_from(
    served: Served,
) -> None:
    """Over plain http, except on this very machine, there is no Sec-Fetch-Site, only Origin."""
    page = await served.open("/sign-in")
    headers = []
    page.on("request", lambda request: headers.append(request))
    await page.get_by_role("button", name="English").click()

    sent = await next(r for r in headers if r.method == "POST").all_headers()
    assert sent["origin"] == served.url


async def test_printing_leaves_the_frame_out(served: Served) -> None:
    page = await served.open(await _graded(served))
    await page.emulate_media(media="print")

    await expect(page.get_by_role("navigation")).to_be_hidden()
    await expect(page.locator("#check-concurrent")).to_be_visible()

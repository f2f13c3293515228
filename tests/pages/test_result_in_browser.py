"""The page of a graded submission in a browser: what is seen first, beside which code."""

from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Locator, Page, expect
from sqlalchemy import select

from graders.report import Report, Verdict
from graders.text import Text
from server.models import Assignment
from tests.fixtures.browser import Served
from tests.fixtures.builders import a_check, a_finished_run, a_report, a_submission
from tests.pages.programs import OVERLAPPING, SOURCE
from tests.pages.test_every_page_in_browser import AXE, DESKTOP, PHONE, TOO_WIDE

SIZES = (DESKTOP, PHONE)
LOOKS: Any = ((DESKTOP, "light"), (PHONE, "dark"))
LONG = Text(
    "Tu programa bloqueó el event loop (con `time.sleep`, o al esperar a un pool sin `await`): "
    "mientras tanto no puede avanzar ninguna otra tarea. Usa `await asyncio.sleep()` o la versión "
    "asíncrona. La vimos bloqueada durante 1005 ms al menos.",
    "Your program blocked the event loop.",
)
PASSED = [a_check(f"passed_{number}", points=2, evidence=OVERLAPPING) for number in range(4)]
FAILED = a_check("blocks", points=0, verdict=Verdict.FAILED, message=LONG, line=5)
UNTRIED = a_check(
    "untried",
    points=0,
    verdict=Verdict.NOT_RUN,
    message=Text("Primero tiene que cumplirse otra.", "-"),
    wall_seconds=None,
    evidence=(),
)
WRONG = a_report(UNTRIED, *PASSED, FAILED)
UNREAD = [
    a_check(name, points=0, verdict=Verdict.NOT_RUN, message=LONG, line=3, wall_seconds=None)
    for name in ("one", "two")
]


async def _open(served: Served, *reports: Report, **options: Any) -> Page:
    """Open the page of the last of several attempts."""
    async with served.site.database.write() as session:
        assignment = (await session.scalars(select(Assignment))).one()
        for report in reports:
            submission = await a_submission(
                session, assignment, served.site.student, files={"solution.py": SOURCE}
            )
            await a_finished_run(session, submission, report)
        await session.commit()
    return await served.open(f"/submissions/{submission.id}", **options)


async def _box(element: Locator) -> dict[str, float]:
    box = await element.bounding_box()
    assert box is not None
    return dict(box)


@pytest.mark.parametrize("has_scripts", [True, False])
async def test_the_first_failure_and_its_lines_are_on_the_first_screen(
    served: Served, has_scripts: bool
) -> None:
    page = await _open(served, WRONG, java_script_enabled=has_scripts)

    for size in SIZES:
        await page.set_viewport_size(size)
        for part in ("h3", ".message", ".mark"):
            box = await _box(page.locator(f"#check-blocks {part}"))
            assert box["y"] >= 0
            assert box["y"] + box["height"] <= size["height"], (size, part)


async def test_what_failed_comes_first_and_what_was_not_run_last(served: Served) -> None:
    page = await _open(served, WRONG)

    names = await page.locator("#check-list > li").evaluate_all("all => all.map(one => one.id)")
    assert names == [
        "check-blocks",
        *(f"check-{check.name}" for check in PASSED),
        "check-untried",
    ]
    for check in PASSED:
        line = await _box(page.locator(f"#check-{check.name}"))
        assert line["height"] < 60
    await expect(page.locator("#check-untried")).to_contain_text("Primero tiene que cumplirse")


async def test_a_line_is_one_click_away_and_moves_no_other(served: Served) -> None:
    page = await _open(served, WRONG)
    lines = page.locator(".source li:not(.note)")
    top = """all => all.map(one => one.getBoundingClientRect().top)
        .map((top, _, tops) => top - tops[0])"""
    before = await lines.evaluate_all(top)

    await page.get_by_role("link", name="Línea 5", exact=True).click()

    await expect(page.locator("#line-5")).to_be_in_viewport()
    assert await lines.evaluate_all(top) == before
    await page.locator(".note a").click()
    await expect(page.locator("#check-blocks h3")).to_be_in_viewport()


async def test_wide_the_code_stands_beside_the_checks(served: Served) -> None:
    page = await _open(served, WRONG)

    checks, code = await _box(page.locator("#checks")), await _box(page.locator("#code"))
    assert code["x"] >= checks["x"] + checks["width"]
    assert abs(code["y"] - checks["y"]) < 10


async def test_gained_points_and_checks_that_turned_are_named(served: Served) -> None:
    right = a_check("blocks", points=1, max_points=1)
    lost = a_check("passed_0", points=0, max_points=2, line=1)
    page = await _open(served, WRONG, a_report(UNTRIED, lost, *PASSED[1:], right))

    await expect(page.locator("#result")).to_contain_text("−1 punto desde el intento 1")
    await expect(page.locator("#check-blocks")).to_contain_text("nueva en este intento")
    await expect(page.locator("#check-passed_0")).to_contain_text("correcta en el intento 1")


@pytest.mark.parametrize(
    ("report", "below"),
    [(WRONG, ""), (a_report(*UNREAD), ""), (a_report(*PASSED), ""), (WRONG, "/changes?view=two")],
    ids=["wrong", "unread", "right", "changes"],
)
async def test_everybody_can_use_every_state_of_a_result(
    served: Served, report: Report, below: str
) -> None:
    page = await _open(served, WRONG, report)
    again = page.get_by_role("main").get_by_role("link", name="Volver a intentarlo")
    await expect(again).to_have_count(1)
    await page.context.add_init_script(AXE_SCRIPT)
    await page.goto(page.url + below)

    for size, scheme in LOOKS:
        await page.set_viewport_size(size)
        await page.emulate_media(color_scheme=scheme)
        assert await page.evaluate(AXE) == []
        assert await page.evaluate(TOO_WIDE) == 0
    assert served.complaints == []

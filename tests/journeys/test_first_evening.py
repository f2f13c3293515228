"""A student's first evening on the whole product, in a real browser, graded by a real worker."""

import re
from pathlib import Path
from typing import Any

import httpx2
from playwright.async_api import Browser, Locator, Page, expect

from semaforo.demo import COURSE
from tests.journeys.conftest import ROOT, RunningStack, environment, local_stack, semaforo
from tests.journeys.test_running_a_class import chromium

FOLDER = ROOT / "graders/exercises/corrutinas"
WRONG = (FOLDER / "samples/wrong_no_async.py").read_text("utf-8")
RIGHT = (FOLDER / "reference.py").read_text("utf-8")
PHONE: Any = {"width": 360, "height": 740}
_PATIENCE_MS = 60_000


async def test_wrong_read_mended_right_and_on_to_the_next(tmp_path: Path) -> None:
    async with local_stack(tmp_path / "data") as up, chromium() as browser:
        page = await signed_in_on_a_phone(browser, up)
        await a_wrong_attempt_is_read(page)
        await it_is_mended_by_keyboard_in_another_language_and_without_a_network(page)
        await the_next_exercise_is_one_key_away(page)
        await without_scripts_the_verdict_comes_too(browser, page, up)
        await what_does_not_compile_uses_an_attempt_only_if_sent_anyway(up, broken(tmp_path))


async def signed_in_on_a_phone(browser: Browser, up: RunningStack) -> Page:
    """Use the link that somebody handed out."""
    context = await browser.new_context(locale="es-ES", viewport=PHONE)
    context.set_default_timeout(_PATIENCE_MS)
    page = await context.new_page()
    await page.goto(up.access["student"]["sign_in"])
    await page.get_by_role("button", name="Entrar").click()
    return page


def code_of(page: Page) -> Locator:
    """Find the field with the code, in either language."""
    return page.get_by_label(re.compile("^(Tu código|Your code)"))


async def a_wrong_attempt_is_read(page: Page) -> None:
    """Hand in from the path's first exercise; see what failed without scrolling."""
    await page.get_by_role("link", name="Tu primera corrutina").first.click()
    await page.get_by_role("link", name="Ir al formulario").click()
    await expect(code_of(page)).to_be_in_viewport()
    await code_of(page).fill(WRONG)
    await page.get_by_role("button", name="Entregar").click()

    await page.wait_for_url("**/submissions/*")
    await expect(page.get_by_role("link", name="Corregir")).to_be_visible()
    await page.evaluate("scrollTo(0, 0)")
    failed = page.locator(".check:not(.folded)").first
    await expect(failed.locator(".message").first).to_be_in_viewport(ratio=1)
    await expect(page).to_have_title(re.compile(r"^\d+ de \d+"))


async def it_is_mended_by_keyboard_in_another_language_and_without_a_network(page: Page) -> None:
    """Follow the result to its line; nothing that happens on the way loses what is typed."""
    await page.get_by_role("link", name="Corregir la línea").focus()
    await page.keyboard.press("Enter")
    await expect(code_of(page)).to_have_value(WRONG)
    await expect(code_of(page)).to_be_focused()
    await expect(code_of(page)).to_have_class("marked")
    await page.keyboard.press("Control+a")
    await page.keyboard.insert_text(RIGHT)
    await page.get_by_role("button", name="English").press("Enter")
    await expect(page.get_by_role("button", name="Hand in")).to_be_visible()
    await expect(code_of(page)).to_have_value(RIGHT)

    await page.context.set_offline(True)
    await code_of(page).press("Control+Enter")
    await expect(page.get_by_text("You are offline")).to_be_visible()
    await page.context.set_offline(False)
    await expect(page.get_by_text("The network is back")).to_be_visible()
    await code_of(page).press("Control+Enter")
    await page.wait_for_url("**/submissions/*")


async def the_next_exercise_is_one_key_away(page: Page) -> None:
    """See that all is correct, and what was gained; go on with the main button."""
    onward = page.get_by_role("link", name="Go on:")
    await expect(onward).to_be_in_viewport(ratio=1)
    await expect(page.get_by_text(re.compile(r"\+\d+ points? since attempt 1"))).to_be_visible()
    title = (await onward.inner_text()).removeprefix("Go on: ")
    await onward.press("Enter")
    await expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


async def without_scripts_the_verdict_comes_too(
    browser: Browser, page: Page, up: RunningStack
) -> None:
    """Hand in once more in a browser that runs no scripts: its page reloads until it is graded."""
    context = await browser.new_context(
        storage_state=await page.context.storage_state(), java_script_enabled=False
    )
    plain = await context.new_page()
    await plain.goto(f"{up.url}/exercises/corrutinas")
    await expect(code_of(plain)).to_have_value(RIGHT)
    await code_of(plain).fill(WRONG)
    await plain.get_by_role("button", name="Hand in").click()

    await expect(plain.get_by_role("link", name="Fix line")).to_be_visible()


def broken(folder: Path) -> Path:
    """Write a program that does not compile."""
    file = folder / "solution.py"
    file.write_text("async def main(:\n", "utf-8")
    return file


async def what_does_not_compile_uses_an_attempt_only_if_sent_anyway(
    up: RunningStack, file: Path
) -> None:
    """Hand in by command where there is a single attempt."""
    as_teacher, as_student = (
        environment(SEMAFORO_URL=up.url, SEMAFORO_TOKEN=up.access[role]["token"])
        for role in ("teacher", "student")
    )
    limited, _, errors = await semaforo(
        *("assign", "set", COURSE, "gather", "--attempts", "1"), env=as_teacher
    )
    assert limited == 0, errors
    command = ("submit", "gather", str(file), "--language", "en")

    refused, _, why = await semaforo(*command, env=as_student)
    before = await attempts(up)
    graded, report, _ = await semaforo(*command, "--anyway", env=as_student)

    assert (refused, before) == (2, 0)
    assert "Python cannot read line 1 of solution.py" in why
    assert graded == 1
    assert "solution.py:1" in report
    assert await attempts(up) == 1


async def attempts(up: RunningStack) -> int:
    """Count the student's attempts at the exercise."""
    async with httpx2.AsyncClient(headers=up.bearer()) as client:
        listed = (await client.get(f"{up.url}/api/submissions")).json()
    return sum(one["exercise"] == "gather" for one in listed)

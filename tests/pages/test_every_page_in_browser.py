"""What holds for every page in a browser: everybody can use it, and nothing is too wide."""

from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import BrowserContext, Error, Page, expect
from sqlalchemy.ext.asyncio import AsyncSession

from server.models import Submission
from tests.fixtures.access_table import read_table
from tests.fixtures.browser import Served
from tests.fixtures.builders import a_finished_run, a_submission, viewer_of
from tests.fixtures.roles import Visitor, a_world, proof_of
from tests.fixtures.routes import filled, named_in, values_for
from tests.fixtures.routes.world import World
from tests.pages.programs import SOURCE
from tests.pages.test_browser import REPORT

# WCAG 2.2 at level AA, and what axe-core holds for good practice, as far as a program can judge:
# https://www.w3.org/TR/WCAG22/
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
AXE = """async () => {
  // Not the menu, which would cover what is below it.
  for (const details of document.querySelectorAll("main details")) details.open = true;
  const { violations } = await axe.run({
    runOnly: TAGS,
    rules: { "target-size": { enabled: true } },
    resultTypes: ["violations"],
    preload: false,
  });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`));
}""".replace("TAGS", str(TAGS))
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
PHONE: Any = {"width": 360, "height": 740}
DESKTOP: Any = {"width": 1280, "height": 800}
# Taken in turn. Every page is looked at in both languages, in one of them on a phone, in one of
# them in the dark; both of both would take twice as long.
LOOKS: dict[Any, Any] = {
    "es": ((PHONE, "light"), (DESKTOP, "dark"), (PHONE, "dark"), (DESKTOP, "light")),
    "en": ((DESKTOP, "dark"), (PHONE, "light"), (DESKTOP, "light"), (PHONE, "dark")),
}
NO_PAGES = ("/api", "/health", "/metrics", "/static", "/openapi", "/docs")
# How many pages each is shown at least; the others are refused to them.
LEAST = {Visitor.ADMINISTRATOR: 60, Visitor.STUDENT: 20, Visitor.NOBODY: 6}


@pytest.mark.parametrize("language", LOOKS)
async def test_everybody_can_use_every_page(served: Served, language: Any) -> None:
    found: list[str] = []
    shown = dict.fromkeys(LEAST, 0)
    async with served.site.database.write() as session:
        world = await a_world(session, Visitor.ADMINISTRATOR)
        addresses = await _addresses(session, world)
        contexts = {who: await _context(served, session, world, who, language) for who in LEAST}
        await session.commit()
    for who, context in contexts.items():
        page = await context.new_page()
        for number, address in enumerate(addresses[who]):
            size, scheme = LOOKS[language][number % 4]
            await page.set_viewport_size(size)
            await page.emulate_media(color_scheme=scheme)
            if await _is_page(page, served.url + address):
                shown[who] += 1
                look = f"{who} {address} {size['width']} {scheme}"
                found += [f"{look} {fault}" for fault in await page.evaluate(AXE)]
                await page.set_viewport_size(PHONE)
                if wide := await page.evaluate(TOO_WIDE):
                    found.append(f"{who} {address}: {wide} px too wide for a phone")
        await context.close()

    assert found == []
    assert {who: least for who, least in LEAST.items() if shown[who] < least} == {}


async def _addresses(session: AsyncSession, world: World) -> dict[Visitor, list[str]]:
    """Return the addresses that show something to each, by the table of who gets which answer."""
    found: dict[Visitor, list[str]] = {who: [] for who in LEAST}
    for line in read_table()[1].values():
        method, pattern, *answers = line.split()
        if method == "GET" and not pattern.startswith(NO_PAGES):
            places = await values_for(session, world, set(named_in(pattern)))
            for who, answer in zip(Visitor, answers, strict=True):
                if who in found and answer == "200":
                    found[who].append(filled(pattern, places))
    submission = await _failed(session, world)
    for who in (Visitor.ADMINISTRATOR, Visitor.STUDENT):
        found[who].append(f"/submissions/{submission.id}")
    return found


async def _failed(session: AsyncSession, world: World) -> Submission:
    """Hand in a long line, and let it fail with evidence and output."""
    viewer = await viewer_of(session, world.student)
    files = {"solution.py": SOURCE + b"# " + b"long" * 50}
    submission = await a_submission(session, world.assignment, viewer, files=files)
    await a_finished_run(session, submission, REPORT)
    return submission


async def _context(
    served: Served, session: AsyncSession, world: World, who: Visitor, language: Any
) -> BrowserContext:
    """Make a window in the language, signed in as who it is."""
    user = {Visitor.ADMINISTRATOR: world.visitor, Visitor.STUDENT: world.student}.get(who)
    context = await served.browser.new_context(locale=language)
    await context.add_init_script(AXE_SCRIPT)
    if user is not None:
        user.language = language
        secret = (await proof_of(session, who, user, is_api=False))["Cookie"].partition("=")[2]
        cookie: Any = {"name": "semaforo_login", "value": secret, "url": served.url}
        await context.add_cookies([cookie])
    return context


async def _is_page(page: Page, url: str) -> bool:
    """Go there; return whether it is a page, and no file."""
    try:
        answer = await page.goto(url)
    except Error as error:
        if "Download is starting" not in error.message:
            raise
        return False
    return answer is not None and answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("java_script_enabled", [True, False])
async def test_every_page_of_a_course_is_two_keys_away_on_a_phone(
    served: Served, java_script_enabled: bool
) -> None:
    site = served.site
    page = await served.open(
        f"/courses/{site.course.slug}/people",
        viewer=site.teacher,
        width=360,
        java_script_enabled=java_script_enabled,
    )
    tabs = page.get_by_role("navigation", name=site.course.title)

    # The header is one line that is not cut; what has no room in it is in the menu.
    header = page.get_by_role("navigation", name="Principal")
    assert await header.evaluate("nav => nav.scrollWidth - nav.clientWidth") == 0
    await expect(header.get_by_role("link")).to_have_count(3)
    await page.locator("details.menu > summary").press("Enter")
    await expect(page.get_by_role("link", name="Mis entregas")).to_be_in_viewport(ratio=1)
    await expect(page.get_by_role("link", name="Clasificación")).to_be_in_viewport(ratio=1)

    await expect(tabs.locator("[aria-current=page]")).to_be_in_viewport(ratio=1)
    await expect(tabs.get_by_role("link", name="Registro")).to_have_count(0)
    await tabs.get_by_role("link", name="Curso").press("Enter")
    here = tabs.locator("[aria-current=page]")
    await expect(here).to_have_text("Registro")
    await expect(here).to_be_in_viewport(ratio=1)
    await tabs.get_by_role("link", name="Ajustes").press("Enter")
    await expect(tabs.locator("[aria-current=page]")).to_have_text("Ajustes")


async def test_every_page_of_a_course_is_one_key_away_on_a_desktop(served: Served) -> None:
    site = served.site
    page = await served.open("/dashboard", viewer=site.teacher)
    tabs = page.get_by_role("navigation", name=site.course.title)

    await expect(tabs.get_by_role("link")).to_have_count(13)
    for link in await tabs.get_by_role("link").all():
        await expect(link).to_be_in_viewport(ratio=1)
    tops = {(await link.bounding_box() or {})["y"] for link in await tabs.get_by_role("link").all()}
    assert len(tops) == 1

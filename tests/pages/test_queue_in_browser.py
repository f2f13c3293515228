"""The queue in a browser: it renews itself, but not under a reader."""

from playwright.async_api import Page, expect
from sqlalchemy import select, update

from server.models import Assignment, GradingRun
from tests.fixtures.browser import Served
from tests.fixtures.builders import a_submission
from tests.pages.test_reasons import REASON

MARKED = "document.documentElement.dataset.isOld"


async def _queue(served: Served) -> Page:
    """Open the queue, with a run that could not be graded, on a clock that stands still."""
    site = served.site
    async with site.database.write() as session:
        assignment = (await session.scalars(select(Assignment))).one()
        await a_submission(session, assignment, site.student)
        values = {"state": "abandoned", "claims": 5, "undecided": [REASON.to_dict()]}
        await session.execute(update(GradingRun).values(**values))
        await session.commit()
    page = await served.open("/account", viewer=site.teacher)
    await page.clock.install()
    await page.goto(f"{served.url}/courses/{site.course.slug}/queue")
    await page.evaluate(f"{MARKED} = 'yes'")
    return page


async def _is_renewed(page: Page) -> bool:
    return await page.evaluate(MARKED) is None


async def test_the_queue_renews_itself(served: Served) -> None:
    page = await _queue(served)

    async with page.expect_navigation():
        await page.clock.run_for(15_000)

    assert await _is_renewed(page)


async def test_the_queue_stays_while_somebody_reads_or_moves_through_it(served: Served) -> None:
    page = await _queue(served)
    why = page.locator("details.undecided summary")

    await why.click()
    await why.evaluate("element => element.blur()")
    await page.clock.run_for(60_000)
    await expect(page.locator("details.undecided p")).to_be_visible()
    await why.click()
    await expect(why).to_be_focused()
    await page.clock.run_for(60_000)

    assert not await _is_renewed(page)

"""The playground in a browser, with a real program in the real sandbox."""

import asyncio

from playwright.async_api import expect

from tests.fixtures.browser import Served
from tests.fixtures.queue import a_worker
from tests.fixtures.sandbox import RUNTIME
from worker.grading.grade import Grader
from worker.queue.context import WorkerContext
from worker.queue.playground import make_playground_worker


async def test_the_example_is_run_and_drawn_on_a_phone_without_a_script(
    served: Served, context: WorkerContext
) -> None:
    async with Grader(runtime=RUNTIME, name="test") as grader, asyncio.TaskGroup() as tasks:
        worker = make_playground_worker(context, a_worker(context), grader.trace)
        working = tasks.create_task(worker.main())
        page = await served.open("/playground", width=360, java_script_enabled=False)

        await page.get_by_role("button", name="Ejecutar y dibujar").click()

        picture = page.get_by_role("img", name="Qué hizo cada tarea")
        await expect(picture).to_be_visible()
        await expect(page.locator(".trace rect.bar.blocked").first).to_be_visible()
        await expect(page.locator("#picture-title ~ ul li").first).to_contain_text("fregar")
        await page.get_by_role("link", name="Línea 13").first.click()
        await expect(page.locator("#line-13")).to_be_in_viewport()
        width = await page.evaluate("document.documentElement.scrollWidth")
        assert width <= 360
        working.cancel()
        await worker.end()
    assert served.complaints == []

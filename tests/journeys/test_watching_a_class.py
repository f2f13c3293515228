"""An evening of a teacher: the map, who is stuck, a student, what changed, and the queue."""

import re

from playwright.async_api import expect
from sqlalchemy import select

from graders.text import Text
from server.models import Assignment
from tests.fixtures.browser import Served
from tests.fixtures.builders import (
    a_check,
    a_finished_run,
    a_report,
    a_student,
    a_submission,
    later,
)

CODE = (b"import time\n", b"import asyncio\n")


async def _class_of_three(served: Served) -> None:
    """One is stuck, one has solved it, and the site's student has not started."""
    site = served.site
    async with site.database.write() as session:
        assignment = (await session.scalars(select(Assignment))).one()
        ines = await a_student(session, site.course, name="Inés Vega")
        for number in range(4):
            files = {"solution.py": CODE[number // 3]}
            moment = later(number)
            submission = await a_submission(session, assignment, ines, files=files, now=moment)
            message = Text("Bloquea el event loop.", "It blocks the event loop.")
            check = a_check("free", points=0, message=message)
            await a_finished_run(session, submission, a_report(check), now=moment)
        oscar = await a_student(session, site.course, name="Óscar Gil")
        submission = await a_submission(session, assignment, oscar)
        await a_finished_run(session, submission, a_report(a_check("free")))
        await session.commit()


async def test_from_the_map_to_the_changed_line_and_to_the_group_of_one_mistake(
    served: Served,
) -> None:
    await _class_of_three(served)
    page = await served.open("/dashboard", viewer=served.site.teacher)

    await page.get_by_label("Nombre o correo").fill("oscar")
    await page.get_by_role("button", name="Filtrar").click()
    rows = page.locator(".heat tbody tr")
    await expect(rows).to_have_count(1)
    await expect(rows).to_contain_text("Óscar Gil")
    await page.get_by_role("link", name="1 atascado").click()
    await expect(rows).to_contain_text(re.compile("Inés Vega.*atascado en gather"))
    await rows.get_by_role("link", name="Inés Vega").click()

    await expect(page.get_by_role("heading", level=1)).to_have_text("Inés Vega")
    await expect(page.locator(".code .del")).to_contain_text("import time")
    await expect(page.locator(".code .add")).to_contain_text("import asyncio")
    await page.get_by_label("De", exact=True).select_option("1")
    await page.get_by_label("a", exact=True).select_option("2")
    await page.get_by_role("button", name="Comparar").click()
    await expect(page.locator(".code .add")).to_have_count(0)

    await page.get_by_role("link", name="Estadísticas").click()
    await page.locator("summary", has_text="Bloquea el event loop").click()
    await page.locator("#mistakes ~ ol").get_by_role("link", name="Inés Vega", exact=True).click()
    await expect(page.get_by_role("heading", name="Código de Inés Vega")).to_be_visible()
    assert served.complaints == []


async def test_the_staffs_pages_do_not_scroll_sideways(served: Served) -> None:
    await _class_of_three(served)
    page = await served.open("/dashboard", viewer=served.site.teacher, width=360)
    course, student = served.site.course.slug, served.site.student.user.id

    for path in (
        "/dashboard",
        f"/courses/{course}/queue",
        f"/courses/{course}/statistics",
        f"/courses/{course}/students/{student}",
    ):
        await page.goto(served.url + path)
        root = "document.documentElement"
        assert await page.evaluate(f"{root}.scrollWidth - {root}.clientWidth") == 0, path

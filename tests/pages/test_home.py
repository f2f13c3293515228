"""The first page: where to go on, what is due soon, and what came back."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
from playwright.async_api import expect
from sqlalchemy import delete, select, update

from server.models import Assignment, Enrollment, User
from server.pages.curriculum import Listed
from server.pages.home import choose_here
from server.pages.results import Standing
from tests.fixtures.browser import Served
from tests.fixtures.builders import (
    a_check,
    a_finished_run,
    a_report,
    a_submission,
    an_assignment,
)
from tests.fixtures.web import Site
from tests.pages.inspection import faults


def an_exercise(href: str, lit: str = "off", **values: Any) -> Listed:
    given = {"slug": href, "section": "", "title": href, "summary": "", "minutes": 5, "after": ()}
    given |= {"attempts": 0, "due_at": None, "is_open": True, "standing": Standing(lit, "")}
    return Listed(href=href, **(given | values))


def test_one_goes_on_with_the_last_that_was_tried_or_else_the_next_unsolved() -> None:
    a, b, c = an_exercise("a", "go"), an_exercise("b", "stop"), an_exercise("c")
    closed = an_exercise("d", is_open=False)

    assert choose_here([a, b, c], "") is b
    assert choose_here([a, b, c], "b") is b
    assert choose_here([b, a, c], "a") is c
    assert choose_here([b, c, a], "a") is b
    assert choose_here([a, closed, c], "a") is c
    assert choose_here([a, closed], "a") is None
    assert choose_here([], "") is None


async def test_an_administrator_without_a_role_is_led_to_all_courses(
    student: httpx2.AsyncClient, site: Site
) -> None:
    who = site.student.user.id
    async with site.database.write() as session:
        await session.execute(update(User).where(User.id == who).values(is_administrator=True))
        await session.execute(delete(Enrollment).where(Enrollment.user_id == who))
        await session.commit()

    page = (await student.get("/")).text

    assert '<a href="/courses">Todos los cursos de este servidor</a>' in page
    assert "/exercises/gather" not in page


async def test_what_is_due_soon_and_not_solved_is_shown_the_nearest_first(
    student: httpx2.AsyncClient, site: Site
) -> None:
    now = datetime.now(UTC)
    async with site.database.write() as session:
        days = {"gather": 5, "timeout": 2, "camarero": 1, "corrutinas": 40, "errores": -1}
        for slug in [*days][1:]:
            await an_assignment(session, site.course, slug)
        for slug, after in days.items():
            due = update(Assignment).where(Assignment.exercise == slug)
            await session.execute(due.values(due_at=now + timedelta(days=after, minutes=1)))
        waiter = await session.scalar(select(Assignment).where(Assignment.exercise == "camarero"))
        solved = await a_submission(session, waiter, site.student, now=now)
        await a_finished_run(session, solved, a_report(), now=now)
        await session.commit()

    page = (await student.get("/")).text
    due = page[page.index("Vence pronto") : page.index("Ha vuelto corregido")]

    assert faults(page) == []
    assert due.index("Con límite de tiempo") < due.index("Varias tareas a la vez")
    assert "dentro de 2 días" in due
    for other in ("camarero", "corrutina", "Si una falla"):
        assert other not in due


async def test_a_student_sees_what_came_back_and_goes_on(served: Served) -> None:
    site, now = served.site, datetime.now(UTC)
    async with site.database.write() as session:
        gather = (await session.scalars(select(Assignment))).one()
        await an_assignment(session, site.course, "timeout")
        await a_finished_run(
            session,
            await a_submission(session, gather, site.student, now=now),
            a_report(a_check(points=1, max_points=2)),
            now=now,
        )
        await session.commit()
    page = await served.open("/", width=360)
    back = page.get_by_role("region", name="Ha vuelto corregido")

    await expect(page.get_by_role("link", name="Seguir")).to_be_in_viewport(ratio=1)
    await expect(page.locator("[aria-current=step]")).to_have_text("Varias tareas a la vez")
    await expect(page.get_by_text("0 de 2 resueltos").first).to_be_visible()
    await expect(page.locator(".line .wait")).to_contain_text("1 intento")
    await back.get_by_role("link", name="Varias tareas a la vez").click()
    await expect(page).to_have_url(re.compile("/submissions/"))

    # One line of header, in the language with the longer words; what does not fit is in the menu.
    await page.goto(served.url)
    await page.get_by_role("button", name="English").click()
    links = page.get_by_role("navigation", name="Main")
    assert await links.evaluate("nav => nav.scrollWidth - nav.clientWidth") == 0
    header = await page.locator("header.top").bounding_box()
    assert header is not None
    assert header["height"] < 60
    await expect(page.get_by_role("link", name="Manual")).to_be_hidden()
    await page.locator("details.menu summary").click()
    await page.get_by_role("link", name="Manual").click()
    await expect(page).to_have_url(f"{served.url}/manual/")
    assert served.complaints == []

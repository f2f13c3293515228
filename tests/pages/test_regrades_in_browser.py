"""A suite was too strict: an instructor grades again, looks, and decides, in a real browser."""

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import select

from graders.report import Report
from server.actions import regrade_applying
from server.models import Assignment, Regrade
from tests.fixtures.browser import Served
from tests.fixtures.builders import (
    a_check,
    a_finished_run,
    a_report,
    a_student,
    a_submission,
    later,
)
from tests.fixtures.regrades import work_through


def _report(points: int) -> Report:
    return a_report(
        a_check("a", points=min(points, 1), max_points=1),
        a_check("b", points=max(points - 1, 0), max_points=1),
    )


@pytest.fixture
async def class_(served: Served) -> dict[str, int]:
    """A class of two; after the suite was changed, Ana would get these points, Berta those."""
    site = served.site
    async with site.database.write() as session:
        assignment = (await session.scalars(select(Assignment))).one()
        berta = await a_student(session, site.course, name="Berta Ruiz")
        for viewer, points in ((site.student, 0), (berta, 2)):
            submission = await a_submission(session, assignment, viewer)
            await a_finished_run(session, submission, _report(points))
        await session.commit()
    return {str(site.student.user.id): 2, str(berta.user.id): 1}


async def _regraded(served: Served, page: Page, points: dict[str, int]) -> None:
    """Ask for a regrade of everything; do what workers do, and look at it."""
    await page.get_by_label("Motivo").fill("La suite era demasiado estricta.")
    await page.get_by_role("button", name="Corregir de nuevo").click()
    await expect(page.get_by_text("todavía no ha cambiado ninguna nota")).to_be_visible()
    async with served.site.database.write() as session:
        regrade = (await session.scalars(select(Regrade).order_by(Regrade.id.desc()))).first()
        assert regrade is not None
        await work_through(
            session, regrade, lambda run: _report(points[str(run.user_id)]), later(1)
        )
        await session.commit()
    await page.goto(served.url + "/news")
    await page.get_by_role("link", name="Una recalificación").first.click()
    await expect(page.get_by_text("Espera tu decisión")).to_be_visible()
    await expect(page.get_by_role("row", name="Berta Ruiz")).to_contain_text("2 → 1 / 2")


async def _applied(served: Served) -> None:
    async with served.site.database.write() as session:
        regrade = (await session.scalars(select(Regrade).order_by(Regrade.id.desc()))).first()
        assert regrade is not None
        while await regrade_applying.apply_some(session, regrade.id, later(9)):
            pass
        await session.commit()


@pytest.mark.parametrize("width", [360, 1280])
async def test_a_regrade_is_previewed_and_applied_and_the_student_gets_the_reason(
    served: Served, class_: dict[str, int], width: int
) -> None:
    course = f"/courses/{served.site.course.slug}"
    page = await served.open(f"{course}/regrades", viewer=served.site.teacher, width=width)
    await _fits(page)
    await _regraded(served, page, class_)
    await _fits(page)

    await page.get_by_role("button", name="Aplicar").click()
    await _applied(served)
    await page.reload()
    await expect(page.get_by_role("status").get_by_text("Aplicada")).to_be_visible()
    await expect(page.get_by_text("solo lo que no baja ningún resultado")).to_be_visible()
    await _fits(page)

    student = await served.open("/news", width=width)
    await expect(student.get_by_text("La suite era demasiado estricta.")).to_be_visible()
    await _fits(student)
    await student.get_by_role("main").get_by_role("link", name="Tu nota en").first.click()
    await expect(student.get_by_role("main")).to_contain_text(
        "Todas las comprobaciones son correctas"
    )
    await _fits(student)
    assert served.complaints == []


async def test_a_discarded_regrade_tells_nobody_and_changes_nothing(
    served: Served, class_: dict[str, int]
) -> None:
    course = f"/courses/{served.site.course.slug}"
    page = await served.open(f"{course}/regrades", viewer=served.site.teacher)
    await _regraded(served, page, class_)

    await page.get_by_role("button", name="Descartar").click()
    await expect(page.get_by_role("status").get_by_text("Descartada")).to_be_visible()
    await expect(page.get_by_role("button", name="Aplicar")).to_have_count(0)

    student = await served.open("/news")
    await expect(student.get_by_text("La suite era demasiado estricta.")).to_have_count(0)
    assert served.complaints == []


async def _fits(page: Page) -> None:
    root = "document.documentElement"
    assert await page.evaluate(f"{root}.scrollWidth - {root}.clientWidth") == 0, page.url

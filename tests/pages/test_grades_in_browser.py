"""An instructor's evening with the gradebook, in a real browser."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import select

from server.models import Assignment
from tests.actions.test_leaderboard import graded
from tests.fixtures.browser import Served
from tests.fixtures.builders import a_student


@pytest.fixture
async def gradebook(served: Served) -> str:
    """A class of three, each with some points."""
    async with served.site.database.write() as session:
        assignment = (await session.scalars(select(Assignment))).one()
        for points, name in ((4, "Álvaro Pérez"), (9, "Óscar Díaz")):
            student = await a_student(
                session, served.site.course, name=name, family_name=name.split()[1]
            )
            await graded(session, assignment, student, points)
        await graded(session, assignment, served.site.student, 6)
        await session.commit()
    return f"/courses/{served.site.course.slug}/gradebook"


async def _download(page: Page, link: str, folder: Path) -> Path:
    async with page.expect_download() as started:
        await page.get_by_role("link", name=link, exact=True).click()
    file = folder / "grades.csv"
    await (await started.value).save_as(file)
    return file


async def test_a_grade_is_set_exported_for_moodle_and_imported_back_with_a_preview(
    served: Served, gradebook: str, tmp_path: Path
) -> None:
    page = await served.open(gradebook, viewer=served.site.teacher)

    await page.get_by_role("link", name="Pérez, Álvaro").click()
    await page.get_by_role("table").get_by_role("link").first.click()
    await page.get_by_label("Nota sobre 10").fill("7,5")
    await page.get_by_label("Motivo, que el estudiante lee").fill("Lo explicó en clase.")
    await page.get_by_role("button", name="Poner la nota").click()
    await expect(page.locator(".big")).to_contain_text("7,5/10")

    await page.goto(served.url + gradebook)
    file = await _download(page, "CSV para Moodle", tmp_path)
    text = file.read_text("utf-8")
    assert "Álvaro,Pérez" in text
    assert ",7.5," in text
    file.write_text(text.replace(",9,9\n", ",9.5,9\n").replace(",9,9", ",9.5,9"), "utf-8")

    await page.get_by_role("link", name="Importar notas").click()
    await page.get_by_label("Archivo CSV").set_input_files(file)
    await page.get_by_role("button", name="Ver qué cambiaría").click()
    await expect(page.get_by_role("heading", name="Se pondría a mano 1 nota")).to_be_visible()
    await expect(page.get_by_role("row", name="Díaz, Óscar gather 9 9,5")).to_be_visible()
    await page.get_by_label("Motivo, que los estudiantes leen").fill("Revisado.")
    await page.get_by_role("button", name="Poner 1 nota").click()

    row = page.get_by_role("row", name="Díaz, Óscar")
    await expect(row.get_by_role("cell").first).to_have_text("9,5")
    assert served.complaints == []


@pytest.mark.parametrize("width", [360, 1280])
async def test_no_page_of_grades_scrolls_sideways(
    served: Served, gradebook: str, width: int
) -> None:
    page = await served.open(gradebook, viewer=served.site.teacher, width=width)
    one = f"{gradebook}/{served.site.student.user.id}"
    course = f"/courses/{served.site.course.slug}"
    root = "document.documentElement"

    for path in (
        *(gradebook, f"{gradebook}/import", one, f"{one}/gather"),
        *(f"{course}/leaderboard", "/leaderboard"),
    ):
        await page.goto(served.url + path)
        assert await page.evaluate(f"{root}.scrollWidth - {root}.clientWidth") == 0, path

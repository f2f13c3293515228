"""From a new course to what a student with an extension sees, in a real browser."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import select

from server.access import Viewer
from server.models import Course
from tests.fixtures.browser import Served
from tests.fixtures.builders import a_student

_MADRID = ZoneInfo("Europe/Madrid")


def in_days(days: int) -> str:
    """Return 23:59 of a day from now, as a date field takes it."""
    day = (datetime.now(UTC) + timedelta(days=days)).astimezone(_MADRID)
    return f"{day:%Y-%m-%d}T23:59"


async def make_course(served: Served, page: Page) -> None:
    """Make an empty course, on the page."""
    await page.get_by_label("Título").fill("Asyncio de otoño")
    await page.get_by_label("Zona horaria").fill("Europe/Madrid")
    await page.get_by_role("button", name="Crear el curso").click()
    await page.wait_for_url(f"{served.url}/courses/asyncio-de-otono**")


async def give_with_terms(page: Page) -> None:
    """Give the first exercise of an empty course, and set its terms."""
    await page.get_by_role("link", name="Tareas").first.click()
    await page.get_by_text("Nivel 2 ·").click()
    await page.get_by_role("checkbox", name="gather").check()
    await page.get_by_label("Entrega hasta el").fill(in_days(7))
    await page.get_by_role("button", name="Añadir estos ejercicios").click()
    await expect(page.get_by_role("status").filter(has_text="Se han guardado")).to_be_visible()

    await page.get_by_role("link", name="Condiciones de", exact=False).click()
    await page.get_by_label("Después", exact=True).select_option("percent")
    await page.get_by_label("Porcentaje que se pierde por cada día empezado").fill("10")
    await page.get_by_label("Intentos", exact=True).fill("5")
    await page.get_by_role("button", name="Guardar").click()
    region = page.get_by_role("region", name="Los estudiantes leen")
    await expect(region).to_contain_text("−10 %")


async def extend_one_of_two(served: Served, page: Page) -> tuple[Viewer, Viewer]:
    """Let two students in, and give the first of them more time."""
    async with served.site.database.write() as session:
        course = (
            await session.scalars(select(Course).where(Course.slug == "asyncio-de-otono"))
        ).one()
        ill = await a_student(session, course, name="Íñigo Ruiz")
        other = await a_student(session, course, name="Óscar Díaz")
        await session.commit()
    await page.reload()
    await page.get_by_label("Estudiante o grupo").select_option(label="Íñigo Ruiz")
    await page.get_by_label("Nueva fecha de entrega").fill(in_days(9))
    await page.get_by_label("Motivo", exact=False).fill("Enfermo.")
    await page.get_by_role("button", name="Dar prórroga", exact=True).click()
    await expect(page.get_by_role("region", name="Prórrogas")).to_contain_text("Enfermo.")
    # The moment is the course's, as it was typed.
    await expect(page.get_by_role("region", name="Prórrogas")).to_contain_text("a las 23:59")
    return ill, other


@pytest.mark.parametrize("java_script_enabled", [True, False])
async def test_a_teacher_opens_a_course_gives_an_exercise_and_extends_a_student(
    served: Served, java_script_enabled: bool
) -> None:
    page = await served.open(
        "/courses", viewer=served.site.teacher, java_script_enabled=java_script_enabled
    )
    await make_course(served, page)

    await give_with_terms(page)
    ill, other = await extend_one_of_two(served, page)

    for student, is_extended in ((ill, True), (other, False)):
        seen = await served.open("/", viewer=student, java_script_enabled=java_script_enabled)
        await seen.get_by_role("link", name="Varias tareas a la vez").first.click()
        text = seen.get_by_role("main")
        await expect(text).to_contain_text("−10 % por cada día empezado")
        await expect(text).to_contain_text("5 de 5 intentos")
        extended = seen.get_by_text("Es tu prórroga.", exact=False)
        await expect(extended).to_have_count(1 if is_extended else 0)
    assert served.complaints == []


@pytest.mark.parametrize("width", [360, 1280])
async def test_no_page_of_assignments_scrolls_sideways(served: Served, width: int) -> None:
    page = await served.open("/", viewer=served.site.teacher, width=width)
    given = f"/courses/{served.site.course.slug}/assignments"
    root = "document.documentElement"

    for path in (given, f"{given}/gather"):
        await page.goto(served.url + path)
        assert await page.evaluate(f"{root}.scrollWidth - {root}.clientWidth") == 0, path

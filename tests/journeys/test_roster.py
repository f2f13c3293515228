"""A teacher opens a class in a real browser: a course, three hundred students, and a join code."""

from pathlib import Path

from playwright.async_api import Page, expect
from sqlalchemy import func, select

from server.actions import courses
from server.models import Enrollment, Role, User
from tests.fixtures.browser import Served

NAMES = ("Àlex;Soler", "Álvaro;Gil Ruiz", "Inés;Vega Mora", "Íñigo;Arana", "Óscar;Ñíguez")
PASSWORD = "seis violines por la noche"  # noqa: S105


async def test_a_teacher_opens_a_class_and_a_student_joins_by_code(
    served: Served, tmp_path: Path
) -> None:
    teacher = await served.open("/courses", viewer=served.site.teacher)
    await teacher.get_by_label("Título").fill("Python asíncrono 2026-27")
    await teacher.get_by_label("Zona horaria").fill("Atlantic/Canary")
    await teacher.get_by_role("button", name="Crear el curso").click()
    await expect(teacher.get_by_role("heading", level=1)).to_have_text("Python asíncrono 2026-27")
    await expect(teacher.get_by_label("Zona horaria")).to_have_value("Atlantic/Canary")

    links = await upload_three_hundred(teacher, a_list(tmp_path))
    assert len(links) == 300
    join = await open_to_everybody(teacher)

    await enter_by_link(served, links[0])
    await join_without_an_account(served, join)
    await teacher.get_by_role("link", name="Personas", exact=True).click()
    await expect(teacher.get_by_text("301 estudiantes")).to_be_visible()
    first = teacher.locator("tbody tr").first.get_by_role("link")
    await expect(first).to_have_text("Arana, Íñigo 103")
    await in_the_database(served)
    assert served.complaints == []


def a_list(folder: Path) -> Path:
    """Write the list of 300 students as Excel does, with one line that cannot be used."""
    lines = ["Nombre;Apellidos;Correo;ID;Grupo"]
    for number in range(300):
        given, family = NAMES[number % 5].split(";")
        group = "AB"[number % 2]
        lines.append(f"{given} {number};{family};s{number}@example.org;{number};{group}")
    file = folder / "lista.csv"
    file.write_text("\r\n".join([*lines, "Mal;Escrito;sin-arroba;;"]), "cp1252")
    return file


async def upload_three_hundred(page: Page, file: Path) -> list[str]:
    """Upload the list, look at the preview, apply it; return the links."""
    await page.get_by_role("link", name="Personas", exact=True).click()
    await page.get_by_role("link", name="Añadir una lista de personas").click()
    await page.get_by_label("O elige un archivo").set_input_files(file)
    await page.get_by_role("button", name="Ver qué cambiaría").click()
    await expect(page.locator("p.facts[role=status]")).to_contain_text("300 nuevas")
    await expect(page.get_by_text("Línea 302")).to_be_visible()
    await page.get_by_role("button", name="Hacer estos cambios").click()
    await expect(page.get_by_text("Enlaces para 300 personas nuevas")).to_be_visible()
    text = await page.get_by_label("Nombre, correo y enlace").input_value()
    return [line.rpartition(";")[2] for line in text.splitlines()]


async def open_to_everybody(page: Page) -> str:
    """Open the course to whoever has the code; return the address to hand out."""
    await page.get_by_role("link", name="Ajustes", exact=True).click()
    await page.get_by_role("link", name="Las personas entran con un código").click()
    await page.get_by_label("Quien tenga el código", exact=True).check()
    await page.get_by_role("button", name="Guardar").click()
    return (await page.locator("pre").inner_text()).strip()


async def enter_by_link(served: Served, link: str) -> None:
    """Choose a password by a link in a browser of one's own."""
    context = await served.browser.new_context(locale="es-ES")
    page = await context.new_page()
    await page.goto(served.url + "/password/" + link.rpartition("/")[2])
    await page.get_by_label("Contraseña nueva", exact=True).fill(PASSWORD)
    await page.get_by_label("Repite la contraseña nueva").fill(PASSWORD)
    await page.get_by_role("button", name="Guardar la contraseña y entrar").click()
    await expect(page.get_by_role("navigation").first).to_contain_text("Mis entregas")
    await context.close()


async def join_without_an_account(served: Served, join: str) -> None:
    """Make an account with the join code, and be in the course."""
    context = await served.browser.new_context(locale="es-ES")
    page = await context.new_page()
    await page.goto(served.url + "/join/" + join.rpartition("/")[2])
    await page.get_by_label("Nombre").fill("Zoé")
    await page.get_by_label("Apellidos").fill("Zabala")
    await page.get_by_label("Correo electrónico").fill("zoe@example.org")
    await page.get_by_label("Contraseña").fill(PASSWORD)
    await page.get_by_role("button", name="Crear una cuenta y entrar").click()
    await expect(page.get_by_role("navigation").first).to_contain_text("Mis entregas")
    await context.close()


async def in_the_database(served: Served) -> None:
    """See that everybody is there, and nobody twice."""
    async with served.site.database.read() as session:
        course = await courses.find_course(session, "python-asincrono-2026-27")
        assert course is not None
        count = select(func.count()).where(
            Enrollment.course_id == course.id, Enrollment.role == Role.STUDENT
        )
        assert await session.scalar(count) == 301
        zoe = await session.scalar(select(User).where(User.email == "zoe@example.org"))
        assert zoe is not None
        assert zoe.listed_name == "Zabala, Zoé"

"""A class from an empty server to the grades for Moodle, in real browsers, graded by real workers.

One stack for all of it: an administrator opens the server, a teacher gives the class, a student
joins by code, a grader looks, and a suite that was too strict is mended.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from semaforo.suite import create_exercise_folder
from tests.fixtures.browser import QUIET
from tests.journeys.conftest import local_stack
from tests.journeys.test_roster import PASSWORD, a_list, open_to_everybody, upload_three_hundred
from tests.pages.test_a_class_is_given import in_days

COURSE = "/courses/python-asincrono"
FORGIVING = ("list(value) == list(answers.values())", "sorted(value) == sorted(answers.values())")
_PATIENCE_MS = 60_000


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Start a browser."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("no browser: chromium is not on PATH (Debian: apt-get install chromium)")
    expect.set_options(timeout=_PATIENCE_MS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=list(QUIET))
        try:
            yield browser
        finally:
            await browser.close()


async def test_from_an_empty_server_to_the_grades_for_moodle(tmp_path: Path) -> None:
    folder = create_exercise_folder("saludo", tmp_path / "exercises")
    async with (
        local_stack(
            tmp_path / "data",
            options=["--empty"],
            SEMAFORO_EXERCISES_DIRS=str(folder.parent),
        ) as up,
        chromium() as browser,
    ):
        administrator = await opened(browser, up.access["setup"])
        teacher = await a_server_is_opened(browser, administrator)
        students, grader, join = await a_class_is_given(browser, teacher, tmp_path)
        zoe = await joined(browser, join)
        samples = folder / "samples"
        await handed_in(students[0], (samples / "wrong_order.py").read_bytes(), "4/ de 6")
        await handed_in(zoe, (samples / "right_task_group.py").read_bytes(), "6/ de 6")
        await the_evening_is_watched(teacher, students[0])
        await a_grader_sees_work_and_no_settings(grader)
        forgive(folder / "test_saludo.py")
        await a_suite_is_mended(teacher, students[0])
        await grades_are_exported(teacher, tmp_path)


async def opened(browser: Browser, address: str) -> Page:
    """Open an address in a browser of one's own."""
    context = await browser.new_context(locale="es-ES", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(_PATIENCE_MS)
    page = await context.new_page()
    await page.goto(address)
    return page


async def entered(browser: Browser, link: str) -> Page:
    """Choose a password by a link that somebody handed out, and be in."""
    page = await opened(browser, link)
    await page.get_by_label("Contraseña nueva", exact=True).fill(PASSWORD)
    await page.get_by_label("Repite la contraseña nueva").fill(PASSWORD)
    await page.get_by_role("button", name="Guardar la contraseña y entrar").click()
    await expect(page.get_by_role("navigation").first).to_contain_text("Mis entregas")
    return page


async def a_server_is_opened(browser: Browser, page: Page) -> Page:
    """Become the administrator, make a course, and let its teacher in."""
    await page.get_by_label("Tu nombre").fill("Ada Byron")
    await page.get_by_label("Correo electrónico").fill("ada@example.org")
    await page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    await page.get_by_label("Repite la contraseña").fill(PASSWORD)
    await page.get_by_role("button", name="Poner en marcha y entrar").click()

    await page.get_by_role("link", name="Cursos", exact=True).click()
    await page.get_by_label("Título").fill("Python asíncrono")
    await page.get_by_label("Zona horaria").fill("Europe/Madrid")
    await page.get_by_role("button", name="Crear el curso").click()
    return await entered(browser, await added(page, "Grace Hopper", "docente"))


async def added(page: Page, name: str, role: str) -> str:
    """Add one new person to the course; return the link to hand out."""
    await page.get_by_role("link", name="Personas", exact=True).click()
    one = page.get_by_role("region", name="Añadir una persona")
    await one.get_by_label("Correo electrónico").fill(f"{name.split()[0].lower()}@example.org")
    await one.get_by_label("Nombre", exact=True).fill(name)
    await one.get_by_label("Papel").select_option(label=role)
    await one.get_by_role("button", name="Añadir").click()
    text = await page.get_by_label("Nombre, correo y enlace").input_value()
    return text.strip().rpartition(";")[2]


async def a_class_is_given(
    browser: Browser, page: Page, folder: Path
) -> tuple[list[Page], Page, str]:
    """Upload 300 students, give an exercise with dates, extend one, add a grader, open the course.

    Returns the first student's page, the grader's, and the address to join by.
    """
    await page.goto(f"{_origin(page)}{COURSE}/people")
    links = await upload_three_hundred(page, a_list(folder))
    assert len(links) == 300

    await page.get_by_role("link", name="Tareas").first.click()
    await page.locator("details", has_text="saludo").locator("summary").last.click()
    await page.get_by_role("checkbox", name="saludo").check()
    await page.get_by_label("Entrega hasta el").fill(in_days(7))
    await page.get_by_role("button", name="Añadir estos ejercicios").click()
    await page.get_by_role("link", name="Condiciones de", exact=False).click()
    await page.get_by_label("Estudiante o grupo").select_option(label="Arana, Íñigo 103")
    await page.get_by_label("Nueva fecha de entrega").fill(in_days(9))
    await page.get_by_label("Motivo", exact=False).fill("Estuvo enferma.")
    await page.get_by_role("button", name="Dar prórroga", exact=True).click()
    await expect(page.get_by_role("region", name="Prórrogas")).to_contain_text("Estuvo enferma.")

    grader = await entered(browser, await added(page, "Alan Turing", "corrector"))
    return [await entered(browser, links[0])], grader, await open_to_everybody(page)


async def joined(browser: Browser, join: str) -> Page:
    """Make an account with the code of the course, and be in it."""
    page = await opened(browser, join)
    await page.get_by_label("Nombre").fill("Zoé")
    await page.get_by_label("Apellidos").fill("Zabala")
    await page.get_by_label("Correo electrónico").fill("zoe@example.org")
    await page.get_by_label("Contraseña").fill(PASSWORD)
    await page.get_by_role("button", name="Crear una cuenta y entrar").click()
    return page


async def handed_in(page: Page, content: bytes, points: str) -> None:
    """Hand a file in on the exercise's page, and wait for the real verdict."""
    await page.goto(f"{_origin(page)}/exercises/saludo")
    await page.get_by_label("Elige tu archivo").set_input_files(
        {"name": "solution.py", "mimeType": "text/x-python", "buffer": content}
    )
    await page.get_by_role("button", name="Entregar").click()
    await page.wait_for_url("**/submissions/*")
    await expect(page.get_by_role("main")).to_contain_text(points)


async def the_evening_is_watched(page: Page, student: Page) -> None:
    """See who is where, send a note to all with one mistake, and comment on a line."""
    await page.goto(f"{_origin(page)}/dashboard?course=python-asincrono")
    await expect(page.get_by_text("301 estudiantes").first).to_be_visible()
    await page.get_by_label("Nombre o correo").fill("inigo 103")
    await page.get_by_role("button", name="Filtrar").click()
    await expect(page.locator(".heat tbody tr")).to_have_count(1)

    await page.get_by_role("link", name="Estadísticas").click()
    mistakes = page.get_by_role("region", name="Errores que se repiten")
    await mistakes.locator("summary", has_text="orden de los nombres").click()
    await mistakes.get_by_label("Nota a este estudiante").fill("¿En qué orden llegan?")
    await mistakes.get_by_role("button", name="Enviar la nota").click()
    await expect(page.get_by_text("La nota ha llegado a 1 estudiante.")).to_be_visible()
    await page.locator("summary", has_text="orden de los nombres").click()
    await mistakes.get_by_role("link", name="Arana, Íñigo 103", exact=True).click()
    await page.get_by_label("Comentar la línea").fill("5")
    await page.get_by_role("button", name="Escribir un comentario").click()
    await page.get_by_label("Comentario en la línea 5").fill("Mira `as_completed`.")
    await page.get_by_role("button", name="Publicar ya").click()

    await student.goto(f"{_origin(student)}/news")
    links = student.get_by_role("main").get_by_role("link", name="Grace Hopper ha comentado")
    await expect(links).to_have_count(2)
    await links.first.click()
    await expect(student.get_by_text("¿En qué orden llegan?")).to_be_visible()
    await expect(student.get_by_text("as_completed").last).to_be_visible()


async def a_grader_sees_work_and_no_settings(page: Page) -> None:
    """Look at a student's code as a grader, who may comment on it and change nothing else."""
    await page.goto(f"{_origin(page)}/dashboard?course=python-asincrono&q=inigo+103")
    tabs = page.get_by_role("navigation", name="Python asíncrono")
    await expect(tabs.get_by_role("link", name="Estadísticas")).to_be_visible()
    for hidden in ("Ajustes", "Recalificaciones"):
        await expect(tabs.get_by_role("link", name=hidden)).to_have_count(0)
    await page.locator(".heat tbody").get_by_role("link", name="Arana, Íñigo 103").click()
    await page.get_by_role("link", name="Intento 1").first.click()
    await expect(page.get_by_role("heading", name="Código de Arana, Íñigo 103")).to_be_visible()
    await expect(page.get_by_role("button", name="Escribir un comentario")).to_be_visible()
    refused = await page.goto(f"{_origin(page)}{COURSE}/regrades")
    assert refused is not None
    assert refused.status == 403


def forgive(suite: Path) -> None:
    """Let any order of the greetings count."""
    strict = suite.read_text("utf-8")
    assert FORGIVING[0] in strict
    suite.write_text(strict.replace(*FORGIVING), "utf-8")


async def a_suite_is_mended(page: Page, student: Page) -> None:
    """Grade again; look at who would gain before anything changes; apply it."""
    await page.goto(f"{_origin(page)}{COURSE}/regrades")
    await page.get_by_label("Ejercicio").select_option("saludo")
    await page.get_by_label("Motivo").fill("El orden no importaba.")
    await page.get_by_role("button", name="Corregir de nuevo").click()
    await expect(page.get_by_text("todavía no ha cambiado ninguna nota")).to_be_visible()
    await reload_until(page, "Espera tu decisión")
    await expect(page.get_by_role("row", name="Arana, Íñigo 103")).to_contain_text("→ 6 / 6")
    await page.get_by_role("button", name="Aplicar").click()
    await reload_until(page, "Aplicada")

    await student.goto(f"{_origin(student)}/news")
    await expect(student.get_by_text("El orden no importaba.")).to_be_visible()


async def reload_until(page: Page, words: str) -> None:
    """Load the page again until it says something."""
    async with asyncio.timeout(_PATIENCE_MS / 1000):
        while not await page.get_by_role("status").get_by_text(words).count():
            await page.reload()


async def grades_are_exported(page: Page, folder: Path) -> None:
    """Download the grades as Moodle takes them."""
    await page.get_by_role("link", name="Notas", exact=True).click()
    async with page.expect_download() as started:
        await page.get_by_role("link", name="CSV para Moodle", exact=True).click()
    file = folder / "moodle.csv"
    await (await started.value).save_as(file)
    lines = file.read_text("utf-8").splitlines()
    assert len(lines) == 302
    for email in ("s103@example.org", "zoe@example.org"):
        (line,) = [one for one in lines if email in one]
        assert ",6" in line


def _origin(page: Page) -> str:
    return "/".join(page.url.split("/")[:3])

"""What is kept, in real browsers: the log, the export of a person, deletion, retention."""

import re
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import func, select

from server.access import Viewer
from server.actions import administrators, courses
from server.models import Assignment, Submission, SubmissionFile
from tests.fixtures.browser import Served
from tests.fixtures.builders import (
    a_check,
    a_finished_run,
    a_report,
    a_student,
    a_submission,
    a_user,
    viewer_of,
)
from tests.journeys.conftest import environment, semaforo


@pytest.fixture
async def boss(served: Served) -> Viewer:
    """An administrator who is in no course."""
    async with served.site.database.write() as session:
        user = await a_user(session, name="Jefa")
        await administrators.appoint(session, None, user, datetime.now(UTC))
        viewer = await viewer_of(session, user)
        await session.commit()
    return viewer


@pytest.fixture
async def ines(served: Served) -> Viewer:
    """A student who has handed in once, for four of ten points."""
    site = served.site
    async with site.database.write() as session:
        assignment = (await session.scalars(select(Assignment))).one()
        viewer = await a_student(session, site.course, name="Inés Vega", email="ines@example.org")
        submission = await a_submission(session, assignment, viewer)
        await a_finished_run(session, submission, a_report(a_check(points=4, max_points=10)))
        await session.commit()
    return viewer


async def downloaded(page: Page, button: str, to: Path) -> zipfile.ZipFile:
    """Click on what downloads a zip, and open it."""
    async with page.expect_download() as started:
        await page.get_by_text(button, exact=True).last.click()
    await (await started.value).save_as(to)
    return zipfile.ZipFile(to)


async def count_files(served: Served) -> int:
    async with served.site.database.read() as session:
        return await session.scalar(select(func.count(SubmissionFile.name))) or 0


async def archived(served: Served) -> UUID | None:
    """Archive the course, forty days ago; return the id of its submission."""
    async with served.site.database.write() as session:
        long_ago = datetime.now(UTC) - timedelta(days=40)
        await courses.archive(session, None, served.site.course, long_ago)
        submission_id = await session.scalar(select(Submission.id))
        await session.commit()
    return submission_id


async def deleted(page: Page, served: Served) -> None:
    """Look at what deleting Inés would change, type a wrong address, and then hers."""
    await page.get_by_role("link", name="Borrar a esta persona…").click()
    await expect(page.get_by_role("region", name="Esto se queda, sin nombre")).to_contain_text(
        "1 entrega"
    )
    await page.get_by_label("Quitarlo: puede tener dentro un nombre.").check()
    typed = page.get_by_label("Escribe la dirección de correo de esta persona")
    await typed.fill("otra@example.org")
    await page.get_by_role("button", name="Borrar a esta persona").click()
    await expect(page.locator(".field.wrong")).to_be_visible()
    assert await count_files(served) == 1
    await typed.fill("ines@example.org")
    await page.get_by_role("button", name="Borrar a esta persona").click()
    await expect(page.get_by_role("status")).to_contain_text("Borrada.")
    assert await count_files(served) == 0


@pytest.mark.parametrize("width", [360, 1280])
async def test_a_change_is_found_in_the_log_by_course_area_and_person(
    served: Served, ines: Viewer, width: int
) -> None:
    site = served.site
    page = await served.open(
        f"/courses/{site.course.slug}/people", viewer=site.teacher, width=width
    )
    await page.get_by_role("link", name="Inés Vega").click()
    await page.get_by_label("Grupo (opcional)").fill("Tarde")
    await page.get_by_role("button", name="Guardar").click()
    await expect(page.get_by_role("status")).to_be_visible()

    if width < 1000:
        await page.get_by_role("link", name="Curso", exact=True).click()
    await page.get_by_role("link", name="Registro", exact=True).click()
    entries = page.locator("main ol.list > li")
    await expect(entries.first).to_contain_text(
        "Cambió el papel, el grupo, el nombre o la dirección de alguien"
    )
    await expect(entries.first).to_contain_text(site.teacher.user.name)
    await expect(entries.first).to_contain_text("Tarde")
    # In the zone that the page names: what the script writes anew ends with a zone.
    await expect(entries.first.locator("time")).to_have_text(re.compile(r"\d\d:\d\d$"))
    await page.get_by_label("Nombre o correo").fill("ines")
    await page.get_by_role("button", name="Mostrar").click()
    await expect(entries).to_have_count(1)
    await page.get_by_label("Ámbito").select_option(label="Clasificación")
    await page.get_by_role("button", name="Mostrar").click()
    await expect(page.get_by_text("No hay cambios de ese tipo.")).to_be_visible()
    await page.get_by_role("link", name="Mostrar a todos").click()
    assert await page.get_by_label("Ámbito").input_value() == "leaderboard"
    assert served.complaints == []


async def test_somebody_takes_their_data_and_is_deleted_and_the_statistics_stay(
    served: Served, ines: Viewer, boss: Viewer, tmp_path: Path
) -> None:
    site = served.site
    hers = await served.open("/account", viewer=ines, width=360)
    mine = await downloaded(hers, "Descargar mis datos", tmp_path / "mine.zip")
    page = await served.open("/admin/people?q=ines", viewer=boss)
    await page.get_by_role("link", name="Inés Vega").click()
    given = await downloaded(page, "Descargar sus datos", tmp_path / "given.zip")
    assert given.namelist() == mine.namelist()
    assert "ines@example.org" in given.read("account.json").decode()

    await deleted(page, served)
    await hers.goto(f"{served.url}/account")
    assert hers.url.startswith(f"{served.url}/sign-in")
    await page.get_by_role("link", name="Registro", exact=True).click()
    log = page.locator("main ol.list > li")
    await expect(log.nth(0)).to_contain_text("Borró a una persona")
    await expect(log.nth(1)).to_contain_text("Descargó todo sobre alguien")
    await expect(page.get_by_text("Inés")).to_have_count(0)
    staff = await served.open(f"/courses/{site.course.slug}/statistics", viewer=site.teacher)
    await expect(staff.get_by_role("row", name="Título de runs 0")).to_be_visible()
    await staff.goto(f"{served.url}/leaderboard")
    await expect(staff.locator(".ranking tbody tr")).to_have_count(1)
    await expect(staff.locator(".ranking tbody tr")).to_contain_text("4")
    await expect(staff.get_by_text("Inés")).to_have_count(0)
    assert len(served.complaints) == 1  # of the answer to the wrong address


async def test_retention_says_what_would_go_and_the_command_does_it(
    served: Served, ines: Viewer, boss: Viewer
) -> None:
    site = served.site
    settings = site.app.state.settings
    submission_id = await archived(served)
    page = await served.open("/admin/retention", viewer=boss)
    await expect(page.get_by_role("row", name="Entradas del registro")).to_contain_text(
        "para siempre"
    )
    site.app.state.settings = settings.model_copy(update={"keep_files_days": 30})
    operator = environment(
        SEMAFORO_DATABASE_URL=settings.database_url,
        SEMAFORO_DATA_DIR=str(settings.data_dir),
        SEMAFORO_KEEP_FILES_DAYS="30",
    )

    await page.reload()
    files = page.get_by_role("row", name="Archivos de")
    await expect(files).to_contain_text("30 días")
    await expect(files.get_by_role("cell").last).to_have_text("1")
    await expect(page.get_by_role("link", name=site.course.title)).to_be_visible()
    would = await semaforo("retention", "--language", "es", env=operator)
    assert (would[0], await count_files(served)) == (0, 1)
    assert "Archivos de entregas: 1" in would[1]
    assert "--yes" in would[1]

    done = await semaforo("retention", "--yes", "--language", "es", env=operator)
    assert (done[0], await count_files(served)) == (0, 0)
    await page.reload()
    await expect(files.get_by_role("cell").last).to_have_text("0")
    await page.goto(f"{served.url}/submissions/{submission_id}")
    await expect(page.get_by_text("Los archivos de este intento se han quitado.")).to_be_visible()
    await expect(page.get_by_role("main")).to_contain_text("4/ de 10")
    await page.goto(f"{served.url}/admin/log")
    await expect(page.locator("main ol.list > li").first).to_contain_text(
        "El servidor quitó los archivos de entregas antiguas"
    )
    assert served.complaints == []

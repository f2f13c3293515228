"""Whether a suite can be trusted, and which call for action, as staff are graders_dashboard."""

from dataclasses import replace
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import select

from graders.catalogue.exercises import Catalogue
from graders.catalogue.manifest import Exercise, ManifestError
from semaforo.suite import create_exercise_folder
from server.actions import courses
from server.models import Assignment, Role
from server.pages.suites import suite_view
from tests.fixtures.builders import (
    a_finished_run,
    a_report,
    a_submission,
    a_user,
    an_assignment,
    viewer_of,
)
from tests.fixtures.web import Site
from tests.graders.test_catalogue import certificate_of
from tests.pages.conftest import a_visitor


@pytest.fixture
def exercise(tmp_path: Path) -> Exercise:
    create_exercise_folder("saludo", tmp_path)
    return Catalogue.read(tmp_path)["saludo"]


def _words(exercise: Exercise) -> tuple[str, str]:
    shown = suite_view(Catalogue.read(exercise.folder.parent), exercise.slug, "es")
    return shown.lit, shown.words


def test_a_suite_is_uncertified_certified_or_withheld(exercise: Exercise) -> None:
    uncertified = _words(exercise)
    certificate_of(exercise).write(exercise.folder)
    certified = _words(exercise)
    replace(certificate_of(exercise), kit_hash="").write(exercise.folder)
    stale = _words(exercise)
    certificate_of(exercise, false_fails=3).write(exercise.folder)
    withheld = _words(exercise)

    assert uncertified[0] == "wait"
    assert uncertified[1].startswith("Sin certificar")
    assert certified == (
        "go",
        "Certificado el 2026-11-22: no cambió ninguno de los 200 veredictos.",
    )
    assert stale[0] == "wait"
    assert "con otra versión del corrector" in stale[1]
    assert withheld[0] == "stop"
    assert "cambiaron 3 de 200 veredictos" in withheld[1]


def test_a_suite_tells_how_many_mutants_its_checks_caught(exercise: Exercise) -> None:
    found = replace(certificate_of(exercise), mutants=30, caught=27, equivalent=3)
    found.write(exercise.folder)

    _, words = _words(exercise)

    assert "De 30 pequeños errores puestos en programas correctos" in words
    assert "detectaron 27; 3 no son errores" in words


async def test_the_dashboard_shows_suites_and_unreadable_exercises(
    site: Site, teacher: httpx2.AsyncClient
) -> None:
    broken = ManifestError("roto/exercise.toml: falta title", "no title")
    site.app.state.catalogue = Catalogue([], [broken])

    page = (await teacher.get(f"/courses/{site.course.slug}/queue")).text

    dashboard = (await teacher.get("/dashboard")).text

    assert "Suites por revisar" in page
    assert "Este servidor no tiene el ejercicio" in page
    assert "roto/exercise.toml: falta title" in page
    assert "1 suite por revisar" in dashboard


async def test_nobody_is_called_to_a_suite_that_was_not_certified(
    site: Site, teacher: httpx2.AsyncClient, exercise: Exercise
) -> None:
    site.app.state.catalogue = Catalogue.read(exercise.folder.parent)
    async with site.database.write() as session:
        await an_assignment(session, site.course, exercise.slug)
        await session.commit()

    dashboard = (await teacher.get("/dashboard")).text
    queue = (await teacher.get(f"/courses/{site.course.slug}/queue")).text
    assignments = (await teacher.get(f"/courses/{site.course.slug}/assignments")).text
    line = (await teacher.get(f"/api/courses/{site.course.slug}/catalogue/saludo")).json()

    assert "#suites" not in dashboard
    assert "Ninguna: los estudiantes pueden entregar" in queue
    given, to_choose_from = assignments.split('type="checkbox" name="exercise"', 1)
    assert "Sin certificar" not in given
    assert "Sin certificar" in to_choose_from
    assert (line["suite"]["state"], line["suite"]["needs_action"]) == ("uncertified", False)


async def test_instructors_are_called_to_a_suite_that_changed_after_it_gave_results(
    site: Site, teacher: httpx2.AsyncClient
) -> None:
    async with site.database.write() as session:
        assignment = (await session.scalars(select(Assignment))).one()
        submission = await a_submission(session, assignment, site.student)
        await a_finished_run(session, submission, a_report())
        user = await a_user(session)
        await courses.enroll(session, site.course, user, Role.GRADER)
        grader = await viewer_of(session, user)
        await session.commit()

    async def suites(visitor: httpx2.AsyncClient) -> list[tuple[str, str]]:
        found = (await visitor.get(f"/api/courses/{site.course.slug}/dashboard")).json()
        return [(one["exercise"], one["state"]) for one in found["suites"]]

    dashboard = (await teacher.get("/dashboard")).text
    queue = (await teacher.get(f"/courses/{site.course.slug}/queue")).text
    async with a_visitor(site, grader) as visitor:
        graders_dashboard = (await visitor.get("/dashboard")).text

        assert await suites(teacher) == [("gather", "changed")]
        assert await suites(visitor) == []
    assert "1 suite por revisar" in dashboard
    assert "que dio otra versión de la suite: 1." in queue
    assert f'href="/courses/{site.course.slug}/regrades?exercise=gather#new"' in queue
    assert "#suites" not in graders_dashboard

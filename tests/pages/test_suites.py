"""Whether a suite can be trusted, as the dashboard says it to staff."""

from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from graders.catalogue.exercises import Catalogue
from graders.catalogue.manifest import Exercise, ManifestError
from semaforo.suite import create_exercise_folder
from server.pages.suites import suite_view
from tests.fixtures.web import Site
from tests.graders.test_catalogue import certificate_of


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

    assert "Fiabilidad de las suites" in page
    assert "Este servidor no tiene el ejercicio" in page
    assert "roto/exercise.toml: falta title" in page

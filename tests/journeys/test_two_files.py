"""An exercise of two files, as an author, a student and a teacher use it."""

import json
import shutil
from pathlib import Path

import pytest

from tests.journeys.conftest import ROOT, environment, semaforo

EXERCISES = ROOT / "tests" / "graders" / "exercises"
SOURCE = EXERCISES / "dos-archivos"
NAMES = ("solution.py", "cocina.py")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the exercise, which commands may write to."""
    return Path(shutil.copytree(SOURCE, tmp_path / "exercises" / "dos-archivos"))


async def test_suite_check_hands_in_every_file_of_every_sample(folder: Path):
    code, out, errors = await semaforo("suite", "check", str(folder), "--json")

    assert code == 0, out + errors
    (found,) = json.loads(out)
    assert len(found["samples"]) == 1 + len(
        [p for p in (SOURCE / "samples").iterdir() if p.is_dir()]
    )


async def test_suite_check_sees_an_error_in_the_second_file_of_the_reference(folder: Path):
    (folder / "reference" / "cocina.py").write_text("async def pedir(*_):\n    return 1\n")

    code, out, _ = await semaforo("suite", "check", str(folder), "--language", "en")

    assert code == 1
    assert "reference: all_at_once" in out


async def test_suite_check_names_the_files_that_a_sample_lacks(folder: Path):
    (folder / "samples" / "wrong_blocks" / "cocina.py").unlink()

    code, _, errors = await semaforo("suite", "check", str(folder), "--language", "en")

    assert code == 1
    assert "must be a directory with exactly solution.py, cocina.py; present: solution.py" in errors


async def test_certify_grades_every_file(folder: Path):
    arguments = ("suite", "certify", str(folder), "--runs", "1", "--no-mutants", "--json")

    code, out, errors = await semaforo(*arguments)

    assert code == 0, out + errors
    assert json.loads(out)["flips"] == 0


async def test_a_submission_is_graded_by_its_files_or_by_their_directory(folder: Path):
    files = [str(folder / "reference" / name) for name in NAMES]

    by_files = await semaforo("grade", str(folder), *files, "--language", "en")
    by_directory = await semaforo("grade", str(folder), str(folder / "reference"))
    by_pytest = await semaforo("suite", "test", str(folder), str(folder / "reference"), "-q")
    code, _, errors = await semaforo("grade", str(folder), files[0], "--language", "en")

    assert by_files[0] == by_directory[0] == by_pytest[0] == 0, by_files + by_directory + by_pytest
    assert code == 2
    assert "cocina.py is missing" in errors


async def test_grade_all_takes_a_directory_of_files_per_student(folder: Path, tmp_path: Path):
    class_ = tmp_path / "class"
    shutil.copytree(SOURCE / "reference", class_ / "ada" / "dos-archivos")
    shutil.copytree(SOURCE / "samples" / "wrong_sequential", class_ / "lin" / "dos_archivos")
    (class_ / "eva").mkdir()
    shutil.copy(SOURCE / "reference" / "solution.py", class_ / "eva" / "dos-archivos.py")

    code, out, errors = await semaforo(
        *("grade", "--all", str(class_), "--json", "--language", "en"),
        env=environment(SEMAFORO_EXERCISES_DIRS=str(folder.parent)),
    )

    found = {entry["student"]: entry for entry in json.loads(out)}
    assert code == 2
    assert "eva/dos-archivos.py: This exercise asks for solution.py, cocina.py; " in errors
    assert found["ada"]["report"]["points"] == 3
    assert found["lin"]["report"]["points"] == 1
    assert found["eva"]["report"] is None

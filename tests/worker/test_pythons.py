"""An exercise that names a version of Python runs on that interpreter, and sees no other's."""

import asyncio
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from graders.catalogue import pythons
from graders.catalogue.environments import EnvironmentMissing, Environments
from graders.catalogue.exercises import BUILT_IN, Catalogue
from graders.catalogue.manifest import Exercise, ManifestError, load_exercise
from graders.catalogue.pythons import OWN_SERIES, SERIES, find_interpreters
from semaforo.interpreters import MINORS
from server.actions import assignments
from server.errors import EnvironmentMissing as Refused
from server.settings import Settings
from tests.fixtures.sandbox import RUNTIME
from tests.fixtures.wheels import SUITE, exercise_with, make_wheel
from worker.grading.grade import Grader, GradingOutage
from worker.host.libraries import find_environments, install
from worker.outages import Outage

# Where a machine may have some besides the one that runs the tests.
KNOWN = [
    Path("/usr/bin/python3"),
    *(Path.home() / ".pyenv" / "versions").glob("3.1*/bin/python3"),
]
TELLS = """
import sys
import tiny_answer

SEEN = {"version": "%d.%d.%d" % sys.version_info[:3], "path": sys.path}


def answer():
    print(__import__("json").dumps(SEEN))
    return tiny_answer.ANSWER
"""


def readable(path: Path) -> bool:
    return os.access(path, os.X_OK)


def environments(data_dir: Path) -> Environments:
    return Environments(data_dir, [path for path in KNOWN if readable(path)])


@pytest.fixture
def one_that_answers(tmp_path: Path) -> Iterator[Path]:
    """A program that answers as an interpreter of 3.13 does, and cannot be run as one."""
    about = {"name": "cpython", "version": "3.13.99", "tag": "cpython-313", "prefixes": ["/usr"]}
    program = tmp_path / "python3.13"
    about["executable"] = str(program)
    program.write_text(f"#!/bin/sh\necho '{json.dumps(about)}'\n", "utf-8")
    program.chmod(0o755)
    yield program
    pythons.ask.cache_clear()


@pytest.mark.parametrize("series", SERIES)
async def test_programs_run_on_the_interpreter_that_the_exercise_names(
    tmp_path: Path, series: str
) -> None:
    ours = environments(tmp_path / "data")
    if series not in ours.interpreters:
        pytest.skip(f"no Python {series} on this machine")
    line = make_wheel(tmp_path / "wheels", "tiny_answer", {"tiny_answer.py": "ANSWER = 42\n"})
    exercise = exercise_with(tmp_path / "needs", line, toml=f'python = "{series}"\n')
    assert exercise.lock
    install(ours.store, exercise.lock, ours.python_of(exercise), wheels=tmp_path / "wheels")

    async with Grader(runtime=RUNTIME, name="tests", environments=ours) as grader:
        async with asyncio.timeout(60):
            report = await grader.grade(exercise, {"solution.py": TELLS.encode()})

    assert report.all_passed, report
    seen = json.loads(report.checks[0].output)
    assert seen["version"] == ours.interpreters[series].version
    assert "/libraries" in seen["path"]
    assert "/site" not in seen["path"]


async def test_a_check_of_the_kit_judges_a_program_on_another_interpreter(tmp_path: Path) -> None:
    ours = environments(tmp_path / "data")
    others = [one for one in ours.interpreters if one != OWN_SERIES] or [OWN_SERIES]
    folder = tmp_path / "gather"
    shutil.copytree(BUILT_IN / "gather", folder)
    manifest = folder / "exercise.toml"
    manifest.write_text(f'python = "{others[-1]}"\n{manifest.read_text("utf-8")}', "utf-8")
    exercise = load_exercise(folder)

    async with Grader(runtime=RUNTIME, name="tests", environments=ours) as grader:
        async with asyncio.timeout(60):
            right = await grader.grade(exercise, exercise.reference)
            wrong = await grader.grade(exercise, exercise.read_solution("starter"))
            lost = await grader.grade(exercise, {"solution.py": b"import httpx\n"})

    assert right.all_passed, right
    assert not wrong.all_passed
    assert "import the standard library only" in lost.checks[0].message.en


def test_one_that_is_named_comes_before_the_server_s_own(one_that_answers: Path) -> None:
    found = find_interpreters([Path("/nowhere/python3"), Path("/bin/true"), one_that_answers])

    assert found["3.13"].executable == one_that_answers
    assert OWN_SERIES in found


async def test_without_that_interpreter_runs_wait_and_nobody_gives_the_exercise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exercise = _needing_one_that_is_absent(tmp_path, monkeypatch)
    ours = Environments(tmp_path / "data")
    catalogue = Catalogue([exercise], environments=ours)

    with pytest.raises(EnvironmentMissing, match=rf"needs Python {exercise.python}.*it has 3\."):
        ours.of(exercise)
    with pytest.raises(Refused, match="needs Python"):
        assignments.get_givable(catalogue, exercise.slug)
    async with Grader(runtime=RUNTIME, name="tests", environments=ours) as grader:
        with pytest.raises(GradingOutage) as outage:
            await grader.grade(exercise, exercise.reference)
    assert outage.value.kind is Outage.ENVIRONMENT
    listed, missing = find_environments([exercise], ours)
    assert OWN_SERIES in listed.detail.en
    assert not missing.holds


def _needing_one_that_is_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Exercise:
    monkeypatch.setenv("PATH", str(tmp_path))
    absent = next(series for series in SERIES if series != OWN_SERIES)
    return exercise_with(tmp_path / "needs", suite=SUITE, toml=f'python = "{absent}"\n')


@pytest.mark.parametrize("series", ['"2.7"', '"3.13.1"', "3.13", "[]"])
def test_another_version_is_refused_with_those_there_are(tmp_path: Path, series: str) -> None:
    with pytest.raises(ManifestError, match=r'python must be one of "3\.11"'):
        exercise_with(tmp_path / "needs", toml=f"python = {series}\n")


def test_exercises_may_name_what_the_server_itself_runs_on() -> None:
    assert tuple(f"3.{minor}" for minor in MINORS) == SERIES


def test_the_setting_takes_several_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEMAFORO_PYTHONS", f"/a/python3{os.pathsep}/b/python3")

    assert Settings().pythons == [Path("/a/python3"), Path("/b/python3")]

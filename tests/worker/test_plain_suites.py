"""Plain pytest and unittest suites, unchanged, against a module in the sandbox."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from graders.catalogue.manifest import Exercise, load_exercise
from graders.report import CheckResult, Verdict
from tests.fixtures.sandbox import RUNTIME
from worker.grading.grade import Grader

pytestmark = pytest.mark.asyncio(loop_scope="module")
SAMPLES = Path(__file__).parent / "plain" / "samples"
MANIFEST = """
style = "plain"
title = {{ es = "{name}", en = "{name}" }}
summary = {{ es = "{name}", en = "{name}" }}
files = ["{name}.py"]
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def grader() -> AsyncIterator[Grader]:
    async with Grader(runtime=RUNTIME, name="tests") as grader:
        yield grader


def exercise_of(sample: Path, tmp_path: Path) -> Exercise:
    """Make an exercise of a plain suite as it is."""
    folder = tmp_path / sample.name.replace("_", "-")
    shutil.copytree(sample, folder)
    (folder / "suite.py").rename(folder / f"test_{sample.name}.py")
    (folder / "exercise.toml").write_text(MANIFEST.format(name=sample.name), "utf-8")
    for language in ("es", "en"):
        (folder / f"statement.{language}.md").write_text(sample.name, "utf-8")
    return load_exercise(folder)


def one_test(tmp_path: Path, suite: str, reference: str = "") -> Exercise:
    """Make an exercise `task` of a suite given as text."""
    sample = tmp_path / "made" / "task"
    sample.mkdir(parents=True)
    (sample / "suite.py").write_text(suite, "utf-8")
    (sample / "reference.py").write_text(reference, "utf-8")
    (sample / "starter.py").write_text("", "utf-8")
    return exercise_of(sample, tmp_path)


async def judge(grader: Grader, exercise: Exercise, source: str) -> dict[str, CheckResult]:
    report = await grader.grade(exercise, {exercise.files[0]: source.encode()})
    return {check.name: check for check in report.checks}


@pytest.mark.parametrize("sample", sorted(SAMPLES.iterdir()), ids=lambda path: path.name)
async def test_the_reference_passes_all_and_the_starter_fails_all(
    grader: Grader, sample: Path, tmp_path: Path
) -> None:
    exercise = exercise_of(sample, tmp_path)

    right = await grader.grade(exercise, exercise.reference)
    starter = await grader.grade(
        exercise, {name: text.encode() for name, text in exercise.starter.items()}
    )

    assert {c.name: c.message.en for c in right.checks if c.verdict is not Verdict.PASSED} == {}
    assert [c.name for c in starter.checks if c.verdict is Verdict.PASSED] == []
    assert len(right.checks) == len(starter.checks) > 0


async def test_a_failure_reads_as_pytest_and_unittest_write_it(
    grader: Grader, tmp_path: Path
) -> None:
    suite = """
import unittest
from task import double

def test_plain():
    assert double(4) == 8

class T(unittest.TestCase):
    def test_it(self):
        self.assertEqual([double(1)], [2])
"""
    exercise = one_test(tmp_path, suite)

    found = await judge(grader, exercise, "def double(n):\n    return n * 3\n")
    raising = await judge(grader, exercise, "def double(n):\n    return {}[n]\n")
    missing = await judge(grader, exercise, "def triple(n):\n    return n * 3\n")
    broken = await judge(grader, exercise, "def double(n)\n")

    assert found["plain"].verdict is found["T.it"].verdict is Verdict.FAILED
    assert found["plain"].message.en == "assert 12 == 8\n +  where 12 = double(4)"
    assert "Lists differ: [3] != [2]" in found["T.it"].message.en
    assert (raising["plain"].verdict, raising["plain"].line) == (Verdict.CRASHED, 2)
    assert "KeyError: 4" in raising["plain"].message.en
    assert missing["plain"].verdict is Verdict.NOT_RUN
    assert "no function double" in missing["plain"].message.en
    assert broken["plain"].verdict is Verdict.NOT_RUN


async def test_a_program_that_never_answers_is_a_verdict_with_its_line(
    grader: Grader, tmp_path: Path
) -> None:
    suite = """
from task import wait

def test_it():
    try:
        wait()
    except BaseException:
        pass

def test_other():
    pass
"""
    source = "import threading\n\ndef wait():\n    threading.Event().wait()\n"

    found = await judge(grader, one_test(tmp_path, suite), source)

    assert (found["it"].verdict, found["it"].line) == (Verdict.TIMED_OUT, 4)
    assert found["other"].verdict is Verdict.PASSED

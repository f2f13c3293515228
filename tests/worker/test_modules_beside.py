"""A plain suite's conftest.py and helpers use the submission of each test, as the suite does."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from graders.report import Verdict
from tests.fixtures.sandbox import RUNTIME
from tests.worker.test_plain_suites import SAMPLES, exercise_of, judge, one_test
from worker.grading.grade import Grader
from worker.outages import GradingOutage

pytestmark = pytest.mark.asyncio(loop_scope="module")
SHOP = SAMPLES / "shop"
RIGHT = (SHOP / "reference.py").read_text("utf-8")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def grader() -> AsyncIterator[Grader]:
    async with Grader(runtime=RUNTIME, name="tests") as grader:
        yield grader


async def test_what_conftest_and_helpers_find_wrong_counts(grader: Grader, tmp_path: Path) -> None:
    exercise = exercise_of(SHOP, tmp_path)

    wrong = await judge(grader, exercise, RIGHT.replace("TENTH = 10", "TENTH = 5"))
    nameless = await judge(grader, exercise, RIGHT.replace("class Cart", "class Basket"))

    assert [name for name, check in wrong.items() if check.verdict is not Verdict.PASSED] == [
        "discount[100-90]",
        "discount[250-225]",
    ]
    assert wrong["discount[100-90]"].message.en.startswith("assert 80 == 90\n")
    assert {check.verdict for check in nameless.values()} == {Verdict.NOT_RUN}
    assert "no function `Cart`" in nameless["two"].message.en


async def test_a_name_that_a_test_imports_itself_may_be_missing(
    grader: Grader, tmp_path: Path
) -> None:
    suite = "def test_it():\n    from task import double\n\n    assert double(2) == 4\n"

    found = await judge(grader, one_test(tmp_path, suite), "def triple(n):\n    return n * 3\n")

    assert found["it"].verdict is Verdict.NOT_RUN
    assert "no function `double`" in found["it"].message.en


async def test_a_check_of_the_kit_gets_no_helper_with_the_program_of_another_test(
    grader: Grader, tmp_path: Path
) -> None:
    suite = """
def test_plain():
    from helpers import PLAIN

    assert PLAIN().total() == 0


async def test_kit(solution):
    from helpers import PLAIN

    PLAIN()
"""
    exercise = exercise_of(SHOP, tmp_path)
    exercise.suite.write_text(suite, "utf-8")

    with pytest.raises(GradingOutage, match="reaches the program by `solution` alone"):
        await judge(grader, exercise, RIGHT)


async def test_what_knows_nothing_of_the_program_is_loaded_once(
    grader: Grader, tmp_path: Path
) -> None:
    sample = tmp_path / "sample" / "task"
    shutil.copytree(SHOP, sample)
    (sample / "counting.py").write_text("COUNT = []\n", "utf-8")
    (sample / "suite.py").write_text(
        "from counting import COUNT\nfrom task import discounted\n\n\n"
        "def test_first():\n    COUNT.append(1)\n    assert len(COUNT) == 1\n\n\n"
        "def test_second():\n    COUNT.append(2)\n    assert len(COUNT) == 2\n",
        "utf-8",
    )
    for file in ("conftest.py", "helpers.py", "buying.py"):
        (sample / file).unlink()

    found = await judge(grader, exercise_of(sample, tmp_path), RIGHT)

    assert {name: check.message.en for name, check in found.items()} == {"first": "", "second": ""}


RELOADING_CONFTEST = """
import importlib
import sys

import pytest
import task


@pytest.fixture(autouse=True)
def anew():
    importlib.reload(task)
    yield


@pytest.fixture
def imported():
    del sys.modules["task"]
    import task

    return task
"""
RELOADING = """
import importlib

import task

importlib.reload(task)


def test_reload():
    assert task.add(1) == 1
    assert task.add(2) == 2
    assert importlib.reload(task) is task
    assert task.add(1) == 1


def test_import(imported):
    assert [imported.add(1), imported.add(1)] == [1, 2]
    assert imported.__name__ == "task"
    assert imported.math is imported.math


def test_patched(monkeypatch):
    monkeypatch.setattr(task, "START", 10)
    assert task.add(1) == 11
    importlib.reload(task)
    assert task.add(1) == 1
"""
COUNTS = """
import math

START, SEEN = 0, []


def add(one):
    SEEN.append(one)
    return START + len(SEEN)
"""


async def test_a_suite_imports_the_submission_anew(grader: Grader, tmp_path: Path) -> None:
    exercise = one_test(tmp_path, RELOADING, COUNTS)
    (exercise.folder / "conftest.py").write_text(RELOADING_CONFTEST, "utf-8")

    found = await judge(grader, exercise, COUNTS)
    forgetful = await judge(grader, exercise, COUNTS.replace("SEEN.append(one)", "pass"))

    assert {name: check.message.en for name, check in found.items()} == dict.fromkeys(found, "")
    assert {check.verdict for check in forgetful.values()} == {Verdict.FAILED}

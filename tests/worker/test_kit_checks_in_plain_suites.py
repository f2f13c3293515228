"""Checks with the kit's fixtures in a plain suite: judged by the kit's runner, in one report."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from graders.catalogue.manifest import load_exercise
from graders.report import CheckResult, Verdict
from tests.fixtures.sandbox import RUNTIME
from tests.graders.test_suite_test import run_suite_test
from tests.worker.test_plain_suites import SAMPLES, exercise_of, judge, one_test
from worker.grading.grade import Grader
from worker.grading.suite_errors import SuiteError
from worker.outages import GradingOutage

in_the_loop = pytest.mark.asyncio(loop_scope="module")
PRICES = SAMPLES / "prices"
REFERENCE = (PRICES / "reference.py").read_text("utf-8")
ONE_BY_ONE = REFERENCE.replace(
    "await asyncio.gather(*map(price_of, names))", "[await price_of(name) for name in names]"
)
NO_ERROR = REFERENCE.replace("price < 0", "price < -1")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def grader() -> AsyncIterator[Grader]:
    async with Grader(runtime=RUNTIME, name="tests") as grader:
        yield grader


def verdicts(found: dict[str, CheckResult]) -> dict[str, str]:
    return {name: check.verdict.value for name, check in found.items()}


@in_the_loop
async def test_each_kind_finds_what_is_wrong_and_the_report_is_one_list(
    grader: Grader, tmp_path: Path
) -> None:
    exercise = exercise_of(PRICES, tmp_path)

    right = await judge(grader, exercise, REFERENCE)
    in_turn = await judge(grader, exercise, ONE_BY_ONE)
    no_error = await judge(grader, exercise, NO_ERROR)
    broken = await judge(grader, exercise, "def total(prices)\n")

    names = ["total[prices0-0]", "total[prices1-2.5]", "total[prices2-6]", "at_once"]
    assert list(right) == [*names, "OldTest.negative"]
    assert [check.max_points for check in right.values()] == [1, 1, 1, 3, 1]
    assert right["at_once"].title.es == "Pide todos los precios a la vez"
    assert [name for name, check in in_turn.items() if not check.points] == ["at_once"]
    assert in_turn["at_once"].verdict is Verdict.FAILED
    assert "price_of" in in_turn["at_once"].message.en
    assert [name for name, check in no_error.items() if not check.points] == ["OldTest.negative"]
    assert {check.verdict for check in broken.values()} == {Verdict.NOT_RUN}


MARKED = """
import pytest
from graders.kit import hint, needs
from task import double

pytestmark = pytest.mark.asyncio

@pytest.fixture
def clock():
    return 12

@pytest.fixture
def number():
    return 21

@pytest.mark.skip
def test_left_out():
    assert False

@pytest.mark.hidden
@pytest.mark.parametrize("times", [1, 2])
async def test_called(solution, number, times):
    run = await solution.call("double", number * times)
    assert run.must_return() == 42 * times

async def test_awaited():
    assert double(1) == 2

@needs("with_own_clock")
@hint(en="See above.")
async def test_later(solution):
    assert (await solution.call("double", 2)).must_return() == 4

def test_with_own_clock(clock):
    assert double(clock) == 24
"""
POINTS = '[points]\ncalled = 5\n"called[2]" = 4\nlater = 2\n'


@in_the_loop
async def test_marks_and_points_count_for_both_kinds(grader: Grader, tmp_path: Path) -> None:
    made = one_test(tmp_path, MARKED, "def double(n):\n    return n * 2\n")
    with (made.folder / "exercise.toml").open("a") as manifest:
        manifest.write(POINTS)
    exercise = load_exercise(made.folder)

    right = await judge(grader, exercise, "def double(n):\n    return n * 2\n")
    wrong = await judge(grader, exercise, "def double(n):\n    return 42\n")

    assert verdicts(right) == dict.fromkeys(right, "passed")
    points = {name: check.points for name, check in right.items()}
    assert points == {
        "called[1]": 2.5,
        "called[2]": 4,
        "awaited": 1,
        "later": 2,
        "with_own_clock": 1,
    }
    assert [name for name, check in right.items() if check.hidden] == ["called[1]", "called[2]"]
    assert verdicts(wrong) == {
        "called[1]": "passed",
        "called[2]": "failed",
        "awaited": "failed",
        "later": "not_run",
        "with_own_clock": "failed",
    }
    assert "with own clock" in wrong["later"].message.en


REFUSED = """
import unittest
from unittest.mock import patch
import pytest_asyncio
from task import double

@pytest_asyncio.fixture
async def opened():
    return 1

def test_sync(solution): ...

class TestGroup:
    async def test_method(self, conductor): ...

class Old(unittest.TestCase):
    async def test_unit(self, clock): ...

    @patch("time.time")
    def test_patched(self, clock): ...

async def test_opened(solution, opened): ...
"""
REFUSALS = [
    "test_sync recibe solution, del kit, y no es una corrutina",
    "test_method recibe conductor, del kit, y es un método",
    "test_unit recibe clock, del kit, y es un método",
    "test_opened recibe fixtures del kit y también opened",
]


@in_the_loop
async def test_what_cannot_be_combined_is_refused_by_name(grader: Grader, tmp_path: Path) -> None:
    exercise = one_test(tmp_path, REFUSED)
    inside = one_test(tmp_path / "inside", "async def test_it(solution): ...\n")
    manifest = inside.folder / "exercise.toml"
    manifest.write_text('trust = "inside"\n' + manifest.read_text("utf-8"), "utf-8")

    with pytest.raises(GradingOutage) as refused:
        await judge(grader, exercise, "")
    with pytest.raises(GradingOutage, match="not inside the sandbox"):
        await judge(grader, load_exercise(inside.folder), "")

    cause = refused.value.__cause__
    assert isinstance(cause, SuiteError)
    lines = cause.words.es.splitlines()
    assert len(lines) == len(REFUSALS)
    assert [words in line for words, line in zip(REFUSALS, lines, strict=True)] == [True] * 4


@in_the_loop
async def test_a_check_of_the_kit_cannot_take_an_import_for_an_answer(
    grader: Grader, tmp_path: Path
) -> None:
    suite = "from task import double\n\nasync def test_it(solution):\n    assert not double(2)\n"

    with pytest.raises(GradingOutage, match="reaches the program by `solution` alone") as refused:
        await judge(grader, one_test(tmp_path, suite), "def double(n):\n    return 4\n")

    cause = refused.value.__cause__
    assert isinstance(cause, SuiteError)
    assert "ahí llega al programa solo con `solution`" in cause.words.es
    assert "test_task.py" in cause.words.es


@pytest.mark.parametrize("way", [(), ("--together",)])
def test_suite_test_shows_both_kinds(tmp_path: Path, way: tuple[str, ...]) -> None:
    exercise = exercise_of(PRICES, tmp_path)
    submission = tmp_path / "prices.py"
    submission.write_text(ONE_BY_ONE, "utf-8")

    done = run_suite_test(exercise.folder, submission, *way)

    assert done.returncode == 1, done.stdout + done.stderr
    assert "✗   0/3  Asks for all prices at once" in done.stdout
    assert "prices: 4/7 points" in done.stdout
    assert "1 failed, 4 passed" in done.stdout

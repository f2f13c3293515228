"""An imported suite is graded as it is: on its solution, and with the points that it names."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from graders.catalogue.files import check_files
from graders.catalogue.manifest import Exercise, load_exercise
from graders.report import Verdict
from tests.fixtures.sandbox import RUNTIME
from tests.worker.importing.folders import LEAP, make_folder
from worker.authoring.importing.folder import read_brought
from worker.authoring.importing.plan import make_plan
from worker.authoring.importing.trial import explain_outage, try_out
from worker.authoring.importing.writing import write_exercise
from worker.grading.grade import Grader
from worker.grading.suite_errors import EARLY, SuiteError
from worker.outages import GradingOutage, Outage

pytestmark = pytest.mark.asyncio(loop_scope="session")

GRADESCOPE = '''import unittest

from gradescope_utils.autograder_utils.decorators import number, visibility, weight
from leap import leap_year


class LeapTest(unittest.TestCase):
    @weight(4)
    @number("1.1")
    def test_every_fourth(self):
        """Every fourth year is one."""
        self.assertTrue(leap_year(1996))

    @weight(0)
    @visibility("after_published")
    def test_wrong(self):
        self.assertTrue(leap_year(1997))
'''
MARKED = """import pytest
from helper import YEARS
from leap import leap_year


@pytest.mark.points(3)
def test_marked():
    assert leap_year(YEARS[0])


@pytest.mark.hidden
@pytest.mark.parametrize("year", YEARS)
def test_shared(year):
    assert leap_year(year)


def test_unmarked():
    print("x" * 100_000)
    assert leap_year(2024)
"""
SHARED = '{"tests": [{"run": "pytest -k test_shared", "points": 5}]}'


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def grader() -> AsyncIterator[Grader]:
    async with Grader(runtime=RUNTIME, name="tests") as grader:
        yield grader


def _import(tmp_path: Path, files: dict[str, str]) -> Exercise:
    return _import_folder(make_folder(tmp_path, "leap", {"leap.py": LEAP, **files}), tmp_path)


def _import_folder(folder: Path, tmp_path: Path) -> Exercise:
    return load_exercise(write_exercise(make_plan(read_brought([folder])), tmp_path / "exercises"))


async def test_decorators_of_gradescope_are_marks_and_a_failure_is_explained(
    tmp_path: Path, grader: Grader
) -> None:
    exercise = _import(tmp_path, {"test_leap.py": GRADESCOPE})

    trial = await try_out(exercise, grader)

    assert trial.solution
    first, wrong = trial.solution.checks
    assert (first.title.en, first.points) == ("1.1 Every fourth year is one.", 4)
    assert (wrong.verdict, wrong.max_points, wrong.hidden) == (Verdict.FAILED, 0, True)
    (fault,) = trial.describe_faults(exercise)
    assert fault.en.startswith("LeapTest.wrong: with the solution the verdict is “failed”")
    assert fault.en.endswith("Mend the solution or the test.")
    assert trial.starter
    assert trial.starter.points == 0


async def test_marks_of_pytest_and_the_manifest_say_what_a_check_is_worth(
    tmp_path: Path, grader: Grader
) -> None:
    files = {
        "test_leap.py": MARKED,
        "helper.py": "YEARS = [1996, 2000]\n",
        "autograding.json": SHARED,
    }
    exercise = _import(tmp_path, files)

    trial = await try_out(exercise, grader)

    assert trial.describe_faults(exercise) == []
    assert trial.solution
    worth = {check.name: (check.max_points, check.hidden) for check in trial.solution.checks}
    assert worth == {
        "marked": (3, False),
        "shared[1996]": (2.5, True),
        "shared[2000]": (2.5, True),
        "unmarked": (1, False),
    }


async def test_an_imported_conftest_runs_confined_or_not_at_all(
    tmp_path: Path, grader: Grader
) -> None:
    writes = "from pathlib import Path\n\nPath(__file__).with_name('made').write_text('outside')\n"
    exercise = _import(tmp_path, {"conftest.py": writes, "test_leap.py": MARKED})

    await try_out(exercise, grader)

    assert not (exercise.folder / "made").exists()


async def test_what_the_solution_uses_of_what_lies_beside_the_tests_is_given_to_it(
    tmp_path: Path, grader: Grader
) -> None:
    files = {
        "leap.py": "import rules\n\n\ndef leap_year(year):\n    pass\n",
        "leap_solution.py": "from rules import is_leap\n\n\ndef leap_year(year):\n"
        "    with open('years.txt', encoding='utf-8') as years:\n"
        "        return year in map(int, years) or is_leap(year)\n",
        "rules.py": "from centuries import FOURTH\n\n\ndef is_leap(year):\n"
        "    return year % 4 == 0 and (year % 100 != 0 or year % FOURTH == 0)\n",
        "centuries.py": "FOURTH = 400\n",
        "years.txt": "1996\n1997\n",
        "test_utils.py": "YEARS = [1996, 2000]\n",
        "test_leap.py": "from rules import is_leap\nfrom test_utils import YEARS\n"
        "from leap import leap_year\n\n\ndef test_helped():\n"
        "    assert all(map(leap_year, YEARS)) and all(map(is_leap, YEARS))\n\n\n"
        "def test_listed():\n    assert leap_year(1997) and not leap_year(1998)\n",
    }
    exercise = _import(tmp_path, files)

    trial = await try_out(exercise, grader)

    assert exercise.given == ("centuries.py", "rules.py", "years.txt")
    assert [fault.en for fault in trial.describe_faults(exercise)] == []
    assert trial.starter
    assert {check.verdict for check in trial.starter.checks} == {Verdict.FAILED}


LOOKS_INSIDE = """import inspect

from leap import leap_year


def test_plain():
    assert leap_year(2024)


def test_signature():
    assert list(inspect.signature(leap_year).parameters) == ["year"]


def test_wrong():
    assert leap_year(2023)
"""


async def test_a_test_that_passes_inside_only_is_proposed_for_it_by_name(
    tmp_path: Path, grader: Grader
) -> None:
    exercise = _import(tmp_path, {"test_leap.py": LOOKS_INSIDE})

    trial = await try_out(exercise, grader)

    assert trial.inside == ("signature",)
    advice = " ".join(words.en for words in trial.describe_advice())
    assert "cannot be carried outside: signature. " in advice
    assert 'trust = "inside"' in advice
    assert not load_exercise(exercise.folder).is_inside


FORKS = """import multiprocessing
import os

from leap import leap_year

{module}

def test_forks():
    assert leap_year(2024)
    os.fork()


def test_multiprocessing():
    process = multiprocessing.get_context("fork").Process(target=print)
    process.start()
    process.join()


def test_other():
    assert leap_year(2024)
"""


async def test_a_suite_that_forks_is_refused_and_no_other_test_suffers(
    tmp_path: Path, grader: Grader
) -> None:
    suite = {"test_leap.py": FORKS.format(module="")}
    at_once = {"test_leap.py": FORKS.format(module="os.fork()")}
    exercise, broken = _import(tmp_path, suite), _import(tmp_path / "at_once", at_once)

    trial, none = await try_out(exercise, grader), await try_out(broken, grader)

    first, second = trial.describe_faults(exercise)
    assert first.en.startswith("forks: with the solution the verdict is “failed”")
    assert second.en.startswith("multiprocessing: with")
    assert "a suite may start no process: leave this test out" in first.en
    assert "a suite may start no process: leave this test out" in second.en
    assert trial.solution
    assert trial.solution.checks[2].verdict is Verdict.PASSED
    assert "una suite no puede crear procesos: quita esta prueba" in first.es
    (fault,) = none.describe_faults(broken)
    assert "a suite may start no process: leave this test out" in fault.en
    assert "test_leap.py" in fault.en


def _notebook(area: str, count: str) -> str:
    """Return a notebook of nbgrader: two functions, each with a test under it."""
    cells = []
    for name, body in (("area", area), ("count", count)):
        test = {"grade": True, "solution": False, "grade_id": f"test_{name}", "points": 2}
        code = f"def {name}(x):\n    ### BEGIN SOLUTION\n    {body}\n    ### END SOLUTION\n"
        cells += [
            {"cell_type": "code", "source": code, "metadata": {}},
            {
                "cell_type": "code",
                "source": f"assert {name}(3) == 9\n",
                "metadata": {"nbgrader": test},
            },
        ]
    return json.dumps({"cells": cells, "nbformat": 4})


async def test_a_student_of_an_nbgrader_notebook_hands_in_the_notebook(
    tmp_path: Path, grader: Grader
) -> None:
    brought = {"hw.ipynb": _notebook("return x * x", "return x + 6")}
    exercise = _import_folder(make_folder(tmp_path, "hw", brought), tmp_path)
    handed_in = _notebook("return x + x", "return x + 6").encode()

    trial = await try_out(exercise, grader)
    report = await grader.grade(exercise, check_files(exercise, [("mine.ipynb", handed_in)]))

    assert trial.describe_faults(exercise) == []
    verdicts = {check.name: (check.verdict, check.points) for check in report.checks}
    assert verdicts == {"area": (Verdict.FAILED, 0), "count": (Verdict.PASSED, 2)}


def _outage(kind: Outage) -> GradingOutage:
    outage = GradingOutage("the judge", kind)
    outage.__cause__ = SuiteError(EARLY, kind)
    return outage


async def test_a_suite_that_ends_its_process_is_explained() -> None:
    ended = explain_outage(_outage(Outage.JUDGE))
    broken = explain_outage(_outage(Outage.SUITE_BROKEN))

    assert ended
    assert "the judge ended before it was done. Look for a test that ends" in ended.en
    assert "os._exit()" in ended.es
    assert broken
    assert broken.en == "The suite does not run: the judge ended before it was done."
    assert explain_outage(_outage(Outage.NO_ROOM)) is None
    assert explain_outage(GradingOutage("no sandbox", Outage.SANDBOX)) is None

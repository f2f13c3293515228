"""A folder with cases of a program becomes an exercise that runs the program with each."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from graders.catalogue.manifest import Exercise, load_exercise
from graders.report import CheckResult, Verdict
from tests.fixtures.sandbox import RUNTIME
from tests.worker.importing.folders import make_folder
from worker.authoring.importing.folder import read_brought
from worker.authoring.importing.plan import make_plan
from worker.authoring.importing.writing import write_exercise
from worker.grading.grade import Grader

in_the_graders_loop = pytest.mark.asyncio(loop_scope="module")
# What it prints is as the last case shows; blanks and ends of lines differ.
MEAN = "numbers = [float(n) for n in input().split()]\nprint('mean')\nprint(sum(numbers) / 3)\n"
FILES = {
    "cases/1.in": "1 2 3\n",
    "cases/1.out": "mean\n2.0\n",
    "cases/one-third.in": "0 0 1\n",
    "cases/one-third.out": "mean  \n0.333333\n\n",
    "cases/README.md": "Not a case.",
    "main.py": MEAN,
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def grader() -> AsyncIterator[Grader]:
    async with Grader(runtime=RUNTIME, name="tests") as grader:
        yield grader


def bring(tmp_path: Path, options: str = "") -> Exercise:
    plan = make_plan(read_brought([make_folder(tmp_path, "mean", FILES)]))
    folder = write_exercise(plan, tmp_path / "exercises")
    suite = load_exercise(folder).suite
    if options:
        suite.write_text(suite.read_text("utf-8").replace('"cases")', f'"cases", {options})'))
    return load_exercise(folder)


async def judge(grader: Grader, exercise: Exercise, source: str) -> dict[str, CheckResult]:
    report = await grader.grade(exercise, {exercise.files[0]: source.encode()})
    return {check.name: check for check in report.checks}


def test_the_program_is_the_solution_and_the_cases_lie_beside_the_suite(tmp_path: Path) -> None:
    exercise = bring(tmp_path)

    assert exercise.files == ("main.py",)
    assert exercise.reference == {"main.py": MEAN.encode()}
    assert (exercise.folder / "cases" / "one-third.in").read_text("utf-8") == "0 0 1\n"


def test_every_case_is_a_check_whatever_its_name_and_folder(tmp_path: Path) -> None:
    names = ["easy/a-1", "easy/a_1", 'hard/it"s {x}']
    files = {f"{name}.{end}": "1\n" for name in names for end in ("in", "out")}

    plan = make_plan(read_brought([make_folder(tmp_path, "many", {**files, "main.py": MEAN})]))
    suite = load_exercise(write_exercise(plan, tmp_path / "exercises")).suite.read_text("utf-8")

    assert plan.tests == ("test_easy_a_1", "test_easy_a_1_2", "test_hard_it_s__x")
    assert [name for name in names if f"solution, {name!r})" not in suite] == []
    compile(suite, "suite", "exec")


@in_the_graders_loop
async def test_of_much_output_the_difference_shows_where_it_begins(
    grader: Grader, tmp_path: Path
) -> None:
    files = {"cases/1.in": "", "cases/1.out": "x\n" * 150 + "y\n", "main.py": "pass\n"}
    plan = make_plan(read_brought([make_folder(tmp_path, "much", files)]))
    exercise = load_exercise(write_exercise(plan, tmp_path / "exercises"))

    longer = await judge(grader, exercise, "print('x\\n' * 150 + 'z\\n' * 900)")

    shown = longer["1"].message.en.partition("printed):\n")[2].splitlines()
    assert shown[:4] == [" x", " x", "-y", "+z"]
    assert shown[-1] == "…"


@in_the_graders_loop
async def test_what_counts_is_what_the_suite_says(grader: Grader, tmp_path: Path) -> None:
    strict = await judge(grader, bring(tmp_path / "strict"), MEAN)
    near = bring(tmp_path / "near", "tolerance=1e-5, any_spaces=True")
    in_one_line = MEAN.replace("print('mean')", "print('mean', end='   ')")
    passed = await judge(grader, near, in_one_line)
    wrong = await judge(grader, near, MEAN.replace("/ 3", "/ 2"))

    assert strict["1"].message.en == ""
    assert [check.verdict for check in strict.values()] == [Verdict.PASSED, Verdict.FAILED]
    assert {check.verdict for check in passed.values()} == {Verdict.PASSED}
    assert {check.verdict for check in wrong.values()} == {Verdict.FAILED}
    assert wrong["1"].message.en == (
        "Your program has not printed what is expected.\nIt was given:\n1 2 3\n"
        "Difference (“-” expected, “+” printed):\n mean\n-2.0\n+3.0"
    )
    assert "Leyó:\n1 2 3" in wrong["1"].message.es


@in_the_graders_loop
async def test_a_program_that_fails_or_prints_nothing_has_its_own_message(
    grader: Grader, tmp_path: Path
) -> None:
    exercise = bring(tmp_path)

    silent = await judge(grader, exercise, "")
    raising = await judge(grader, exercise, "input()\nint('x')\n")
    asking = await judge(grader, exercise, "input()\ninput()\n")

    assert "printed nothing" in silent["1"].message.en
    assert (raising["1"].verdict, raising["1"].line) == (Verdict.CRASHED, 2)
    assert (asking["1"].verdict, asking["1"].line) == (Verdict.CRASHED, 2)

"""Checks by the linter ruff: findings, attempts to hide from it, and whose fault what is."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from graders.catalogue.manifest import Exercise, load_exercise
from graders.kit.lint import Findings, Lint
from graders.report import CheckResult, Verdict
from tests.fixtures.sandbox import RUNTIME
from worker.grading.grade import Grader, GradingOutage
from worker.grading.linter import Linter, find_ruff
from worker.outages import Outage

pytestmark = pytest.mark.asyncio(loop_scope="module")
LINT = """
[[lint]]
rules = ["ASYNC", "RUF006"]
points = 2
"""
PLAIN = """from solution import double


def test_doubles():
    assert double(2) == 4
"""
KIT = """from graders.kit import Solution, Source, lint, points, title


async def test_doubles(solution: Solution) -> None:
    assert (await solution.call("double", 2)).must_return() == 4


@points(3)
@title(es="Tareas guardadas", en="Tasks are kept")
@lint("ASYNC", "RUF006")
def test_style() -> None: ...


@lint("RUF006")
def test_both(source: Source) -> None:
    source.must_use("asyncio.gather")
"""
CLEAN = "def double(n):\n    return 2 * n\n"
BLOCKS = CLEAN + "\n\nimport time\n\nasync def nap():\n    time.sleep(1){comment}\n"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def grader() -> AsyncIterator[Grader]:
    async with Grader(runtime=RUNTIME, name="tests") as grader:
        yield grader


def an_exercise(folder: Path, manifest: str, suite: str = PLAIN, style: str = "plain") -> Exercise:
    folder = folder / "task"
    folder.mkdir()
    (folder / "test_task.py").write_text(suite, "utf-8")
    (folder / "exercise.toml").write_text(f'style = "{style}"\n{manifest}', "utf-8")
    return load_exercise(folder)


async def judge(grader: Grader, exercise: Exercise, *sources: str) -> dict[str, CheckResult]:
    contents = [source.encode() for source in sources]
    report = await grader.grade(exercise, dict(zip(exercise.files, contents, strict=True)))
    return {check.name: check for check in report.checks}


async def test_a_few_lines_of_the_manifest_make_a_check_with_points_lines_and_words(
    grader: Grader, tmp_path: Path
) -> None:
    exercise = an_exercise(tmp_path, LINT)
    right = await judge(grader, exercise, CLEAN)
    wrong = await judge(
        grader,
        exercise,
        BLOCKS.format(comment="\n    open('x')\n    asyncio.create_task(nap())")
        + "import asyncio\n",
    )

    assert {name: check.verdict for name, check in right.items()} == {
        "doubles": Verdict.PASSED,
        "lint": Verdict.PASSED,
    }
    assert (right["lint"].points, right["lint"].max_points) == (2, 2)
    assert wrong["doubles"].verdict is Verdict.PASSED
    found = wrong["lint"]
    assert (found.verdict, found.points, found.line) == (Verdict.FAILED, 0, 8)
    assert found.message.en.splitlines()[0] == "The linter ruff finds 3 things:"
    assert "line 8, ASYNC251: `time.sleep()` stops the event loop" in found.message.en
    assert "línea 9, ASYNC230: `open()` en una corrutina bloquea" in found.message.es
    assert "line 10, RUF006: nobody keeps this task" in found.message.en


async def test_a_suite_of_the_kit_marks_its_checks(grader: Grader, tmp_path: Path) -> None:
    exercise = an_exercise(tmp_path, LINT, KIT, "kit")
    gathers = "import asyncio\n\nasync def main():\n    await asyncio.gather()\n"

    right = await judge(grader, exercise, CLEAN + gathers)
    wrong = await judge(grader, exercise, BLOCKS.format(comment=""))

    assert [check.verdict for check in right.values()] == [Verdict.PASSED] * 4
    assert list(right) == ["doubles", "style", "both", "lint"]
    verdicts = {name: check.verdict.value for name, check in wrong.items()}
    assert verdicts == {"doubles": "passed", "style": "failed", "both": "failed", "lint": "failed"}
    assert (wrong["style"].max_points, wrong["style"].line) == (3, 8)
    assert "does not use `asyncio.gather`" in wrong["both"].message.en


async def test_a_plain_suite_marks_its_tests_and_the_manifest_asks_for_uses(
    grader: Grader, tmp_path: Path
) -> None:
    suite = PLAIN + (
        "\n\nfrom graders.kit import lint\n\n\n@lint('F401')\ndef test_imports(source):\n"
        "    source.must_not_use('while')\n"
    )
    uses = (
        '[[lint]]\nname = "uses"\ntitle = { es = "Sin global", en = "No global" }\nhidden = true\n'
        'must_use = ["sum", "asyncio.gather"]\nmust_not_use = ["global"]\npoints = 0\n'
    )
    exercise = an_exercise(tmp_path, uses, suite)

    wrong = await judge(grader, exercise, CLEAN + "import os\n")
    other = await judge(grader, exercise, CLEAN + "while False:\n    sum([])\n")

    assert "line 3, F401: you import what you do not use" in wrong["imports"].message.en
    assert "does not use `sum` / `asyncio.gather`" in wrong["uses"].message.en
    assert (wrong["uses"].hidden, wrong["uses"].max_points) == (True, 0)
    assert wrong["uses"].title.en == "No global"
    assert "uses `while` in line 3" in other["imports"].message.en
    assert other["uses"].verdict is Verdict.PASSED


async def test_a_second_file_is_named(grader: Grader, tmp_path: Path) -> None:
    exercise = an_exercise(tmp_path, 'files = ["solution.py", "cook.py"]\n' + LINT)

    wrong = await judge(grader, exercise, CLEAN, BLOCKS.format(comment=""))

    assert (wrong["lint"].file, wrong["lint"].line) == ("cook.py", 8)
    assert "line 8 of cook.py, ASYNC251" in wrong["lint"].message.en


RULES = Lint(("ASYNC", "RUF006", "F401", "I001")).key
SILENCED = {
    "noqa": BLOCKS.format(comment="  # noqa"),
    "noqa of the rule": BLOCKS.format(comment="  # noqa: ASYNC251"),
    "noqa of the file": "# ruff: noqa\n# flake8: noqa\n" + BLOCKS.format(comment=""),
    "ignored line": BLOCKS.format(comment="  # ruff: ignore[ASYNC251]"),
    "ignored file": "# ruff: file-ignore[ASYNC251]\n" + BLOCKS.format(comment=""),
    "range": "# ruff: disable[ASYNC251]\n" + BLOCKS.format(comment=""),
    "isort": "# isort: skip_file\nimport sys\nimport os\nprint(os, sys)\n",
    "isort below many signs": f"{'#' * 200_000}\n# isort: skip_file\nimport sys\nimport os\n",
    "ruff's isort": "# ruff: isort: skip_file\nimport sys\nimport os\nprint(os, sys)\n",
}


async def look(source: bytes, linter: Linter | None = None) -> Findings:
    linter = linter or Linter(find_ruff())
    return Findings.from_dict((await linter.look([RULES], {"solution.py": source}))[RULES])


@pytest.mark.parametrize("name", SILENCED)
async def test_no_comment_switches_a_rule_off(name: str) -> None:
    async with asyncio.timeout(60):  # the worker's event loop is not held for minutes
        found = await look(SILENCED[name].encode())

    code = "I001" if "isort" in name else "ASYNC251"
    assert code in {finding.code for finding in found.shown}


async def test_settings_beside_the_file_or_the_program_are_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ruff.toml").write_text('lint.ignore = ["ASYNC"]\nexclude = ["*.py"]\n')
    (tmp_path / "pyproject.toml").write_text('[tool.ruff.lint]\nignore = ["ASYNC"]\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RUFF_OUTPUT_FILE", str(tmp_path / "out"))

    found = await look(BLOCKS.format(comment="").encode())

    assert "ASYNC251" in {finding.code for finding in found.shown}
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "source",
    [b"x = " + b"1+" * 100_000 + b"1", b"x = " + b"-" * 200_000 + b"1", b"\xff\xfe x"],
    ids=["sum", "signs", "no UTF-8"],
)
async def test_a_file_at_which_ruff_breaks_off_is_named(source: bytes) -> None:
    assert (await look(source)).unread == "solution.py"


async def test_of_a_huge_file_the_first_findings_are_shown(grader: Grader, tmp_path: Path) -> None:
    exercise = an_exercise(tmp_path, '[[lint]]\nrules = ["F401", "F811"]\n')
    source = CLEAN + "import os\n" * 20_000

    found = (await judge(grader, exercise, source))["lint"]

    assert found.message.en.startswith("The linter ruff finds more than 100 things; the first:")
    assert len(found.message.en.splitlines()) == 11
    assert len(json.dumps(found.to_dict())) < 10_000


async def test_the_rules_are_those_of_the_python_that_the_program_runs_on() -> None:
    source = {"solution.py": b"type Number = int\n"}
    old, new = [
        Findings.from_dict((await Linter(find_ruff()).look([RULES], source, python))[RULES])
        for python in ("3.11", "3.12")
    ]

    assert [finding.code for finding in old.shown] == ["invalid-syntax"]
    assert new.shown == ()


async def test_a_suite_that_runs_inside_has_checks_of_the_source(
    grader: Grader, tmp_path: Path
) -> None:
    exercise = an_exercise(tmp_path, 'trust = "inside"\n' + LINT)

    found = await judge(grader, exercise, BLOCKS.format(comment=""))

    assert found["doubles"].verdict is Verdict.PASSED
    assert (found["lint"].verdict, found["lint"].line) == (Verdict.FAILED, 8)


@pytest.mark.parametrize("style", ["plain", "kit"])
@pytest.mark.parametrize(
    "source", ["def double(:\n", "x = " + "(" * 3000, "x = 1\0\n"], ids=["syntax", "nested", "nul"]
)
async def test_what_python_cannot_read_fails(
    grader: Grader, tmp_path: Path, source: str, style: str
) -> None:
    exercise = an_exercise(tmp_path, LINT, PLAIN if style == "plain" else KIT, style)

    found = (await judge(grader, exercise, source))["lint"]

    assert found.verdict is Verdict.FAILED
    assert "invalid-syntax: Python cannot read this: " in found.message.en


async def test_rules_that_ruff_does_not_know_are_the_suites_fault(
    grader: Grader, tmp_path: Path
) -> None:
    exercise = an_exercise(tmp_path, '[[lint]]\nrules = ["NOPE123"]\n')

    with pytest.raises(GradingOutage, match="Unknown rule selector `NOPE123`") as outage:
        await judge(grader, exercise, CLEAN)
    assert outage.value.kind is Outage.SUITE_BROKEN


async def test_a_linter_that_is_missing_is_our_fault_and_no_verdict(tmp_path: Path) -> None:
    exercise = an_exercise(tmp_path, LINT)

    async with Grader(runtime=RUNTIME, name="tests", linter=Linter(None)) as grader:
        with pytest.raises(GradingOutage, match="not installed here") as outage:
            await judge(grader, exercise, CLEAN)
    assert outage.value.kind is Outage.OTHER


async def test_a_linter_that_does_not_start_is_our_fault(tmp_path: Path) -> None:
    exercise = an_exercise(tmp_path, LINT)

    linter = Linter(tmp_path / "nowhere")
    async with Grader(runtime=RUNTIME, name="tests", linter=linter) as grader:
        with pytest.raises(GradingOutage, match="did not start"):
            await judge(grader, exercise, CLEAN)


async def test_options_of_ruff_are_the_teachers(grader: Grader, tmp_path: Path) -> None:
    lint = '[[lint]]\nrules = ["C901"]\noptions = { "mccabe.max-complexity" = 1 }\n'
    exercise = an_exercise(tmp_path, lint)

    found = await judge(grader, exercise, CLEAN + "def odd(n):\n    if n:\n        return 1\n")

    assert "line 3, C901: this function has too many paths" in found["lint"].message.en


async def test_a_name_that_the_suite_has_already_is_refused(grader: Grader, tmp_path: Path) -> None:
    exercise = an_exercise(tmp_path, '[[lint]]\nname = "doubles"\nrules = ["ASYNC"]\n')

    with pytest.raises(GradingOutage, match="has a test test_doubles already"):
        await judge(grader, exercise, CLEAN)

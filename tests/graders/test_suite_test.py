"""`suite test` is plain pytest: the real sandbox, pytest's own reports and exit code."""

import os
import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from semaforo.suite import create_exercise_folder
from tests.fixtures.command import fork_command

ROOT = Path(__file__).parents[2]
SECONDS = 120
GATHER = ROOT / "graders" / "exercises" / "gather"
REFERENCE = GATHER / "reference.py"


def run_suite_test(
    *arguments: str | Path, cwd: Path = ROOT, language: str = "en_US.UTF-8"
) -> "subprocess.CompletedProcess[str]":
    words = ["suite", "test", *map(str, arguments)]
    settings = {**os.environ, "LC_ALL": language, "COLUMNS": "100"}
    return subprocess.CompletedProcess(words, *fork_command(words, settings, cwd, SECONDS))


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """An exercise outside the project."""
    return create_exercise_folder("mi-saludo", tmp_path)


def elsewhere(made: Path, sample: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    submission = str(made / "samples" / f"{sample}.py")
    return run_suite_test(made, submission, *arguments, cwd=made)


def test_a_right_file_passes_with_all_points() -> None:
    done = run_suite_test("gather", REFERENCE)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "gather: 10/10 points" in done.stdout
    assert "✓   3/3  The other form asks for all at once" in done.stdout
    assert "6 passed" in done.stdout


@pytest.mark.parametrize("way", [(), ("--together",)])
def test_a_wrong_file_fails_with_a_message_and_the_evidence(way: tuple[str, ...]) -> None:
    sample = GATHER / "samples" / "wrong_sequential.py"
    done = run_suite_test("gather", sample, *way, language="es_ES.UTF-8")

    assert done.returncode == 1, done.stdout + done.stderr
    assert "antes de pedir la siguiente" in " ".join(done.stdout.split())
    assert "Lo que se vio" in done.stdout
    assert "tarea_lenta 1: asked 'Tarea 1', 2" in done.stdout
    assert "✗   0/3  La forma paralela pide las tres a la vez" in done.stdout
    assert "1 failed, 5 passed" in done.stdout


@pytest.mark.parametrize("way", [(), ("--together",)])
def test_a_plain_assertion_shows_both_sides(made: Path, way: tuple[str, ...]) -> None:
    suite = made / "test_mi_saludo.py"
    plain = 'assert run.evidence.width("saludar") == 3'
    suite.write_text(suite.read_text().replace("run.must_have_overlapped(saludar, 3)", plain))

    done = elsewhere(made, "wrong_sequential", *way)

    assert done.returncode == 1, done.stdout + done.stderr
    assert "assert 1 == 3" in done.stdout
    assert "where 1 = width('saludar')" in done.stdout
    assert f">       {plain}" in done.stdout or f">   {plain}" in done.stdout
    # What needs that check is not run, and says so.
    assert "Not run because “All greetings are asked for at once” did not pass" in done.stdout


def test_marks_are_shown_to_the_author(made: Path) -> None:
    done = elsewhere(made, "wrong_sequential")

    assert "(2) `asyncio.gather()` waits for several coroutines together." in done.stdout
    assert "Errors are not hidden (hidden)" in done.stdout


def test_pytests_own_options_work(made: Path) -> None:
    chosen = elsewhere(made, "wrong_sequential", "-k", "order or errors")
    first = elsewhere(made, "wrong_sequential", "-x")
    listed = elsewhere(made, "wrong_sequential", "--collect-only", "-q")

    # What was not chosen is nobody's obstacle.
    assert "2 passed, 1 deselected" in chosen.stdout
    assert "stopping after 1 failures" in first.stdout
    assert "test_order" in listed.stdout
    assert listed.returncode == 0


def test_a_suite_that_breaks_shows_where(made: Path) -> None:
    suite = made / "test_mi_saludo.py"
    suite.write_text(suite.read_text().replace("run.must_have_overlapped", "run.must_overlap"))

    done = elsewhere(made, "right_task_group")

    assert done.returncode == 1
    assert done.stderr == ""
    assert "AttributeError: 'Run' object has no attribute 'must_overlap'" in done.stdout
    assert "? " in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("gather",), 2, "Name the files"),
        (("gather", "-v", REFERENCE), 2, "Name the files"),
        (("nothing", REFERENCE), 2, "There is no exercise"),
        (("gather", "missing.py"), 4, "No such file"),
        (("gather", REFERENCE, REFERENCE), 4, "two files"),
        (("gather", REFERENCE, "--no-such-option"), 4, "unrecognized arguments"),
    ],
)
def test_files_that_cannot_be_judged_are_a_usage_error(
    arguments: tuple[str | Path, ...], code: int, words: str
) -> None:
    done = run_suite_test(*arguments)

    assert done.returncode == code
    assert words in done.stderr


def test_a_suite_that_does_not_load_is_an_error_of_collection(made: Path) -> None:
    (made / "test_mi_saludo.py").write_text("import no_such_module\n")

    done = elsewhere(made, "right_task_group")

    assert done.returncode == 2
    assert "No module named 'no_such_module'" in done.stdout
    assert "1 error" in done.stdout


def test_reports_for_other_programs_say_why(made: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.xml"

    elsewhere(made, "wrong_sequential", f"--junitxml={report}")

    suite = ElementTree.parse(report).getroot()[0]
    failures = [failure.get("message", "") for failure in suite.iter("failure")]
    assert (suite.get("tests"), suite.get("failures")) == ("3", "2")
    assert "never more than" in failures[0]


def test_comparisons_and_local_variables_are_shown_as_pytest_shows_them(made: Path) -> None:
    suite = made / "test_mi_saludo.py"
    plain = 'names = ["Ana"]\n    assert names == ["Eva"]'
    suite.write_text(suite.read_text().replace("run.must_have_overlapped(saludar, 3)", plain))

    done = elsewhere(made, "wrong_sequential", "-l")

    assert "At index 0 diff: 'Ana' != 'Eva'" in done.stdout
    assert re.search(r"^names +\= \['Ana'\]$", done.stdout, re.MULTILINE)
    assert f"{suite}:" in done.stdout


@pytest.mark.parametrize("way", [(), ("--together",)])
def test_a_promise_about_all_checks_speaks_of_those_that_are_run(way: tuple[str, ...]) -> None:
    loop = Path(__file__).parent / "exercises" / "loop"
    sample = loop / "samples" / "wrong_in_another.py"

    whole = run_suite_test(loop, sample, *way)
    alone = run_suite_test(loop, sample, *way, "-k", "nothing_blocks")

    assert "2 failed, 3 passed" in whole.stdout, whole.stdout
    assert "It was seen in the check “Asks for two”" in " ".join(whole.stdout.split())
    # The points are in the suite's order, whatever was run last.
    assert whole.stdout.index("0/2  Nothing blocks") < whole.stdout.index("1/1  Asks for two")
    assert "1 passed" in alone.stdout

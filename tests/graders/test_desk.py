"""A suite is plain pytest at a desk: the real sandbox, pytest's own reports and exit code."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from semaforo.suite import make_folder

ROOT = Path(__file__).parents[2]
GATHER = "graders/gather"
REFERENCE = f"{GATHER}/reference.py"


def desk(
    *arguments: str, cwd: Path = ROOT, language: str = "C.UTF-8"
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": language, "COLUMNS": "100"},
    )


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """An exercise outside the project."""
    return make_folder("mi-saludo", tmp_path)


def elsewhere(made: Path, sample: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    submission = str(made / "samples" / f"{sample}.py")
    return desk("-p", "worker.desk", str(made), "--submission", submission, *arguments, cwd=made)


def test_a_right_file_passes_with_all_points() -> None:
    done = desk(GATHER, "--submission", REFERENCE)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "gather: 10/10 points" in done.stdout
    assert "✓   3/3  The other form asks for all at once" in done.stdout
    assert "6 passed" in done.stdout


@pytest.mark.parametrize("way", [(), ("--together",)])
def test_a_wrong_file_fails_with_words_and_what_was_seen(way: tuple[str, ...]) -> None:
    sample = f"{GATHER}/samples/wrong_sequential.py"
    done = desk(GATHER, "--submission", sample, *way, language="es_ES.UTF-8")

    assert done.returncode == 1, done.stdout + done.stderr
    assert "antes de pedir la siguiente" in done.stdout
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
    assert "first this must hold: “All greetings are asked for at once”" in done.stdout


def test_marks_are_shown_to_the_author(made: Path) -> None:
    done = elsewhere(made, "wrong_sequential")

    assert "(2) asyncio.gather() awaits several coroutines together." in done.stdout
    assert "Errors are not hidden (hidden)" in done.stdout


def test_what_pytest_has_works(made: Path) -> None:
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
    ("arguments", "words"),
    [
        ((GATHER,), "--submission FILE"),
        ((GATHER, "--submission", "missing.py"), "No such file"),
        (("graders", "--submission", REFERENCE), "one exercise"),
        ((GATHER, "--submission", REFERENCE, "--submission", REFERENCE), "two files"),
    ],
)
def test_what_cannot_be_judged_is_a_usage_error(arguments: tuple[str, ...], words: str) -> None:
    done = desk(*arguments)

    assert done.returncode == 4
    assert words in done.stderr

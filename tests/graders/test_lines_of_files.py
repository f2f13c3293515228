"""A line belongs to a file: the exercise's first, which is not named, or another, which is."""

from pathlib import Path
from typing import Any

import pytest

from graders.catalogue.manifest import load_exercise
from graders.kit import wire
from graders.kit.kernel.stack import Stack, parse_stacks
from graders.kit.messages.explain import explain_outcome
from graders.kit.program.outcome import CodeLocation, Ending, Outcome, Reported
from graders.report import CheckResult, Report, Verdict
from graders.text import Text
from graders.text_report import find_common_failure, format_report
from tests.graders.conftest import graded
from tests.graders.message_rules import without_marks
from worker.grading.grade import Grader

EXERCISE = load_exercise(Path(__file__).parent / "exercises" / "dos-archivos")
SAMPLES = EXERCISE.folder / "samples"
SOLUTION = EXERCISE.reference["solution.py"]
IN_LOOP = "async def pedir(clave, consulta):\n"


def _line(form: Any) -> tuple[int | None, str]:
    line = wire.parse_line(form)
    return line, wire.file_of(line)


def test_a_line_of_the_first_file_is_a_number_and_of_another_names_it() -> None:
    assert wire.encode_line(7, "a.py", "a.py") == 7
    assert wire.encode_line(7, "b.py", "a.py") == [7, "b.py"]
    assert wire.encode_line(None, "b.py", "a.py") is None
    assert _line(7) == (7, "")
    assert _line([7, "b.py"]) == (7, "b.py")


@pytest.mark.parametrize(
    "form",
    [
        *(0, -1, 1_000_000, True, 7.0, "7", None, {}, [], [7], [7, "b.py", 1], ["7", "b.py"]),
        *([True, "b.py"], [0, "b.py"], [7, ""], [7, "b"], [7, "../b.py"], [7, "<b>.py"]),
        *([7, "b.py\n"], [7, "b" * 99 + ".py"], [7, None], [7, ["b.py"]]),
    ],
    ids=repr,
)
def test_what_is_no_line_is_none(form: Any) -> None:
    assert wire.parse_line(form) is None


def test_a_line_of_another_file_is_shown_with_it_in_both_languages() -> None:
    words = Text("la línea {line}: {n}", "line {line}: {n}")

    assert words.format(line=wire.SourceLine(7, "b.py"), n=2) == Text(
        "la línea 7 de b.py: 2", "line 7 of b.py: 2"
    )
    assert words.format(line=7, n=2) == Text("la línea 7: 2", "line 7: 2")
    assert f"{wire.SourceLine(7, 'b.py')}" == "7 (b.py)"


def test_a_stack_names_the_file_unless_it_is_the_first() -> None:
    head = "Stack (most recent call first):\n"
    frame = '  File "/w/{}", line 16 in main\n'
    stacks = [
        parse_stacks(head + frame.format(name), "a.py")[0] for name in ("a.py", "b.py", "<b>.py")
    ]

    assert stacks == [Stack(16, "main")] * 3
    assert [wire.file_of(stack.line) for stack in stacks] == ["", "b.py", ""]


def test_tasks_that_wait_at_one_number_in_two_files_are_both_named() -> None:
    places = (CodeLocation("f", 3), CodeLocation("f", wire.SourceLine(3, "b.py")))
    end = explain_outcome(Outcome(Ending.STUCK, reported=Reported(waiting=places)), "main")

    assert "`f` (línea 3), `f` (línea 3 de b.py)" in end.message.es
    assert "`f` (line 3), `f` (line 3 of b.py)" in end.message.en


@pytest.mark.parametrize(
    ("helper", "line", "words"),
    [
        (IN_LOOP + "    return 1 / 0\n", 2, "in line 2 of cocina.py: ZeroDivisionError"),
        (IN_LOOP + "    while True: pass\n", 2, "at line 2 of cocina.py."),
        ("import time\n" + IN_LOOP + "    time.sleep(99)\n", 3, "Line 3 of cocina.py blocked"),
        (
            "import asyncio\n" + IN_LOOP + "    await asyncio.Event().wait()\n",
            3,
            "line 3 of cocina.py",
        ),
        ("x = (\n", 1, "Python cannot read cocina.py, line 1:"),
        ("\nimport nada\n", 2, "cocina.py, line 2: ModuleNotFoundError"),
        ("\nraise SystemExit\n", 2, "(cocina.py, line 2)"),
        ("while True: pass\n", 1, "(line 1 of cocina.py)"),
    ],
)
@pytest.mark.asyncio(loop_scope="session")
async def test_a_message_names_the_file_of_its_line(
    grader: Grader, helper: str, line: int, words: str
) -> None:
    files = {"solution.py": SOLUTION, "cocina.py": helper.encode()}

    (check, _) = (await graded(grader, EXERCISE, files)).checks

    assert words in without_marks(check.message.en)
    assert (check.line, check.file) == (line, "cocina.py")


@pytest.mark.asyncio(loop_scope="session")
async def test_the_call_of_a_service_is_found_in_its_file(grader: Grader) -> None:
    files = EXERCISE.read_solution("samples/wrong_sequential")
    in_first = {"solution.py": b"async def pedir_todo(c, f):\n    return [await f(k) for k in c]\n"}

    (other, _) = (await graded(grader, EXERCISE, files)).checks
    (first, _) = (await graded(grader, EXERCISE, {**files, **in_first})).checks

    assert (other.line, other.file) == (2, "cocina.py")
    assert (first.line, first.file) == (2, "")


@pytest.mark.asyncio(loop_scope="session")
async def test_a_file_that_the_program_wrote_itself_has_no_line_to_link(grader: Grader) -> None:
    helper = b"from pathlib import Path\nPath('otro.py').write_text('def f(): return 1 / 0\\n')\n"
    helper += b"import sys\nsys.path.insert(0, '/w')\n"
    helper += b"async def pedir(clave, consulta):\n    import otro\n    otro.f()\n"

    (check, _) = (
        await graded(grader, EXERCISE, {"solution.py": SOLUTION, "cocina.py": helper})
    ).checks

    assert "line 1 of otro.py: `ZeroDivisionError" in check.message.en
    assert (check.line, check.file) == (None, "")


def _check(name: str, line: int, file: str) -> CheckResult:
    words = Text.same("the same")
    return CheckResult(name, words, Verdict.FAILED, 0, 1, message=words, line=line, file=file)


def test_a_stored_report_keeps_the_file_and_an_old_one_has_none() -> None:
    report = Report("x", "a", "b", "w", (_check("one", 7, "b.py"),))
    written = report.to_dict()
    assert Report.from_dict(written) == report
    assert report.to_json("en")["checks"][0]["file"] == "b.py"

    del written["checks"][0]["file"]
    assert Report.from_dict(written).checks[0] == _check("one", 7, "")


def test_checks_that_speak_of_two_files_are_not_alike() -> None:
    one, same, other = _check("a", 7, "b.py"), _check("b", 7, "b.py"), _check("c", 7, "")

    assert find_common_failure([one, same]) == one
    assert find_common_failure([one, other]) is None
    assert format_report(Report("x", "a", "b", "w", (one, same)), "en").count("b.py:7") == 1

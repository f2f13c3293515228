"""Every way a program can end is a verdict with a message; the next run is not affected."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from graders.catalogue.exercises import BUILT_IN
from graders.catalogue.files import check_files
from graders.catalogue.manifest import load_exercise
from graders.report import CheckResult, Report, Verdict
from tests.graders.conftest import graded
from tests.graders.message_rules import without_marks
from worker.grading.grade import Grader

GATHER = load_exercise(BUILT_IN / "gather")
REFERENCE = (GATHER.folder / "reference.py").read_text("utf-8")
SEQUENTIAL = REFERENCE.partition("async def ejemplo_paralelo")[0]


async def grade(grader: Grader, source: str | bytes) -> Report:
    content = source if isinstance(source, bytes) else source.encode()
    return await graded(grader, GATHER, check_files(GATHER, [("solution.py", content)]))


def check(report: Report, name: str = "all_at_once") -> CheckResult:
    return next(check for check in report.checks if check.name == name)


def paralelo(*lines: str, before: str = "") -> str:
    body = "\n    ".join(lines)
    return f"{before}\n{SEQUENTIAL}\nasync def ejemplo_paralelo(tarea_lenta):\n    {body}\n"


@dataclass(frozen=True)
class Case:
    source: str
    verdict: Verdict
    es: str
    en: str
    line: int | None = None
    output: str = ""


HUGE = "held = bytearray(2 << 30)"
LINE = SEQUENTIAL.count("\n") + 4
DEFINED = LINE - 1
CASES = {
    "syntax_error": Case("def ejemplo(:\n  pass", Verdict.NOT_RUN, "línea 1", "line 1", 1),
    "indentation": Case("if True:\npass", Verdict.NOT_RUN, "línea 2", "line 2", 2),
    "deeply_nested": Case("(" * 300 + ")" * 300, Verdict.NOT_RUN, "no entiende", "read", 1),
    "missing_function": Case(SEQUENTIAL, Verdict.NOT_RUN, "ejemplo_secuencial", "which defines"),
    "no_callable": Case(SEQUENTIAL + "ejemplo_paralelo = 3", Verdict.NOT_RUN, "No encuentro", "no"),
    "wrong_signature": Case(
        SEQUENTIAL + "async def ejemplo_paralelo(): pass",
        Verdict.CRASHED, "firma", "signature", DEFINED - 2,
    ),
    "error_at_import": Case("1 / 0", Verdict.NOT_RUN, "ZeroDivisionError", "line 1", 1),
    "missing_library": Case("import numpy", Verdict.NOT_RUN, "httpx", "you may import", 1),
    "exit_at_import": Case("import sys\nsys.exit(0)", Verdict.NOT_RUN, "sys.exit", "exited", 2),
    "exit_in_call": Case(paralelo("raise SystemExit"), Verdict.CRASHED, "return", "return", LINE),
    "raises": Case(paralelo("return {}['x']"), Verdict.CRASHED, "KeyError", "KeyError", LINE),
    "loop_at_import": Case("while True: pass", Verdict.TIMED_OUT, "línea 1", "line 1", 1),
    "loop_in_a_call": Case(
        paralelo("print('hola')", "while True: len('')"),
        Verdict.TIMED_OUT, f"línea {LINE + 1}", "still at", LINE + 1, "hola\n",
    ),
    "endless_output": Case(
        paralelo("while True: print('a' * 1000)"), Verdict.TOO_MUCH_OUTPUT, "print()", "print()",
        DEFINED,
    ),
    "two_gigabytes": Case(paralelo(HUGE), Verdict.OUT_OF_MEMORY, "memoria", "memory", LINE),
    "abort": Case(
        paralelo("os.abort()", before="import os"), Verdict.CRASHED, "ABRT", "ABRT", DEFINED
    ),
    "nested_run": Case(
        paralelo("return asyncio.run(ejemplo_secuencial(tarea_lenta))"),
        Verdict.CRASHED, "Usa await", "Use await", LINE,
    ),
    "another_loop": Case(
        paralelo("loop = asyncio.get_running_loop()", "loop.run_until_complete(asyncio.sleep(0))"),
        Verdict.CRASHED, "Usa await", "Use await", LINE + 1,
    ),
    "returns_tasks": Case(
        paralelo("return [asyncio.create_task(tarea_lenta(str(n), 2)) for n in range(3)]"),
        Verdict.FAILED, "espéralo con await", "await it before", DEFINED,
    ),
    "is_a_generator": Case(
        paralelo("yield await tarea_lenta('Tarea 1', 2)"),
        Verdict.FAILED, "usa return", "return", DEFINED,
    ),
    "await_in_a_plain_function": Case(
        "def f():\n return await g()", Verdict.NOT_RUN, "return await g()\nLa función", "async", 2
    ),
    "deep_result": Case(
        paralelo("value = []", "for _ in range(90): value = [value]", "return value"),
        Verdict.FAILED, "anidado", "nested", DEFINED,
    ),
    "endless_calls": Case(
        paralelo("while True: asyncio.ensure_future(tarea_lenta('x', 2)); await asyncio.sleep(0)"),
        Verdict.FAILED, "mil llamadas", "thousand calls", DEFINED,
    ),
    "stops_the_loop": Case(
        paralelo("asyncio.get_running_loop().stop()", "await asyncio.sleep(0.01)"),
        Verdict.FAILED, "no llamó nunca", "never called", DEFINED,
    ),
}  # fmt: skip


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
async def test_every_ending_is_a_verdict_with_a_message_and_affects_no_other_run(
    grader: Grader, case: Case
) -> None:
    result = check(await grade(grader, case.source))
    honest = await grade(grader, REFERENCE)

    assert (result.verdict, result.line) == (case.verdict, case.line)
    assert case.es in without_marks(result.message.es)
    assert case.en in without_marks(result.message.en)
    assert result.output == case.output or result.verdict is Verdict.TOO_MUCH_OUTPUT
    assert result.points == 0
    assert honest.all_passed


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("return None", "debía terminar con ValueError, y devolvió None"),
        (
            "return await asyncio.gather(*[tarea_lenta(f'Tarea {n}', 2) for n in (1, 2, 3)], "
            "return_exceptions=True)",
            "El servicio falló con ValueError y ejemplo_paralelo se lo calló",
        ),
        ("tarea_lenta('Tarea 1', 2)", "a corrutina tarea_lenta se creó"),
    ],
)
async def test_a_program_that_should_have_raised_gets_the_reason(
    grader: Grader, body: str, says: str
) -> None:
    result = check(await grade(grader, paralelo(body)), "error")

    assert result.verdict is Verdict.FAILED
    assert says in without_marks(result.message.es)


@pytest.mark.asyncio(loop_scope="session")
async def test_a_fork_bomb_ends_and_affects_no_other_run(grader: Grader) -> None:
    bomb = paralelo("while True:", "    os.fork()", before="import os")

    result = check(await grade(grader, bomb))
    honest = await grade(grader, REFERENCE)

    assert result.points == 0
    assert result.verdict is not Verdict.INCONCLUSIVE
    assert honest.all_passed


@pytest.mark.asyncio(loop_scope="session")
async def test_a_byte_order_mark_is_no_error(grader: Grader) -> None:
    assert (await grade(grader, b"\xef\xbb\xbf" + REFERENCE.encode())).all_passed


@pytest.mark.asyncio(loop_scope="session")
async def test_printed_output_is_kept_and_cut(grader: Grader) -> None:
    printing = "for n in range(9000): print(n)"
    report = await grade(grader, paralelo("print('hola')", printing, "return 3"))

    output = check(report, "order").output
    assert output.startswith("hola\n0\n1\n")
    assert len(output) < 66_000


@pytest.mark.asyncio(loop_scope="session")
async def test_evidence_lists_calls_with_their_times(grader: Grader) -> None:
    report = await grade(grader, REFERENCE)

    events = check(report).evidence
    assert [event.what for event in events] == ["asked"] * 3 + ["answered"] * 3
    assert [event.arguments for event in events[:3]] == [f"'Tarea {n}', 2" for n in (1, 2, 3)]
    assert all(0 <= a.at <= b.at for a, b in pairwise(events))


@pytest.mark.asyncio(loop_scope="session")
async def test_checks_are_reported_as_they_are_decided(grader: Grader) -> None:
    results: list[CheckResult] = []

    report = await grader.grade(
        GATHER, {"solution.py": REFERENCE.encode()}, on_check=results.append
    )

    assert sorted(c.name for c in results) == sorted(c.name for c in report.checks)
    assert report.suite_hash == GATHER.suite_hash


@pytest.mark.asyncio(loop_scope="session")
async def test_an_edited_suite_judges_the_next_run(grader: Grader, tmp_path: Path) -> None:
    folder = tmp_path / "gather"
    folder.mkdir()
    for file in GATHER.folder.glob("*.*"):
        (folder / file.name).write_bytes(file.read_bytes())
    exercise = load_exercise(folder)
    before = await grader.grade(exercise, {"solution.py": REFERENCE.encode()})

    suite = exercise.suite.read_text("utf-8")
    exercise.suite.write_text(suite.replace("@points(3)", "@points(5)"), "utf-8")
    after = await grader.grade(exercise, {"solution.py": REFERENCE.encode()})

    assert (before.max_points, after.max_points) == (10, 12)
    assert before.suite_hash != after.suite_hash

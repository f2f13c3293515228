"""Tries an imported exercise on its solution and its starter, and says what is wrong."""

import asyncio
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from graders.catalogue.manifest import MANIFEST, Exercise, load_exercise
from graders.report import CheckResult, Report, Verdict
from graders.text import Text
from graders.text_report import LABELS, find_location
from worker.authoring.deciding import SUITE_OUTAGES, grade_until_conclusive
from worker.grading.grade import Grader, GradingOutage
from worker.grading.suite_errors import SuiteError
from worker.outages import Outage

# Every test of ours together; a test that never ends would be tried again and again.
MOST_SECONDS: Final = 300.0
_MOST_NAMED: Final = 8
# The suite's fault or a busy machine's: it was tried several times by then.
_SOMETIMES_OUR: Final = (Outage.JUDGE, Outage.SUITE_PROCESS)


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of the solution and the starter.

    solution  Its report; None if there is no solution, or the suite does not run.
    starter   Its report; of an empty file, if there is no starter.
    broken    Why the suite does not run, if it does not.
    has_ended  Whether its process ended or hung.
    inside    Names of the tests that the solution passes only if they run in its interpreter.
    """

    solution: Report | None = None
    starter: Report | None = None
    broken: Text | None = None
    inside: tuple[str, ...] = ()
    has_ended: bool = False

    @property
    def is_undecided(self) -> bool:
        """Whether this machine could not decide."""
        reports = [report for report in (self.solution, self.starter) if report]
        return not all(report.is_conclusive for report in reports)

    def describe_faults(self, exercise: Exercise) -> list[Text]:
        """Return a sentence for each thing that must be mended, and how."""
        if self.broken:
            return [self.broken]
        return list(_faults_of(self.solution, exercise)) if self.solution else []

    def describe_advice(self) -> list[Text]:
        """Return a sentence for each thing that is not as it usually is."""
        advice = []
        if self.solution is None and self.broken is None:
            advice.append(_NO_SOLUTION)
        if self.starter and self.starter.all_passed:
            advice.append(_STARTER_PASSES)
        if self.inside:
            more = len(self.inside) - _MOST_NAMED
            names = ", ".join(self.inside[:_MOST_NAMED]) + (f" (+{more})" if more > 0 else "")
            advice.append(_INSIDE.format(names=names))
        return advice


async def try_out(exercise: Exercise, grader: Grader) -> Trial:
    """Grade the solution, if there is one, and the starter.

    What the solution does not pass is tried once more inside its own interpreter.

    Raises:
        GradingOutage: this machine has no sandbox, or is too busy.
    """
    trial = await _try_outside(exercise, grader)
    is_right = trial.solution is not None and trial.solution.all_passed
    if (
        is_right
        or trial.has_ended
        or not exercise.has_solution("reference")
        or not exercise.is_plain
    ):
        return trial
    return replace(trial, inside=await _pass_inside_only(exercise, grader, trial.solution))


async def _pass_inside_only(
    exercise: Exercise, grader: Grader, outside: Report | None
) -> tuple[str, ...]:
    before = _passed(outside) if outside else set()
    with TemporaryDirectory() as parent:
        inside = _copy_inside(exercise, Path(parent))
        try:
            async with asyncio.timeout(MOST_SECONDS):
                report = (await grade_until_conclusive(grader, inside, inside.reference)).report
        except (TimeoutError, GradingOutage):
            return ()
    passed = _passed(report)
    return tuple(check.name for check in report.checks if check.name in passed - before)


def _passed(report: Report) -> set[str]:
    return {check.name for check in report.checks if check.verdict is Verdict.PASSED}


def _copy_inside(exercise: Exercise, parent: Path) -> Exercise:
    """Return a copy of the exercise whose suite runs in the student's interpreter."""
    folder = parent / exercise.slug
    shutil.copytree(exercise.folder, folder)
    manifest = folder / MANIFEST
    manifest.write_text('trust = "inside"\n' + manifest.read_text("utf-8"), "utf-8")
    return load_exercise(folder)


async def _try_outside(exercise: Exercise, grader: Grader) -> Trial:
    try:
        async with asyncio.timeout(MOST_SECONDS):
            solution = None
            if exercise.has_solution("reference"):
                decision = await grade_until_conclusive(grader, exercise, exercise.reference)
                solution = decision.report
            files = {name: source.encode() for name, source in exercise.starter.items()}
            starter = (await grade_until_conclusive(grader, exercise, files)).report
    except TimeoutError:
        return Trial(broken=_TOO_LONG.format(minutes=round(MOST_SECONDS / 60)))
    except GradingOutage as outage:
        if why := explain_outage(outage):
            return Trial(broken=why, has_ended=outage.kind in _SOMETIMES_OUR)
        raise
    return Trial(solution, starter)


def explain_outage(outage: GradingOutage) -> Text | None:
    """Return what the teacher may do about it; None if it is nothing of the suite's."""
    cause = outage.__cause__
    if not isinstance(cause, SuiteError):
        return None
    if outage.kind in SUITE_OUTAGES:
        return _BROKEN.format(why=cause.words)
    return _ENDED.format(why=cause.words) if outage.kind in _SOMETIMES_OUR else None


def _faults_of(report: Report, exercise: Exercise) -> Iterator[Text]:
    limits = exercise.limits
    for check in report.checks:
        if check.verdict in (Verdict.PASSED, Verdict.INCONCLUSIVE):
            continue
        what = _HINTS.get(check.verdict, _MEND).format(
            seconds=f"{limits.wall_seconds:g}", memory=limits.memory_mib, output=limits.output_kib
        )
        yield _describe(check, exercise) + Text.same(" ") + what


def _describe(check: CheckResult, exercise: Exercise) -> Text:
    first = exercise.files[0]
    where = [find_location(check, language, first) for language in ("es", "en")]
    message = check.message
    return _FAILS.format(
        name=check.name,
        label=LABELS[check.verdict],
        where=Text(*(f" ({one})" if one else "" for one in where)),
        message=Text(_in_one_line(message.es), _in_one_line(message.en)),
    )


def _in_one_line(words: str) -> str:
    line = " ".join(words.split())
    return (line if len(line) <= 300 else line[:299] + "…") or "–"


_TOO_LONG: Final = Text(
    "Las pruebas no terminan en {minutes} minutos. Busca la que espera o calcula sin fin con "
    "semaforo suite test, y hazla más corta.",
    "The tests do not end within {minutes} minutes. Find the one that waits or computes for ever "
    "with semaforo suite test, and make it shorter.",
)
_BROKEN: Final = Text("La suite no funciona: {why}", "The suite does not run: {why}")
_ENDED: Final = Text(
    "La suite no funciona: {why} Busca una prueba que cierre el proceso, como os._exit(), o que lo "
    "haga fallar, y lo que tarde al leer el archivo; si no hay nada de eso, repite cuando esta "
    "máquina esté menos ocupada.",
    "The suite does not run: {why} Look for a test that ends the process, such as os._exit(), or "
    "crashes it, and for what takes long as the file is read; if there is none of that, repeat "
    "when this machine is less busy.",
)
_FAILS: Final = Text(
    "{name}: con la solución sale «{label}»{where}: {message}",
    "{name}: with the solution the verdict is “{label}”{where}: {message}",
)
_MEND: Final = Text("Corrige la solución o la prueba.", "Mend the solution or the test.")
_HINTS: Final = {
    Verdict.TIMED_OUT: Text(
        "Una prueba tiene {seconds} s: hazla más corta, o sube wall_seconds (hasta 60) y "
        "cpu_seconds en [limits] de exercise.toml.",
        "A test has {seconds} s: make it shorter, or raise wall_seconds (to 60 at most) and "
        "cpu_seconds under [limits] in exercise.toml.",
    ),
    Verdict.TOO_MUCH_OUTPUT: Text(
        "Se guardan {output} KiB: imprime menos, o sube output_kib en [limits] de exercise.toml.",
        "{output} KiB are kept: print less, or raise output_kib under [limits] in exercise.toml.",
    ),
    Verdict.OUT_OF_MEMORY: Text(
        "Tiene {memory} MiB: usa menos, o sube memory_mib en [limits] de exercise.toml.",
        "It has {memory} MiB: use less, or raise memory_mib under [limits] in exercise.toml.",
    ),
    Verdict.NOT_RUN: Text(
        "Si la prueba se omite a propósito, quítala de la suite.",
        "If the test is skipped on purpose, take it out of the suite.",
    ),
}
_NO_SOLUTION: Final = Text(
    "No hay solución: nada muestra que las pruebas acepten una correcta. Guarda la tuya como "
    "reference.py y ejecuta semaforo suite check.",
    "There is no solution: nothing shows that the tests accept a right one. Save yours as "
    "reference.py and run semaforo suite check.",
)
_INSIDE: Final = Text(
    "Estas pruebas miran dentro de los objetos y no se pueden llevar fuera: {names}. La solución "
    'las cumple con trust = "inside" en exercise.toml, que ejecuta la suite en el intérprete del '
    "estudiante: el resultado lo informa entonces su proceso, y puede falsearlo.",
    "These tests look into objects and cannot be carried outside: {names}. The solution passes "
    'them with trust = "inside" in exercise.toml, which runs the suite in the student\'s '
    "interpreter: the result is then reported by their process, which can forge it.",
)
_STARTER_PASSES: Final = Text(
    "El código inicial cumple todas las pruebas: no exigen nada todavía.",
    "The starter passes every test: they demand nothing yet.",
)

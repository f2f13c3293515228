"""`semaforo suite import`: make an exercise of tests that a teacher has already."""

import asyncio
import json
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from graders.catalogue.manifest import SLUG, Exercise, ManifestError, load_exercise
from graders.report import Report, Verdict
from graders.text import Text
from graders.text_report import visible
from semaforo.grader import describe_outage, make_grader
from semaforo.options import AsJson, Language
from semaforo.terminal import (
    COULD_NOT,
    FAILED,
    CommandError,
    describe_os_error,
    terminal_language,
)
from server.settings import get_settings
from worker.authoring.importing.folder import ImportRefused, read_brought
from worker.authoring.importing.plan import Plan, make_plan
from worker.authoring.importing.trial import Trial, try_out
from worker.authoring.importing.writing import write_exercise
from worker.grading.grade import GradingOutage


def import_suite(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="FOLDER_OR_FILE...", help="The tests, and what lies beside them."),
    ],
    folder: Annotated[
        Path | None,
        typer.Option(
            "--in", help="Parent folder; by default, the first of SEMAFORO_EXERCISES_DIRS."
        ),
    ] = None,
    name: Annotated[
        str, typer.Option(help="Slug of the exercise; by default, made from the folder's name.")
    ] = "",
    module: Annotated[
        list[str] | None,
        typer.Option(help="A module that students hand in, such as leap; may be repeated."),
    ] = None,
    as_json: AsJson = False,
    language: Language = None,
) -> int:
    """Make an exercise of tests that you have: pytest, unittest or examples in docstrings.

    The tests stay as they are. Finds the module that they import, helpers, data, statement,
    starter and solution, and grades both. Nothing of the folder runs outside the sandbox and the
    suite's confined process.

    Exits with 0 if the solution passes, 1 if something must be fixed, 2 if nothing was imported.
    """
    lang = language or terminal_language()
    plan, exercise = _write(paths, folder, name, module or [], lang)
    trial = asyncio.run(_try_out(exercise))
    faults = [words.to(lang) for words in trial.describe_faults(exercise)]
    notes = [f"{note.path}:{note.line}: {note.words.to(lang)}" for note in plan.notes]
    advice = notes + [words.to(lang) for words in trial.describe_advice()]
    if as_json:
        found = _to_json(plan, exercise, trial, faults, advice)
        print(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        _print(plan, exercise, trial, lang)
        for sign, sentences in (("✗", faults), ("→", advice)):
            for sentence in sentences:
                print(f"{sign} {visible(sentence)}")
    return COULD_NOT if trial.is_undecided else FAILED if faults else 0


def _write(
    paths: list[Path], parent: Path | None, name: str, modules: list[str], language: str
) -> tuple[Plan, Exercise]:
    if name and not SLUG.fullmatch(name):
        raise CommandError(
            "“{slug}” is not a valid exercise name: use 1 to 40 lowercase letters, digits and "
            "hyphens, starting with a letter.",
            exit_code=COULD_NOT,
            slug=name,
        )
    folders = get_settings().exercises_dirs
    try:
        plan = make_plan(read_brought(paths), name, modules)
        target = write_exercise(plan, parent or (folders[0] if folders else Path.cwd()))
        return plan, load_exercise(target)
    except (ImportRefused, ManifestError) as refused:
        raise CommandError("{problem}", exit_code=COULD_NOT, problem=refused.words) from None
    except FileExistsError as error:
        raise CommandError(
            "{folder} already exists.", exit_code=COULD_NOT, folder=error.filename
        ) from None
    except OSError as error:
        raise CommandError(
            "{folder} cannot be created: {reason}.",
            exit_code=COULD_NOT,
            folder=error.filename,
            reason=describe_os_error(error),
        ) from None


async def _try_out(exercise: Exercise) -> Trial:
    try:
        async with make_grader(get_settings()) as grader:
            return await try_out(exercise, grader)
    except GradingOutage as outage:
        raise describe_outage(outage, broken=FAILED) from outage


def _print(plan: Plan, exercise: Exercise, trial: Trial, language: str) -> None:
    print(_CREATED.format(folder=exercise.folder).to(language))
    lines = [
        (exercise.suite.name, _TESTS.format(count=len(plan.tests))),
        *((name, _STUDENTS) for name in exercise.files),
        *((name, _BESIDE) for name in plan.beside),
        *((name, _STATEMENT) for name in plan.statements),
        *(("starter", _FROM.format(path=path)) for path in plan.files.starter.values()),
        *(("reference", _FROM.format(path=path)) for path in plan.files.reference.values()),
    ]
    width = max(len(name) for name, _ in lines)
    for name, words in lines:
        print(f"  {visible(name):{width}}  {visible(words.to(language))}")
    for report, words in ((trial.solution, _SOLUTION), (trial.starter, _STARTER)):
        if report is not None:
            counted = {"passed": _count_passed(report), "count": len(report.checks)}
            print(words.format(**counted).to(language))


def _count_passed(report: Report) -> int:
    return sum(check.verdict is Verdict.PASSED for check in report.checks)


def _to_json(
    plan: Plan, exercise: Exercise, trial: Trial, faults: list[str], advice: list[str]
) -> dict[str, Any]:
    return {
        "exercise": exercise.slug,
        "folder": str(exercise.folder),
        "suite": exercise.suite.name,
        "files": list(exercise.files),
        "beside": list(plan.beside),
        "tests": list(plan.tests),
        "points": plan.points,
        "solution": _verdicts(trial.solution),
        "starter": _verdicts(trial.starter),
        "faults": faults,
        "advice": advice,
    }


def _verdicts(report: Report | None) -> dict[str, str] | None:
    return {check.name: check.verdict.value for check in report.checks} if report else None


_CREATED: Final = Text("Creado: {folder}", "Created: {folder}")
_TESTS: Final = Text("la suite, pruebas: {count}", "the suite, tests: {count}")
_STUDENTS: Final = Text("lo que entregan los estudiantes", "what students hand in")
_BESIDE: Final = Text("junto a la suite", "beside the suite")
_STATEMENT: Final = Text("el enunciado", "the statement")
_FROM: Final = Text("de {path}", "from {path}")
_SOLUTION: Final = Text(
    "Pruebas que cumple la solución: {passed} de {count}.",
    "Tests that the solution passes: {passed} of {count}.",
)
_STARTER: Final = Text(
    "Pruebas que cumple el código inicial: {passed} de {count}.",
    "Tests that the starter passes: {passed} of {count}.",
)

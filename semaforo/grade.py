"""`semaforo grade`: grade a submission on this machine with the worker's code, without a server."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from graders.catalogue.exercises import Catalogue, UnknownExerciseError
from graders.catalogue.files import FileRefused, check_files, read_uploads
from graders.catalogue.manifest import Exercise, ManifestError, load_exercise
from graders.report import Report, RunState
from graders.text_report import format_report
from semaforo.grade_all import grade_all
from semaforo.grader import (
    describe_outage,
    make_grader,
)
from semaforo.options import AsJson, Language
from semaforo.terminal import (
    COULD_NOT,
    FAILED,
    CommandError,
    describe_os_error,
    has_colours,
    terminal_language,
)
from server.settings import Settings, get_settings
from worker.authoring.deciding import Decision, grade_until_conclusive
from worker.grading.grade import GradingOutage


def grade(
    exercise: Annotated[
        str | None, typer.Argument(help="Slug of the exercise, or the path of its folder.")
    ] = None,
    files: Annotated[
        list[Path] | None, typer.Argument(help="The files to grade, or their directory.")
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option("--all", help="Folder of submissions, laid out as student/exercise.py."),
    ] = None,
    as_json: AsJson = False,
    language: Language = None,
) -> int:
    """Grade files in the sandbox of this machine, without a server.

    Exits with 0 if every check passed, 1 if not, 2 if the files could not be graded.
    """
    lang = language or terminal_language()
    settings = get_settings()
    if folder and not exercise:
        return grade_all(folder, settings, lang, as_json=as_json)
    if folder or not exercise or not files:
        raise CommandError(
            "Name the exercise and the files: semaforo grade gather my_solution.py. "
            "Or name a folder of submissions: semaforo grade --all FOLDER.",
            exit_code=COULD_NOT,
        )
    chosen = find_exercise(exercise, settings, lang)
    sources = read_files(chosen, files, lang)
    decision = asyncio.run(_grade(settings, chosen, sources))
    report = decision.report
    if as_json:
        print(json.dumps(_to_json(decision, lang), ensure_ascii=False, indent=2))
    else:
        _show(report, lang, chosen.files[0])
    if not report.is_conclusive:
        raise CommandError(
            "This machine could not reach a verdict on every check after several tries; try again "
            "later. {reason}",
            exit_code=COULD_NOT,
            reason=decision.undecided[-1].describe(),
        )
    return 0 if report.all_passed else FAILED


def find_exercise(
    name: str, settings: Settings, language: str, *, broken: int = COULD_NOT
) -> Exercise:
    """Return the exercise with this slug, or the one in the folder at this path.

    Raises:
        CommandError: there is none; or it is broken, which exits with `broken`.
    """
    try:
        if "/" in name:
            # Loaded alone: other exercises may be broken.
            return load_exercise(Path(name))
        return Catalogue.read(*settings.exercises_dirs).find(name)
    except UnknownExerciseError as error:
        raise CommandError(
            "There is no exercise “{slug}”. Available: {known}; or give the path of a folder.",
            exit_code=COULD_NOT,
            slug=error.slug,
            known=", ".join(error.known),
        ) from None
    except ManifestError as error:
        raise CommandError("{error}", exit_code=broken, error=error.words.to(language)) from None


def read_files(exercise: Exercise, paths: list[Path], language: str) -> Mapping[str, bytes]:
    """Return the content of the files by name, checked as a submission.

    Raises:
        CommandError: one cannot be read, or the server would refuse them.
    """
    try:
        return check_files(exercise, read_uploads(paths))
    except OSError as error:
        raise CommandError(
            "{file} cannot be read: {reason}.",
            exit_code=COULD_NOT,
            file=error.filename,
            reason=describe_os_error(error),
        ) from None
    except FileRefused as refused:
        raise CommandError(
            "{detail}", exit_code=COULD_NOT, detail=refused.detail.to(language)
        ) from None


def _show(report: Report, language: str, first_file: str) -> None:
    text = format_report(report, language, colour=has_colours(), first_file=first_file)
    print(text, end="")


def _to_json(decision: Decision, language: str) -> dict[str, Any]:
    report = decision.report
    state = RunState.FINISHED if report.is_conclusive else RunState.ABANDONED
    undecided = [reason.to_json(language) for reason in decision.undecided]
    return {**report.to_json(language, state), "undecided": undecided}


async def _grade(settings: Settings, exercise: Exercise, files: Mapping[str, bytes]) -> Decision:
    try:
        async with make_grader(settings) as grader:
            return await grade_until_conclusive(grader, exercise, files)
    except GradingOutage as outage:
        raise describe_outage(outage) from outage

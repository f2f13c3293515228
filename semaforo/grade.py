"""`semaforo grade`: one submission, graded here by the worker's own code, without a server."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from graders.catalogue.exercises import Catalogue, UnknownExerciseError
from graders.catalogue.files import FileRefused, check_files
from graders.catalogue.manifest import Exercise, ManifestError, load_exercise
from graders.report import RunState
from graders.text_report import format_report
from semaforo.grade_all import grade_all
from semaforo.grader import Decision, a_grader, decide, outage_told
from semaforo.options import AsJson, Language
from semaforo.terminal import COULD_NOT, FAILED, Stop, has_colours, terminal_language
from server.settings import Settings, get_settings
from worker.grading.grade import GradingOutage


def grade(
    exercise: Annotated[
        str | None, typer.Argument(help="Its slug, or the path of its folder.")
    ] = None,
    files: Annotated[list[Path] | None, typer.Argument(help="What would be handed in.")] = None,
    folder: Annotated[
        Path | None,
        typer.Option("--all", help="A folder of submissions: student/exercise.py in it."),
    ] = None,
    as_json: AsJson = False,
    language: Language = None,
) -> int:
    """Grade files here, in the sandbox, without a server.

    Ends with 0 if every check passed, 1 if not, 2 if they could not be graded.
    """
    tongue = language or terminal_language()
    settings = get_settings()
    if folder and not exercise:
        return grade_all(folder, settings, tongue, as_json=as_json)
    if folder or not exercise or not files:
        raise Stop(
            "Say which exercise and which files: semaforo grade gather my_solution.py; or a "
            "folder of submissions: semaforo grade --all FOLDER.",
            exit_code=COULD_NOT,
        )
    chosen = find_exercise(exercise, settings, tongue)
    sources = read_files(chosen, files, tongue)
    decision = asyncio.run(_grade(settings, chosen, sources))
    report = decision.report
    if as_json:
        print(json.dumps(_to_json(decision, tongue), ensure_ascii=False, indent=2))
    if not report.is_conclusive:
        raise Stop(
            "This machine could not decide every check, after several tries; try again when it is "
            "quieter. {reason}",
            exit_code=COULD_NOT,
            reason=decision.undecided[-1].describe(),
        )
    if not as_json:
        print(format_report(report, tongue, colour=has_colours()), end="")
    return 0 if report.all_passed else FAILED


def find_exercise(
    name: str, settings: Settings, language: str, *, broken: int = COULD_NOT
) -> Exercise:
    """Return the exercise of this slug, or the one in the folder at this path.

    Raises:
        Stop: there is none; or it cannot be used, for which `broken` is the exit code.
    """
    try:
        if "/" in name:
            # Whatever state the others are in, this one is asked for.
            return load_exercise(Path(name))
        return Catalogue.read(*settings.exercises_dirs).find(name)
    except UnknownExerciseError as error:
        raise Stop(
            "There is no exercise “{slug}”. There are: {known}; or give the path of a folder.",
            exit_code=COULD_NOT,
            slug=error.slug,
            known=", ".join(error.known),
        ) from None
    except ManifestError as error:
        raise Stop("{error}", exit_code=broken, error=error.words.to(language)) from None


def read_files(exercise: Exercise, paths: list[Path], language: str) -> Mapping[str, bytes]:
    """Return what these files would be as a submission.

    Raises:
        Stop: one cannot be read, or the server would refuse them.
    """
    try:
        return check_files(exercise, [(path.name, path.read_bytes()) for path in paths])
    except OSError as error:
        raise Stop(
            "{file} cannot be read: {reason}.",
            exit_code=COULD_NOT,
            file=error.filename,
            reason=error.strerror,
        ) from None
    except FileRefused as refused:
        raise Stop("{detail}", exit_code=COULD_NOT, detail=refused.detail.to(language)) from None


def _to_json(decision: Decision, language: str) -> dict[str, Any]:
    report = decision.report
    state = RunState.FINISHED if report.is_conclusive else RunState.ABANDONED
    undecided = [reason.to_json(language) for reason in decision.undecided]
    return {**report.to_json(language, state), "undecided": undecided}


async def _grade(settings: Settings, exercise: Exercise, files: Mapping[str, bytes]) -> Decision:
    try:
        async with a_grader(settings) as grader:
            return await decide(grader, exercise, files)
    except GradingOutage as outage:
        raise outage_told(outage) from outage

"""`semaforo suite check`: check an exercise against its own samples."""

import asyncio
import json
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

import typer

from graders.catalogue.exercises import Catalogue
from graders.catalogue.manifest import Exercise, ManifestError
from graders.catalogue.samples import Sample, load_samples
from semaforo.grade import find_exercise
from semaforo.grader import describe_outage, make_grader, make_progress_bar
from semaforo.options import AsJson, Language
from semaforo.suite_table import Translate, as_json, make_console, print_results
from semaforo.terminal import COULD_NOT, FAILED, CommandError, terminal_language
from server.i18n import gettext_for
from server.settings import Settings, get_settings
from worker.authoring.faults import (
    describe_bad_prerequisites,
    describe_faults,
    describe_suggestions,
)
from worker.authoring.sample_runs import SampleResults, grade_samples
from worker.grading.grade import GradingOutage

Chosen = tuple[Exercise, list[Sample]]


def check(
    exercises: Annotated[
        list[str] | None,
        typer.Argument(help="Slugs, or paths of folders; all exercises, if none is given."),
    ] = None,
    as_json_: AsJson = False,
    language: Language = None,
) -> int:
    """Check that a suite gives each of its samples the verdicts that expected.toml lists.

    Lines with “→” say what would make the exercise better.

    Exits with 0 if it does, 1 if something must be fixed, 2 if the suite could not be run.
    """
    lang = language or terminal_language()
    settings = get_settings()
    chosen = [
        load_exercise_and_samples(name, settings, lang)
        for name in exercises or _all(settings, lang)
    ]
    console, translate = make_console(), gettext_for(lang)

    def show_one(found: SampleResults, faults: list[str], advice: list[str]) -> None:
        if not as_json_:
            print_results(console, found, faults, translate, lang, advice)

    found = asyncio.run(_grade_all_samples(settings, chosen, show_one, lang))
    if as_json_:
        print(json.dumps([result for result, _ in found], ensure_ascii=False, indent=2))
    codes = [code for _, code in found]
    return COULD_NOT if COULD_NOT in codes else max(codes, default=0)


def _all(settings: Settings, language: str) -> list[str]:
    try:
        catalogue = Catalogue.read(*settings.exercises_dirs)
    except ManifestError as error:
        raise CommandError("{error}", error=error.words.to(language)) from None
    return [*catalogue, *catalogue.withheld]


def load_exercise_and_samples(name: str, settings: Settings, language: str) -> Chosen:
    """Return an exercise and its samples.

    Raises:
        CommandError: there is none, or something in its folder is invalid.
    """
    exercise = find_exercise(name, settings, language, broken=FAILED)
    try:
        return exercise, load_samples(exercise)
    except ManifestError as error:
        raise CommandError("{error}", error=error.words.to(language)) from None


async def _grade_all_samples(
    settings: Settings,
    chosen: list[Chosen],
    show_one: Callable[[SampleResults, list[str], list[str]], None],
    language: str,
) -> list[tuple[dict[str, Any], int]]:
    translate, found = gettext_for(language), []
    bar = make_progress_bar()
    try:
        async with make_grader(settings) as grader:
            with bar:
                for exercise, samples in chosen:
                    task = bar.add_task(exercise.slug, total=len(samples))
                    results = await grade_samples(
                        exercise, samples, grader, on_sample=partial(bar.advance, task)
                    )
                    bar.remove_task(task)
                    faults = [
                        *find_broken_prerequisites(exercise, settings, translate),
                        *describe_faults(results, translate, language),
                    ]
                    advice = describe_suggestions(results, translate, language)
                    show_one(results, faults, advice)
                    code = COULD_NOT if results.undecided else FAILED if faults else 0
                    found.append((as_json(results, faults, language, advice), code))
    except GradingOutage as outage:
        raise describe_outage(outage, broken=FAILED) from outage
    return found


def find_broken_prerequisites(
    exercise: Exercise, settings: Settings, translate: Translate
) -> list[str]:
    """Return a sentence for each prerequisite that is unknown or circular."""
    try:
        others = Catalogue.read(*settings.exercises_dirs)
    except ManifestError:
        return []  # Other exercises may be broken; this one is still checked.
    return describe_bad_prerequisites(exercise, others.values(), translate)

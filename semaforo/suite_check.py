"""`semaforo suite check`: check an exercise against its own samples."""

import asyncio
import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Annotated, Any

import typer

from graders.catalogue.curriculum import find_bad_prerequisites
from graders.catalogue.exercises import Catalogue
from graders.catalogue.manifest import Exercise, ManifestError
from graders.catalogue.samples import Sample, load_samples
from graders.text_report import LABELS
from semaforo.grade import find_exercise
from semaforo.grader import describe_outage, make_grader, make_progress_bar
from semaforo.options import AsJson, Language
from semaforo.suite_run import SampleResults, grade_samples
from semaforo.suite_table import Translate, as_json, make_console, print_results
from semaforo.terminal import COULD_NOT, FAILED, CommandError, terminal_language
from server.i18n import gettext_for
from server.settings import Settings, get_settings
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

    Exits with 0 if it does, 1 if something must be fixed, 2 if the suite could not be run.
    """
    lang = language or terminal_language()
    settings = get_settings()
    chosen = [
        load_exercise_and_samples(name, settings, lang)
        for name in exercises or _all(settings, lang)
    ]
    console, translate = make_console(), gettext_for(lang)

    def show_one(found: SampleResults, faults: list[str]) -> None:
        if not as_json_:
            print_results(console, found, faults, translate, lang)

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
    show_one: Callable[[SampleResults, list[str]], None],
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
                    show_one(results, faults)
                    code = COULD_NOT if results.undecided else FAILED if faults else 0
                    found.append((as_json(results, faults, language), code))
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
    message = translate("prerequisites: {slug} does not exist, or depends on this exercise itself.")
    return [message.format(slug=slug) for slug in find_bad_prerequisites(exercise, others.values())]


def describe_faults(found: SampleResults, translate: Translate, language: str) -> list[str]:
    """Return a sentence for each thing that must be fixed."""
    too_busy = translate("{sample}: this machine is too busy to reach a verdict; try again.")
    no_such_check = translate(
        "{sample}: expected.toml names the check {check}, which the suite does not have."
    )
    not_rejected = translate("{sample}: no check rejects it.")
    never_failed = translate("{check}: no wrong sample fails it; write one that does.")
    return [
        *_describe_mismatches(found, translate, language),
        *(no_such_check.format(sample=s.name, check=name) for s, name in found.unknown_checks()),
        *(not_rejected.format(sample=sample.name) for sample in found.undetected()),
        *(never_failed.format(check=check.name) for check in found.checks_never_failed()),
        *(too_busy.format(sample=sample.name) for sample in found.undecided),
    ]


def _describe_mismatches(
    found: SampleResults, translate: Translate, language: str
) -> Iterator[str]:
    for sample, check in found.mismatches():
        expected = sample.expected_verdict(check.name)
        if check.verdict is expected:
            template = translate(
                "{sample}: the message of {check} is not that of expected.toml: {message}"
            )
        else:
            template = translate("{sample}: {check} is “{got}” and should be “{wanted}”: {message}")
        yield template.format(
            sample=sample.name,
            check=check.name,
            got=LABELS[check.verdict].to(language),
            wanted=LABELS[expected].to(language),
            message=check.message.to(language) or "–",
        )

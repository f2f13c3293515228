"""`semaforo suite check`: an exercise tried on its own samples."""

import asyncio
import json
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

import typer

from graders.catalogue.curriculum import find_bad_prerequisites
from graders.catalogue.exercises import Catalogue
from graders.catalogue.manifest import Exercise, ManifestError
from graders.catalogue.samples import Sample, load_samples
from graders.report import Verdict
from graders.text_report import LABELS
from semaforo.grade import find_exercise
from semaforo.grader import a_grader, make_bar, outage_told
from semaforo.options import AsJson, Language
from semaforo.suite_run import Rehearsal, rehearse
from semaforo.suite_table import Say, as_json, make_console, show
from semaforo.terminal import COULD_NOT, FAILED, Stop, terminal_language, words
from server.settings import Settings, get_settings
from worker.grading.grade import GradingOutage

Chosen = tuple[Exercise, list[Sample]]


def check(
    exercises: Annotated[
        list[str] | None, typer.Argument(help="Slugs or paths of folders; without any, all.")
    ] = None,
    as_json_: AsJson = False,
    language: Language = None,
) -> int:
    """Try a suite on its samples: does it see what is wrong, and only that?

    Ends with 0 if all is well, 1 if something is to be mended, 2 if it could not be tried.
    """
    tongue = language or terminal_language()
    settings = get_settings()
    chosen = [load(name, settings, tongue) for name in exercises or _all(settings, tongue)]
    console, say = make_console(), words(tongue)

    def show_one(found: Rehearsal, faults: list[str]) -> None:
        if not as_json_:
            show(console, found, faults, say, tongue)

    found = asyncio.run(_rehearse_all(settings, chosen, show_one, tongue))
    if as_json_:
        print(json.dumps([facts for facts, _ in found], ensure_ascii=False, indent=2))
    codes = [code for _, code in found]
    return COULD_NOT if COULD_NOT in codes else max(codes, default=0)


def _all(settings: Settings, language: str) -> list[str]:
    try:
        catalogue = Catalogue.read(*settings.exercises_dirs)
    except ManifestError as error:
        raise Stop("{error}", error=error.words.to(language)) from None
    return [*catalogue, *catalogue.withheld]


def load(name: str, settings: Settings, language: str) -> Chosen:
    """Return an exercise and its samples.

    Raises:
        Stop: there is none, or something in its folder is not as it must be.
    """
    exercise = find_exercise(name, settings, language, broken=FAILED)
    try:
        return exercise, load_samples(exercise)
    except ManifestError as error:
        raise Stop("{error}", error=error.words.to(language)) from None


async def _rehearse_all(
    settings: Settings,
    chosen: list[Chosen],
    show_one: Callable[[Rehearsal, list[str]], None],
    language: str,
) -> list[tuple[dict[str, Any], int]]:
    say, found = words(language), []
    bar = make_bar()
    try:
        async with a_grader(settings) as grader:
            with bar:
                for exercise, samples in chosen:
                    task = bar.add_task(exercise.slug, total=len(samples))
                    rehearsal = await rehearse(
                        exercise, samples, grader, on_sample=partial(bar.advance, task)
                    )
                    bar.remove_task(task)
                    faults = [
                        *strayed(exercise, settings, say),
                        *faults_of(rehearsal, say, language),
                    ]
                    show_one(rehearsal, faults)
                    code = COULD_NOT if rehearsal.undecided else FAILED if faults else 0
                    found.append((as_json(rehearsal, faults, language), code))
    except GradingOutage as outage:
        raise outage_told(outage, broken=FAILED) from outage
    return found


def strayed(exercise: Exercise, settings: Settings, say: Say) -> list[str]:
    """Return which prerequisites lead nowhere, a sentence each."""
    try:
        others = Catalogue.read(*settings.exercises_dirs)
    except ManifestError:
        return []  # Whatever state the others are in, this one is to be tried.
    told = say("prerequisites: there is no exercise {slug}, or it asks for this one itself.")
    return [told.format(slug=slug) for slug in find_bad_prerequisites(exercise, others.values())]


def faults_of(found: Rehearsal, say: Say, language: str) -> list[str]:
    """Return what is to be mended, a sentence each."""
    faults = []
    for sample, check in found.surprises():
        wanted = sample.expected.get(check.name, Verdict.PASSED)
        values = {
            "sample": sample.name,
            "check": check.name,
            "got": LABELS[check.verdict].to(language),
            "wanted": LABELS[wanted].to(language),
            "message": check.message.to(language) or "–",
        }
        if check.verdict is wanted:
            words = say("{sample}: {check} says other words than expected.toml: {message}")
        else:
            words = say("{sample}: {check} is “{got}” and should be “{wanted}”: {message}")
        faults.append(words.format(**values))
    faults += [
        say("{sample} expects a check {check}, and the suite has none of that name.").format(
            sample=sample.name, check=name
        )
        for sample, name in found.unknown()
    ]
    faults += [
        say("{sample}: no check catches it.").format(sample=sample.name)
        for sample in found.uncaught()
    ]
    faults += [
        say("{check}: no wrong sample ever fails it; write one that does.").format(check=check.name)
        for check in found.unexercised()
    ]
    faults += [
        say("{sample}: this machine is too busy to decide it; try again.").format(
            sample=sample.name
        )
        for sample in found.undecided
    ]
    return faults

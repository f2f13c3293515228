"""`semaforo suite certify`: test whether a suite's verdicts ever flip."""

import asyncio
import json
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any, Final

import typer
from rich import box
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text as Rich

from graders.catalogue.certificate import Certificate, Tally
from graders.catalogue.manifest import Exercise
from graders.catalogue.samples import Sample
from graders.report import Verdict
from graders.text_report import LABELS
from semaforo.grader import describe_outage, make_grader, make_progress_bar
from semaforo.options import AsJson, Language
from semaforo.suite_check import load_exercise_and_samples
from semaforo.suite_table import (
    Translate,
    describe_certificate,
    make_console,
    mutants_as_json,
)
from semaforo.terminal import COULD_NOT, FAILED, CommandError, describe_os_error, terminal_language
from server.i18n import gettext_for
from server.settings import get_settings
from worker.authoring.certify import CONDITIONS, Certifier, with_mutants
from worker.authoring.confidence import upper_bound
from worker.authoring.mutation.catalogue import OPERATORS
from worker.authoring.mutation.mutants import make_mutants
from worker.grading.grade import Grader, GradingOutage

Flips = dict[tuple[str, str, str, str], int]
MOST_FLIPS_SHOWN: Final = 20


def certify(
    exercise: Annotated[
        str, typer.Argument(help="Slug of the exercise, or the path of its folder.")
    ],
    runs: Annotated[
        int, typer.Option(min=1, help="Runs of each sample under each condition.")
    ] = 10,
    seed: Annotated[
        int, typer.Option(help="Seed for the order of samples and the times of freezes.")
    ] = 0,
    mutants: Annotated[
        bool, typer.Option(help="Grade mutants of the right samples too, as suite mutate does.")
    ] = True,
    as_json: AsJson = False,
    language: Language = None,
) -> int:
    """Grade right and wrong samples many times under load, and count the verdicts that flip.

    The result is saved beside the suite, in certified.toml. An exercise whose verdicts flipped is
    withheld from students until its suite is fixed. Exits with 0 if no verdict flipped, 1 if one
    did, 2 if the suite could not be run.
    """
    lang = language or terminal_language()
    translate = gettext_for(lang)
    chosen, samples = load_exercise_and_samples(exercise, get_settings(), lang)
    _require_known_verdicts(chosen, samples)
    flips: Flips = {}
    found = asyncio.run(_certify(chosen, samples, runs, seed, flips, mutants=mutants))
    if as_json:
        print(json.dumps(_to_json(chosen, found), ensure_ascii=False, indent=2))
    else:
        _print_certificate(make_console(), chosen, found, flips, translate, lang)
    try:
        file = found.write(chosen.folder)
    except OSError as error:
        raise CommandError(
            "The result cannot be saved in {folder}: {reason}.",
            exit_code=COULD_NOT,
            folder=chosen.folder,
            reason=describe_os_error(error),
        ) from None
    if not as_json:
        print(translate("Saved in {file}.").format(file=file))
    return FAILED if found.flips else 0


def _require_known_verdicts(exercise: Exercise, samples: list[Sample]) -> None:
    if all(sample.is_open for sample in samples):
        raise CommandError(
            "{slug} has no program whose verdicts are known: write reference.py first.",
            exit_code=COULD_NOT,
            slug=exercise.slug,
        )


async def _certify(
    exercise: Exercise,
    samples: list[Sample],
    runs: int,
    seed: int,
    flips: Flips,
    *,
    mutants: bool,
) -> Certificate:
    def on_flip(condition: str, sample: Sample, check: str, verdict: Verdict) -> None:
        what = (condition, sample.name, check, verdict.value)
        flips[what] = flips.get(what, 0) + 1

    bar = make_progress_bar()
    task = bar.add_task(exercise.slug, total=None)
    try:
        async with make_grader(get_settings()) as grader:
            certifier = Certifier(
                exercise,
                samples,
                grader,
                runs=runs,
                seed=seed,
                on_run=partial(bar.advance, task),
                on_flip=on_flip,
            )
            bar.update(task, total=len(certifier.samples) * runs * len(CONDITIONS))
            with bar:
                found = await certifier.certify(datetime.now(UTC).replace(microsecond=0))
                return (
                    await _with_mutants(found, exercise, samples, grader, bar) if mutants else found
                )
    except GradingOutage as outage:
        raise describe_outage(outage, broken=FAILED) from outage


async def _with_mutants(
    certificate: Certificate,
    exercise: Exercise,
    samples: list[Sample],
    grader: Grader,
    bar: Progress,
) -> Certificate:
    """Return the certificate with the figures of `suite mutate`."""
    right = [sample for sample in samples if sample.kind == "right"]
    made = make_mutants(right, OPERATORS.values())
    task = bar.add_task(f"{exercise.slug}: mutants", total=len(made))
    return await with_mutants(
        certificate, exercise, made, grader, on_mutant=partial(bar.advance, task)
    )


def _print_certificate(
    console: Console,
    exercise: Exercise,
    found: Certificate,
    flips: Flips,
    translate: Translate,
    language: str,
) -> None:
    console.print(Rich(f"{exercise.slug}   {exercise.title.to(language)}", style="bold"))
    table = Table(box=box.SIMPLE, pad_edge=False)
    table.add_column(translate("Condition"))
    titles = [
        translate("Decisions"),
        translate("False fails"),
        translate("False passes"),
        translate("Other verdict"),
        translate("Undecided"),
        translate("Load"),
        "s",
    ]
    for title in titles:
        table.add_column(title, justify="right")
    for tally in (*found.tallies, _total(found)):
        table.add_row(*_row(tally, translate))
    console.print(table)
    note = translate(
        "≤ is the 95 % upper bound of the rate (Clopper–Pearson). Load is the number of runnable "
        "processes per processor; this machine has {count}."
    )
    console.print(Rich(note.format(count=found.processors), style="dim"))
    by_number = sorted(flips.items(), key=lambda item: -item[1])
    for (condition, sample, check, verdict), times in by_number[:MOST_FLIPS_SHOWN]:
        label = LABELS[Verdict(verdict)].to(language)
        line = f"✗ {condition}: {sample}: {check}: {label} × {times}"
        console.print(Rich(line, style="red"))
    console.print(
        Rich(describe_certificate(found, translate), style="red" if found.flips else "green")
    )


def _row(tally: Tally, translate: Translate) -> list[str]:
    return [
        _condition(tally.condition, translate),
        str(tally.decisions),
        _rate(tally.false_fails, tally.right_decisions),
        _rate(tally.false_passes, tally.wrong_decisions),
        _rate(tally.otherwise, tally.wrong_decisions),
        _rate(tally.inconclusive, tally.decisions),
        f"{tally.runnable:.1f}" if tally.runnable else "",
        f"{tally.seconds:.0f}",
    ]


def _condition(name: str, translate: Translate) -> str:
    return {
        "alone": translate("alone"),
        "hogs": translate("hogs"),
        "freezes": translate("freezes"),
        "crowd": translate("crowd"),
        "": translate("together"),
    }[name]


def _rate(count: int, tries: int) -> str:
    return f"{count} ≤{100 * upper_bound(count, tries):.2g} %" if tries else "–"


def _total(found: Certificate) -> Tally:
    names = [name for name in Tally.__slots__ if name not in ("condition", "runnable")]
    return Tally("", **{name: sum(getattr(t, name) for t in found.tallies) for name in names})


def _to_json(exercise: Exercise, found: Certificate) -> dict[str, Any]:
    return {
        "exercise": exercise.slug,
        "suite_hash": found.suite_hash,
        "kit_hash": found.kit_hash,
        "runtime_hash": found.runtime_hash,
        "at": found.at.isoformat(),
        "processors": found.processors,
        "flips": found.flips,
        "mutants": mutants_as_json(found),
        "conditions": [
            {
                **asdict(tally),
                "false_fail_bound": upper_bound(tally.false_fails, tally.right_decisions),
                "false_pass_bound": upper_bound(tally.false_passes, tally.wrong_decisions),
                "inconclusive_bound": upper_bound(tally.inconclusive, tally.decisions),
            }
            for tally in found.tallies
        ],
    }

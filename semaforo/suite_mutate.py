"""`semaforo suite mutate`: which small changes of right samples still get full marks?"""

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Annotated

import typer

from graders.catalogue.equivalents import Equivalent, read_equivalents
from graders.catalogue.exercises import Catalogue
from graders.catalogue.manifest import Exercise, ManifestError
from graders.catalogue.samples import Sample
from semaforo.grader import describe_outage, make_grader, make_progress_bar
from semaforo.mutation_report import (
    as_json,
    declarations_of,
    print_operators,
    print_results,
)
from semaforo.options import AsJson, Language
from semaforo.suite_check import load_exercise_and_samples
from semaforo.suite_table import make_console
from semaforo.terminal import COULD_NOT, FAILED, CommandError, terminal_language
from server.i18n import gettext_for
from server.settings import Settings, get_settings
from worker.authoring.deciding import grade_until_conclusive
from worker.authoring.mutation.catalogue import OPERATORS
from worker.authoring.mutation.mutants import Mutant, make_mutants
from worker.authoring.mutation.survivors import MutationResults, grade_mutants
from worker.grading.grade import Grader, GradingOutage

Samples = Annotated[
    list[str] | None, typer.Option("--sample", help="Change this right sample only.")
]
Operators = Annotated[
    list[str] | None, typer.Option("--operator", help="Make changes of this kind only.")
]
Most = Annotated[int | None, typer.Option("--max", min=1, help="Grade so many mutants at most.")]
ListOperators = Annotated[
    bool, typer.Option("--list-operators", help="Only list the kinds of changes.")
]
Declare = Annotated[
    bool, typer.Option("--declare", help="Print survivors as entries for mutants.toml.")
]


@dataclass(frozen=True, slots=True)
class Job:
    """The mutants of one exercise; `is_all` if none was left out."""

    exercise: Exercise
    right: list[Sample]
    mutants: list[Mutant]
    equivalents: tuple[Equivalent, ...]
    is_all: bool


def mutate(
    exercises: Annotated[
        list[str] | None,
        typer.Argument(help="Slugs, or paths of folders; all exercises, if none is given."),
    ] = None,
    samples: Samples = None,
    operators: Operators = None,
    most: Most = None,
    list_operators: ListOperators = False,
    declare: Declare = False,
    as_json_: AsJson = False,
    language: Language = None,
) -> int:
    """Change right samples in small ways, and show which changes no check notices.

    What leaves a program right is declared in the exercise's mutants.toml, with a reason. Exits
    with 0 if a check catches every other mutant, 1 if not or if a declaration is stale, 2 if some
    stayed undecided or the suite could not be run.
    """
    lang = language or terminal_language()
    console, translate = make_console(), gettext_for(lang)
    if list_operators:
        print_operators(console, lang)
        return 0
    settings = get_settings()
    names = exercises or _all(settings, lang)
    jobs = [_job(name, settings, lang, samples or [], operators or [], most) for name in names]

    def show_one(found: MutationResults) -> None:
        if declare:
            print("\n\n".join(declarations_of(found.survivors)))
        elif not as_json_:
            print_results(console, found, translate, lang)

    found = asyncio.run(_grade_all(settings, jobs, show_one))
    if as_json_ and not declare:
        print(json.dumps([as_json(one, lang) for one in found], ensure_ascii=False, indent=2))
    if any(one.undecided for one in found):
        return COULD_NOT
    return FAILED if any(one.survivors or one.stale for one in found) else 0


def _all(settings: Settings, language: str) -> list[str]:
    try:
        catalogue = Catalogue.read(*settings.exercises_dirs)
    except ManifestError as error:
        raise CommandError("{error}", error=error.words.to(language)) from None
    return [*catalogue, *catalogue.withheld]


def _job(
    name: str,
    settings: Settings,
    language: str,
    chosen: list[str],
    operators: list[str],
    most: int | None,
) -> Job:
    exercise, samples = load_exercise_and_samples(name, settings, language)
    right = [sample for sample in samples if sample.kind == "right"]
    for unknown in set(chosen) - {sample.name for sample in right}:
        known = ", ".join(sample.name for sample in right)
        raise CommandError(
            "There is no right sample {name}. There are: {known}.",
            exit_code=COULD_NOT,
            name=unknown,
            known=known,
        )
    for unknown in set(operators) - set(OPERATORS):
        raise CommandError(
            "There is no operator {name}. There are: {known}.",
            exit_code=COULD_NOT,
            name=unknown,
            known=", ".join(OPERATORS),
        )
    made = make_mutants(right, OPERATORS.values())
    wanted = [mutant for mutant in made if _is_wanted(mutant, chosen, operators)][:most]
    changed = {name for mutant in wanted for name in mutant.samples}
    return Job(
        exercise,
        [sample for sample in right if sample.name in changed],
        wanted,
        read_equivalents(exercise.folder),
        is_all=len(wanted) == len(made),
    )


def _is_wanted(mutant: Mutant, samples: list[str], operators: list[str]) -> bool:
    is_of_sample = not samples or any(name in samples for name in mutant.samples)
    return is_of_sample and (not operators or mutant.operator in operators)


async def _grade_all(
    settings: Settings, jobs: list[Job], show_one: Callable[[MutationResults], None]
) -> list[MutationResults]:
    found, bar = [], make_progress_bar()
    try:
        async with make_grader(settings) as grader:
            with bar:
                for job in jobs:
                    task = bar.add_task(job.exercise.slug, total=len(job.mutants))
                    await _require_right(job, grader)
                    results = await grade_mutants(
                        job.exercise,
                        job.mutants,
                        job.equivalents,
                        grader,
                        is_all=job.is_all,
                        on_mutant=partial(bar.advance, task),
                    )
                    bar.remove_task(task)
                    show_one(results)
                    found.append(results)
    except GradingOutage as outage:
        raise describe_outage(outage, broken=FAILED) from outage
    except BaseExceptionGroup as group:  # of mutants, graded at once
        first = next(_outages(group), None)
        if first is None:
            raise
        raise describe_outage(first, broken=FAILED) from first
    return found


async def _require_right(job: Job, grader: Grader) -> None:
    """Refuse samples that do not get full marks themselves: their mutants would prove nothing."""
    for sample in job.right:
        decision = await grade_until_conclusive(grader, job.exercise, sample.files)
        if not decision.report.all_passed:
            raise CommandError(
                "{slug}: {sample} does not get full marks itself; `semaforo suite check {slug}` "
                "says why.",
                slug=job.exercise.slug,
                sample=sample.name,
            )


def _outages(group: BaseExceptionGroup[BaseException]) -> Iterator[GradingOutage]:
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from _outages(error)
        elif isinstance(error, GradingOutage):
            yield error

"""Do verdicts hold against strangers? Every sample, every mutant, and programs of a folder.

    make stranger                               # all exercises
    make stranger ARGS="gather --no-mutants"    # one exercise, its samples only
    make stranger ARGS="--programs FOLDER"      # and other people's programs

FOLDER holds `right…/SLUG/*.py` and other folders, `…/SLUG/*.py`, whose programs are wrong. Each
program is graded as `semaforo grade` does, under each condition. A right one must get full marks, a
wrong one must not, and both must be told so under every condition; a mutant that the exercise
declares to be equivalent is neither.
"""

import argparse
import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from graders.catalogue.equivalents import read_equivalents
from graders.catalogue.exercises import Catalogue
from graders.catalogue.manifest import Exercise
from graders.catalogue.samples import load_samples
from semaforo.grader import make_grader
from server.settings import get_settings
from worker.authoring.deciding import grade_until_conclusive
from worker.authoring.mutation.catalogue import OPERATORS
from worker.authoring.mutation.mutants import make_mutants
from worker.authoring.mutation.survivors import is_declared
from worker.authoring.stress import PROCESSORS, hogs, nothing
from worker.grading.grade import Grader, GradingOutage

HOGS: Final = 8


@dataclass(frozen=True, slots=True)
class Condition:
    """How the machine is kept busy."""

    name: str
    noise: Callable[[], AbstractAsyncContextManager[object]]


CONDITIONS: Final = (
    Condition("alone", nothing),
    Condition(f"{HOGS} hogs", lambda: hogs(HOGS)),
)


@dataclass(frozen=True, slots=True)
class Program:
    """One program whose verdict is known.

    kind  "right", "wrong" or "mutant", which is wrong too.
    """

    name: str
    kind: str
    files: dict[str, bytes]


@dataclass(slots=True)
class Row:
    """What became of the programs of one exercise."""

    given: Counter[str] = field(default_factory=Counter)
    as_wanted: Counter[str] = field(default_factory=Counter)
    undecided: int = 0
    flips: int = 0

    def __add__(self, other: "Row") -> "Row":
        return Row(
            self.given + other.given,
            self.as_wanted + other.as_wanted,
            self.undecided + other.undecided,
            self.flips + other.flips,
        )

    def __str__(self) -> str:
        shares = (f"{self.as_wanted[kind]} of {self.given[kind]}" for kind in KINDS)
        return f"| {' | '.join(shares)} | {self.undecided} | {self.flips} |"


KINDS: Final = ("right", "wrong", "mutant")


def main() -> None:
    """Print a table, then every program that was not judged as it should be."""
    parser = argparse.ArgumentParser(prog="make stranger ARGS=…", description=main.__doc__)
    parser.add_argument("exercise", nargs="*", help="slugs; all, if none is named")
    parser.add_argument("--programs", type=Path, help="a folder of other people's programs")
    parser.add_argument("--no-mutants", action="store_true", help="samples and programs only")
    parser.add_argument("--no-samples", action="store_true", help="mutants and programs only")
    asyncio.run(_all(parser.parse_args()))


async def _all(arguments: argparse.Namespace) -> None:
    catalogue = Catalogue.read(*get_settings().exercises_dirs)
    slugs = arguments.exercise or [*catalogue, *catalogue.withheld]
    total, lines = Row(), list[str]()
    print("| exercise | right, full marks | wrong, caught | mutants, caught | undecided | flips |")
    print("|---" * 6 + "|", flush=True)
    async with make_grader(get_settings()) as grader:
        for slug in slugs:
            exercise = catalogue.find(slug)
            programs = [*_programs_of(exercise, arguments)]
            row = await _try_all(exercise, programs, grader, lines)
            total += row
            print(f"| {slug} {row}", flush=True)
    print(f"| **all** {total}\n")
    print("\n".join(lines))


def _programs_of(exercise: Exercise, arguments: argparse.Namespace) -> Iterator[Program]:
    samples = load_samples(exercise)
    if not arguments.no_samples:
        for sample in samples:
            kind = "right" if sample.kind == "right" else "wrong"
            yield Program(sample.name, kind, sample.files)
    if not arguments.no_mutants:
        equivalents = read_equivalents(exercise.folder)
        right = [sample for sample in samples if sample.kind == "right"]
        for mutant in make_mutants(right, OPERATORS):
            if not is_declared(mutant, equivalents):
                yield Program(mutant.diff, "mutant", dict(mutant.files))
    if arguments.programs:
        yield from _strangers(exercise, arguments.programs)


def _strangers(exercise: Exercise, folder: Path) -> Iterator[Program]:
    for place in sorted(folder.glob(f"*/{exercise.slug}/*")):
        kind = "right" if place.parts[-3].startswith("right") else "wrong"
        if place.is_dir():
            files = {file.name: file.read_bytes() for file in place.glob("*.py")}
        else:
            files = {exercise.files[0]: place.read_bytes()}
        if set(files) == set(exercise.files):
            yield Program("/".join(place.parts[-3:]), kind, files)


async def _try_all(
    exercise: Exercise, programs: Sequence[Program], grader: Grader, lines: list[str]
) -> Row:
    verdicts = defaultdict[int, list[bool | None]](list)
    for condition in CONDITIONS:
        async with condition.noise():
            async for place, is_full in _graded(exercise, programs, grader):
                verdicts[place].append(is_full)
    row = Row()
    for place, program in enumerate(programs):
        found, wanted = verdicts[place], program.kind == "right"
        row.given[program.kind] += 1
        row.as_wanted[program.kind] += all(is_full is wanted for is_full in found)
        row.undecided += None in found
        row.flips += {True, False} <= {*found}
        if any(is_full is not wanted for is_full in found):
            words = {True: "full marks", False: "not full marks", None: "undecided"}
            each = (f"{c.name}: {words[f]}" for c, f in zip(CONDITIONS, found, strict=True))
            lines.append(f"{exercise.slug}, {program.kind}: {', '.join(each)}\n{program.name}\n")
    return row


async def _graded(
    exercise: Exercise, programs: Sequence[Program], grader: Grader
) -> AsyncIterator[tuple[int, bool | None]]:
    """Yield each program's place, and whether it got full marks; None if that is not known."""
    slots = asyncio.Semaphore(2 * PROCESSORS)

    async def one(place: int) -> tuple[int, bool | None]:
        async with slots:
            try:
                decision = await grade_until_conclusive(grader, exercise, programs[place].files)
            except GradingOutage:
                return place, None
            report = decision.report
            return place, report.all_passed if report.is_conclusive else None

    for judged in asyncio.as_completed([one(place) for place in range(len(programs))]):
        yield await judged


if __name__ == "__main__":
    main()

"""`semaforo grade --all`: a folder of submissions, graded here, students by exercises.

FOLDER/student/exercise.py           where an exercise wants one file
FOLDER/student/exercise/file.py …    always
"""

import asyncio
import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rich.table import Table
from rich.text import Text as Rich

from graders.catalogue.exercises import Catalogue, UnknownExerciseError
from graders.catalogue.files import FileRefused, check_files
from graders.catalogue.manifest import Exercise, ManifestError
from graders.report import Report
from graders.text import Language
from graders.text_report import number
from graders.undecided import Undecided
from semaforo.grader import a_grader, decide, make_bar, outage_told
from semaforo.suite_table import Say, make_console
from semaforo.terminal import COULD_NOT, FAILED, Stop, words
from server.settings import Settings
from worker.grading.grade import Grader, GradingOutage

_AT_ONCE: Final = 2 * (os.cpu_count() or 1)


@dataclass
class Entry:
    """What one student left for one exercise; `trouble` is why there is no verdict, if so.

    undecided  Why tries of ours ended without a verdict.
    """

    student: str
    name: str
    exercise: Exercise | None = None
    files: Mapping[str, bytes] | None = None
    report: Report | None = None
    trouble: str = ""
    undecided: tuple[Undecided, ...] = ()


def grade_all(folder: Path, settings: Settings, language: Language, *, as_json: bool) -> int:
    """Grade all there is, and print it; the exit code is as of `semaforo grade`.

    Raises:
        Stop: there is nothing to grade, or no way to.
    """
    say = words(language)
    entries = list(_entries(folder, settings, language, say))
    if not entries:
        raise Stop(
            "{folder} holds no submissions. They are to lie in it as student/exercise.py, or as "
            "student/exercise/ with every file.",
            exit_code=COULD_NOT,
            folder=folder,
        )
    asyncio.run(_grade(settings, [entry for entry in entries if entry.files], language))
    if as_json:
        print(json.dumps([_json(e, language) for e in entries], ensure_ascii=False, indent=2))
    else:
        make_console().print(_table(entries, say))
    for entry in entries:
        if entry.trouble:
            print(f"{entry.student}/{entry.name}: {entry.trouble}", file=sys.stderr)
    if any(entry.trouble for entry in entries):
        return COULD_NOT
    return 0 if all(e.report and e.report.all_passed for e in entries) else FAILED


def _entries(folder: Path, settings: Settings, language: Language, say: Say) -> Iterator[Entry]:
    try:
        catalogue = Catalogue.read(*settings.exercises_dirs)
        students = sorted(path for path in folder.iterdir() if _counts(path) and path.is_dir())
    except ManifestError as error:
        raise Stop("{error}", exit_code=COULD_NOT, error=error.words.to(language)) from None
    except OSError as error:
        raise Stop(
            "{file} cannot be read: {reason}.",
            exit_code=COULD_NOT,
            file=folder,
            reason=error.strerror,
        ) from None
    for student in students:
        for path in sorted(filter(_counts, student.iterdir())):
            entry = Entry(student.name, path.name)
            try:
                entry.exercise = catalogue.find(path.stem.replace("_", "-"))
                entry.files = check_files(entry.exercise, _read(path, entry.exercise))
            except UnknownExerciseError:
                entry.trouble = say("there is no exercise of that name")
            except FileRefused as refused:
                entry.trouble = refused.detail.to(language)
            except OSError as error:
                entry.trouble = str(error.strerror)
            yield entry


def _counts(path: Path) -> bool:
    return not path.name.startswith((".", "__"))


def _read(path: Path, exercise: Exercise) -> list[tuple[str, bytes]]:
    if path.is_dir():
        return [(file.name, file.read_bytes()) for file in sorted(filter(_counts, path.iterdir()))]
    # Of one file the student chose the exercise's name; the exercise says how it is called.
    return [(exercise.files[0], path.read_bytes())]


async def _grade(settings: Settings, entries: list[Entry], language: Language) -> None:
    bar, free = make_bar(), asyncio.Semaphore(_AT_ONCE)
    with bar:
        task = bar.add_task(words(language)("submissions"), total=len(entries))

        async def one(grader: Grader, entry: Entry) -> None:
            async with free:
                await _grade_one(grader, entry, language)
            bar.advance(task)

        try:
            async with a_grader(settings) as grader, asyncio.TaskGroup() as group:
                for entry in entries:
                    group.create_task(one(grader, entry))
        except GradingOutage as outage:
            raise outage_told(outage) from outage


async def _grade_one(grader: Grader, entry: Entry, language: Language) -> None:
    if not entry.exercise or not entry.files:
        return
    try:
        decision = await decide(grader, entry.exercise, entry.files)
    except GradingOutage as outage:
        # Of this one alone: all the others are graded.
        entry.trouble = " ".join(outage_told(outage).to(language).split())
        return
    entry.undecided = decision.undecided
    if decision.report.is_conclusive:
        entry.report = decision.report
        return
    entry.trouble = words(language)("this machine is too busy to decide it; try again")


def _json(entry: Entry, language: Language) -> dict[str, Any]:
    report = entry.report.to_json(language) if entry.report else None
    return {
        "student": entry.student,
        "exercise": entry.exercise.slug if entry.exercise else None,
        "name": entry.name,
        "trouble": entry.trouble,
        "report": report,
        "undecided": [reason.to_json(language) for reason in entry.undecided],
    }


def _table(entries: list[Entry], say: Say) -> Table:
    slugs = list(dict.fromkeys(e.exercise.slug for e in entries if e.exercise))
    table = Table(box=None, pad_edge=False)
    table.add_column(say("student"))
    for slug in (*slugs, say("points")):
        table.add_column(Rich(slug), justify="right", overflow="fold")
    for student in dict.fromkeys(entry.student for entry in entries):
        own = {e.exercise.slug: e for e in entries if e.exercise and e.student == student}
        reports = [e.report for e in own.values() if e.report]
        cells = [_cell(own.get(slug)) for slug in slugs]
        total = f"{number(sum(r.points for r in reports))}"
        table.add_row(Rich(student), *(Rich(cell) for cell in cells), Rich(total))
    return table


def _cell(entry: Entry | None) -> str:
    if entry is None:
        return "–"
    if entry.report is None:
        return "?"
    return f"{number(entry.report.points)}/{number(entry.report.max_points)}"

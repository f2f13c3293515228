"""`semaforo grade --all`: grade a folder of submissions into a table of students by exercises.

FOLDER/student/exercise.py           for exercises of one file
FOLDER/student/exercise/file.py …    for every exercise
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
from graders.catalogue.files import FileRefused, check_files, read_uploads
from graders.catalogue.manifest import Exercise, ManifestError, is_visible
from graders.report import Report
from graders.text import Language, decimal
from graders.undecided import Undecided
from semaforo.grader import describe_outage, make_grader, make_progress_bar
from semaforo.suite_table import Translate, make_console
from semaforo.terminal import COULD_NOT, FAILED, CommandError, describe_os_error
from server.i18n import gettext_for
from server.settings import Settings
from worker.authoring.deciding import grade_until_conclusive
from worker.grading.grade import Grader, GradingOutage

_MAX_CONCURRENT: Final = 2 * (os.cpu_count() or 1)


@dataclass
class Entry:
    """One student's submission to one exercise.

    problem    Why it has no verdict; empty if it has one.
    undecided  Why each inconclusive try had no verdict.
    """

    student: str
    name: str
    exercise: Exercise | None = None
    files: Mapping[str, bytes] | None = None
    report: Report | None = None
    problem: str = ""
    undecided: tuple[Undecided, ...] = ()


def grade_all(folder: Path, settings: Settings, language: Language, *, as_json: bool) -> int:
    """Grade every submission and print the results; the exit codes are those of `semaforo grade`.

    Raises:
        CommandError: there is nothing to grade, or nothing can be graded.
    """
    translate = gettext_for(language)
    entries = list(_entries(folder, settings, language, translate))
    if not entries:
        raise CommandError(
            "{folder} contains no submissions. Expected: student/exercise.py, or student/exercise/ "
            "with every file.",
            exit_code=COULD_NOT,
            folder=folder,
        )
    asyncio.run(_grade(settings, [entry for entry in entries if entry.files], language))
    if as_json:
        print(json.dumps([_json(e, language) for e in entries], ensure_ascii=False, indent=2))
    else:
        make_console().print(_table(entries, translate, language))
    for entry in entries:
        if entry.problem:
            print(f"{entry.student}/{entry.name}: {entry.problem}", file=sys.stderr)
    if any(entry.problem for entry in entries):
        return COULD_NOT
    return 0 if all(e.report and e.report.all_passed for e in entries) else FAILED


def _entries(
    folder: Path, settings: Settings, language: Language, translate: Translate
) -> Iterator[Entry]:
    try:
        catalogue = Catalogue.read(*settings.exercises_dirs)
        students = sorted(path for path in folder.iterdir() if is_visible(path) and path.is_dir())
    except ManifestError as error:
        raise CommandError("{error}", exit_code=COULD_NOT, error=error.words.to(language)) from None
    except OSError as error:
        raise CommandError(
            "{file} cannot be read: {reason}.",
            exit_code=COULD_NOT,
            file=folder,
            reason=describe_os_error(error),
        ) from None
    for student in students:
        for path in sorted(filter(is_visible, student.iterdir())):
            entry = Entry(student.name, path.name)
            try:
                entry.exercise = catalogue.find(path.stem.replace("_", "-"))
                if path.is_file() and path.suffix != ".py":
                    entry.problem = translate("only files that end in .py are graded")
                else:
                    entry.files = check_files(entry.exercise, _read(path, entry.exercise))
            except UnknownExerciseError:
                entry.problem = translate("there is no exercise with this name")
            except FileRefused as refused:
                entry.problem = refused.detail.to(language)
            except OSError as error:
                entry.problem = describe_os_error(error).to(language)
            yield entry


def _read(path: Path, exercise: Exercise) -> list[tuple[str, bytes]]:
    if path.is_dir():
        return read_uploads([path])
    # The file is named after the exercise; submit it under the name that the exercise expects.
    return [(exercise.files[0], path.read_bytes())]


async def _grade(settings: Settings, entries: list[Entry], language: Language) -> None:
    bar, slots = make_progress_bar(), asyncio.Semaphore(_MAX_CONCURRENT)
    with bar:
        task = bar.add_task(gettext_for(language)("submissions"), total=len(entries))

        async def one(grader: Grader, entry: Entry) -> None:
            async with slots:
                await _grade_one(grader, entry, language)
            bar.advance(task)

        try:
            async with make_grader(settings) as grader, asyncio.TaskGroup() as group:
                for entry in entries:
                    group.create_task(one(grader, entry))
        except GradingOutage as outage:
            raise describe_outage(outage) from outage


async def _grade_one(grader: Grader, entry: Entry, language: Language) -> None:
    if not entry.exercise or not entry.files:
        return
    try:
        decision = await grade_until_conclusive(grader, entry.exercise, entry.files)
    except GradingOutage as outage:
        # The problem of this submission only; the others are still graded.
        entry.problem = " ".join(describe_outage(outage).to(language).split())
        return
    entry.report, entry.undecided = decision.report, decision.undecided
    if not decision.report.is_conclusive:
        entry.problem = gettext_for(language)(
            "this machine is too busy to reach a verdict; try again"
        )


def _json(entry: Entry, language: Language) -> dict[str, Any]:
    report = entry.report.to_json(language) if entry.report else None
    return {
        "student": entry.student,
        "exercise": entry.exercise.slug if entry.exercise else None,
        "name": entry.name,
        "trouble": entry.problem,
        "report": report,
        "undecided": [reason.to_json(language) for reason in entry.undecided],
    }


def _table(entries: list[Entry], translate: Translate, language: str) -> Table:
    slugs = list(dict.fromkeys(e.exercise.slug for e in entries if e.exercise))
    table = Table(box=None, pad_edge=False)
    table.add_column(translate("student"))
    for slug in (*slugs, translate("points")):
        table.add_column(Rich(slug), justify="right", overflow="fold")
    for student in dict.fromkeys(entry.student for entry in entries):
        of_student = [e for e in entries if e.student == student]
        # Of two for one exercise, the one that was graded.
        of_student.sort(key=lambda e: e.report is not None)
        own = {e.exercise.slug: e for e in of_student if e.exercise}
        reports = [e.report for e in own.values() if e.report]
        cells = [_cell(own.get(slug), language) for slug in slugs]
        total = decimal(sum(r.points for r in reports), language)
        table.add_row(Rich(student), *(Rich(cell) for cell in cells), Rich(total))
    return table


def _cell(entry: Entry | None, language: str) -> str:
    if entry is None:
        return "–"
    if entry.report is None:
        return "?"
    earned, possible = entry.report.points, entry.report.max_points
    points = f"{decimal(earned, language)}/{decimal(possible, language)}"
    return points if entry.report.is_conclusive else f"{points} ?"

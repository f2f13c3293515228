"""A machine that stops a program for longer than its limit fails nobody."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from graders.catalogue.exercises import Catalogue
from graders.catalogue.manifest import Exercise
from graders.kit.channel import LONGEST_HARMLESS_STALL_SECONDS
from graders.report import Report, Verdict
from worker.authoring.stress import freezable, freeze
from worker.grading.grade import Grader

RELOJ = Catalogue.read(Path(__file__).parent / "exercises")["reloj"]
WALL_SECONDS, FROZEN_SECONDS = 2.0, 2.5
# So long that it is seen asleep between two looks at the answer, and no far timer yet.
NAP_SECONDS = 0.2
# One form is right, with a limit of its own, and still at it when the other is decided.
IMPATIENT = """
import asyncio

async def ejemplo_secuencial(tarea_lenta):
    await asyncio.sleep(0.5)

async def ejemplo_paralelo(tarea_lenta):
    async with asyncio.timeout(2.5):
        await asyncio.sleep(1)
        return await asyncio.gather(*(tarea_lenta(f"Tarea {n}", 2) for n in (1, 2, 3)))
"""
# The same without a limit, and wrong; at work for so long that it is seen to.
SEQUENTIAL = """
async def ejemplo_secuencial(tarea_lenta):
    return [await tarea_lenta(f"Tarea {n}", 2) for n in (1, 2, 3)]

async def ejemplo_paralelo(tarea_lenta):
    sum(range(20_000_000))
    return [await tarea_lenta(f"Tarea {n}", 2) for n in (1, 2, 3)]
"""
# It asks without an end, and waits on timers in between.
FLOODS = """
import asyncio

async def ejemplo_secuencial(tarea_lenta):
    return [await tarea_lenta(f"Tarea {n}", 2) for n in (1, 2, 3)]

async def ejemplo_paralelo(tarea_lenta):
    sum(range(20_000_000))
    while True:
        asyncio.ensure_future(tarea_lenta("x", 2))
        await asyncio.sleep(0)
"""

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _graded_and_frozen(grader: Grader, exercise: Exercise, source: str) -> Report:
    """Grade it, and stop every program as soon as one check is decided."""
    is_under_way = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        grading = tasks.create_task(
            grader.grade(
                exercise,
                {exercise.files[0]: source.encode()},
                on_check=lambda _: is_under_way.set(),
            )
        )
        await is_under_way.wait()
        for pid in list(freezable()):
            tasks.create_task(freeze(pid, FROZEN_SECONDS))
    return grading.result()


def _verdict(report: Report, name: str) -> Verdict:
    return next(check.verdict for check in report.checks if check.name == name)


async def test_a_polling_program_does_not_time_out_because_it_was_stopped(grader: Grader) -> None:
    exercise = replace(RELOJ, limits=replace(RELOJ.limits, wall_seconds=WALL_SECONDS))
    source = (RELOJ.folder / "reference.py").read_text("utf-8")
    naps = source.replace("asyncio.sleep(0.02)", f"asyncio.sleep({NAP_SECONDS})")
    assert naps != source

    report = await _graded_and_frozen(grader, exercise, naps)

    assert _verdict(report, "answered_though_it_polls") is Verdict.PASSED


async def test_a_time_out_of_a_stopped_programs_own_proves_nothing(grader: Grader) -> None:
    exercise = Catalogue.read()["gather"]

    frozen = await _graded_and_frozen(grader, exercise, IMPATIENT)
    free = await grader.grade(exercise, {exercise.files[0]: IMPATIENT.encode()})

    assert _verdict(frozen, "all_at_once") is Verdict.INCONCLUSIVE
    (doubt,) = [check.doubt for check in frozen.undecided_checks() if check.name == "all_at_once"]
    assert doubt.stalled_seconds >= LONGEST_HARMLESS_STALL_SECONDS
    assert "after a stall" in doubt.detail
    assert _verdict(free, "all_at_once") is Verdict.PASSED


async def test_a_stop_excuses_no_program_without_timers(grader: Grader) -> None:
    exercise = Catalogue.read()["gather"]

    frozen = await _graded_and_frozen(grader, exercise, SEQUENTIAL)
    with_timer = f"TIMEOUT = 3\n{SEQUENTIAL}"
    excused = await _graded_and_frozen(grader, exercise, with_timer)

    assert _verdict(frozen, "all_at_once") is Verdict.FAILED
    assert _verdict(excused, "all_at_once") is Verdict.INCONCLUSIVE


async def test_a_stop_excuses_no_program_that_used_up_a_limit(grader: Grader) -> None:
    exercise = Catalogue.read()["gather"]

    frozen = await _graded_and_frozen(grader, exercise, FLOODS)

    assert _verdict(frozen, "all_at_once") is Verdict.FAILED

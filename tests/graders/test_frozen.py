"""A machine that stops a program for longer than its limit fails nobody."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from graders.catalogue import Catalogue
from graders.report import Verdict
from worker.grade import Grader
from worker.noise import freezable, freeze

RELOJ = Catalogue.read(Path(__file__).parent / "exercises")["reloj"]
WALL_SECONDS, FROZEN_SECONDS = 2.0, 2.5
# So long that it is seen asleep between two looks at the answer, and no far timer yet.
NAP_SECONDS = 0.2


@pytest.mark.asyncio(loop_scope="session")
async def test_who_polls_is_not_out_of_time_because_it_was_frozen(grader: Grader) -> None:
    exercise = replace(RELOJ, limits=replace(RELOJ.limits, wall_seconds=WALL_SECONDS))
    source = (RELOJ.folder / "reference.py").read_text("utf-8")
    naps = source.replace("asyncio.sleep(0.02)", f"asyncio.sleep({NAP_SECONDS})")
    assert naps != source
    is_under_way = asyncio.Event()

    async with asyncio.TaskGroup() as tasks:
        grading = tasks.create_task(
            grader.grade(
                exercise,
                {exercise.files[0]: naps.encode()},
                on_check=lambda _: is_under_way.set(),
            )
        )
        await is_under_way.wait()
        for pid in list(freezable()):
            tasks.create_task(freeze(pid, FROZEN_SECONDS))

    verdicts = {check.name: check.verdict for check in grading.result().checks}
    assert verdicts["answered_though_it_polls"] is Verdict.PASSED

"""The place of a run in the queue, and how long it may take."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from server.actions import grading
from server.actions.queue_places import QueuePlace, find_queue_place
from server.models import GradingRun, Submission
from server.storage.database import Database
from tests.fixtures.builders import (
    NOON,
    a_finished_run,
    a_report,
    a_submission,
    an_assignment,
    later,
)


async def _hand_in(session: AsyncSession, count: int) -> list[Submission]:
    """Hand in that many times, each by another student, a second apart."""
    assignment = await an_assignment(session)
    return [await a_submission(session, assignment, now=later(n)) for n in range(count)]


async def _took(session: AsyncSession, run_id: UUID, seconds: float) -> None:
    ended = {"started_at": NOON, "finished_at": NOON + timedelta(seconds=seconds)}
    await session.execute(update(GradingRun).where(GradingRun.id == run_id).values(**ended))


async def test_a_run_waits_behind_those_whose_turn_is_earlier(database: Database) -> None:
    async with database.write() as session:
        waiting = await _hand_in(session, 3)

        found = [await find_queue_place(session, one.run, later(3)) for one in waiting]

    assert found == [QueuePlace(before, None) for before in (0, 1, 2)]


async def test_the_estimate_counts_what_is_graded_at_once(database: Database) -> None:
    async with database.write() as session:
        graded, *others = await _hand_in(session, 6)
        run = await a_finished_run(session, graded, a_report())
        await _took(session, run.id, 4)
        for _ in range(2):
            assert await grading.claim(session, worker="w", now=later(6), lease=grading.LEASE)

        last = await find_queue_place(session, others[-1].run, later(6))

    # Two run, two wait before it: it is graded in the second round of two.
    assert last == QueuePlace(2, 8.0)


@pytest.mark.parametrize(("waited", "seconds"), [(5, 4.0), (60, None)])
async def test_nothing_is_estimated_where_no_worker_takes_the_next_run(
    database: Database, waited: int, seconds: float | None
) -> None:
    async with database.write() as session:
        graded, waiting = await _hand_in(session, 2)
        run = await a_finished_run(session, graded, a_report())
        await _took(session, run.id, 4)

        place = await find_queue_place(session, waiting.run, later(1 + waited))

    assert place == QueuePlace(0, seconds)


async def test_a_run_that_is_over_or_pauses_has_no_place(database: Database) -> None:
    async with database.write() as session:
        over, pausing = await _hand_in(session, 2)
        finished = await a_finished_run(session, over, a_report())
        pausing.run.not_before = later(60)

        found = [await find_queue_place(session, run, later(3)) for run in (finished, pausing.run)]

    assert found == [None, None]

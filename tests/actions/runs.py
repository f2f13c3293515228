"""Grading verbs as a job uses them: each in a transaction of its own."""

from datetime import timedelta
from uuid import UUID

from graders.report import Report, RunState
from server.actions import grading, recovery, submissions
from server.models import GradingRun
from server.storage.database import Database
from tests.fixtures.builders import (
    NOON,
    a_report,
    later,
    viewer_of,
)

LEASE_SECONDS = grading.LEASE.total_seconds()


async def claim(database: Database, run_id: UUID, seconds: float = 0) -> grading.Claim | None:
    async with database.write() as session:
        await recovery.requeue_lost(session, later(seconds))
        claimed = await grading.claim(session, worker="w", now=later(seconds))
        await session.commit()
    assert claimed is None or claimed.run_id == run_id
    return claimed


async def claim_number(database: Database, run_id: UUID, seconds: float = 0) -> int:
    claimed = await claim(database, run_id, seconds)
    assert claimed is not None
    return claimed.number


async def finish(
    database: Database, run_id: UUID, number: int, report: Report | None = None
) -> bool:
    async with database.write() as session:
        accepted = await grading.finish(session, run_id, number, report or a_report(), NOON)
        await session.commit()
        return accepted


async def give_back(
    database: Database, run_id: UUID, number: int, seconds: float = 0, *, is_try: bool = True
) -> bool:
    """Let a run go at noon, to be taken again that many seconds later."""
    pause, suite = timedelta(seconds=seconds), "s" if is_try else None
    async with database.write() as session:
        given = await grading.give_back(
            session, run_id, number, NOON, pause=pause, tried_suite=suite
        )
        await session.commit()
        return given


async def abandon(database: Database, seconds: float) -> list[UUID]:
    async with database.write() as session:
        await recovery.requeue_lost(session, later(seconds))
        abandoned = await recovery.abandon_exhausted(session, later(seconds), version="v1")
        await session.commit()
        return list(abandoned)


async def state_of(database: Database, run_id: UUID) -> RunState:
    async with database.read() as session:
        return (await session.get_one(GradingRun, run_id)).state


async def claimable(database: Database, seconds: float = 0) -> int:
    """Count the runs that a worker could take then."""
    async with database.read() as session:
        found = await recovery.count_open(session, later(seconds))
        return found.claimable + found.lost


async def find_submission(database: Database, run_id: UUID) -> submissions.Submission:
    async with database.read() as session:
        run = await session.get_one(GradingRun, run_id)
        submission = await session.get_one(submissions.Submission, run.submission_id)
        owner = await session.get_one(submissions.User, submission.user_id)
        viewer = await viewer_of(session, owner)
        return await submissions.get_submission(session, viewer, submission.id)

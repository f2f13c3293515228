"""Files that are removed: nothing grades such a submission again."""

import pytest
from sqlalchemy import delete as sql_delete
from sqlalchemy import func, select

from graders.report import RunState
from server.actions import (
    grading,
    recovery,
    regrade_runs,
    stored_files,
)
from server.errors.retention import FilesRemoved, StillGraded
from server.models import (
    GradingRun,
    Outcome,
    RegradeItem,
    SubmissionFile,
)
from server.storage.database import Database
from tests.fixtures.builders import (
    NOON,
    a_finished_run,
    a_report,
    a_student,
    a_submission,
    abandon_run,
    later,
)
from tests.fixtures.regrades import a_regrade, work_through
from tests.fixtures.written_about import a_class, delete


async def test_kept_files_can_be_graded_again_and_removed_ones_not(database: Database) -> None:
    async with database.write() as session:
        given = await a_class(session)
        other = await a_student(session, given.course)
        kept = await a_submission(session, given.assignment, other)
        await a_finished_run(session, kept, a_report())
        await delete(session, given, removes_files=True)

        regrade = await a_regrade(session, given.teacher, given.course)
        await work_through(session, regrade, lambda _: a_report())
        items = await session.scalars(select(RegradeItem.submission_id))
        assert list(items) == [kept.id]
        with pytest.raises(FilesRemoved):
            await grading.regrade(session, given.teacher, given.submission.id, NOON)
        run = await grading.regrade(session, given.teacher, kept.id, NOON)
        assert run.state is RunState.QUEUED


async def test_files_of_what_is_being_graded_are_not_removed(database: Database) -> None:
    async with database.write() as session:
        given = await a_class(session)
        await a_submission(session, given.assignment, given.student, now=later(1))
        with pytest.raises(StillGraded):
            await delete(session, given, removes_files=True)


async def test_files_that_a_regrade_waits_for_are_not_removed(database: Database) -> None:
    async with database.write() as session:
        given = await a_class(session)
        regrade = await a_regrade(session, given.teacher, given.course)
        await work_through(session, regrade, lambda _: a_report(), most=0)
        ids = [given.submission.id]

        assert await stored_files.list_needed(session, ids) == set(ids)
        assert await stored_files.remove(session, ids, NOON) == []
        assert await session.scalar(select(func.count(SubmissionFile.name))) == 1


async def test_a_run_whose_files_were_removed_is_given_up(database: Database) -> None:
    async with database.write() as session:
        given = await a_class(session)
        ids = [given.submission.id]
        await stored_files.remove(session, ids, NOON)
        # As if it had been queued at the same moment.
        run = GradingRun.queued(NOON, **given.ids, requested_by=None, turn_at=NOON)
        run.submission_id = given.submission.id
        session.add(run)
        await session.flush()

        assert await grading.claim(session, worker="w", now=NOON) is None
        await session.refresh(run)
        assert run.state is RunState.ABANDONED


async def test_an_abandoned_run_without_files_is_not_queued_again(database: Database) -> None:
    async with database.write() as session:
        submissions = [await a_submission(session), await a_submission(session)]
        for one in submissions:
            await abandon_run(session, one.runs[0].id)
        await stored_files.remove(session, [submissions[0].id], NOON)

        queued = await recovery.requeue_abandoned(
            session, NOON, version="new", suites={"gather": "a"}
        )

        assert list(queued) == [submissions[1].runs[0].id]


async def test_a_regrade_of_files_that_go_meanwhile_ends_as_failed(database: Database) -> None:
    async with database.write() as session:
        given = await a_class(session)
        regrade = await a_regrade(session, given.teacher, given.course)
        await work_through(session, regrade, lambda _: a_report(), most=0)
        await session.execute(sql_delete(SubmissionFile))  # while its run is being queued
        (run_id,) = await regrade_runs.queue_next(session, later(9), at_once=9)

        assert await grading.claim(session, worker="w", now=later(9)) is None
        await regrade_runs.end_finished(session, regrade.id, later(9))
        await session.commit()
    async with database.read() as session:
        (item,) = await session.scalars(select(RegradeItem))
        assert (item.run_id, item.outcome) == (run_id, Outcome.FAILED)

"""Runs that are abandoned, and runs that are made again."""

from datetime import timedelta
from uuid import UUID

import pytest

from graders.report import RunState
from server import errors
from server.actions import grading, recovery, submissions
from server.settings import MAX_TRIES
from server.storage.database import Database
from tests.actions.runs import (
    LEASE_SECONDS,
    abandon,
    claim,
    claim_number,
    claimable,
    finish,
    give_back,
    state_of,
)
from tests.fixtures.builders import (
    NOON,
    a_check,
    a_course,
    a_finished_run,
    a_report,
    a_student,
    a_submission,
    abandon_run,
    an_assignment,
    an_instructor,
    later,
)


async def test_a_run_is_abandoned_after_its_last_try_and_not_before(
    database: Database, run_id: UUID
) -> None:
    for tries in range(1, MAX_TRIES + 1):
        assert await abandon(database, 0) == []
        assert await claim_number(database, run_id) == tries
        await give_back(database, run_id, tries, 0)

    assert await claim(database, run_id) is None
    assert await claimable(database) == 0
    assert await abandon(database, 0) == [run_id]
    assert await state_of(database, run_id) is RunState.ABANDONED
    assert await claim(database, run_id, 10 * LEASE_SECONDS) is None


async def test_a_run_on_its_last_try_is_left_alone_while_its_worker_lives(
    database: Database, run_id: UUID
) -> None:
    for _ in range(MAX_TRIES - 1):
        await give_back(database, run_id, await claim_number(database, run_id))
    await claim(database, run_id)

    assert await abandon(database, LEASE_SECONDS - 1) == []
    assert await abandon(database, LEASE_SECONDS + 1) == []  # that its worker died is no try


async def test_a_regrade_counts_once_it_is_finished(database: Database) -> None:
    async with database.write() as session:
        course = await a_course(session)
        teacher = await an_instructor(session, course)
        assignment = await an_assignment(session, course)
        submission = await a_submission(session, assignment)
        first = await a_finished_run(session, submission, a_report(a_check(points=3)))
        second = await grading.regrade(session, teacher, submission.id, later(60))
        await session.commit()

    async def find_counted_run() -> UUID:
        async with database.read() as session:
            found = await submissions.get_submission(session, teacher, submission.id)
            assert [run.id for run in found.runs] == [second.id, first.id]
            return found.run.id

    assert await find_counted_run() == first.id
    await finish(database, second.id, await claim_number(database, second.id, 61))
    assert await find_counted_run() == second.id


async def test_only_an_instructor_of_the_course_can_regrade(
    database: Database,
) -> None:
    async with database.write() as session:
        course, other = await a_course(session), await a_course(session)
        student = await a_student(session, course)
        stranger = await an_instructor(session, other)
        submission = await a_submission(session, await an_assignment(session, course), student)

        with pytest.raises(errors.InstructorsOnly):
            await grading.regrade(session, student, submission.id, NOON)
        with pytest.raises(errors.UnknownSubmission):
            await grading.regrade(session, stranger, submission.id, NOON)


async def test_the_lease_and_the_number_of_tries_can_be_chosen(
    database: Database, run_id: UUID
) -> None:
    lease = timedelta(seconds=1)
    async with database.write() as session:
        taken = await grading.claim(session, worker="w", now=NOON, lease=lease, max_tries=1)
        assert taken is not None
        assert await recovery.requeue_lost(session, later(2), lease=lease) == [run_id]
        again = await grading.claim(session, worker="w", now=later(2), max_tries=1)
        assert again is not None
        await grading.give_back(session, run_id, again.number, later(2), tried_suite="s")
        assert await grading.claim(session, worker="w", now=later(3), max_tries=1) is None
        assert await recovery.abandon_exhausted(session, later(3), max_tries=1) == [run_id]


async def _take_up(database: Database, version: str, suite: str) -> list[UUID]:
    async with database.write() as session:
        found = await recovery.requeue_abandoned(
            session, NOON, version=version, suites={"gather": suite}
        )
        await session.commit()
        return list(found)


async def test_an_abandoned_run_is_requeued_only_for_a_new_worker_or_suite(
    database: Database, run_id: UUID
) -> None:
    for suite in ("s", "s", "s"):
        for _ in range(MAX_TRIES):
            await give_back(database, run_id, await claim_number(database, run_id))
        assert await abandon(database, 0) == [run_id]
        assert await _take_up(database, "v1", suite) == []  # both are what could not decide it
        assert await _take_up(database, "v2", suite) == [run_id]
        assert await _take_up(database, "v2", suite) == []
        assert await state_of(database, run_id) is RunState.QUEUED

    for _ in range(MAX_TRIES):
        await give_back(database, run_id, await claim_number(database, run_id, 120))
    await abandon(database, 0)
    assert await _take_up(database, "v1", "mended") == [run_id]


async def test_an_abandoned_run_that_was_regraded_is_not_requeued(database: Database) -> None:
    async with database.write() as session:
        course = await a_course(session)
        teacher = await an_instructor(session, course)
        submission = await a_submission(session, await an_assignment(session, course))
        await abandon_run(session, submission.run.id)
        await grading.regrade(session, teacher, submission.id, later(70))
        await session.commit()

    assert await _take_up(database, "v2", "s") == []

"""Whose turn it is, and how many of one person's runs may wait."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from server import errors
from server.access import Viewer
from server.actions import grading, recovery, waiting
from server.actions.waiting import BEHIND_FIRST_ATTEMPTS, BEHIND_OWN
from server.models import Assignment, Course, Submission
from server.storage.database import Database
from tests.fixtures.builders import (
    NOON,
    a_course,
    a_finished_run,
    a_report,
    a_student,
    a_submission,
    an_assignment,
    an_instructor,
    later,
)

HOUR = 3600


async def a_class(database: Database, students: int) -> tuple[Assignment, list[Viewer]]:
    async with database.write() as session:
        course = await a_course(session)
        assignment = await an_assignment(session, course)
        people = [await a_student(session, course) for _ in range(students)]
        await session.commit()
    return assignment, people


async def hand_in(
    database: Database, assignment: Assignment, who: Viewer, seconds: float = 0, **values: int
) -> UUID:
    async with database.write() as session:
        submission = await a_submission(session, assignment, who, now=later(seconds), **values)
        await session.commit()
        return submission.run.id


async def take(database: Database, seconds: float = HOUR) -> UUID | None:
    async with database.write() as session:
        claim = await grading.claim(session, worker="w", now=later(seconds))
        await session.commit()
        return claim.run_id if claim else None


async def take_all(database: Database) -> list[UUID]:
    taken = []
    while run_id := await take(database):
        taken.append(run_id)
    return taken


async def test_second_runs_of_one_person_do_not_delay_other_people(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    # That theirs are first attempts is not what lets the others go before.
    monkeypatch.setattr(waiting, "BEHIND_FIRST_ATTEMPTS", timedelta(0))
    assignment, (flooder, *others) = await a_class(database, 21)
    flood = [await hand_in(database, assignment, flooder, n / 100) for n in range(100)]
    in_hand = [await take(database) for _ in range(4)]
    singles = [await hand_in(database, assignment, who, 2) for who in others]

    order = await take_all(database)

    assert in_hand == flood[:4]
    assert order[:20] == singles
    assert order[20:] == flood[4:]


async def test_second_runs_alternate_between_people(database: Database) -> None:
    assignment, people = await a_class(database, 3)
    first = [[await hand_in(database, assignment, who, n) for n in range(3)] for who in people]

    order = await take_all(database)

    rounds = [{runs[n] for runs in first} for n in range(3)]
    assert [set(order[:3]), set(order[3:6]), set(order[6:])] == rounds


async def test_first_attempts_are_graded_before_later_ones(database: Database) -> None:
    assignment, (again, fresh) = await a_class(database, 2)
    async with database.write() as session:
        earlier = await a_submission(session, assignment, again)
        await a_finished_run(session, earlier, a_report())
        await session.commit()
    second = await hand_in(database, assignment, again, 10)
    first = await hand_in(database, assignment, fresh, 30)

    assert await take_all(database) == [first, second]


async def test_a_long_waiting_run_is_not_overtaken_for_ever(database: Database) -> None:
    assignment, (again, *fresh) = await a_class(database, 4)
    async with database.write() as session:
        earlier = await a_submission(session, assignment, again)
        await a_finished_run(session, earlier, a_report())
        await session.commit()
    patience = BEHIND_FIRST_ATTEMPTS.total_seconds()
    second = await hand_in(database, assignment, again, 0)
    third = await hand_in(database, assignment, again, 0)
    early = await hand_in(database, assignment, fresh[0], patience - 1)
    after = await hand_in(database, assignment, fresh[1], patience + 1)
    much_later = patience + BEHIND_OWN.total_seconds() + 1
    last = await hand_in(database, assignment, fresh[2], much_later)

    assert await take_all(database) == [early, second, after, third, last]


async def test_regrades_count_as_the_teachers_and_delay_no_student(database: Database) -> None:
    assignment, people = await a_class(database, 4)
    async with database.write() as session:
        teacher = await an_instructor(session, await session.get_one(Course, assignment.course_id))
        for who in people[:3]:
            submission = await a_submission(session, assignment, who)
            await a_finished_run(session, submission, a_report())
            await grading.regrade(session, teacher, submission.id, NOON)
        await session.commit()
    fresh = await hand_in(database, assignment, people[3], 30, most_waiting=1)
    again = await hand_in(database, assignment, people[0], 30, most_waiting=1)

    order = await take_all(database)

    assert order[0] == fresh
    assert order.index(again) == 2  # the teacher's first has waited longer than it


async def test_a_submission_above_the_waiting_limit_is_not_stored(
    database: Database,
) -> None:
    assignment, (student, other) = await a_class(database, 2)
    runs = [await hand_in(database, assignment, student, most_waiting=3) for _ in range(3)]

    with pytest.raises(errors.TooManyWaiting) as refused:
        await hand_in(database, assignment, student, most_waiting=3)
    await hand_in(database, assignment, other, most_waiting=3)
    assert await take(database) == runs[0]
    with pytest.raises(errors.TooManyWaiting):  # one that is being graded has no verdict yet
        await hand_in(database, assignment, student, most_waiting=3)
    async with database.write() as session:
        await grading.finish(session, runs[0], 1, a_report(), NOON)
        await session.commit()
    await hand_in(database, assignment, student, most_waiting=3)

    assert refused.value.retry_after_seconds > 0
    async with database.read() as session:
        numbers = await session.scalars(
            select(Submission.number)
            .where(Submission.user_id == student.user.id)
            .order_by(Submission.number)
        )
        assert numbers.all() == [1, 2, 3, 4]


async def test_the_waiting_limit_holds_for_concurrent_submissions(database: Database) -> None:
    assignment, (student,) = await a_class(database, 1)

    answers = await asyncio.gather(
        *(hand_in(database, assignment, student, most_waiting=3) for _ in range(12)),
        return_exceptions=True,
    )

    assert sum(isinstance(answer, UUID) for answer in answers) == 3
    assert sum(isinstance(answer, errors.TooManyWaiting) for answer in answers) == 9


async def test_runs_waiting_because_of_our_faults_do_not_count_towards_the_limit(
    database: Database,
) -> None:
    assignment, (student,) = await a_class(database, 1)
    run_id = await hand_in(database, assignment, student, most_waiting=1)
    async with database.write() as session:
        await grading.claim(session, worker="w", now=NOON)
        await grading.give_back(session, run_id, 1, NOON, pause=timedelta(seconds=60))
        await session.commit()

    assert await hand_in(database, assignment, student, most_waiting=1)


@pytest.mark.parametrize("step", [timedelta(hours=-1), timedelta(hours=1)], ids=["back", "on"])
async def test_a_clock_change_leaves_no_run_paused_and_no_lease_held_for_ever(
    database: Database, step: timedelta
) -> None:
    assignment, (student, other) = await a_class(database, 2)
    paused = await hand_in(database, assignment, student)
    async with database.write() as session:
        await grading.claim(session, worker="w", now=NOON)
        await grading.give_back(session, paused, 1, NOON, pause=timedelta(seconds=60))
        orphan = (await a_submission(session, assignment, other)).run.id
        await grading.claim(session, worker="dead", now=NOON)
        now = NOON + step
        assert await recovery.requeue_lost(session, now) == [orphan]
        taken = [await grading.claim(session, worker="w", now=now) for _ in range(2)]
        await session.commit()

    assert {claim.run_id for claim in taken if claim} == {paused, orphan}


async def test_an_uncommitted_claim_does_not_block_other_claims(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite lets one write at a time")
    assignment, people = await a_class(database, 2)
    runs = {await hand_in(database, assignment, who) for who in people}

    async with asyncio.timeout(20), database.write() as slow:
        first = await grading.claim(slow, worker="w", now=later(HOUR))
        second = await take(database)
        await slow.commit()

    assert first is not None
    assert {first.run_id, second} == runs


async def test_concurrent_claims_take_different_runs(database: Database) -> None:
    assignment, people = await a_class(database, 12)
    runs = {await hand_in(database, assignment, who) for who in people}

    taken = await asyncio.gather(*(take(database) for _ in range(20)))

    assert sorted(run_id for run_id in taken if run_id) == sorted(runs)

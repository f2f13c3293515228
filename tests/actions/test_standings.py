"""The summary of what counts is what a recount of all grading runs gives, whatever happened."""

import asyncio
import random

import pytest
from alembic import command
from sqlalchemy import Connection, delete, select, text

from server.actions import (
    check_titles,
    courses,
    dashboard,
    grading,
    scoring,
    standings,
)
from server.models import (
    Check,
    CheckTitle,
    GradingRun,
    Role,
    Standing,
)
from server.storage.database import Database, _alembic, upgrade
from tests.fixtures.builders import (
    NOON,
    a_check,
    a_course,
    a_finished_run,
    a_report,
    a_student,
    a_submission,
    an_assignment,
    an_instructor,
    claim_run,
)
from tests.fixtures.random_class import RandomClass, recounted, stored


@pytest.mark.parametrize("seed", range(4))
async def test_after_any_operations_the_summary_equals_a_recount(
    database: Database, seed: int
) -> None:
    async with database.write() as session:
        class_ = await RandomClass.made(session, random.Random(seed))  # noqa: S311 - not a secret
        for step in range(80):
            await class_.do_something(step)
            if step % 16 == 15:
                assert await stored(session) == await recounted(session)
        kept = await stored(session)
        scored_checks = (
            select(GradingRun.assignment_id, Check.name)
            .join(Check, Check.run_id == GradingRun.id)
            .where(GradingRun.points.is_not(None), ~scoring.is_replaced(GradingRun))
        )
        titled = set(await session.execute(select(CheckTitle.assignment_id, CheckTitle.name)))

        assert len(kept) > 3
        assert set(await session.execute(scored_checks)) <= titled
        await standings.rebuild(session)
        assert await stored(session) == kept


async def test_a_role_change_takes_effect_at_once(database: Database) -> None:
    async with database.write() as session:
        course = await a_course(session)
        teacher = await an_instructor(session, course)
        ana = await a_student(session, course)
        submission = await a_submission(session, await an_assignment(session, course), ana)
        await a_finished_run(session, submission, a_report())

        solved = []
        for role in (Role.STUDENT, Role.INSTRUCTOR, Role.STUDENT):
            await courses.enroll(session, course, ana.user, role)
            seen = await dashboard.class_map(session, teacher, course, NOON)
            solved.append(seen.columns[0].solved)

    assert solved == [1, 0, 1]


async def test_titles_and_positions_of_checks_are_the_latest(database: Database) -> None:
    async with database.write() as session:
        course = await a_course(session)
        gather = await an_assignment(session, course)
        for names in (("old", "same"), ("same", "new")):
            submission = await a_submission(session, gather)
            await a_finished_run(session, submission, a_report(*map(a_check, names)))

        listed = await check_titles.list_checks(session, course)

    assert [(name, title.en) for _, name, title in listed] == [
        ("old", "Title of old"),
        ("same", "Title of same"),
        ("new", "Title of new"),
    ]


async def test_concurrent_results_of_one_student_are_both_in_the_summary(
    database: Database,
) -> None:
    if database.is_sqlite:
        pytest.skip("one write at a time")
    async with database.write() as session:
        course = await a_course(session)
        gather, ana = await an_assignment(session, course), await a_student(session, course)
        claims = []
        for _ in range(2):
            submission = await a_submission(session, gather, ana)
            claims.append(await claim_run(session, submission.runs[0].id))
        await session.commit()

    async def finish_and_commit(claim: grading.Claim | None) -> None:
        assert claim is not None
        async with database.write() as session:
            await grading.finish(session, claim.run_id, claim.number, a_report(), NOON)
            await session.commit()

    async with database.write() as first, asyncio.TaskGroup() as tasks:
        assert claims[0] is not None
        await grading.finish(first, claims[0].run_id, claims[0].number, a_report(), NOON)
        tasks.create_task(finish_and_commit(claims[1]))
        await _somebody_waits(database)
        await first.commit()

    async with database.read() as session:
        assert [row["last_number"] for row in (await stored(session)).values()] == [2]
        assert await stored(session) == await recounted(session)


async def _somebody_waits(database: Database) -> None:
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    async with asyncio.timeout(30):
        while True:
            async with database.read() as session:
                if await session.scalar(waiting):
                    return
            await asyncio.sleep(0.01)


async def test_the_migration_summarizes_existing_runs(database: Database) -> None:
    async with database.write() as session:
        class_ = await RandomClass.made(session, random.Random(5))  # noqa: S311 - not a secret
        for step in range(90):
            await class_.do_something(step, as_at_first=True)
        before = await stored(session)
        await session.commit()

    async with database.migrating() as connection:
        await connection.run_sync(_downgrade)
        await connection.run_sync(upgrade)

    async with database.read() as session:
        kept = await stored(session)
        assert kept == before
        assert len(kept) > 3
        assert kept == await recounted(session)


def _downgrade(connection: Connection) -> None:
    command.downgrade(_alembic(connection), "0004")


async def test_a_lost_summary_is_rebuilt(database: Database) -> None:
    async with database.write() as session:
        course = await a_course(session)
        submission = await a_submission(session, await an_assignment(session, course))
        await a_finished_run(session, submission, a_report(a_check("one"), a_check("two")))
        kept = await stored(session)
        for table in (Standing, CheckTitle):
            await session.execute(delete(table))

        await standings.rebuild(session)

        assert await stored(session) == kept
        assert len((await session.scalars(select(CheckTitle.name))).all()) == 2
        assert (await session.scalars(scoring.standings_of(course.id))).all()

"""Staff are told of what is not well: once for each course and exercise, however much it stops."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from graders.catalogue.exercises import Catalogue
from graders.undecided import Undecided
from server.actions import alert_conditions, alerts, courses, grading
from server.actions.alerts import OF_RUNS, RECOVERED_AFTER, Incident
from server.models import Assignment, Course, GradingRun, News, NewsKind, Role, User
from server.news_text import describe_news
from server.storage.database import Database
from tests.api.test_plans import faults_of, pretend_there_is_much
from tests.fixtures.builders import (
    NOON,
    a_course,
    a_finished_run,
    a_report,
    a_student,
    a_submission,
    a_user,
    abandon_run,
    an_assignment,
    an_instructor,
    claim_run,
)
from tests.fixtures.statements import recorded

LATER = NOON + alert_conditions.UNDECIDED_AFTER
EVERY_KIND = set(NewsKind)


@dataclass(frozen=True, slots=True)
class Class:
    """A course with an exercise, and three who teach it."""

    course: Course
    assignment: Assignment
    staff: list[User]

    async def hand_in(self, session: AsyncSession) -> GradingRun:
        submission = await a_submission(session, self.assignment)
        run = await session.scalar(
            select(GradingRun).where(GradingRun.submission_id == submission.id)
        )
        assert run is not None
        return run


async def a_class(session: AsyncSession, **values: str) -> Class:
    course = await a_course(session)
    grader = await a_user(session)
    await courses.enroll(session, course, grader, Role.GRADER)
    await a_student(session, course)
    teachers = [(await an_instructor(session, course, **values)).user for _ in range(2)]
    return Class(course, await an_assignment(session, course), [grader, *teachers])


async def look(session: AsyncSession, now: datetime = LATER) -> list[Incident]:
    seen = await alert_conditions.find_runs(session, now)
    return await alerts.note(session, seen, EVERY_KIND, now)


async def read_news(session: AsyncSession, kind: NewsKind) -> list[News]:
    return list(await session.scalars(select(News).where(News.kind == kind).order_by(News.at)))


async def leave_undecided(session: AsyncSession, run: GradingRun) -> None:
    claim = await claim_run(session, run.id)
    assert claim is not None
    why = Undecided(
        NOON.isoformat(),
        1,
        "w",
        "no-room",
        is_try=False,
        alone=False,
        load=9.0,
        detail="fork: EAGAIN",
    )
    await grading.give_back(session, run.id, claim.number, NOON, why=why)


async def test_three_hundred_abandoned_runs_are_one_piece_of_news_for_each_of_staff(
    database: Database,
) -> None:
    async with database.write() as session:
        class_ = await a_class(session)
        for _ in range(3):
            await abandon_run(session, (await class_.hand_in(session)).id)
        assert len(await look(session)) == 1
        await abandon_run(session, (await class_.hand_in(session)).id)
        assert await look(session) == []

        news = await read_news(session, NewsKind.RUN_ABANDONED)
        assert {one.user_id for one in news} == {user.id for user in class_.staff}
        assert len(news) == 3
        assert news[0].values["count"] == 3


async def test_an_alert_is_repeated_only_after_a_recovery(database: Database) -> None:
    async with database.write() as session:
        class_ = await a_class(session)
        first = await class_.hand_in(session)
        await abandon_run(session, first.id)
        await look(session)
        await session.execute(update(GradingRun).values(state="queued", finished_at=None, tries=0))
        assert await look(session, LATER + RECOVERED_AFTER / 2) == []
        await abandon_run(session, first.id, now=NOON)
        # It was well for half of the time that counts.
        assert await look(session, LATER + RECOVERED_AFTER * 0.9) == []
        await session.execute(update(GradingRun).values(state="queued", finished_at=None, tries=0))
        assert await look(session, LATER + RECOVERED_AFTER * 2) == []
        await abandon_run(session, first.id)
        assert len(await look(session, LATER + RECOVERED_AFTER * 2)) == 1

        assert len(await read_news(session, NewsKind.RUN_ABANDONED)) == 2 * len(class_.staff)


async def test_staff_get_the_reason_why_a_run_stays_undecided(database: Database) -> None:
    async with database.write() as session:
        class_ = await a_class(session, language="en")
        run = await class_.hand_in(session)
        waiting = await class_.hand_in(session)
        await leave_undecided(session, run)

        assert await look(session, LATER - timedelta(seconds=1)) == []
        assert len(await look(session, LATER)) == 1

        (news, *_) = await read_news(session, NewsKind.RUN_UNDECIDED)
        (item,) = describe_news([news], Catalogue.read(), "en")
        assert (
            item.text == "Submissions in “Several tasks at once” that cannot be graded so far: 1."
        )
        assert item.reason == "The machine had no process or no memory left: fork: EAGAIN"
        assert item.href == f"/submissions/{run.submission_id}"
        assert waiting.submission_id != run.submission_id


async def test_there_is_no_alert_of_what_goes_well_or_of_archived_courses(
    database: Database,
) -> None:
    async with database.write() as session:
        class_, archived = await a_class(session), await a_class(session)
        submission = await a_submission(session, class_.assignment)
        await a_finished_run(session, submission, a_report())
        await abandon_run(session, (await archived.hand_in(session)).id)
        archived.course.archived_at = NOON
        await session.flush()

        assert await look(session) == []
        assert await alert_conditions.find_suites(session, {"gather"}, {"gather"}) != []
        class_.course.archived_at = NOON
        await session.flush()
        assert await alert_conditions.find_suites(session, {"gather"}, {"gather"}) == []


async def test_runs_that_wait_for_a_broken_suite_are_no_alert_of_their_own(
    database: Database,
) -> None:
    async with database.write() as session:
        class_ = await a_class(session)
        await leave_undecided(session, await class_.hand_in(session))
        broken = await alert_conditions.find_suites(session, (), {"gather"})
        runs = await alert_conditions.find_runs(session, LATER)
        assert len(runs) == 1

        fresh = await alerts.note(session, [*broken, *runs], EVERY_KIND, LATER)
        assert [one.kind for one in fresh] == [NewsKind.SUITE_BROKEN]
        # Nor while it starts again, when no worker says that it is broken.
        assert await alerts.note(session, runs, OF_RUNS, LATER) == []
        # But when it is well, and the run still is not decided.
        assert await alerts.note(session, [], EVERY_KIND, LATER + RECOVERED_AFTER) == []
        fresh = await alerts.note(session, runs, EVERY_KIND, LATER + RECOVERED_AFTER)
        assert [one.kind for one in fresh] == [NewsKind.RUN_UNDECIDED]


async def test_what_nobody_knows_at_the_moment_is_not_well(database: Database) -> None:
    async with database.write() as session:
        await a_class(session)
        broken = await alert_conditions.find_suites(session, (), {"gather"})
        assert len(await alerts.note(session, broken, EVERY_KIND, NOON)) == 1
        # No worker is there.
        assert await alerts.note(session, [], OF_RUNS, NOON + 2 * RECOVERED_AFTER) == []
        assert await alerts.note(session, broken, EVERY_KIND, NOON + 3 * RECOVERED_AFTER) == []


async def test_processes_that_look_at_once_tell_once(database_url: str) -> None:
    databases = [Database(database_url) for _ in range(3)]
    async with databases[0].write() as session:
        class_ = await a_class(session)
        await abandon_run(session, (await class_.hand_in(session)).id)
        await session.commit()
    async with databases[1].write() as session:
        assert len(await look(session)) == 1
        # The process dies here.

    async def look_and_commit(database: Database) -> int:
        async with database.write() as session:
            fresh = await look(session)
            await session.commit()
        return len(fresh)

    assert sum(await asyncio.gather(*map(look_and_commit, databases))) == 1
    async with databases[0].read() as session:
        assert len(await read_news(session, NewsKind.RUN_ABANDONED)) == len(class_.staff)
    for database in databases:
        await database.close()


async def test_looking_reads_only_runs_that_are_not_well(filled: Database) -> None:
    withheld, broken = [{slug} for slug in sorted(Catalogue.read())[:2]]
    async with filled.write() as session:
        class_ = await a_class(session)
        await leave_undecided(session, await class_.hand_in(session))
        await abandon_run(session, (await class_.hand_in(session)).id)
        await session.commit()
    with recorded(filled) as statements:
        async with filled.write() as session:
            seen = await alert_conditions.find_runs(session, LATER)
            seen += await alert_conditions.find_suites(session, withheld, broken)
            fresh = await alerts.note(session, seen, EVERY_KIND, LATER)
            await session.commit()
    assert {one.kind for one in fresh} == {*OF_RUNS, *alerts.OF_SUITES}
    # Alerts are few rows, and so are assignments, of whose index the broken suites are read.
    few = "FROM alerts", "FROM courses JOIN assignments"
    asked = {one.text: one for one in statements if not any(word in one.text for word in few)}
    # So are runs that are queued or abandoned, by whichever index of theirs.
    more = {"turn_at", "finished_at", "state", "key"}

    assert len(asked) >= 5
    assert await faults_of(filled, asked, more=more) == {}
    if filled.is_sqlite:
        async with filled.migrating() as connection:
            await pretend_there_is_much(connection)
        assert await faults_of(filled, asked, more=more) == {}

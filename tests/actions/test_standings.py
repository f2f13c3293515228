"""The summary of what counts is what a recount of all grading runs gives, whatever happened."""

import asyncio
import random
from collections import Counter, defaultdict
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from alembic import command
from sqlalchemy import Connection, delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from graders.report import Report, Verdict
from server.access import Viewer
from server.actions import (
    check_rates,
    courses,
    dashboard,
    extensions,
    grading,
    recovery,
    scoring,
    standings,
    terms,
)
from server.actions.terms import GivenTerms
from server.errors import Closed
from server.late_days import Work, grades_of
from server.models import (
    Assignment,
    CheckTitle,
    Course,
    Extension,
    GradingRun,
    LatePolicy,
    Role,
    Standing,
    Submission,
)
from server.storage.database import Database, _alembic, upgrade
from server.terms import Attempt, Graded, effective_terms
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
    claim_run,
    later,
)

Rows = dict[tuple[UUID, UUID], dict[str, Any]]
_ENDINGS = (Verdict.PASSED, Verdict.PASSED, Verdict.FAILED, Verdict.CRASHED, Verdict.TIMED_OUT)


async def stored(session: AsyncSession) -> Rows:
    """Give the summary as it is."""
    rows = await session.execute(select(Standing.__table__))
    return {(row.assignment_id, row.user_id): dict(row._mapping) for row in rows}


async def recounted(session: AsyncSession) -> Rows:
    """Work the summary out from all grading runs, in Python."""
    submissions = await session.scalars(
        select(Submission).options(selectinload(Submission.runs).selectinload(GradingRun.checks)),
        execution_options={"populate_existing": True},
    )
    counting: dict[tuple[UUID, UUID], list[tuple[Submission, GradingRun]]] = defaultdict(list)
    for each in submissions:
        finished = [run for run in each.runs if run.points is not None]
        if finished:
            run = max(finished, key=lambda run: (run.queued_at, run.id))
            counting[each.assignment_id, each.user_id].append((each, run))
    return await _graded(session, counting)


async def _graded(
    session: AsyncSession, counting: dict[tuple[UUID, UUID], list[tuple[Submission, GradingRun]]]
) -> Rows:
    """Apply the terms: those of every assignment of a course at once, because of late days."""
    given = await session.scalars(select(Assignment), execution_options=_FRESH)
    assignments = {one.id: one for one in given}
    extensions = (await session.scalars(select(Extension), execution_options=_FRESH)).all()
    works: dict[tuple[UUID, UUID], dict[UUID, Work]] = defaultdict(dict)
    for (assignment_id, user_id), pairs in counting.items():
        assignment = assignments[assignment_id]
        own = [e for e in extensions if (e.assignment_id, e.user_id) == (assignment_id, user_id)]
        attempts = [
            Attempt(each.id, run.points or 0, run.max_points or 0, each.submitted_at, each.number)
            for each, run in pairs
        ]
        works[assignment.course_id, user_id][assignment_id] = Work(
            effective_terms(assignment, own), attempts
        )
    found: Rows = {}
    for (course_id, user_id), work in works.items():
        course = await session.get_one(Course, course_id, populate_existing=True)
        for assignment_id, graded in grades_of(work, course.late_days).items():
            key = assignment_id, user_id
            found[key] = _summed(key, counting[key], graded)
    return found


_FRESH = {"populate_existing": True}


def _summed(
    key: tuple[UUID, UUID], pairs: list[tuple[Submission, GradingRun]], graded: Graded
) -> dict[str, Any]:
    (best, run), *_ = [pair for pair in pairs if pair[0].id == graded.attempt.submission_id]
    endings = Counter(f"{check.verdict} {check.name}" for _, run in pairs for check in run.checks)
    return {
        "assignment_id": key[0],
        "user_id": key[1],
        "submission_id": best.id,
        "points": run.points,
        "max_points": run.max_points,
        "submitted_at": best.submitted_at,
        "checks": dict(endings),
        "grade": graded.grade,
        "late_days": graded.late_days,
    }


@pytest.mark.parametrize("seed", range(4))
async def test_after_any_operations_the_summary_equals_a_recount(
    database: Database, seed: int
) -> None:
    async with database.write() as session:
        class_ = await _Class.made(session, random.Random(seed))  # noqa: S311 - not a secret
        for step in range(80):
            await class_.do_something(step)
            if step % 16 == 15:
                assert await stored(session) == await recounted(session)
        kept = await stored(session)
        titled = set(await session.execute(select(CheckTitle.assignment_id, CheckTitle.name)))

        assert len(kept) > 3
        assert {
            (row["assignment_id"], ending.partition(" ")[2])
            for row in kept.values()
            for ending in row["checks"]
        } <= titled
        await standings.rebuild(session)
        assert await stored(session) == kept


class _Class:
    """A class whose members hand in, whose teacher has things graded again, all at random."""

    def __init__(
        self,
        session: AsyncSession,
        rng: random.Random,
        course: Course,
        teacher: Viewer,
        people: list[Viewer],
        given: list[Assignment],
    ) -> None:
        self._session, self._rng, self._course = session, rng, course
        self._teacher, self._people, self._given = teacher, people, given
        self._submissions: list[Submission] = []

    @classmethod
    async def made(cls, session: AsyncSession, rng: random.Random) -> "_Class":
        course = await a_course(session)
        teacher = await an_instructor(session, course)
        people = [teacher, *[await a_student(session, course) for _ in range(3)]]
        given = [await an_assignment(session, course, name) for name in ("gather", "timeout")]
        return cls(session, rng, course, teacher, people, given)

    async def do_something(self, step: int) -> None:
        ways = (self._hand_in, self._finish, self._finish, self._regrade, self._trouble, self._role)
        ways += (self._terms, self._extension, self._late_days)
        await self._rng.choice(ways if self._submissions else ways[:1])(step)

    async def _hand_in(self, step: int) -> None:
        # Some at the same moment: then the number decides.
        assignment, viewer = self._rng.choice(self._given), self._rng.choice(self._people)
        with suppress(Closed):
            made = await a_submission(self._session, assignment, viewer, now=later(step // 4))
            self._submissions.append(made)

    async def _finish(self, step: int) -> None:
        run_id = await self._queued()
        if run_id is not None and (claim := await self._claim(run_id)):
            done = await grading.finish(
                self._session, run_id, claim.number, self._report(), later(step)
            )
            assert done

    async def _regrade(self, step: int) -> None:
        submission = self._rng.choice(self._submissions)
        await grading.regrade(self._session, self._teacher, submission.id, later(step // 4))

    async def _trouble(self, step: int) -> None:
        run_id = await self._queued()
        if run_id is None:
            return
        if self._rng.random() < 0.5:
            await abandon_run(self._session, run_id)
        elif claim := await self._claim(run_id):
            await grading.give_back(self._session, run_id, claim.number, later(step))
            await recovery.abandon_exhausted(self._session, later(step))

    async def _role(self, _step: int) -> None:
        viewer, role = self._rng.choice(self._people[1:]), self._rng.choice(list(Role))
        await courses.enroll(self._session, self._course, viewer.user, role)

    async def _terms(self, step: int) -> None:
        """Let the class hand in around the due moment, so that any attempt may become late."""
        assignment = self._rng.choice(self._given)
        due_at = self._rng.choice((None, later(step // 4 - 3), later(step // 4 + 1)))
        policy = self._rng.choice(list(LatePolicy)) if due_at else LatePolicy.NONE
        wished = GivenTerms(
            due_at=due_at,
            late_policy=policy,
            percent_per_day=self._rng.choice((10, 60)),
            late_steps=((0, 20), (0.001, 50)),
            weight=self._rng.choice((0, 1, 2)),
            max_attempts=1000,
        )
        await terms.change_terms(self._session, self._teacher, assignment, wished, later(step))

    async def _extension(self, step: int) -> None:
        assignment, whose = self._rng.choice(self._given), self._rng.choice(self._people)
        granted = await extensions.list_extensions(self._session, assignment, limit=10)
        if granted and self._rng.random() < 0.4:
            old = self._rng.choice(granted)
            await extensions.remove(self._session, self._teacher, assignment, old.id, later(step))
        elif assignment.due_at is not None:
            await extensions.grant(
                self._session,
                self._teacher,
                assignment,
                [whose.user.id],
                due_at=assignment.due_at + timedelta(seconds=self._rng.randint(1, 9)),
                extra_attempts=0,
                reason="Ill.",
                now=later(step),
            )

    async def _late_days(self, step: int) -> None:
        days = self._rng.randint(0, 2)
        course_id = self._course.id
        await terms.change_late_days(self._session, self._teacher, course_id, days, later(step))

    async def _claim(self, run_id: UUID) -> grading.Claim | None:
        # One that was given back has kept its turn, which is the first.
        await self._session.execute(update(GradingRun).values(turn_at=NOON))
        return await claim_run(self._session, run_id)

    async def _queued(self) -> UUID | None:
        """Choose a run that waits, so that those of one submission end in any order."""
        ids = await self._session.scalars(
            select(GradingRun.id).where(GradingRun.state == "queued").order_by(GradingRun.id)
        )
        waiting = ids.all()
        return self._rng.choice(waiting) if waiting else None

    def _report(self) -> Report:
        """Make one of the suite before a check was added and one renamed, or after."""
        names = self._rng.choice((("a", "b c"), ("a", "ß", "d"), ()))
        endings = {name: self._rng.choice(_ENDINGS) for name in names}
        return a_report(
            *(
                a_check(
                    name,
                    points=self._rng.choice((0.1, 1)) if verdict is Verdict.PASSED else 0,
                    verdict=verdict,
                    hidden=self._rng.random() < 0.5,
                )
                for name, verdict in endings.items()
            )
        )


async def test_a_role_change_takes_effect_at_once(database: Database) -> None:
    async with database.write() as session:
        course = await a_course(session)
        teacher = await an_instructor(session, course)
        ana = await a_student(session, course)
        submission = await a_submission(session, await an_assignment(session, course), ana)
        await a_finished_run(session, submission, a_report())

        shown = []
        for role in (Role.STUDENT, Role.INSTRUCTOR, Role.STUDENT):
            await courses.enroll(session, course, ana.user, role)
            seen = await dashboard.class_map(session, teacher, course, NOON)
            checks = await check_rates.list_check_rates(session, teacher, course)
            shown.append(([check.runs for check in checks], seen.columns[0].solved))

    assert shown == [([1], 1), ([], 0), ([1], 1)]


async def test_titles_and_positions_of_checks_are_the_latest(database: Database) -> None:
    async with database.write() as session:
        course = await a_course(session)
        teacher = await an_instructor(session, course)
        gather = await an_assignment(session, course)
        for names in (("old", "same"), ("same", "new")):
            submission = await a_submission(session, gather)
            await a_finished_run(session, submission, a_report(*map(a_check, names)))

        shown = await check_rates.list_check_rates(session, teacher, course)

    assert [(check.name, check.title.en) for check in shown] == [
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
        assert [row["checks"] for row in (await stored(session)).values()] == [{"passed runs": 2}]
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
        class_ = await _Class.made(session, random.Random(5))  # noqa: S311 - not a secret
        for step in range(50):
            await class_.do_something(step)
        await session.commit()

    async with database.migrating() as connection:
        await connection.run_sync(_downgrade)
        await connection.run_sync(upgrade)

    async with database.read() as session:
        kept = await stored(session)
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

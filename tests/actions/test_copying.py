"""Copying a course from last term."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from server import errors
from server.actions import copying
from server.models import (
    Assignment,
    Counting,
    Enrollment,
    GradebookPolicy,
    LatePolicy,
    LeaderboardSettings,
    RankedBy,
)
from server.models.base import Base
from server.storage.database import Database
from tests.fixtures.builders import (
    NOON,
    a_course,
    a_student,
    an_assignment,
    an_instructor,
    viewer_of,
)

COPIED = {"assignments", "gradebook_policies", "leaderboard_settings"}
OF_PEOPLE = {"enrollments", "extensions", "grade_overrides", "leaderboard_names", "student_views"}
OF_PEOPLE |= {
    "due_reminders",
    "submissions",
    "grading_runs",
    "standings",
    "second_looks",
    "comments",
}
# What was said, done or found in that term.
OF_THE_TERM = {"announcements", "news", "audit_entries", "check_titles"}
OF_THE_TERM |= {"alerts", "regrades", "regrade_items"}

OCTOBER = datetime(2026, 10, 20, 21, 59, tzinfo=UTC)  # 23:59 in Madrid, in summer


async def test_a_copy_has_assignments_and_settings_and_no_people(database: Database) -> None:
    async with database.write() as session:
        source = await a_course(session, timezone="America/Bogota", language="en")
        source.unready_costs_attempt = True
        teacher = await an_instructor(session, source)
        await a_student(session, source)
        await an_assignment(session, source, "gather", due_at=OCTOBER, max_attempts=3)
        await an_assignment(session, source, "timeout", opens_at=OCTOBER)
        session.add(GradebookPolicy(course_id=source.id, drop_lowest=2, scale=100))

        copy = await copying.copy_course(
            session, teacher, source, slug="", title="Otra vez", shift_days=None, now=NOON
        )

        given = (
            await session.scalars(
                select(Assignment)
                .where(Assignment.course_id == copy.id)
                .order_by(Assignment.position)
            )
        ).all()
        assert [(one.exercise, one.opens_at, one.due_at, one.max_attempts) for one in given] == [
            ("gather", None, None, 3),
            ("timeout", None, None, None),
        ]
        assert (copy.timezone, copy.language, copy.join_code) == ("America/Bogota", "en", None)
        assert copy.unready_costs_attempt
        policy = await session.get_one(GradebookPolicy, copy.id)
        assert (policy.drop_lowest, policy.scale) == (2, 100)
        people = await session.scalars(select(Enrollment).where(Enrollment.course_id == copy.id))
        assert [person.user_id for person in people] == [teacher.user.id]


async def test_dates_move_by_days_at_the_same_time_of_the_clock(database: Database) -> None:
    async with database.write() as session:
        source = await a_course(session)
        await an_assignment(session, source, due_at=OCTOBER)

        copy = await copying.copy_course(
            session, None, source, slug="winter", title="B", shift_days=35, now=NOON
        )

        due_at = await session.scalar(
            select(Assignment.due_at).where(Assignment.course_id == copy.id)
        )
        assert due_at == datetime(2026, 11, 24, 22, 59, tzinfo=UTC)  # 23:59 in winter


async def test_only_those_who_manage_a_course_copy_it(sqlite_database: Database) -> None:
    async with sqlite_database.write() as session:
        source = await a_course(session)
        stranger = await an_instructor(session, await a_course(session))
        student = await a_student(session, source)

        for viewer in (stranger, student):
            with pytest.raises(errors.InstructorsOnly):
                await copying.copy_course(
                    session,
                    await viewer_of(session, viewer.user),
                    source,
                    slug="",
                    title="B",
                    shift_days=None,
                    now=NOON,
                )


async def test_late_policies_weights_and_the_leaderboard_are_copied(database: Database) -> None:
    terms = {
        "late_policy": LatePolicy.STEPS,
        "late_steps": [[24, 10], [48, 30]],
        "grace_minutes": 15,
        "cooldown_seconds": 60,
        "attempts_per_day": 5,
        "weight": 2.5,
        "shown_before": ["hints"],
        "shown_after": ["details", "hidden"],
    }
    async with database.write() as session:
        source = await a_course(session)
        source.late_days = 3
        assignment = await an_assignment(session, source, due_at=OCTOBER)
        for name, value in terms.items():
            setattr(assignment, name, value)
        session.add(GradebookPolicy(course_id=source.id, counting=Counting.LAST, scale=20))
        session.add(
            LeaderboardSettings(
                course_id=source.id, is_hidden=True, ranked_by=RankedBy.FIRST, frozen_at=OCTOBER
            )
        )

        copy = await copying.copy_course(
            session, None, source, slug="", title="B", shift_days=1, now=NOON
        )

        copied = await session.scalar(select(Assignment).where(Assignment.course_id == copy.id))
        assert copied is not None
        assert {name: getattr(copied, name) for name in terms} == terms
        assert copy.late_days == 3
        policy = await session.get_one(GradebookPolicy, copy.id)
        assert (policy.counting, policy.scale) == (Counting.LAST, 20)
        board = await session.get_one(LeaderboardSettings, copy.id)
        assert (board.is_hidden, board.ranked_by) == (True, RankedBy.FIRST)
        assert board.frozen_at == OCTOBER + timedelta(days=1)


def test_it_is_decided_for_every_table_of_a_course_whether_it_is_copied() -> None:
    tables = {
        table.name
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name in {"courses", "assignments"}
    }

    assert tables == COPIED | OF_PEOPLE | OF_THE_TERM
    settings = {mapper.local_table for mapper in copying.settings_of_courses()}
    assert settings | {Base.metadata.tables["assignments"]} == {
        Base.metadata.tables[name] for name in COPIED
    }

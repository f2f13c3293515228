"""What a course shows of its leaderboard: to whom, in which order, with which names, until when."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server import errors
from server.access import Viewer
from server.actions import leaderboard, leaderboard_settings
from server.models import AuditEntry, Course, RankedBy
from server.storage.database import Database
from tests.actions.test_leaderboard import graded
from tests.fixtures.builders import NOON, a_course, a_student, an_assignment, an_instructor, later


async def set_up(session: AsyncSession, by: Viewer | None, course: Course, **values: Any) -> None:
    given = {
        "is_on": True,
        "is_hidden": False,
        "ranked_by": RankedBy.POINTS,
        "allows_names": False,
        "frozen_at": None,
        "now": NOON,
        **values,
    }
    await leaderboard_settings.set_settings(session, by, course, **given)


async def read_board(
    session: AsyncSession, viewer: Viewer, course: Course, now: datetime = NOON, **values: Any
) -> list[tuple[int, str, float, int]]:
    board = await leaderboard.show(session, viewer, course, now, **values)
    return [(row.rank, row.display_name, row.points, row.firsts) for row in board.rows]


async def test_a_hidden_leaderboard_is_for_staff_and_one_that_is_off_for_nobody(
    database: Database,
) -> None:
    async with database.write() as session:
        course = await a_course(session)
        teacher = await an_instructor(session, course)
        ana = await a_student(session, course, display_name="Ana")
        stranger = await a_student(session, await a_course(session))
        await graded(session, await an_assignment(session, course), ana, 5)

        for hidden in ({"is_hidden": True}, {"is_on": False}):
            await set_up(session, teacher, course, **hidden)
            board = await leaderboard.show(session, ana, course, NOON)
            assert (board.is_shown, list(board.rows)) == (False, [])
            with pytest.raises(errors.UnknownCourse):
                await leaderboard.show(session, stranger, course, NOON)
            seen = await read_board(session, teacher, course)
            assert bool(seen) == ("is_hidden" in hidden)


async def test_ranked_by_first_right_the_first_with_every_point_counts(database: Database) -> None:
    async with database.write() as session:
        course = await a_course(session)
        gather = await an_assignment(session, course, "gather")
        timeout = await an_assignment(session, course, "timeout")
        ana = await a_student(session, course, display_name="Ana")
        bea = await a_student(session, course, display_name="Bea")
        eva = await a_student(session, course, display_name="Eva")
        await graded(session, gather, ana, 9, 10, seconds=0)  # right at 1
        await graded(session, gather, bea, 10, seconds=5)
        await graded(session, gather, eva, 3, seconds=0)
        await graded(session, timeout, bea, 10, seconds=6)
        await graded(session, timeout, ana, 4, seconds=0)
        await set_up(session, None, course, ranked_by=RankedBy.FIRST)

        assert await read_board(session, ana, course) == [
            (1, "Bea", 20, 1),
            (1, "Ana", 14, 1),
            (3, "Eva", 3, 0),
        ]
        assert await read_board(session, ana, course, exercise="timeout") == [
            (1, "Bea", 10, 1),
            (2, "Ana", 4, 0),
        ]


async def test_two_who_are_right_at_the_same_moment_are_both_first(database: Database) -> None:
    async with database.write() as session:
        course = await a_course(session)
        gather = await an_assignment(session, course)
        for name in ("Bea", "Ana"):
            student = await a_student(session, course, display_name=name)
            await graded(session, gather, student, 10)
        await set_up(session, None, course, ranked_by=RankedBy.FIRST)

        assert await read_board(session, student, course) == [(1, "Ana", 10, 1), (1, "Bea", 10, 1)]


async def test_students_see_a_frozen_leaderboard_as_it_was_then(database: Database) -> None:
    async with database.write() as session:
        course = await a_course(session)
        gather = await an_assignment(session, course)
        teacher = await an_instructor(session, course)
        ana = await a_student(session, course, display_name="Ana")
        bea = await a_student(session, course, display_name="Bea")
        await graded(session, gather, ana, 4, seconds=0)
        await graded(session, gather, ana, 9, seconds=60)
        await graded(session, gather, bea, 5, seconds=30)
        await graded(session, gather, bea, 8, seconds=90)
        await set_up(session, teacher, course, frozen_at=later(60))

        assert await read_board(session, ana, course, later(59)) == [
            (1, "Ana", 9, 0),
            (2, "Bea", 8, 0),
        ]
        assert await read_board(session, ana, course, later(60)) == [
            (1, "Bea", 5, 0),
            (2, "Ana", 4, 0),
        ]
        assert await read_board(session, teacher, course, later(60)) == [
            (1, "Ana", 9, 0),
            (2, "Bea", 8, 0),
        ]
        board = await leaderboard.show(session, ana, course, later(60))
    assert board.frozen_at == later(60)


async def test_real_names_are_shown_only_of_those_who_chose_and_where_allowed(
    database: Database,
) -> None:
    async with database.write() as session:
        course = await a_course(session)
        gather = await an_assignment(session, course)
        teacher = await an_instructor(session, course)
        ana = await a_student(session, course, display_name="Cola 1", name="Ana Vega")
        bea = await a_student(session, course, display_name="Cola 2", name="Bea Mora")
        for student in (ana, bea):
            await graded(session, gather, student, 5)

        with pytest.raises(errors.NamesNotAllowed):
            await leaderboard_settings.choose_name(session, ana, course, is_real=True)
        await set_up(session, teacher, course, allows_names=True)
        with pytest.raises(errors.NamesNotAllowed):
            await leaderboard_settings.choose_name(session, teacher, course, is_real=True)
        for _ in range(2):
            await leaderboard_settings.choose_name(session, ana, course, is_real=True)
        assert [name for _, name, _, _ in await read_board(session, bea, course)] == [
            "Ana Vega",
            "Cola 2",
        ]
        assert await leaderboard_settings.has_own_name(session, ana, course)

        await set_up(session, teacher, course, allows_names=False)
        assert "Ana Vega" not in str(await read_board(session, bea, course))
        await leaderboard_settings.choose_name(session, ana, course, is_real=False)
        await set_up(session, teacher, course, allows_names=True)
        assert "Ana Vega" not in str(await read_board(session, bea, course))


async def test_an_assignment_whose_terms_hide_it_is_not_on_the_leaderboard(
    database: Database,
) -> None:
    async with database.write() as session:
        course = await a_course(session)
        gather = await an_assignment(session, course, "gather")
        exam = await an_assignment(session, course, "timeout")
        exam.shown_before = []
        await session.flush()
        ana = await a_student(session, course, display_name="Ana")
        await graded(session, gather, ana, 5)
        await graded(session, exam, ana, 3)

        assert await read_board(session, ana, course) == [(1, "Ana", 5, 0)]
        await set_up(session, None, course, ranked_by=RankedBy.FIRST)
        assert await read_board(session, ana, course) == [(1, "Ana", 5, 0)]


async def test_only_who_manages_the_course_sets_it_and_the_audit_log_says_so(
    database: Database,
) -> None:
    async with database.write() as session:
        course = await a_course(session)
        teacher, ana = await an_instructor(session, course), await a_student(session, course)

        with pytest.raises(errors.InstructorsOnly):
            await set_up(session, ana, course)
        await set_up(session, teacher, course, is_hidden=True, frozen_at=later(5))
        entry = (
            await session.scalars(
                select(AuditEntry).where(AuditEntry.action == "leaderboard.settings")
            )
        ).one()
    assert entry.before is not None
    assert entry.after is not None
    assert (entry.before["is_hidden"], entry.after["is_hidden"]) == (False, True)
    assert entry.after["frozen_at"] == later(5).isoformat()

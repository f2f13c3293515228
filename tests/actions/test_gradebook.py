"""The gradebook: what goes into a student's sum, who sees it, and its policy."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server import errors
from server.access import Viewer
from server.actions import class_list, gradebook, overrides, standings
from server.models import AuditEntry, Counting, Course, Enrollment, LatePolicy
from server.storage.database import Database
from tests.actions.test_leaderboard import graded as graded_at
from tests.actions.test_overrides import a_class, graded, set_grade
from tests.fixtures.builders import NOON, a_student, an_assignment, an_instructor, later


async def total_of(session: AsyncSession, viewer: Viewer, course: Course, whose: Viewer) -> Any:
    found = await gradebook.one_student(session, viewer, course, whose.user.id, NOON)
    return found.total.grade


async def policy(session: AsyncSession, by: Viewer | None, course: Course, **values: Any) -> None:
    given = {"counting": Counting.BEST, "drop_lowest": 0, "scale": 10.0, "now": NOON, **values}
    await gradebook.set_policy(session, by, course, **given)


async def test_the_sum_is_of_all_that_has_opened(database: Database) -> None:
    async with database.write() as session:
        course, gather, teacher, ana = await a_class(session)
        await an_assignment(session, course, "timeout")
        await an_assignment(session, course, "errores", opens_at=later(60))
        await graded(session, gather, ana, 6)

        found = await gradebook.one_student(session, ana, course, ana.user.id, NOON)
        afterwards = await gradebook.one_student(session, teacher, course, ana.user.id, later(61))

    assert found.total.grade == 3
    assert [one.mark is None for one in found.exercises] == [False, False, True]
    assert afterwards.total.grade == 2


async def test_what_is_set_by_hand_and_what_is_left_out_change_the_sum(database: Database) -> None:
    async with database.write() as session:
        course, gather, teacher, ana = await a_class(session)
        await an_assignment(session, course, "timeout")
        await graded(session, gather, ana, 6)
        await set_grade(session, teacher, course, ana, points=8, style_points=1)

        assert await total_of(session, teacher, course, ana) == 4.5
        await policy(session, teacher, course, drop_lowest=1, scale=100)
        assert await total_of(session, teacher, course, ana) == 90
        await overrides.remove_override(session, teacher, course, "gather", ana.user.id, now=NOON)
        assert await total_of(session, teacher, course, ana) == 60


async def test_points_for_style_are_added_to_the_computed_grade(database: Database) -> None:
    async with database.write() as session:
        course, gather, teacher, ana = await a_class(session)
        await graded(session, gather, ana, 6)
        await set_grade(session, teacher, course, ana, points=None, style_points=1)

        found = await gradebook.one_student(session, ana, course, ana.user.id, NOON)

    assert found.total.grade == pytest.approx(7)
    assert found.exercises[0].points == pytest.approx(7)
    assert found.exercises[0].max_points == 10


async def test_only_staff_see_the_grades_of_others(database: Database) -> None:
    async with database.write() as session:
        course, _, teacher, ana = await a_class(session)
        bea = await a_student(session, course)

        with pytest.raises(errors.StaffOnly):
            await total_of(session, bea, course, ana)
        with pytest.raises(errors.UnknownStudent):
            await total_of(session, teacher, course, teacher)


async def test_only_who_manages_the_course_sets_its_policy(database: Database) -> None:
    async with database.write() as session:
        course, _, teacher, ana = await a_class(session)

        with pytest.raises(errors.InstructorsOnly):
            await policy(session, ana, course)
        await policy(session, teacher, course, drop_lowest=2)
        entry = (
            await session.scalars(select(AuditEntry).where(AuditEntry.action == "gradebook.policy"))
        ).one()

    assert (entry.action, entry.actor_id) == ("gradebook.policy", teacher.user.id)
    assert entry.before == {"counting": "best", "drop_lowest": 0, "scale": 10}
    assert entry.after == {"counting": "best", "drop_lowest": 2, "scale": 10}


@pytest.mark.parametrize(
    "wrong",
    [
        *({"drop_lowest": number} for number in (-1, 101)),
        *({"scale": number} for number in (0.0, 1001.0, float("nan"), float("inf"))),
    ],
)
async def test_a_policy_out_of_its_range_is_refused(database: Database, wrong: Any) -> None:
    async with database.write() as session:
        course, _, teacher, _ = await a_class(session)

        with pytest.raises(errors.InvalidPolicy):
            await policy(session, teacher, course, **wrong)


async def test_students_are_listed_page_by_page_and_searched(database: Database) -> None:
    async with database.write() as session:
        course, *_ = await a_class(session)
        for number in range(4):
            await a_student(session, course, name=f"Íñigo {number}", email=f"i{number}@x_y.org")
        await an_instructor(session, course, name="Íñigo que enseña")

        def page(number: int, **values: str) -> Any:
            return class_list.list_page(session, course.id, page=number, size=2, **values)

        first, last, beyond = await page(1), await page(3), await page(9)
        named = await page(1, search=" IÑIGO 2")
        by_address, nobody = await page(1, search="X_Y.org"), await page(1, search="x%y")

    assert (first.total, first.page, len(first.students)) == (5, 1, 2)
    assert (last.page, len(last.students)) == (3, 1)
    assert beyond == last
    assert [student.name for student in named.students] == ["Íñigo 2"]
    assert (by_address.total, nobody.total) == (4, 0)
    assert nobody.page == 1


async def test_lists_are_in_the_order_of_names_and_filtered_by_group(database: Database) -> None:
    async with database.write() as session:
        course, *_ = await a_class(session)
        for name, family, group in (
            ("Óscar Pérez", "Pérez", "tarde"),
            ("Zoe Álvaro", "Álvaro", "tarde"),
            ("Ana Núñez", "Núñez", "mañana"),
        ):
            student = await a_student(session, course, name=name, family_name=family)
            enrollment = await session.get_one(Enrollment, (course.id, student.user.id))
            enrollment.group = group
        await session.flush()

        everybody = await class_list.list_all(session, course.id)
        page = await class_list.list_page(session, course.id, group="tarde", page=1, size=9)
        both = await class_list.list_page(session, course.id, search="perez, os", page=1, size=9)

    ordered = [one.listed_name for one in everybody if one.family_name]
    assert ordered == ["Álvaro, Zoe", "Núñez, Ana", "Pérez, Óscar"]
    assert [one.listed_name for one in page.students] == ["Álvaro, Zoe", "Pérez, Óscar"]
    assert page.groups == ["mañana", "tarde"]
    assert [one.listed_name for one in both.students] == ["Pérez, Óscar"]


async def test_the_last_attempt_counts_where_the_policy_says_so(database: Database) -> None:
    async with database.write() as session:
        course, gather, teacher, ana = await a_class(session)
        for points in (4, 9, 2):
            await graded(session, gather, ana, points)

        assert await total_of(session, teacher, course, ana) == 9
        changes = await gradebook.set_policy(
            session, teacher, course, counting=Counting.LAST, drop_lowest=0, scale=10, now=NOON
        )
        assert [(one.before, one.after) for one in changes] == [(9, 2)]
        assert await total_of(session, teacher, course, ana) == 2
        await graded(session, gather, ana, 7)
        assert await total_of(session, teacher, course, ana) == 7
        await graded(session, gather, ana, 6)
        await standings.rebuild(session)
        assert await total_of(session, teacher, course, ana) == 6
        await policy(session, teacher, course)
        assert await total_of(session, teacher, course, ana) == 9


async def test_practice_after_the_due_date_replaces_no_attempt_that_counts(
    database: Database,
) -> None:
    async with database.write() as session:
        course, _, teacher, ana = await a_class(session)
        due = await an_assignment(session, course, "timeout", due_at=later(-60), max_attempts=None)
        due.late_policy, due.late_steps = LatePolicy.STEPS, [[0, 100]]
        await session.flush()
        await graded_at(session, due, ana, 9, 4, seconds=-3600)
        await graded_at(session, due, ana, 10)

        best = await total_of(session, teacher, course, ana)
        await gradebook.set_policy(
            session, teacher, course, counting=Counting.LAST, drop_lowest=0, scale=10, now=NOON
        )
        last = await total_of(session, teacher, course, ana)
        await standings.rebuild(session)
        rebuilt = await total_of(session, teacher, course, ana)

    # Half of it: the other exercise counts as 0.
    assert (best, last, rebuilt) == (9 / 2, 4 / 2, 4 / 2)


async def test_what_is_late_counts_less_and_weights_count(database: Database) -> None:
    async with database.write() as session:
        course, gather, _, ana = await a_class(session)
        due = await an_assignment(session, course, "timeout", due_at=later(-60), max_attempts=None)
        due.late_policy, due.percent_per_day, due.weight = LatePolicy.PERCENT, 50.0, 3.0
        await session.flush()
        await graded(session, due, ana, 8)
        await graded(session, gather, ana, 10)

        found = await gradebook.one_student(session, ana, course, ana.user.id, NOON)

    assert [one.points for one in found.exercises] == [10, 4]
    assert found.total.grade == pytest.approx((10 + 3 * 4) / 4)

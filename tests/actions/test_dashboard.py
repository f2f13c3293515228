"""What an instructor sees at a glance."""

import pytest
from sqlalchemy import event

from graders.report import RunState
from server import errors
from server.actions import dashboard, extensions, grading, open_runs
from server.actions.class_filter import Condition, StudentFilter
from server.models import Counting, GradebookPolicy, LatePolicy
from server.storage.database import Database
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


async def test_it_shows_each_students_points_and_attempts_by_exercise(database: Database) -> None:
    async with database.write() as session:
        course = await a_course(session)
        teacher = await an_instructor(session, course)
        timeout = await an_assignment(session, course, "timeout", position=2)
        gather = await an_assignment(session, course, "gather", position=1)
        ana = await a_student(session, course, name="Ana", email="ana@example.org")
        await a_student(session, course, name="bea")
        for points in (1, 3, 2):
            submission = await a_submission(session, gather, ana)
            report = a_report(a_check(points=points, max_points=3))
            await a_finished_run(session, submission, report)
        await a_submission(session, timeout, ana)
        await a_submission(session, gather, teacher)

        shown = await dashboard.class_map(session, teacher, course, NOON)

    assert [(c.exercise, c.submitted, c.solved) for c in shown.columns] == [
        ("gather", 1, 1),
        ("timeout", 1, 0),
    ]
    assert [
        (s.sums.name, s.sums.points, s.sums.solved, s.sums.handed_in) for s in shown.students
    ] == [
        ("Ana", 3, 1, 2),
        ("bea", 0, 0, 0),
    ]
    cells = shown.students[0].cells
    assert (cells[gather.id].points, cells[gather.id].attempts) == (3, 3)
    assert (cells[timeout.id].points, cells[timeout.id].attempts) == (None, 1)
    assert shown.students[1].cells == {}


async def test_it_shows_waiting_and_stuck_runs(database: Database) -> None:
    async with database.write() as session:
        course = await a_course(session)
        teacher = await an_instructor(session, course)
        gather = await an_assignment(session, course)
        student = await a_student(session, course, name="Ana")
        given_up, orphan, running, old, new = [
            (await a_submission(session, gather, student, now=later(seconds))).runs[0].id
            for seconds in (1, 2, 3, 4, 95)
        ]
        await abandon_run(session, given_up)
        await claim_run(session, orphan, worker="gone", now=later(2))
        await claim_run(session, running, now=later(99))

        shown = await open_runs.list_open_runs(session, teacher, course, later(100))

    assert [(r.run_id, r.state, r.is_stuck, r.age_seconds) for r in shown.runs] == [
        (given_up, RunState.ABANDONED, True, 99),
        (orphan, RunState.RUNNING, True, 98),
        (running, RunState.RUNNING, False, 97),
        (old, RunState.QUEUED, True, 96),
        (new, RunState.QUEUED, False, 5),
    ]
    assert shown.counts == {
        RunState.ABANDONED: 1,
        RunState.RUNNING: 2,
        RunState.QUEUED: 2,
    }
    assert (shown.runs[1].student, shown.runs[1].worker) == ("Ana", "gone")


async def test_an_abandoned_run_is_no_longer_shown_once_it_was_regraded(
    database: Database,
) -> None:
    async with database.write() as session:
        course = await a_course(session)
        teacher = await an_instructor(session, course)
        submission = await a_submission(session, await an_assignment(session, course))
        await abandon_run(session, submission.run.id)
        await grading.regrade(session, teacher, submission.id, later(70))
        await a_finished_run(session, submission, a_report(), now=later(71))

        shown = await open_runs.list_open_runs(session, teacher, course, later(100))

    assert shown.runs == []
    assert shown.counts == {}


async def test_only_instructors_of_the_course_see_it(database: Database) -> None:
    async with database.write() as session:
        course = await a_course(session)
        student = await a_student(session, course)
        stranger = await an_instructor(session, await a_course(session))

        for viewer in (student, stranger):
            with pytest.raises(errors.StaffOnly):
                await dashboard.class_map(session, viewer, course, NOON)


async def test_it_takes_eight_statements_for_any_size_of_class(
    sqlite_database: Database,
) -> None:
    statements: list[str] = []
    async with sqlite_database.write() as session:
        course = await a_course(session)
        teacher = await an_instructor(session, course)
        for _ in range(5):
            submission = await a_submission(session, await an_assignment(session, course, f"e{_}"))
            await a_finished_run(session, submission, a_report())
        engine = (await session.connection()).sync_engine
        event.listen(engine, "before_cursor_execute", lambda *a: statements.append(a[2]))

        await dashboard.class_map(session, teacher, course, NOON)

    assert len(statements) == 8


async def test_students_are_paged_and_the_counts_cover_all_of_them(database: Database) -> None:
    async with database.write() as session:
        course = await a_course(session)
        teacher = await an_instructor(session, course)
        gather = await an_assignment(session, course)
        for name in ("Ana", "Bea", "Carla", "Dora", "Eva"):
            student = await a_student(session, course, name=name)
            submission = await a_submission(session, gather, student)
            await a_finished_run(session, submission, a_report(a_check(points=1)))

        shown = [
            await dashboard.class_map(session, teacher, course, NOON, page=page, limit=2)
            for page in (1, 2, 3, 4)
        ]

    assert [[s.sums.name for s in page.students] for page in shown] == [
        ["Ana", "Bea"],
        ["Carla", "Dora"],
        ["Eva"],
        ["Eva"],
    ]
    assert [s.sums.points for s in shown[2].students] == [1]
    assert {(page.found, page.columns[0].submitted) for page in shown} == {(5, 5)}
    assert {page.columns[0].solved for page in shown} == {5}


async def test_a_student_without_progress_is_stuck_and_one_who_improves_is_not(
    database: Database,
) -> None:
    async with database.write() as session:
        course = await a_course(session)
        teacher = await an_instructor(session, course)
        gather = await an_assignment(session, course)
        points = {"Ana": (2, 1, 2, 1), "Bea": (0, 1, 2, 2), "Carla": (0, 3, 1, 1, 1), "Dora": (0,)}
        for name, earned in points.items():
            student = await a_student(session, course, name=name)
            for number, one in enumerate(earned):
                moment = later(number)
                submission = await a_submission(session, gather, student, now=moment)
                report = a_report(a_check(points=one, max_points=3))
                await a_finished_run(session, submission, report, now=moment)

        shown = await dashboard.class_map(session, teacher, course, NOON)

    stuck = {s.name: [(one.attempts, one.since) for one in s.stuck] for s in shown.everybody}
    assert stuck == {"Ana": [(4, 3)], "Bea": [], "Carla": [], "Dora": []}
    assert shown.columns[0].stuck == 1


async def test_a_student_without_an_overdue_submission_is_behind(database: Database) -> None:
    async with database.write() as session:
        course = await a_course(session)
        teacher = await an_instructor(session, course)
        due = await an_assignment(session, course, "gather", due_at=later(60))
        await an_assignment(session, course, "timeout", due_at=later(7200))
        await an_assignment(session, course, "cpu")
        ana = await a_student(session, course, name="Ana")
        await a_student(session, course, name="Bea")
        await a_submission(session, due, ana)

        before, after = [
            await dashboard.class_map(session, teacher, course, moment)
            for moment in (later(59), later(60))
        ]

    assert [student.behind for student in before.everybody] == [0, 0]
    assert [student.behind for student in after.everybody] == [0, 1]


async def test_an_extension_and_grace_minutes_decide_who_is_behind(database: Database) -> None:
    async with database.write() as session:
        course = await a_course(session)
        teacher = await an_instructor(session, course)
        gather = await an_assignment(session, course, "gather", due_at=later(60))
        gather.grace_minutes = 1
        people = {
            name: await a_student(session, course, name=name) for name in ("Ana", "Bea", "Carla")
        }
        extended = [people["Ana"].user.id, people["Carla"].user.id]
        for hours in (2, 1):
            await extensions.grant(
                *(session, teacher, gather, extended),
                due_at=later(hours * 3600),
                extra_attempts=0,
                reason="Ill.",
                now=NOON,
            )
        await a_submission(session, gather, people["Carla"])

        seen = [
            await dashboard.class_map(session, teacher, course, moment)
            for moment in (later(119), later(120), later(7259), later(7260))
        ]

    behind = [{one.name for one in each.everybody if one.behind} for each in seen]
    assert behind == [set(), {"Bea"}, {"Bea"}, {"Ana", "Bea"}]
    assert all(one.behind in (0, 1) for each in seen for one in each.everybody)


async def test_late_is_what_counts_and_came_after_the_students_own_due_moment(
    database: Database,
) -> None:
    handed_in = {"Ana": (59,), "Bea": (60, 120), "Carla": (119,), "Dora": (30, 500), "Eva": (500,)}
    async with database.write() as session:
        course = await a_course(session)
        teacher = await an_instructor(session, course)
        gather = await an_assignment(session, course, "gather", due_at=later(60))
        gather.grace_minutes, gather.late_policy, gather.percent_per_day = 1, LatePolicy.PERCENT, 50
        for name, moments in handed_in.items():
            student = await a_student(session, course, name=name)
            if name == "Eva":
                await extensions.grant(
                    *(session, teacher, gather, [student.user.id]),
                    due_at=later(3600),
                    extra_attempts=0,
                    reason="Ill.",
                    now=NOON,
                )
            for number, seconds in enumerate(moments):
                submission = await a_submission(session, gather, student, now=later(seconds))
                # Bea's late one is worth more than twice the one in time; Dora's is not.
                earned = 0 if name == "Bea" and number == 0 else 2
                report = a_report(a_check(points=earned, max_points=3))
                await a_finished_run(session, submission, report, now=later(seconds))

        student_filter = StudentFilter(condition=Condition.LATE)
        shown = await dashboard.class_map(session, teacher, course, later(600), student_filter)

    assert [(one.sums.name, one.sums.late) for one in shown.students] == [("Bea", 1)]
    assert shown.columns[0].late == 1


async def test_what_nobody_has_graded_yet_counts_as_handed_in(database: Database) -> None:
    async with database.write() as session:
        course = await a_course(session)
        teacher = await an_instructor(session, course)
        gather = await an_assignment(session, course, "gather", due_at=later(60))
        ana = await a_student(session, course, name="Ana")
        for _ in range(2):
            submission = await a_submission(session, gather, ana)
        await abandon_run(session, submission.run.id)

        seen = await dashboard.class_map(session, teacher, course, later(600))

    assert [(one.handed_in, one.behind) for one in seen.everybody] == [(1, 0)]
    assert (seen.columns[0].submitted, seen.columns[0].solved) == (1, 0)


async def test_a_student_who_stops_improving_is_stuck_also_where_the_last_attempt_counts(
    database: Database,
) -> None:
    async with database.write() as session:
        course = await a_course(session)
        teacher = await an_instructor(session, course)
        gather = await an_assignment(session, course)
        session.add(GradebookPolicy(course_id=course.id, counting=Counting.LAST))
        student = await a_student(session, course)
        for number, earned in enumerate((2, 1, 0, 1)):
            moment = later(number)
            submission = await a_submission(session, gather, student, now=moment)
            report = a_report(a_check(points=earned, max_points=3))
            await a_finished_run(session, submission, report, now=moment)

        seen = await dashboard.class_map(session, teacher, course, NOON)

    assert [(one.attempts, one.since) for one in seen.everybody[0].stuck] == [(4, 3)]
    assert seen.everybody[0].points == 1

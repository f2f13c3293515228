"""What an instructor sees at a glance."""

import pytest
from sqlalchemy import event

from graders.report import RunState, Verdict
from graders.text import Text
from server import errors
from server.actions import check_rates, dashboard, grading, open_runs
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


async def test_it_shows_how_often_each_check_fails(database: Database) -> None:
    async with database.write() as session:
        course = await a_course(session)
        teacher = await an_instructor(session, course)
        gather = await an_assignment(session, course)
        for verdict in (Verdict.PASSED, Verdict.FAILED, Verdict.FAILED, Verdict.TIMED_OUT):
            student = await a_student(session, course)
            submission = await a_submission(session, gather, student)
            points = int(verdict is Verdict.PASSED)
            report = a_report(a_check("easy"), a_check("hard", points=points, verdict=verdict))
            await a_finished_run(session, submission, report)

        easy, hard = await check_rates.list_check_rates(session, teacher, course)

    assert (easy.exercise, easy.name, easy.runs, easy.fails, easy.fail_rate) == (
        "gather", "easy", 4, 0, 0.0,
    )  # fmt: skip
    assert easy.title == Text(es="Título de easy", en="Title of easy")
    assert (hard.runs, hard.fails, hard.fail_rate) == (4, 3, 0.75)


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


async def test_it_takes_nine_statements_for_any_size_of_class(
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

    assert len(statements) == 9


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


async def test_who_hands_in_without_progress_is_stuck_and_who_improves_is_not(
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


async def test_who_has_not_handed_in_what_is_due_is_behind(database: Database) -> None:
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

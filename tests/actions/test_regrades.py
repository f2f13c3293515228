"""Regrades: beside the results, compared with them, and applied in whole or in part."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from graders.report import Report, RunState, Verdict
from graders.text import Text
from server import errors
from server.access import Viewer
from server.actions import (
    backlog,
    courses,
    grading,
    own_results,
    regrade_decision,
    regrade_runs,
    regrades,
    submissions,
    waiting,
)
from server.actions.regrade_decision import Choice
from server.models import (
    Assignment,
    AuditEntry,
    Course,
    GradingRun,
    News,
    NewsKind,
    Outcome,
    Regrade,
    RegradeItem,
    RegradeState,
    Role,
    Submission,
)
from server.storage.database import Database
from tests.fixtures.builders import (
    NOON,
    a_check,
    a_course,
    a_finished_run,
    a_report,
    a_student,
    a_submission,
    a_user,
    abandon_run,
    an_assignment,
    an_instructor,
    later,
    viewer_of,
)
from tests.fixtures.regrades import a_regrade, decide, points_of, work_through

OLD, NEW = {"loser": (1, 0), "same": (1, 0), "winner": (0, 0)}, {"loser": 0, "same": 1, "winner": 2}


@dataclass
class Class:
    """Three students with a result each; the new suite lowers, keeps and raises them."""

    course: Course
    assignment: Assignment
    teacher: Viewer
    students: dict[str, Viewer]
    submissions: dict[str, Submission]

    @property
    def new_report(self) -> Callable[[GradingRun], Report]:
        """What the new suite says of each."""
        points = {student.user.id: NEW[name] for name, student in self.students.items()}
        return lambda run: of_points(points[run.user_id])


def of_points(points: float) -> Report:
    """Make a report of two checks that gives as many points, of two."""
    return a_report(
        a_check("a", points=min(points, 1), max_points=1),
        a_check("b", points=max(points - 1, 0), max_points=1),
    )


async def a_class(session: AsyncSession) -> Class:
    course = await a_course(session)
    teacher = await an_instructor(session, course)
    assignment = await an_assignment(session, course)
    students, handed_in = {}, {}
    for name, points in OLD.items():
        students[name] = await a_student(session, course, name=name)
        handed_in[name] = await a_submission(session, assignment, students[name])
        await a_finished_run(session, handed_in[name], of_points(points[0]))
    return Class(course, assignment, teacher, students, handed_in)


async def outcomes(session: AsyncSession, regrade: Regrade) -> dict[str, Outcome]:
    rows = await session.execute(
        select(RegradeItem, Submission.user_id)
        .join(Submission, Submission.id == RegradeItem.submission_id)
        .where(RegradeItem.regrade_id == regrade.id)
    )
    return {str(user_id): item.outcome for item, user_id in rows}


async def test_nothing_changes_until_a_regrade_is_applied(database: Database) -> None:
    async with database.write() as session:
        given = await a_class(session)
        students = list(given.students.values())
        before = await points_of(session, *students)
        shown = {name: one.runs[0].id for name, one in given.submissions.items()}

        regrade = await a_regrade(session, given.teacher, given.course, later(1))
        await work_through(session, regrade, given.new_report, later(1))

        assert regrade.state is RegradeState.READY
        assert before == await points_of(session, *students) == [1, 1, 0]
        for name, student in given.students.items():
            seen = await submissions.get_submission(session, student, given.submissions[name].id)
            await session.refresh(seen, ["runs"])
            assert len(seen.runs) == 2
            assert seen.run.id == shown[name]
        assert (await session.scalars(select(News.kind))).all() == [NewsKind.REGRADE_READY]
        assert sorted((await outcomes(session, regrade)).values()) == ["higher", "lower", "same"]


@pytest.mark.parametrize(
    ("choice", "expected", "notified"),
    [
        (Choice.NOT_LOWER, [1, 1, 2], {"winner"}),
        (Choice.ALL, [0, 1, 2], {"loser", "winner"}),
        (Choice.SOME, [0, 1, 0], {"loser"}),
        (None, [1, 1, 0], set()),
    ],
)
async def test_the_chosen_results_count_and_changed_students_get_news(
    database: Database, choice: Choice | None, expected: list[float], notified: set[str]
) -> None:
    async with database.write() as session:
        given = await a_class(session)
        regrade = await a_regrade(session, given.teacher, given.course, later(1))
        await work_through(session, regrade, given.new_report, later(1))

        ticked = (given.students["loser"].user,)
        await decide(session, given.teacher, regrade, choice, later(2), students=ticked)

        assert await points_of(session, *given.students.values()) == expected
        names = {student.user.id: name for name, student in given.students.items()}
        news = await session.scalars(select(News).where(News.kind == NewsKind.GRADE_CHANGED))
        assert {names[one.user_id] for one in news} == notified
        assert regrade.state is (RegradeState.DISCARDED if choice is None else RegradeState.APPLIED)
        made = select(AuditEntry.action).where(AuditEntry.action.startswith("regrade."))
        ended = "regrade.discard" if choice is None else "regrade.apply"
        assert list(await session.scalars(made.order_by(AuditEntry.id))) == [
            "regrade.start",
            ended,
        ]
        kept = await session.scalars(select(GradingRun.id))
        assert len(kept.all()) == 6  # the history has both


async def test_a_regrade_is_decided_once(database: Database) -> None:
    async with database.write() as session:
        given = await a_class(session)
        regrade = await a_regrade(session, given.teacher, given.course, later(1))
        await work_through(session, regrade, given.new_report, later(1))
        await decide(session, given.teacher, regrade, None)

        for choice in Choice:
            with pytest.raises(errors.RegradeIsOver):
                await decide(session, given.teacher, regrade, choice)
        with pytest.raises(errors.RegradeIsOver):
            await decide(session, given.teacher, regrade, None)


async def test_what_is_not_graded_yet_is_left_as_it_was(database: Database) -> None:
    async with database.write() as session:
        given = await a_class(session)
        regrade = await a_regrade(session, given.teacher, given.course, later(1))
        await work_through(session, regrade, given.new_report, later(1), most=1)
        assert regrade.state is RegradeState.RUNNING

        await decide(session, given.teacher, regrade, Choice.ALL, later(2))

        applied = await session.scalars(
            select(RegradeItem.outcome).where(RegradeItem.applied_at.is_not(None))
        )
        assert len(applied.all()) == 1
        left = await session.scalars(
            select(RegradeItem.outcome).where(RegradeItem.applied_at.is_(None))
        )
        assert set(left) == {Outcome.FAILED}
        assert await regrade_runs.queue_next(session, later(3), at_once=10) == []
        still_open = select(GradingRun.id).where(GradingRun.state.in_(("queued", "running")))
        assert (await session.scalars(still_open)).all() == []


async def test_a_result_that_has_been_replaced_since_is_not_applied(database: Database) -> None:
    async with database.write() as session:
        given = await a_class(session)
        first = await a_regrade(session, given.teacher, given.course, later(1))
        await work_through(session, first, given.new_report, later(1))
        second = await a_regrade(session, given.teacher, given.course, later(5))
        await work_through(session, second, lambda _run: of_points(1.5), later(5))

        await decide(session, given.teacher, second, Choice.ALL, later(6))
        await decide(session, given.teacher, first, Choice.ALL, later(7))

        assert await points_of(session, *given.students.values()) == [1.5, 1.5, 1.5]


async def test_a_regrade_waits_behind_everybody_and_delays_nobody(database: Database) -> None:
    async with database.write() as session:
        given = await a_class(session)
        regrade = await a_regrade(session, given.teacher, given.course, NOON)
        await regrade_runs.collect(session, regrade.id)
        queued = await regrade_runs.queue_next(session, NOON, at_once=2)
        more = await regrade_runs.queue_next(session, NOON, at_once=2)
        student = given.students["same"]
        for _ in range(8):  # as many as one person may have waiting
            mine = await a_submission(session, given.assignment, student, now=later(60))
        waits = await backlog.measure_backlog(session, later(3600))
        for _ in range(8):
            claim = await grading.claim(session, worker="w", now=later(61))
            assert claim is not None
            assert not claim.is_regrade
        last = await grading.claim(session, worker="w", now=later(61))

        assert (len(queued), more) == (2, [])
        assert mine.runs[0].turn_at < later(3600)
        assert waits.runs[RunState.QUEUED] == 8
        assert waits.oldest_seconds == 3540
        assert last is not None
        assert last.is_regrade
        await waiting.require_room(session, given.teacher.user.id, most_waiting=1)


async def test_a_student_sees_no_waiting_run_of_a_regrade(database: Database) -> None:
    async with database.write() as session:
        given = await a_class(session)
        regrade = await a_regrade(session, given.teacher, given.course, later(1))
        await regrade_runs.collect(session, regrade.id)
        await regrade_runs.queue_next(session, later(1), at_once=3)

        mine = given.students["winner"]
        results = await own_results.list_results(session, mine, [given.assignment])

        assert results[given.assignment.id].state is RunState.FINISHED


async def test_a_run_that_workers_gave_up_has_failed(database: Database) -> None:
    async with database.write() as session:
        given = await a_class(session)
        wanted = {"submission_id": given.submissions["winner"].id}
        regrade = await a_regrade(session, given.teacher, given.course, later(1), **wanted)
        await regrade_runs.collect(session, regrade.id)
        (run_id,) = await regrade_runs.queue_next(session, later(1), at_once=3)
        await abandon_run(session, run_id)

        assert await regrade_runs.end_finished(session, regrade.id, later(2))
        assert list((await outcomes(session, regrade)).values()) == [Outcome.FAILED]
        await decide(session, given.teacher, regrade, Choice.ALL, later(3))
        assert await points_of(session, given.students["winner"]) == [0]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, {"loser", "same", "winner", "other"}),
        ({"exercise": "gather"}, {"loser", "same", "winner"}),
        ({"exercise": "timeout"}, {"other"}),
        ({"exercise": "gather", "check": "b"}, {"loser", "same", "winner"}),
        ({"exercise": "timeout", "check": "c"}, {"other"}),
        ({"exercise": "timeout", "check": "c", "mistake": "… took # s"}, {"other"}),
        ({"exercise": "timeout", "check": "c", "mistake": "another"}, set()),
    ],
)
async def test_a_scope_is_an_assignment_a_check_a_mistake_or_the_course(
    database: Database, wanted: dict[str, str], found: set[str]
) -> None:
    async with database.write() as session:
        given = await a_class(session)
        other = await a_student(session, given.course, name="other")
        timeout = await an_assignment(session, given.course, "timeout")
        wrong = a_check(
            "c", points=0, verdict=Verdict.FAILED, message=Text("", "`mine` took 3.5 s")
        )
        await a_finished_run(session, await a_submission(session, timeout, other), a_report(wrong))
        await a_submission(session, timeout, given.students["same"])  # no result yet
        await a_class(session)

        regrade = await a_regrade(session, given.teacher, given.course, later(1), **wanted)
        while await regrade_runs.collect(session, regrade.id):
            pass

        people = {**given.students, "other": other}
        names = {str(student.user.id): name for name, student in people.items()}
        assert {names[user] for user in await outcomes(session, regrade)} == found
        assert regrade.total == len(found)


async def test_many_submissions_are_looked_up_in_steps(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(regrade_runs, "MOST_COLLECTED", 2)
    async with database.write() as session:
        given = await a_class(session)
        regrade = await a_regrade(session, given.teacher, given.course, later(1))

        steps = 1
        while await regrade_runs.collect(session, regrade.id):
            steps += 1

        assert (steps, regrade.total, regrade.state) == (2, 3, RegradeState.RUNNING)


async def test_only_instructors_of_the_course_regrade(database: Database) -> None:
    async with database.write() as session:
        given, other = await a_class(session), await a_class(session)
        grader = await a_user(session)
        await courses.enroll(session, given.course, grader, Role.GRADER)
        regrade = await a_regrade(session, given.teacher, given.course)

        for viewer in (await viewer_of(session, grader), given.students["same"], other.teacher):
            with pytest.raises(errors.InstructorsOnly):
                await a_regrade(session, viewer, given.course)
            with pytest.raises(errors.InstructorsOnly):
                await regrade_decision.discard(session, viewer, regrade, NOON)
            with pytest.raises(errors.InstructorsOnly):
                await regrade_decision.apply(session, viewer, regrade, Choice.ALL, NOON)
        with pytest.raises(errors.UnknownRegrade):
            await regrades.get_regrade(session, other.teacher, other.course, regrade.id)
        theirs = other.submissions["same"].id
        with pytest.raises(errors.UnknownSubmission):
            await a_regrade(session, given.teacher, given.course, submission_id=theirs)


async def test_a_course_has_a_limited_number_of_regrades_at_work(database: Database) -> None:
    async with database.write() as session:
        given = await a_class(session)
        for _ in range(regrades.MOST_AT_WORK):
            await a_regrade(session, given.teacher, given.course)

        with pytest.raises(errors.RegradeUnderWay):
            await a_regrade(session, given.teacher, given.course)


@pytest.mark.parametrize(
    ("before", "after", "outcome"),
    [
        ((5, 10), (5, 10), Outcome.SAME),
        ((5, 10), (6, 10), Outcome.HIGHER),
        ((5, 10), (4, 10), Outcome.LOWER),
        ((5, 10), (5, 12), Outcome.LOWER),  # a smaller share of more points
        ((5, 10), (6, 12), Outcome.HIGHER),
        ((5, 10), (4, 5), Outcome.LOWER),  # a larger share, but fewer points
        ((0.1 + 0.2, 1), (0.3, 1), Outcome.SAME),
        ((0, 0), (0, 0), Outcome.SAME),
    ],
)
def test_a_result_is_lower_if_its_points_or_their_share_are(
    before: tuple[float, float], after: tuple[float, float], outcome: Outcome
) -> None:
    assert regrade_runs.compare(*before, *after) is outcome


async def test_a_check_that_graded_nothing_is_refused_with_the_names_of_those_that_did(
    database: Database,
) -> None:
    async with database.write() as session:
        course = await a_course(session)
        teacher = await an_instructor(session, course)
        submission = await a_submission(session, await an_assignment(session, course))
        await a_finished_run(session, submission, a_report(a_check("one"), a_check("two")))

        with pytest.raises(errors.UnknownCheck, match=r"“three” .* There are: one, two"):
            await a_regrade(session, teacher, course, exercise="gather", check="three")


@pytest.mark.parametrize(
    "wanted", [{"check": "a"}, {"mistake": "x"}, {"mistake": "x", "exercise": "gather"}]
)
async def test_a_scope_without_its_exercise_or_check_is_refused_and_not_widened(
    database: Database, wanted: dict[str, str]
) -> None:
    async with database.write() as session:
        course = await a_course(session)
        teacher = await an_instructor(session, course)
        await an_assignment(session, course)

        with pytest.raises(errors.IncompleteScope):
            await a_regrade(session, teacher, course, **wanted)

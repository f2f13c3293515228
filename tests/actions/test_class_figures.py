"""Figures about a class in one exercise."""

from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from graders.text import Text
from server.actions.class_figures import (
    MOST_ATTEMPTS_APART,
    attempts_until_solved,
    check_rates,
    hours_before_due,
    over_time,
    time_to_right,
)
from server.actions.class_progress import ClassProgress, GradedAttempt, class_progress
from server.actions.mistakes import group
from server.storage.database import Database
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
    later,
)

ANA, BEA, CARLA = UUID(int=1), UUID(int=2), UUID(int=3)


def _attempt(who: UUID, number: int, points: float, hours: float) -> GradedAttempt:
    some_id = UUID(int=who.int * 1000 + number)
    moment = NOON + timedelta(hours=hours)
    return GradedAttempt(who, some_id, some_id, number, moment, points, max_points=3)


PROGRESS = ClassProgress(
    exercise="gather",
    due_at=NOON + timedelta(hours=30),
    students=4,
    attempts=[
        _attempt(ANA, 1, 3, 0),
        _attempt(BEA, 1, 0, 1),
        _attempt(BEA, 2, 3, 3),
        _attempt(BEA, 3, 1, 29.5),
        _attempt(CARLA, 1, 2, 31),
        _attempt(CARLA, 12, 3, 80),
    ],
    verdicts=(),
    failures=(),
    titles={},
)


def test_progress_counts_each_student_once_on_the_day_of_the_first_right_attempt() -> None:
    days = over_time(PROGRESS, ZoneInfo("Europe/Madrid"))

    assert [(day.day.day, day.handed_in, day.solved) for day in days] == [
        (22, 2, 2),
        (23, 3, 2),
        (25, 3, 3),
    ]


def test_attempts_until_solved_end_with_those_who_needed_more() -> None:
    counts = attempts_until_solved(PROGRESS)

    assert counts[:2] == [1, 1]
    assert counts[MOST_ATTEMPTS_APART - 1] == 1
    assert sum(counts) == 3


def test_only_attempts_before_the_due_moment_are_counted_by_the_hour() -> None:
    counts = hours_before_due(PROGRESS)

    assert {hour: count for hour, count in enumerate(counts) if count} == {
        0: 1,
        27: 1,
        29: 1,
        30: 1,
    }


def test_the_time_to_the_right_attempt_begins_at_the_first_one() -> None:
    assert time_to_right(PROGRESS) == [1, 0, 0, 0, 1, 0, 1, 0]


async def test_rates_compare_the_first_and_last_attempt_and_mistakes_are_grouped(
    database: Database,
) -> None:
    given = {
        "Ana": ("Saw 1 call.", None),
        "Bea": ("Saw 1 call.", "Saw 2 calls."),
        "Eva": (None,),
    }
    given |= {"Dora": ("Saw 7 calls.",), "Carla": ("Hangs.",)}
    async with database.write() as session:
        course = await a_course(session)
        teacher = await an_instructor(session, course)
        gather = await an_assignment(session, course)
        for name, messages in given.items():
            student = await a_student(session, course, name=name)
            for number, message in enumerate(messages):
                submission = await a_submission(session, gather, student, now=later(number))
                words = Text.same(message.replace("calls", "call") if message else "")
                check = a_check("hard", points=int(message is None), max_points=1, message=words)
                report = a_report(a_check("easy"), check)
                await a_finished_run(session, submission, report, now=later(number))

        progress = await class_progress(session, teacher, course, "gather")

    hard, easy = check_rates(progress)
    groups = group(progress.failures)
    assert (hard.name, hard.first_fails, hard.first_of, hard.last_fails, hard.last_of) == (
        "hard", 4, 5, 3, 5,
    )  # fmt: skip
    assert (easy.first, easy.last) == (0, 0)
    assert [(one.check, [each.student for each in one.failures]) for one in groups] == [
        ("hard", ["Bea", "Dora"]),
        ("hard", ["Carla"]),
    ]
    assert progress.students == 5

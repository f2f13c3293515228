"""Hints are unlocked by failing, and by nothing else."""

import pytest

from graders.report import Hint, Verdict
from graders.text import Text
from server.access import Viewer
from server.models import Assignment
from server.storage.database import Database
from tests.actions.hand_in import setting, submit
from tests.fixtures.builders import a_check, a_finished_run, a_report

HINTS = (Hint(Text.same("one"), after=1), Hint(Text.same("two"), after=2))


async def _attempt(
    database: Database, assignment: Assignment, viewer: Viewer, verdict: Verdict
) -> list[str]:
    """Hand in, be graded so, and return the hints that are stored."""
    hints = () if verdict is Verdict.PASSED else HINTS
    points = float(verdict is Verdict.PASSED)
    submission = await submit(database, assignment, viewer)
    check = a_check("a", points=points, verdict=verdict, hints=hints)
    async with database.write() as session:
        run = await a_finished_run(session, submission, a_report(check))
        await session.refresh(run, ["checks"])
        await session.commit()
        return [hint["text"]["es"] for hint in run.checks[0].hints]


async def test_each_failed_attempt_counts(database: Database) -> None:
    assignment, student = await setting(database)

    found = [await _attempt(database, assignment, student, Verdict.FAILED) for _ in range(3)]

    assert found == [["one"], ["one", "two"], ["one", "two"]]


@pytest.mark.parametrize("earlier", [Verdict.PASSED, Verdict.NOT_RUN])
async def test_what_passed_or_never_ran_does_not_count(
    database: Database, earlier: Verdict
) -> None:
    assignment, student = await setting(database)
    await _attempt(database, assignment, student, earlier)

    assert await _attempt(database, assignment, student, Verdict.CRASHED) == ["one"]


async def test_others_attempts_and_other_assignments_do_not_count(database: Database) -> None:
    assignment, student = await setting(database)
    other_assignment, somebody = await setting(database)
    await _attempt(database, other_assignment, somebody, Verdict.FAILED)

    assert await _attempt(database, assignment, student, Verdict.FAILED) == ["one"]

"""The list of exercises shows the viewer's own results only."""

from graders.report import RunState
from server.actions.own_results import OwnResult, list_results
from server.storage.database import Database
from tests.fixtures.builders import (
    a_check,
    a_course,
    a_finished_run,
    a_report,
    a_student,
    a_submission,
    an_assignment,
)


async def test_results_of_classmates_are_not_listed(database: Database) -> None:
    async with database.write() as session:
        course = await a_course(session)
        given = [await an_assignment(session, course, name) for name in ("x", "y", "z")]
        ana, classmate = await a_student(session, course), await a_student(session, course)
        for assignment in given:
            submission = await a_submission(session, assignment, classmate)
            await a_finished_run(session, submission, a_report(a_check(points=9)))
            await a_submission(session, assignment, classmate)
        graded = await a_submission(session, given[0], ana)
        await a_finished_run(session, graded, a_report(a_check(points=3)))
        await a_submission(session, given[1], ana)

        results = await list_results(session, ana, given)

    assert results == {
        given[0].id: OwnResult(RunState.FINISHED, 3, 3, attempts=1),
        given[1].id: OwnResult(RunState.QUEUED),
    }

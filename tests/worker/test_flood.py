"""One who floods the queue, and a class: counted in the order of grading, not in seconds."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from server.actions import waiting
from server.messaging.jobs import enqueue_grading
from server.storage.database import Database
from tests.fixtures.builders import a_course, a_student, a_submission, an_assignment
from tests.fixtures.queue import ScriptedGrader, a_worker
from worker.queue.admission import Admission
from worker.queue.context import WorkerContext

FLOOD, CLASS, AT_ONCE = 100, 20, 4


async def hand_in(database: Database, context: WorkerContext) -> None:
    """Let one person hand in a hundred times, and then twenty others once each."""
    runs = []
    async with database.write() as session:
        course = await a_course(session)
        assignment = await an_assignment(session, course)
        flooder = await a_student(session, course)
        class_ = [await a_student(session, course) for _ in range(CLASS)]
        for who, name in [(flooder, b"flood")] * FLOOD + [(one, b"single") for one in class_]:
            submission = await a_submission(
                session, assignment, who, files={"solution.py": name}, now=datetime.now(UTC)
            )
            runs.append(submission.run.id)
        await session.commit()
    for run_id in runs:
        await enqueue_grading(context.queue, run_id)


async def test_each_of_a_class_is_graded_before_the_flooder_s_second_round(
    context: WorkerContext,
    scripted: ScriptedGrader,
    sqlite_database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # That theirs are first attempts is not what lets the class go before.
    monkeypatch.setattr(waiting, "BEHIND_FIRST_ATTEMPTS", timedelta(0))
    await hand_in(sqlite_database, context)

    async with asyncio.timeout(60):
        await a_worker(context, admission=Admission(AT_ONCE)).main()

    order = [files["solution.py"] for files in scripted.graded]
    last_single = max(place for place, name in enumerate(order) if name == b"single")
    # The flooder's first run came first. Alone, the twenty would have ended at place 19.
    assert last_single == CLASS
    assert order.count(b"single") == CLASS
    assert order.count(b"flood") == FLOOD

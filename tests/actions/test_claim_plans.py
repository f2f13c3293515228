"""What workers ask of the table of runs all day reads open runs alone, however many are over."""

from sqlalchemy import event, insert, text

from graders.report import RunState
from server.access import Viewer
from server.actions import grading, recovery
from server.ids import uuid7
from server.models import Assignment, GradingRun
from server.storage.database import Database
from tests.actions.hand_in import setting
from tests.fixtures.builders import NOON, a_finished_run, a_report, a_submission, later


async def test_a_claim_reads_only_open_runs(database: Database) -> None:
    """By the plan, and not by the clock: each step is a search in an index."""
    assignment, student = await setting(database)
    await _many_finished(database, assignment, student)
    statements: list[tuple[str, object]] = []
    engine = database._writer.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *a: statements.append((a[2], a[3])))
    async with database.write() as session:
        await a_submission(session, assignment, student, now=NOON)
        await grading.claim(session, worker="w", now=NOON)
        await recovery.count_open(session, NOON)
        await recovery.requeue_lost(session, later(3600))
        await recovery.abandon_exhausted(session, NOON)
        await recovery.requeue_abandoned(session, NOON, version="v", suites={"gather": "s"})
        await session.commit()
    asked = [s for s in statements if "grading_runs" in s[0] and "INSERT" not in s[0].upper()]
    plans = [await _plan(database, statement, values) for statement, values in asked]

    assert len(plans) >= 6
    for (statement, _), plan in zip(asked, plans, strict=True):
        assert "SCAN grading_runs\n" not in plan + "\n", f"{statement}\n{plan}"
        assert "Seq Scan on grading_runs" not in plan, f"{statement}\n{plan}"
    assert any("ix_grading_runs_turn_at_id" in plan for plan in plans), plans


async def _many_finished(database: Database, assignment: Assignment, student: Viewer) -> None:
    """Make enough old rows that an index pays."""
    async with database.write() as session:
        old = await a_submission(session, assignment, student)
        await a_finished_run(session, old, a_report())
        row = {"submission_id": old.id, "assignment_id": assignment.id}
        row |= {"user_id": student.user.id, "claims": 1, "queued_at": NOON, "points": 1.0}
        rows = [{**row, "id": uuid7(), "state": RunState.FINISHED} for _ in range(5000)]
        await session.execute(insert(GradingRun), rows)
        await session.commit()
    async with database.write() as session:
        await session.execute(text("ANALYZE"))
        await session.commit()


async def _plan(database: Database, statement: str, values: object) -> str:
    word = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
    async with database._writer.connect() as connection:
        rows = (await connection.exec_driver_sql(word + statement, values)).all()  # type: ignore[arg-type]
        return "\n".join(str(row[-1]) for row in rows)

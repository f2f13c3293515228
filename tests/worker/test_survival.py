"""kill -9 of the worker, of Valkey, and of both: every submission is graded, exactly once.

Real processes, a real sandbox. The test only does what a supervisor does: starts again what died.
"""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select

from graders.catalogue.exercises import Catalogue
from graders.report import RunState
from server.messaging.jobs import enqueue_grading, open_queue
from server.models import Check, GradingRun
from server.storage.database import Database
from tests.fixtures.builders import a_course, a_student, a_submission, an_assignment
from tests.fixtures.queue import QueueServer, end_group, until

ROOT = Path(__file__).parents[2]
SUBMISSIONS = 12
LIMIT_SECONDS = 60


class WorkerProcess:
    """`python -m worker.main` in a process group of its own."""

    def __init__(self, database_url: str, queue_url: str, folder: Path) -> None:
        self._log = folder / "worker.log"
        self._environment = {
            **os.environ,
            "SEMAFORO_DATA_DIR": str(folder),
            "SEMAFORO_DATABASE_URL": database_url,
            "SEMAFORO_REDIS_URL": queue_url,
            "SEMAFORO_LEASE_SECONDS": "2",
            "SEMAFORO_WORKER_RUNS_AT_ONCE": "2",
            "SEMAFORO_WORKER_PREPARES_SUITES": "0",
            "SEMAFORO_RUN_STUDENT_CODE_WITHOUT_A_FULL_SANDBOX": "1",
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "worker.main"],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        """End the worker alone, as the kernel does when memory runs out."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def clean_up(self) -> None:
        if self.process is not None:
            end_group(self.process)
            self.process.wait()

    @property
    def log(self) -> str:
        return self._log.read_text()


@pytest.fixture
async def worker(
    sqlite_url: str, queue_server: QueueServer, tmp_path: Path
) -> AsyncIterator[WorkerProcess]:
    worker = WorkerProcess(sqlite_url, queue_server.url, tmp_path)
    yield worker
    worker.clean_up()


async def hand_in(database: Database, queue_url: str) -> list[UUID]:
    """Accept submissions as the API does."""
    files = {"solution.py": (Catalogue.read()["gather"].folder / "reference.py").read_bytes()}
    queue, runs = open_queue(queue_url), []
    async with database.write() as session:
        course = await a_course(session)
        assignment = await an_assignment(session, course, "gather")
        for _ in range(SUBMISSIONS):
            student = await a_student(session, course)
            submission = await a_submission(
                session, assignment, student, files=files, now=datetime.now(UTC)
            )
            runs.append(submission.run.id)
        await session.commit()
    for run_id in runs:
        await enqueue_grading(queue, run_id)
    await queue.aclose()
    return runs


async def count(database: Database, state: RunState) -> int:
    async with database.read() as session:
        query = select(func.count()).select_from(GradingRun).where(GradingRun.state == state)
        return await session.scalar(query) or 0


@asynccontextmanager
async def in_time(worker: WorkerProcess) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(LIMIT_SECONDS):
            yield
    except TimeoutError:
        pytest.fail(f"not in {LIMIT_SECONDS} s:\n{worker.log[-4000:]}")


async def until_some_run(database: Database, worker: WorkerProcess) -> None:
    """Return in the middle: some runs finished, some in the worker's hands, some waiting."""

    async def in_the_middle() -> bool:
        finished = await count(database, RunState.FINISHED)
        # A machine that was faster than our look has nothing in its hands any more.
        return finished == SUBMISSIONS or (
            finished > 0 and await count(database, RunState.RUNNING) > 0
        )

    async with in_time(worker):
        await until(in_the_middle)


@pytest.mark.parametrize("victims", ["worker", "queue", "both"])
async def test_every_submission_is_graded_once_whoever_is_killed(
    victims: str, sqlite_database: Database, queue_server: QueueServer, worker: WorkerProcess
) -> None:
    runs = await hand_in(sqlite_database, queue_server.url)
    worker.start()
    await until_some_run(sqlite_database, worker)

    if victims in ("worker", "both"):
        worker.kill()
    if victims in ("queue", "both"):
        queue_server.kill()
        await asyncio.to_thread(queue_server.start)
    if victims in ("worker", "both"):
        worker.start()

    async def all_finished() -> bool:
        return await count(sqlite_database, RunState.FINISHED) == len(runs)

    async with in_time(worker):
        await until(all_finished)
    async with sqlite_database.read() as session:
        checks = (
            await session.execute(select(Check.run_id, func.count()).group_by(Check.run_id))
        ).all()
        points = (await session.scalars(select(GradingRun.points / GradingRun.max_points))).all()
    assert {run_id for run_id, _ in checks} == set(runs)
    assert len({number for _, number in checks}) == 1, "a report stored twice or in part"
    assert set(points) == {1}
    assert worker.log.count("event=graded") >= len(runs) - 2


async def test_a_worker_ends_within_two_seconds_of_sigterm(
    sqlite_database: Database, queue_server: QueueServer, worker: WorkerProcess
) -> None:
    await hand_in(sqlite_database, queue_server.url)
    worker.start()
    await until_some_run(sqlite_database, worker)
    assert worker.process is not None

    worker.process.terminate()
    code = await asyncio.to_thread(worker.process.wait, 2)

    assert code == 0
    assert await count(sqlite_database, RunState.RUNNING) == 0

"""Following a run, with Redis and without."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from arq.connections import ArqRedis
from sqlalchemy import event

from graders.catalogue.exercises import Catalogue
from graders.report import RunState
from server.actions import grading
from server.messaging.jobs import QUEUE_NAME, open_queue
from server.messaging.progress import announce
from server.messaging.subscribed_run import RunEvent
from server.messaging.subscriptions import RunSubscriptions, open_subscriptions
from server.models import GradingRun, Submission
from server.settings import Settings
from server.storage.database import Database
from tests.fixtures.builders import a_finished_run, a_report, a_submission
from tests.fixtures.queue import QueueServer, ScriptedGrader, a_worker
from tests.fixtures.web import a_site
from worker.queue.context import WorkerContext
from worker.queue.jobs import grade_run
from worker.queue.sweep import sweep


@pytest.fixture
async def submission(sqlite_database: Database) -> Submission:
    async with sqlite_database.write() as session:
        submission = await a_submission(session, now=datetime.now(UTC))
        await session.commit()
    return submission


@pytest.fixture
async def dead_queue(queue_server: QueueServer) -> AsyncIterator[ArqRedis]:
    queue_server.kill()
    queue = open_queue(queue_server.url)
    yield queue
    await queue.aclose()


@pytest.fixture
def closing() -> asyncio.Event:
    return asyncio.Event()


@pytest.fixture
async def subscriptions(
    context: WorkerContext, closing: asyncio.Event
) -> AsyncIterator[RunSubscriptions]:
    async with (
        asyncio.timeout(20),
        open_subscriptions(context.queue, context.database, closing) as subscriptions,
    ):
        yield subscriptions


async def test_a_subscriber_gets_every_state_and_check_in_order(
    context: WorkerContext, submission: Submission, subscriptions: RunSubscriptions
) -> None:
    received = []
    async with asyncio.TaskGroup() as tasks:
        events = subscriptions.subscribe(submission.run.id)
        received.append(await anext(events))
        tasks.create_task(grade_run({"context": context}, str(submission.run.id)))
        received += [event async for event in events]

    states = [event.state for event in received if event.state]
    assert states in (["queued", "running", "finished"], ["queued", "finished"])
    assert received[-1].as_dict() == {"state": "finished"}
    assert [event.check["name"] for event in received if event.check] == ["runs"]


async def test_a_short_database_outage_loses_no_check(
    context: WorkerContext, submission: Submission, subscriptions: RunSubscriptions
) -> None:
    is_refused = asyncio.Event()

    def refuse_once(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "suite_hash" in statement and not is_refused.is_set():
            is_refused.set()
            raise OSError("gone for a moment")

    events = subscriptions.subscribe(submission.run.id)
    assert (await anext(events)).state == "queued"
    reader = context.database._reader.sync_engine
    event.listen(reader, "before_cursor_execute", refuse_once)
    # Without a ring of the bell: it is read in the look that finds the new state.
    message = {"event": json.dumps({"check": {"name": "first"}})}
    await context.queue.xadd(f"semaforo:progress:{submission.run.id}", message)
    async with context.database.write() as session:
        await grading.claim(session, worker="w", now=datetime.now(UTC))
        await session.commit()

    async with asyncio.timeout(20):
        received = [await anext(events), await anext(events)]

    assert is_refused.is_set()
    assert {"first"} == {one.check["name"] for one in received if one.check}


async def test_a_late_subscriber_gets_the_earlier_checks(
    context: WorkerContext, submission: Submission, subscriptions: RunSubscriptions
) -> None:
    await announce(context.queue, submission.run.id, {"check": {"name": "first"}})
    async with context.database.write() as session:
        await grading.claim(session, worker="w", now=datetime.now(UTC))
        await session.commit()

    events = subscriptions.subscribe(submission.run.id)
    received = [(await anext(events)).as_dict() for _ in range(2)]
    await events.aclose()

    assert received == [{"state": "running"}, {"check": {"name": "first"}}]


async def test_all_subscribers_of_a_run_get_the_same_events(
    context: WorkerContext, submission: Submission, subscriptions: RunSubscriptions
) -> None:
    async def receive() -> list[object]:
        return [event.as_dict() async for event in subscriptions.subscribe(submission.run.id)]

    async with asyncio.TaskGroup() as tasks:
        receiving = [tasks.create_task(receive()) for _ in range(3)]
        waiting = [
            tasks.create_task(subscriptions.wait_until_final(submission.run.id)) for _ in range(3)
        ]
        await grade_run({"context": context}, str(submission.run.id))

    assert all(task.done() for task in waiting)
    assert [task.result()[-1] for task in receiving] == [{"state": "finished"}] * 3


async def test_an_event_is_one_object_for_all_subscribers(
    context: WorkerContext,
    submission: Submission,
    subscriptions: RunSubscriptions,
    sqlite_database: Database,
) -> None:
    statements = 0

    def count(*_: object) -> None:
        nonlocal statements
        statements += 1

    event.listen(sqlite_database._reader.sync_engine, "before_cursor_execute", count)

    async def receive() -> list[RunEvent]:
        return [event async for event in subscriptions.subscribe(submission.run.id)]

    async with asyncio.TaskGroup() as tasks:
        receiving = [tasks.create_task(receive()) for _ in range(200)]
        tasks.create_task(grade_run({"context": context}, str(submission.run.id)))

    ends = {id(task.result()[-1]) for task in receiving}
    assert len(ends) == 1
    last = receiving[0].result()[-1]
    assert last.run is not None
    assert [check.name for check in last.run.checks] == ["runs"]
    # Each look is a transaction of at most five statements; there are a few, and not 200.
    assert statements < 100


async def test_many_subscribers_share_one_poll_per_second(
    context: WorkerContext, subscriptions: RunSubscriptions, sqlite_database: Database
) -> None:
    looks = 0

    def count(*_: object) -> None:
        nonlocal looks
        looks += 1

    async with sqlite_database.write() as session:
        waited_for = [(await a_submission(session)).run.id for _ in range(20)]
        await session.commit()
    event.listen(sqlite_database._reader.sync_engine, "before_cursor_execute", count)
    waiting = [asyncio.create_task(subscriptions.wait_until_final(run_id)) for run_id in waited_for]
    await asyncio.wait(waiting, timeout=3.5)
    for task in waiting:
        task.cancel()

    # A look is two statements; it takes one when they join and one every second.
    assert 4 <= looks <= 2 * 6


async def test_without_redis_a_subscriber_gets_the_final_state_from_the_row(
    dead_queue: ArqRedis,
    sqlite_database: Database,
    submission: Submission,
    closing: asyncio.Event,
) -> None:
    async with (
        asyncio.timeout(10),
        open_subscriptions(dead_queue, sqlite_database, closing) as subscriptions,
    ):
        events = subscriptions.subscribe(submission.run.id)
        assert (await anext(events)).as_dict() == {"state": "queued"}
        async with sqlite_database.write() as session:
            await a_finished_run(session, submission, a_report(), now=datetime.now(UTC))
            await session.commit()

        assert [event.as_dict() async for event in events] == [{"state": "finished"}]


async def test_subscriptions_survive_a_database_failure(
    context: WorkerContext,
    submission: Submission,
    subscriptions: RunSubscriptions,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(context.database, "read", Path("/nowhere").open)
        waiting = asyncio.create_task(subscriptions.wait_until_final(submission.run.id))
        await asyncio.wait([waiting], timeout=0.2)
    await grade_run({"context": context}, str(submission.run.id))

    await waiting
    async with context.database.read() as session:
        run = await session.get_one(GradingRun, submission.run.id)
    assert run.state is RunState.FINISHED


async def test_a_stream_ends_at_once_on_shutdown(
    subscriptions: RunSubscriptions, submission: Submission, closing: asyncio.Event
) -> None:
    events = subscriptions.subscribe(submission.run.id)
    await anext(events)

    closing.set()

    async with asyncio.timeout(0.5):
        assert [event async for event in events] == []


async def test_a_submission_is_taken_without_redis_and_graded_when_it_is_back(
    sqlite_database: Database,
    settings: Settings,
    queue_server: QueueServer,
    scripted: ScriptedGrader,
) -> None:
    settings.redis_url = queue_server.url
    queue_server.kill()
    async with a_site(sqlite_database, settings) as site:
        taken = await site.submit()
        await asyncio.to_thread(queue_server.start)
        queue = open_queue(queue_server.url)
        context = WorkerContext(scripted, Catalogue.read(), sqlite_database, queue, settings)
        nothing_queued = await queue.zcard(QUEUE_NAME)
        await sweep(context)
        async with asyncio.timeout(10):
            await a_worker(context).main()
        graded = await site.get(taken.headers["location"])
        await queue.aclose()

    assert (taken.status_code, nothing_queued) == (202, 0)
    assert graded.json()["state"] == "finished"

"""Following a run, with Redis and without."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from arq.connections import ArqRedis

from graders.catalogue import Catalogue
from server.actions import grading
from server.database import Database
from server.jobs import QUEUE_NAME, open_queue
from server.models import Submission
from server.progress import announce, follow
from server.settings import Settings
from tests.fixtures.builders import a_finished_run, a_report, a_submission
from tests.fixtures.queue import QueueServer, ScriptedGrader, a_worker
from tests.fixtures.web import a_site
from worker.jobs import Bench, grade_run
from worker.sweep import sweep


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


async def test_a_follower_hears_of_every_state_and_check_in_order(
    bench: Bench, submission: Submission
) -> None:
    heard = []
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        events = follow(bench.queue, bench.database, submission.run.id)
        heard.append(await anext(events))
        tasks.create_task(grade_run({"bench": bench}, str(submission.run.id)))
        heard += [event async for event in events]

    states = [event["state"] for event in heard if "state" in event]
    assert states in (["queued", "running", "finished"], ["queued", "finished"])
    assert heard[-1] == {"state": "finished"}
    assert [event["check"]["name"] for event in heard if "check" in event] == ["runs"]


async def test_who_comes_late_hears_the_checks_that_were(
    bench: Bench, submission: Submission
) -> None:
    await announce(bench.queue, submission.run.id, {"check": {"name": "first"}})
    async with bench.database.write() as session:
        await grading.claim(session, submission.run.id, worker="w", now=datetime.now(UTC))
        await session.commit()

    events = follow(bench.queue, bench.database, submission.run.id)
    async with asyncio.timeout(10):
        heard = [await anext(events), await anext(events)]
    await events.aclose()

    assert heard == [{"state": "running"}, {"check": {"name": "first"}}]


async def test_without_redis_a_follower_learns_the_end_from_the_row(
    dead_queue: ArqRedis, sqlite_database: Database, submission: Submission
) -> None:
    async with asyncio.timeout(10):
        events = follow(dead_queue, sqlite_database, submission.run.id)
        assert await anext(events) == {"state": "queued"}
        async with sqlite_database.write() as session:
            await a_finished_run(session, submission, a_report(), now=datetime.now(UTC))
            await session.commit()

        assert [event async for event in events] == [{"state": "finished"}]


async def test_a_stream_ends_at_once_when_the_server_is_to_stop(
    queue: ArqRedis, sqlite_database: Database, submission: Submission
) -> None:
    closing = asyncio.Event()
    events = follow(queue, sqlite_database, submission.run.id, closing=closing)
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
        bench = Bench(scripted, Catalogue.read(), sqlite_database, queue, settings)
        nothing_queued = await queue.zcard(QUEUE_NAME)
        await sweep(bench)
        async with asyncio.timeout(10):
            await a_worker(bench).main()
        graded = await site.get(taken.headers["location"])
        await queue.aclose()

    assert (taken.status_code, nothing_queued) == (202, 0)
    assert graded.json()["state"] == "finished"

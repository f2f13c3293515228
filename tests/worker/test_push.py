"""The contract with arq 0.28: its private names mean what PushWorker believes."""

import asyncio
from typing import Any

import pytest
from arq import Worker, func
from arq.connections import ArqRedis
from arq.constants import in_progress_key_prefix

from server.ids import uuid7
from server.messaging.jobs import (
    GRADE_RUN,
    QUEUE_NAME,
    WAKE_CHANNEL,
    QueueUnavailable,
    decode,
    encode,
    enqueue_grading,
    open_queue,
)
from tests.fixtures.queue import QueueServer, until
from worker.queue.admission import Admission
from worker.queue.push import PushWorker


def a_push_worker(queue: ArqRedis, function: Any, **options: Any) -> PushWorker:
    given = {"queue_name": QUEUE_NAME, "redis_pool": queue, "lease_seconds": 5, "keep_result": 0}
    given["admission"] = Admission(16)
    return PushWorker([func(function, name=GRADE_RUN)], **{**given, **options})


class WatchedWorker(Worker):
    """arq's own worker; notes which of the methods that PushWorker replaces it calls."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.called: list[str] = []

    async def _poll_iteration(self) -> None:
        self.called.append("poll")
        await super()._poll_iteration()

    async def start_jobs(self, job_ids: list[bytes]) -> None:
        self.called.append("start")
        await super().start_jobs(job_ids)

    async def run_job(self, job_id: str, score: int) -> None:
        self.called.append("run")
        await super().run_job(job_id, score)

    def _release_sem_dec_counter_on_complete(self) -> None:
        super()._release_sem_dec_counter_on_complete()
        self.called.append("release")


def a_stock_worker(queue: ArqRedis, function: Any) -> WatchedWorker:
    return WatchedWorker(
        [func(function, name=GRADE_RUN)],
        queue_name=QUEUE_NAME,
        redis_pool=queue,
        burst=True,
        max_jobs=1,
        poll_delay=0.01,
        handle_signals=False,
        keep_result=0,
        job_serializer=encode,
        job_deserializer=decode,
    )


async def test_arq_calls_the_methods_that_we_replace(queue: ArqRedis) -> None:
    async def grade_run(_ctx: dict[str, Any], _run_id: str) -> None: ...

    await enqueue_grading(queue, uuid7())
    worker = a_stock_worker(queue, grade_run)
    async with asyncio.timeout(20):
        await worker.main()

    assert worker.called[:2] == ["poll", "start"]
    assert worker.called.index("run") < worker.called.index("release")


async def test_arq_itself_still_loses_a_slot_when_redis_goes_away(
    queue_server: QueueServer,
) -> None:
    # If this fails after an upgrade, PushWorker.start_jobs must no longer free the slot itself.
    queue = open_queue(queue_server.url)

    async def grade_run(_ctx: dict[str, Any], _run_id: str) -> None: ...

    worker = a_stock_worker(queue, grade_run)
    queue_server.kill()
    with pytest.raises(QueueUnavailable):
        await worker.start_jobs([b"grade_run:x:0"])

    assert worker.job_counter == 1
    await queue.aclose()


async def test_a_job_begins_at_once_and_not_at_the_next_look(queue: ArqRedis) -> None:
    began: asyncio.Queue[str] = asyncio.Queue()
    first, second = uuid7(), uuid7()

    async def grade_run(_ctx: dict[str, Any], run_id: str) -> None:
        began.put_nowait(run_id)

    worker = a_push_worker(queue, grade_run, poll_delay=60)
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        working = tasks.create_task(worker.main())

        async def is_listening() -> bool:
            return dict(await queue.pubsub_numsub(WAKE_CHANNEL)).get(WAKE_CHANNEL.encode()) == 1

        await until(is_listening)
        await enqueue_grading(queue, first)
        assert await began.get() == str(first)
        # A slot that falls free is filled at once too.
        await enqueue_grading(queue, second)
        assert await began.get() == str(second)
        working.cancel()
        await worker.end()


async def test_every_waiting_job_runs_though_there_is_one_slot(queue: ArqRedis) -> None:
    ran: list[str] = []

    async def grade_run(_ctx: dict[str, Any], run_id: str) -> None:
        ran.append(run_id)

    ids = [uuid7() for _ in range(20)]
    for run_id in ids:
        await enqueue_grading(queue, run_id)
    worker = a_push_worker(queue, grade_run, poll_delay=60, admission=Admission(1), burst=True)
    async with asyncio.timeout(10):
        await worker.main()

    assert ran == [str(run_id) for run_id in ids]


async def test_redis_is_asked_about_a_job_once_however_long_it_runs(queue: ArqRedis) -> None:
    first, others = uuid7(), [uuid7() for _ in range(10)]
    over, left = asyncio.Event(), {str(run_id) for run_id in others}

    async def grade_run(_ctx: dict[str, Any], run_id: str) -> None:
        left.discard(run_id)
        if not left:
            over.set()
        if run_id == str(first):
            await over.wait()

    async def watched() -> int:
        return int((await queue.info("commandstats")).get("cmdstat_watch", {}).get("calls", 0))

    for run_id in (first, *others):
        await enqueue_grading(queue, run_id)
    before = await watched()
    async with asyncio.timeout(10):
        await a_push_worker(
            queue, grade_run, poll_delay=60, admission=Admission(2), burst=True
        ).main()

    assert await watched() - before == 11


async def test_a_run_sent_twice_is_one_message(queue: ArqRedis) -> None:
    run_id = uuid7()

    await enqueue_grading(queue, run_id)

    assert await queue.zcard(QUEUE_NAME) == 1


async def test_a_message_is_json_and_holds_only_the_id(queue: ArqRedis) -> None:
    run_id = uuid7()

    await enqueue_grading(queue, run_id)

    message = await queue.get(f"arq:job:grade_run:{run_id}")
    assert message.startswith(b'{"t":null,"f":"grade_run","a":["' + str(run_id).encode())


async def test_the_lease_is_short_and_is_renewed_while_the_job_runs(queue: ArqRedis) -> None:
    leases: list[int] = []
    renewals = 0

    async def grade_run(_ctx: dict[str, Any], run_id: str) -> None:
        nonlocal renewals
        while renewals < 2:
            leases.append(await queue.pttl(f"{in_progress_key_prefix}grade_run:{run_id}"))
            renewals += len(leases) > 1 and leases[-1] > leases[-2]
            await asyncio.sleep(0.01)

    worker = a_push_worker(queue, grade_run, lease_seconds=0.6, burst=True, job_timeout=300)
    await enqueue_grading(queue, uuid7())
    async with asyncio.timeout(20):
        await worker.main()

    assert all(0 < lease <= 600 for lease in leases)


async def test_redis_going_away_ends_neither_worker_nor_slots(queue_server: QueueServer) -> None:
    queue, ran = open_queue(queue_server.url), asyncio.Event()

    async def grade_run(_ctx: dict[str, Any], _run_id: str) -> None:
        ran.set()

    async def is_away() -> bool:
        return worker._is_redis_away

    worker = a_push_worker(queue, grade_run, admission=Admission(1))
    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        working = tasks.create_task(worker.main())
        queue_server.kill()
        await until(is_away)
        await asyncio.to_thread(queue_server.start)
        await until(lambda: enqueue_grading(queue, uuid7()))
        await ran.wait()
        assert ran.is_set()
        working.cancel()
        await worker.end()
    await queue.aclose()


async def test_a_slot_survives_redis_going_away_while_a_job_starts(
    queue_server: QueueServer,
) -> None:
    queue = open_queue(queue_server.url)

    async def grade_run(_ctx: dict[str, Any], _run_id: str) -> None: ...

    worker = a_push_worker(queue, grade_run, admission=Admission(1))
    queue_server.kill()
    for _ in range(3):
        with pytest.raises(QueueUnavailable):
            await worker.start_jobs([b"grade_run:x:0"])

    assert worker.job_counter == 0
    assert not worker.sem.locked()
    await queue.aclose()


async def test_enqueueing_without_redis_is_no_error(queue_server: QueueServer) -> None:
    queue = open_queue(queue_server.url)
    queue_server.kill()

    assert not await enqueue_grading(queue, uuid7())
    await queue.aclose()

"""Runs start on processor time and memory that nobody uses."""

import asyncio
from typing import Any

import pytest
from arq import func
from arq.connections import ArqRedis

from server.ids import uuid7
from server.messaging.jobs import GRADE_RUN, QUEUE_NAME, enqueue_grading
from tests.fixtures.queue import until
from worker.queue.admission import (
    MEMORY_KEPT_MIB,
    RUN_SECONDS,
    SAMPLE_SECONDS,
    Admission,
    Headroom,
    read_headroom,
)
from worker.queue.push import PushWorker

ROOMY = 10.0 * MEMORY_KEPT_MIB


class Machine:
    """Two processors, of which a test says how busy they are."""

    def __init__(self) -> None:
        self.idle_seconds, self.memory_mib = 0.0, ROOMY
        # How much of their time goes unused from one look to the next, 0 to 1.
        self.free = 0.0

    def look(self) -> Headroom:
        self.idle_seconds += 2 * SAMPLE_SECONDS * self.free
        return Headroom(self.idle_seconds, self.memory_mib)


@pytest.fixture
def machine() -> Machine:
    return Machine()


def test_a_few_may_always_start_and_more_on_unused_time(machine: Machine) -> None:
    admission = Admission(64, processors=2, look=machine.look)
    assert [admission.room(in_flight) for in_flight in (0, 3, 4, 20)] == [4, 1, 0, 0]

    machine.free = 1.0
    admission.sample()

    fit = int(2 * SAMPLE_SECONDS / RUN_SECONDS)
    assert [admission.room(in_flight) for in_flight in (0, 20, 63, 64)] == [4, fit, 1, 0]
    for _ in range(fit):
        admission.started()
    assert admission.room(20) == 0


def test_small_change_is_kept_but_no_more_than_one_look_finds(machine: Machine) -> None:
    admission = Admission(64, processors=2, look=machine.look)
    machine.free = 0.2
    admission.sample()
    assert admission.room(20) == 0
    admission.sample()
    assert admission.room(20) == 1
    for _ in range(100):
        admission.sample()
    assert admission.room(20) == int(2 * SAMPLE_SECONDS / RUN_SECONDS)


def test_without_free_memory_only_the_few_start(machine: Machine) -> None:
    admission = Admission(64, processors=2, look=machine.look)
    machine.free, machine.memory_mib = 1.0, MEMORY_KEPT_MIB - 1.0
    admission.sample()
    assert [admission.room(in_flight) for in_flight in (0, 4)] == [4, 0]


def test_the_machine_says_what_it_has_to_spare() -> None:
    first, second = read_headroom(), read_headroom()
    assert 0 < first.idle_seconds <= second.idle_seconds
    assert first.memory_mib > 0


class Crowd:
    """Jobs that never end by themselves, and how many are running."""

    def __init__(self, machine: Machine) -> None:
        self.running = self.looks = 0
        self._machine = machine

    def look(self) -> Headroom:
        self.looks += 1
        return self._machine.look()

    async def grade_run(self, _ctx: dict[str, Any], _run_id: str) -> None:
        self.running += 1
        await asyncio.Event().wait()

    async def after_looks(self, count: int) -> int:
        wanted = self.looks + count
        await until(lambda: self._has_looked(wanted))
        return self.running

    async def _has_looked(self, wanted: int) -> bool:
        return self.looks >= wanted


async def test_the_worker_starts_more_once_processors_are_free(
    queue: ArqRedis, machine: Machine
) -> None:
    crowd = Crowd(machine)
    worker = PushWorker(
        [func(crowd.grade_run, name=GRADE_RUN)],
        queue_name=QUEUE_NAME,
        redis_pool=queue,
        lease_seconds=5,
        poll_delay=60,
        admission=Admission(20, processors=2, look=crowd.look),
    )
    for _ in range(30):
        await enqueue_grading(queue, uuid7())
    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        working = tasks.create_task(worker.main())
        assert await crowd.after_looks(5) == 4
        machine.free = 1.0
        while crowd.running < 20:
            await crowd.after_looks(1)
        assert await crowd.after_looks(5) == 20
        working.cancel()
        await worker.end()

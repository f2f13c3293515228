"""A worker's signs of life: what it reports, and what says so on its own machine."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from arq.connections import ArqRedis

from server.messaging.workers import WorkerReport, list_workers, report, withdraw
from tests.fixtures.queue import QueueServer, end_group, until
from worker.queue.health import STALE_AFTER_SECONDS, alive_file, is_alive
from worker.queue.heartbeat import AliveFile

ROOT = Path(__file__).parents[2]
NOTHING_PREPARED = {"SEMAFORO_WORKER_PREPARES_SUITES": "0"}


def a_report(instance: str, name: str = "w") -> WorkerReport:
    return WorkerReport(instance=instance, name=name, runs_in_flight=0, runs_at_most=1, suites={})


async def test_two_workers_of_one_name_are_two(queue: ArqRedis) -> None:
    await report(queue, a_report("w:1"))
    await report(queue, a_report("w:2"))
    await withdraw(queue, "w:1")

    assert [worker.instance for worker in await list_workers(queue)] == ["w:2"]


async def test_a_report_lapses_and_is_forgotten(queue: ArqRedis) -> None:
    await report(queue, a_report("w:1"))
    await queue.pexpire("semaforo:worker:w:1", 0)  # as fifteen seconds later

    assert await list_workers(queue) == []
    assert not await queue.exists("semaforo:workers")


async def test_a_report_of_another_version_hides_no_other(queue: ArqRedis) -> None:
    await report(queue, a_report("w:1"))
    await report(queue, a_report("w:2"))
    await queue.set("semaforo:worker:w:1", b'{"name": "w"}')

    assert [worker.instance for worker in await list_workers(queue)] == ["w:2"]


def test_an_old_sign_of_life_is_none(tmp_path: Path) -> None:
    now = time.monotonic()
    file = alive_file(str(tmp_path), "w")
    assert not is_alive(file, now)

    signs = AliveFile(tmp_path, "w")
    signs.write()
    assert is_alive(file, time.monotonic())
    assert not is_alive(file, now + STALE_AFTER_SECONDS + 1)
    assert not is_alive(file, now - 1000)  # of before the machine was started anew
    signs.close()
    assert not is_alive(file, time.monotonic())


def check_health(folder: Path, name: str) -> int:
    """Ask as the compose file does: without site-packages, so that it costs nothing."""
    environment = {**os.environ, "SEMAFORO_DATA_DIR": str(folder), "SEMAFORO_WORKER_NAME": name}
    line = [sys.executable, "-I", "-S", "worker/queue/health.py"]
    return subprocess.run(line, cwd=ROOT, env=environment, timeout=60, check=False).returncode


def test_the_check_loads_nothing_of_ours() -> None:
    line = [sys.executable, "-I", "-S", "-X", "importtime", "worker/queue/health.py"]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)

    loaded = [row.rpartition("|")[2].strip() for row in done.stderr.splitlines()]
    assert not {"asyncio", "pathlib", "redis", "site", "server", "re"} & set(loaded)


@asynccontextmanager
async def a_worker_process(
    name: str, folder: Path, database_url: str, queue_url: str, **settings: str
) -> AsyncIterator["subprocess.Popen[bytes]"]:
    environment = {
        **os.environ,
        "SEMAFORO_DATA_DIR": str(folder),
        "SEMAFORO_WORKER_NAME": name,
        "SEMAFORO_DATABASE_URL": database_url,
        "SEMAFORO_REDIS_URL": queue_url,
        "SEMAFORO_RUN_STUDENT_CODE_WITHOUT_A_FULL_SANDBOX": "1",
        **settings,
    }
    log = (folder / f"{name}.log").open("ab")
    process = subprocess.Popen(  # noqa: ASYNC220 - it returns at once
        [sys.executable, "-m", "worker.main"],
        cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        log.close()
        end_group(process)
        process.wait()


async def test_a_worker_that_stands_still_is_seen_beside_one_that_lives(
    sqlite_url: str, shared_queue_server: QueueServer, queue: ArqRedis, tmp_path: Path
) -> None:
    async def both_report() -> bool:
        return [worker.name for worker in await list_workers(queue)] == ["one", "two"]

    given = (tmp_path, sqlite_url, shared_queue_server.url)
    async with (
        a_worker_process("one", *given, **NOTHING_PREPARED) as one,
        a_worker_process("two", *given, **NOTHING_PREPARED) as two,
    ):
        async with asyncio.timeout(120):
            await until(both_report)
        assert [worker.suites for worker in await list_workers(queue)] == [{}, {}]
        assert (check_health(tmp_path, "one"), check_health(tmp_path, "two")) == (0, 0)

        one.send_signal(signal.SIGSTOP)
        stopped_at = time.monotonic()
        file = alive_file(str(tmp_path), "one")
        assert not is_alive(file, stopped_at + STALE_AFTER_SECONDS + 1)
        assert not await queue.pttl(key_of(await list_workers(queue), "one")) > 15_000
        one.send_signal(signal.SIGCONT)

        two.terminate()
        assert await asyncio.to_thread(two.wait, 60) == 0
        # An orderly end is known at once.
        assert [worker.name for worker in await list_workers(queue)] == ["one"]
        assert (check_health(tmp_path, "one"), check_health(tmp_path, "two")) == (0, 1)


def key_of(workers: list[WorkerReport], name: str) -> str:
    return next(f"semaforo:worker:{worker.instance}" for worker in workers if worker.name == name)


async def test_a_suite_that_does_not_start_is_reported_down(
    sqlite_url: str, shared_queue_server: QueueServer, queue: ArqRedis, tmp_path: Path
) -> None:
    folder = tmp_path / "exercises" / "roto"
    line = [sys.executable, "-m", "semaforo", "suite", "new", "roto", "--in", str(folder.parent)]
    await asyncio.to_thread(subprocess.run, line, cwd=ROOT, check=True, capture_output=True)
    manifest = folder / "exercise.toml"
    first = 'section = "1"\nlevel = 1\nminutes = 1\n'  # suites start in the order of the curriculum
    manifest.write_text(first + manifest.read_text().partition("minutes = 0\n")[2])
    suite = next(folder.glob("test_*.py"))
    suite.write_text("raise RuntimeError('a bug of the author')\n" + suite.read_text())
    given = (tmp_path, sqlite_url, shared_queue_server.url)

    async def is_known() -> bool:
        states = [worker.suites.get("roto", "starting") for worker in await list_workers(queue)]
        return states not in ([], ["starting"])

    async with a_worker_process("w", *given, SEMAFORO_EXERCISES_DIRS=str(folder.parent)):
        async with asyncio.timeout(180):
            await until(is_known)
        (worker,) = await list_workers(queue)

    assert worker.suites.pop("roto") == "down"
    assert "semaforo_processes_replaced_total" in worker.metrics
    assert set(worker.suites.values()) <= {"ready", "starting"}

"""Liveness probes: programs that no longer respond are killed, and so restarted."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from redis.exceptions import RedisError

from semaforo.supervisor import SupervisedProgram
from server.messaging.jobs import open_queue
from server.settings import Settings
from worker.queue.health import alive_file, is_alive

PROBE_INTERVAL_SECONDS: Final = 5.0
# Failed probes in a row, each of at most PROBE_TIMEOUT_SECONDS: 30 to 60 seconds. Probes are
# counted, not seconds: a stalled machine delays the probes, too.
FAILURE_THRESHOLD: Final = 6
# A program that has not responded since its start is still loading; that is slow on a busy machine.
STARTUP_FAILURE_THRESHOLD: Final = 24
PROBE_TIMEOUT_SECONDS: Final = 5.0

Probe = Callable[[], Awaitable[bool]]


async def kill_when_unresponsive(
    program: SupervisedProgram,
    probe: Probe,
    on_unresponsive: Callable[[str], None],
    *,
    interval_seconds: float = PROBE_INTERVAL_SECONDS,
    failure_threshold: int = FAILURE_THRESHOLD,
) -> None:
    """Probe the program at an interval, and kill it after `failure_threshold` failures in a row.

    `SupervisedProgram.keep_running` restarts it. `on_unresponsive` gets its name. Runs until
    cancelled.
    """
    pid, failures, has_responded, killed = 0, 0, False, 0
    while True:
        await asyncio.sleep(interval_seconds)
        if program.pid != pid:
            pid, failures, has_responded = program.pid, 0, False
        if pid == killed:  # it is being restarted
            continue
        if await probe():
            failures, has_responded = 0, True
            continue
        failures += 1
        if failures >= (failure_threshold if has_responded else STARTUP_FAILURE_THRESHOLD):
            on_unresponsive(program.name)
            program.kill()
            killed = pid


async def is_api_responding(host: str, port: int) -> bool:
    """Return whether GET /health/live answers 200."""
    try:
        async with asyncio.timeout(PROBE_TIMEOUT_SECONDS):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(b"GET /health/live HTTP/1.0\r\nHost: localhost\r\n\r\n")
                return b" 200 " in await reader.readline()
            finally:
                writer.close()
    except OSError:  # TimeoutError is one
        return False


async def is_queue_responding(redis_url: str) -> bool:
    """Return whether the queue server answers PING."""
    client = open_queue(redis_url)
    try:
        async with asyncio.timeout(PROBE_TIMEOUT_SECONDS):
            await client.ping()
    except (RedisError, OSError):
        return False
    else:
        return True
    finally:
        with suppress(RedisError, OSError):
            await client.aclose()


async def is_worker_responding(settings: Settings) -> bool:
    """Return whether the worker's heartbeat file is recent."""
    file = alive_file(str(settings.data_dir), settings.worker_name)
    return is_alive(file, time.monotonic())

"""Programs that live but do nothing: ended, so that they are started again."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from redis.exceptions import RedisError

from semaforo.supervisor import Child
from server.messaging.jobs import open_queue
from server.settings import Settings
from worker.queue.health import alive_file, is_alive

LOOK_EVERY_SECONDS: Final = 5.0
# Looks in a row that found no answer, each of at most ANSWER_SECONDS: 30 to 60 seconds. Looks are
# counted, not seconds: a machine that stands still keeps us from looking, too.
SILENT_LOOKS: Final = 6
# One that has not answered since it was started is still loading, on a busy machine for long.
SILENT_LOOKS_AT_START: Final = 24
ANSWER_SECONDS: Final = 5.0

Answers = Callable[[], Awaitable[bool]]


async def end_when_hanging(
    program: Child,
    answers: Answers,
    on_hang: Callable[[str], None],
    *,
    every_seconds: float = LOOK_EVERY_SECONDS,
    silent_looks: int = SILENT_LOOKS,
) -> None:
    """Look every few seconds whether the program answers, and kill it when it no longer does.

    `Child.keep_running` starts it again. `on_hang` is told its name. Goes on until cancelled.
    """
    pid, silent, has_answered, killed = 0, 0, False, 0
    while True:
        await asyncio.sleep(every_seconds)
        if program.pid != pid:
            pid, silent, has_answered = program.pid, 0, False
        if pid == killed:  # it is being started again
            continue
        if await answers():
            silent, has_answered = 0, True
            continue
        silent += 1
        if silent >= (silent_looks if has_answered else SILENT_LOOKS_AT_START):
            on_hang(program.name)
            program.kill()
            killed = pid


async def api_answers(host: str, port: int) -> bool:
    """Say whether /health/live is answered with 200."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(b"GET /health/live HTTP/1.0\r\nHost: localhost\r\n\r\n")
                return b" 200 " in await reader.readline()
            finally:
                writer.close()
    except OSError:  # TimeoutError is one
        return False


async def queue_answers(redis_url: str) -> bool:
    """Say whether the queue's server answers."""
    client = open_queue(redis_url)
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            await client.ping()
    except (RedisError, OSError):
        return False
    else:
        return True
    finally:
        with suppress(RedisError, OSError):
            await client.aclose()


async def worker_answers(settings: Settings) -> bool:
    """Say whether the worker's last sign of life is recent."""
    file = alive_file(str(settings.data_dir), settings.worker_name)
    return is_alive(file, time.monotonic())

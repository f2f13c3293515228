"""`semaforo up`: database, queue, API and worker on this machine, started and ended together."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from arq.connections import ArqRedis
from redis.exceptions import RedisError

from semaforo import banner, facts, valkey
from semaforo.hangs import Answers, api_answers, end_when_hanging, queue_answers, worker_answers
from semaforo.preflight import folder_held, listen
from semaforo.processes import adopt_orphans, end_orphans
from semaforo.supervisor import Child
from semaforo.terminal import Stop, words
from server.messaging.jobs import open_queue
from server.messaging.workers import forget_workers, list_workers
from server.settings import Settings
from worker import isolated

READY_SECONDS: Final = 60.0
QUEUE_SECONDS: Final = 10.0
LOOK_AGAIN_SECONDS: Final = 0.03
PATIENCE_SECONDS: Final = 1.2  # everything has ended two seconds after Ctrl-C


def up(host: str, port: int, data_dir: Path, language: str) -> None:
    """Start everything, print how to use it, and stay until told to end.

    Raises:
        Stop: something stands in the way; says what to do.
    """
    with folder_held(data_dir), listen(host, port) as listener, _first_error():
        asyncio.run(Everything(listener, host, data_dir, language).run())


@contextlib.contextmanager
def _first_error() -> Iterator[None]:
    """Let the first error of a group of tasks speak for all."""
    try:
        yield
    except BaseExceptionGroup as group:
        first: BaseException = group
        while isinstance(first, BaseExceptionGroup):
            first = first.exceptions[0]
        raise first from group


class Everything:
    """All the programs, from their start to their end."""

    def __init__(self, listener: socket.socket, host: str, data_dir: Path, language: str) -> None:
        self._data_dir, self._language = data_dir, language
        named = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "::1": "[::1]"}.get(host, host)  # noqa: S104
        self._url = f"http://{named}:{listener.getsockname()[1]}"
        self._socket = None
        environment = {"SEMAFORO_PUBLIC_URL": self._url, **os.environ}
        environment["SEMAFORO_DATA_DIR"] = str(data_dir)
        if not environment.get("SEMAFORO_REDIS_URL"):
            self._socket = valkey.socket_path(data_dir)
            environment["SEMAFORO_REDIS_URL"] = f"unix://{self._socket}"
        os.environ.update(environment)
        self._settings = Settings()
        self._queue = None
        if self._socket:
            line = valkey.command(valkey.find_server(), self._socket, data_dir)
            self._queue = self._child("queue", line)
        serve = isolated.command("server.serve", "--fd", str(listener.fileno()))
        self._api = self._child("api", serve, listener.fileno())
        self._worker = self._child("worker", isolated.command("worker.main"))
        self._stop = asyncio.Event()

    def _child(self, name: str, command: list[str], *descriptors: int) -> Child:
        return Child(name, command, self._data_dir / "logs" / f"{name}.log", descriptors)

    @property
    def _programs(self) -> list[Child]:
        return [program for program in (self._queue, self._api, self._worker) if program]

    async def run(self) -> None:
        """Start, say so, wait for a signal or for a program that refuses to work, end."""
        adopt_orphans()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, self._stop.set)
        try:
            async with asyncio.TaskGroup() as tasks:
                everything = [tasks.create_task(self._start())]
                everything += [tasks.create_task(self._watch(child)) for child in self._programs]
                everything += [
                    tasks.create_task(end_when_hanging(child, answers, self._say_hang))
                    for child, answers in self._answers().items()
                ]
                await self._stop.wait()
                for task in everything:
                    task.cancel()
        finally:
            # All at once: neither API nor worker needs the queue, or the other, to end well.
            await asyncio.gather(*(program.end(PATIENCE_SECONDS) for program in self._programs))
            end_orphans()

    async def _start(self) -> None:
        """Start the programs in order and tell the person how to use them."""
        earlier = facts.readdress(self._data_dir, self._url)
        if self._queue:
            await self._queue.start()
        # It takes longest to load, and asks the database for nothing until somebody asks it.
        await self._api.start()
        # Loaded only now, on another processor than the API's own loading.
        from semaforo import demo
        from server.storage.database import Database

        database = Database(self._settings.database_url)
        try:
            await database.migrate()
            await self._queue_answers()
            await self._worker.start()
            people = await demo.prepare(database, self._settings, earlier)
        finally:
            await database.close()
        await self._until_ready()
        facts.write(self._data_dir, self._url, people)
        banner.show(self._url, people, self._data_dir, self._language)

    async def _watch(self, program: Child) -> None:
        await program.keep_running(self._say_restart)

    async def _queue_answers(self) -> None:
        """Wait for the queue, and take away what a worker before this one said of itself."""
        client = open_queue(self._settings.redis_url)
        deadline = time.monotonic() + QUEUE_SECONDS
        try:
            while True:
                try:
                    await forget_workers(client, self._settings.worker_name)
                except (RedisError, OSError) as error:
                    if time.monotonic() > deadline:
                        raise self._silent_queue(error) from None
                    await asyncio.sleep(LOOK_AGAIN_SECONDS)
                else:
                    return
        finally:
            await client.aclose()

    def _silent_queue(self, error: Exception) -> Stop:
        if self._queue:
            why = self._queue.last_words() or error
            return Stop("The queue server does not start: {why}", why=why)
        return Stop(
            "The queue at SEMAFORO_REDIS_URL does not answer ({error}). Start it, or leave the "
            "setting out to use the one that comes with Semáforo.",
            error=error,
        )

    async def _until_ready(self) -> None:
        client = open_queue(self._settings.redis_url)
        try:
            async with asyncio.timeout(READY_SECONDS):
                await self._api_answers()
                while not await self._worker_answers(client):  # noqa: ASYNC110 - another process
                    await asyncio.sleep(LOOK_AGAIN_SECONDS)
        except TimeoutError:
            last = "\n".join(filter(None, (child.last_words() for child in self._programs)))
            raise Stop("Not ready after a minute; the last words were: {last}", last=last) from None
        finally:
            await client.aclose()

    async def _worker_answers(self, client: ArqRedis) -> bool:
        name = self._settings.worker_name
        return any(worker.name == name for worker in await list_workers(client))

    async def _api_answers(self) -> None:
        """Wait for the API; the socket listens already, so an answer means that it runs."""
        while not await api_answers(*self._address):  # noqa: ASYNC110 - another process
            await asyncio.sleep(LOOK_AGAIN_SECONDS)

    @property
    def _address(self) -> tuple[str, int]:
        host, _, port = self._url.removeprefix("http://").rpartition(":")
        return host.strip("[]"), int(port)

    def _answers(self) -> dict[Child, Answers]:
        """Return how each program is asked whether it still works."""
        asked: dict[Child, Answers] = {
            self._api: lambda: api_answers(*self._address),
            self._worker: lambda: worker_answers(self._settings),
        }
        if self._queue:
            asked[self._queue] = lambda: queue_answers(self._settings.redis_url)
        return asked

    def _say_hang(self, name: str) -> None:
        message = words(self._language)("{name} no longer answers and is ended.")
        print(message.format(name=name), file=sys.stderr, flush=True)

    def _say_restart(self, name: str, code: int, pause: float) -> None:
        message = words(self._language)("{name} ended ({code}); starting it again in {pause} s.")
        print(message.format(name=name, code=code, pause=pause), file=sys.stderr, flush=True)

"""`semaforo up`: start and stop database, queue, API and worker together on this machine."""

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

from semaforo import access_file, banner, valkey
from semaforo.liveness import (
    Probe,
    is_api_responding,
    is_queue_responding,
    is_worker_responding,
    kill_when_unresponsive,
)
from semaforo.preflight import listen, lock_data_dir
from semaforo.processes import become_subreaper, kill_orphans
from semaforo.supervisor import SupervisedProgram
from semaforo.terminal import CommandError
from server.i18n import gettext_for
from server.messaging.jobs import open_queue
from server.messaging.workers import forget_workers, list_workers
from server.settings import Settings
from worker import isolated

READY_SECONDS: Final = 60.0
QUEUE_SECONDS: Final = 10.0
POLL_SECONDS: Final = 0.03
NOT_READY: Final = "Not ready after one minute. Last lines of the logs:\n{log}"
STOP_GRACE_SECONDS: Final = 1.2  # everything has stopped two seconds after Ctrl-C


def up(host: str, port: int, data_dir: Path, language: str, *, empty: bool = False) -> None:
    """Start everything, print how to use it, and run until a signal arrives.

    empty  Without the demo course.

    Raises:
        CommandError: it cannot start or go on; the message says what to do.
    """
    with lock_data_dir(data_dir), listen(host, port) as listener, _unwrap_exception_group():
        asyncio.run(LocalStack(listener, host, data_dir, language, empty=empty).run())


@contextlib.contextmanager
def _unwrap_exception_group() -> Iterator[None]:
    """Raise the first exception of a group in place of the group."""
    try:
        yield
    except BaseExceptionGroup as group:
        first: BaseException = group
        while isinstance(first, BaseExceptionGroup):
            first = first.exceptions[0]
        raise first from group


class LocalStack:
    """The programs of one local installation: queue, API and worker."""

    def __init__(
        self,
        listener: socket.socket,
        host: str,
        data_dir: Path,
        language: str,
        *,
        empty: bool = False,
    ) -> None:
        self._data_dir, self._language, self._empty = data_dir, language, empty
        reachable = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "::1": "[::1]"}.get(host, host)  # noqa: S104
        self._url = f"http://{reachable}:{listener.getsockname()[1]}"
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
            command = valkey.command(valkey.find_server(), self._socket, data_dir)
            self._queue = self._make_program("queue", command)
        serve = isolated.command("server.serve", "--fd", str(listener.fileno()))
        self._api = self._make_program("api", serve, listener.fileno())
        self._worker = self._make_program("worker", isolated.command("worker.main"))
        self._stop = asyncio.Event()

    def _make_program(self, name: str, command: list[str], *descriptors: int) -> SupervisedProgram:
        return SupervisedProgram(
            name, command, self._data_dir / "logs" / f"{name}.log", descriptors
        )

    @property
    def _programs(self) -> list[SupervisedProgram]:
        return [program for program in (self._queue, self._api, self._worker) if program]

    async def run(self) -> None:
        """Start everything, wait for a signal or a program that refuses to run, stop everything."""
        become_subreaper()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, self._stop.set)
        try:
            async with asyncio.TaskGroup() as tasks:
                running = [tasks.create_task(self._start())]
                running += [
                    tasks.create_task(self._keep_running(program)) for program in self._programs
                ]
                running += [
                    tasks.create_task(
                        kill_when_unresponsive(program, probe, self._report_unresponsive)
                    )
                    for program, probe in self._make_probes().items()
                ]
                await self._stop.wait()
                for task in running:
                    task.cancel()
        finally:
            # In parallel: neither API nor worker needs another program in order to stop.
            await asyncio.gather(*(program.stop(STOP_GRACE_SECONDS) for program in self._programs))
            kill_orphans()

    async def _start(self) -> None:
        """Start the programs in order, then print how to use them."""
        earlier = access_file.update_url(self._data_dir, self._url)
        if self._queue:
            await self._queue.start()
        # The slowest to load; it does not use the database before the first request.
        await self._api.start()
        # Imported only now, in parallel with the API's imports.
        from semaforo import first_start
        from server.storage.database import Database

        database = Database(self._settings.database_url)
        try:
            await database.migrate()
            await self._wait_for_queue()
            await self._worker.start()
            access = await first_start.prepare(database, self._settings, earlier, empty=self._empty)
        finally:
            await database.close()
        await self._wait_until_ready()
        access_file.write(self._data_dir, self._url, access)
        banner.print_banner(self._url, access, self._data_dir, self._language)

    async def _keep_running(self, program: SupervisedProgram) -> None:
        await program.keep_running(self._report_restart)

    async def _wait_for_queue(self) -> None:
        """Wait for the queue, and delete the registration of an earlier worker."""
        client = open_queue(self._settings.redis_url)
        deadline = time.monotonic() + QUEUE_SECONDS
        try:
            while True:
                try:
                    await forget_workers(client, self._settings.worker_name)
                except (RedisError, OSError) as error:
                    if time.monotonic() > deadline:
                        raise self._describe_queue_failure(error) from None
                    await asyncio.sleep(POLL_SECONDS)
                else:
                    return
        finally:
            await client.aclose()

    def _describe_queue_failure(self, error: Exception) -> CommandError:
        if self._queue:
            why = self._queue.log_tail() or error
            return CommandError("The queue server does not start: {why}", why=why)
        return CommandError(
            "The queue server at SEMAFORO_REDIS_URL does not answer ({error}). Start it, or unset "
            "SEMAFORO_REDIS_URL to use the server that comes with Semáforo.",
            error=error,
        )

    async def _wait_until_ready(self) -> None:
        client = open_queue(self._settings.redis_url)
        try:
            async with asyncio.timeout(READY_SECONDS):
                await self._wait_for_api()
                while not await self._is_worker_registered(client):  # noqa: ASYNC110 - another process
                    await asyncio.sleep(POLL_SECONDS)
        except TimeoutError:
            tails = "\n".join(filter(None, (program.log_tail() for program in self._programs)))
            raise CommandError(NOT_READY, log=tails) from None
        finally:
            await client.aclose()

    async def _is_worker_registered(self, client: ArqRedis) -> bool:
        name = self._settings.worker_name
        return any(worker.name == name for worker in await list_workers(client))

    async def _wait_for_api(self) -> None:
        """Wait for the API; its socket is already open, so only an answer proves that it runs."""
        while not await is_api_responding(*self._address):  # noqa: ASYNC110 - another process
            await asyncio.sleep(POLL_SECONDS)

    @property
    def _address(self) -> tuple[str, int]:
        host, _, port = self._url.removeprefix("http://").rpartition(":")
        return host.strip("[]"), int(port)

    def _make_probes(self) -> dict[SupervisedProgram, Probe]:
        """Return the liveness probe of each program."""
        probes: dict[SupervisedProgram, Probe] = {
            self._api: lambda: is_api_responding(*self._address),
            self._worker: lambda: is_worker_responding(self._settings),
        }
        if self._queue:
            probes[self._queue] = lambda: is_queue_responding(self._settings.redis_url)
        return probes

    def _report_unresponsive(self, name: str) -> None:
        message = gettext_for(self._language)("{name} no longer responds; restarting it.")
        print(message.format(name=name), file=sys.stderr, flush=True)

    def _report_restart(self, name: str, code: int, pause: float) -> None:
        message = gettext_for(self._language)(
            "{name} exited with code {code}; restarting in {pause} s."
        )
        print(message.format(name=name, code=code, pause=pause), file=sys.stderr, flush=True)

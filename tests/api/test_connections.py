"""Clients that cost much and ask for nothing: each is cut off, and an honest one is served."""

import asyncio
import resource
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from server.app import create_app
from server.http.connections import ConnectionLimits
from server.serve import make_server
from server.settings import Settings
from server.storage.database import Database
from tests.fixtures.queue import QueueServer, end_group, wait_until
from tests.fixtures.server import ServerProcess, server_environment

HONEST = b"GET /problems HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
PATIENT = ConnectionLimits(head_seconds=600, body_seconds=600, stalled_seconds=600)


@dataclass
class Door:
    """A server on a free port."""

    port: int
    writers: list[asyncio.StreamWriter] = field(default_factory=list)

    async def connect(self, *pieces: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.writers.append(writer)
        for piece in pieces:
            writer.write(piece)
            with suppress(ConnectionError):
                await writer.drain()
        return reader, writer

    async def ask(self, *pieces: bytes) -> int:
        """Send pieces; returns the answer's status, 0 if the connection was closed without."""
        reader, _ = await self.connect(*pieces)
        return await status_of(reader)

    async def close(self) -> None:
        for writer in self.writers:
            writer.close()
        for writer in self.writers:
            with suppress(ConnectionError):
                await writer.wait_closed()


async def status_of(reader: asyncio.StreamReader) -> int:
    async with asyncio.timeout(30):
        try:
            line = await reader.readline()
            await reader.read()
        except ConnectionError:
            return 0
    return int(line.split()[1]) if line else 0


@asynccontextmanager
async def a_door(settings: Settings, limits: ConnectionLimits) -> AsyncIterator[Door]:
    server = make_server(create_app(settings), host="127.0.0.1", port=0, limits=limits)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        # What is sent and not read waits in the server, and not in the kernel.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(server.serve([listener]))
            door = Door(listener.getsockname()[1])
            try:
                yield door
            finally:
                await door.close()
                server.should_exit = True


@pytest.fixture
def strangers(settings: Settings, sqlite_database: Database, queue: object) -> Settings:
    """Settings under which nobody is a proxy."""
    return settings.model_copy(update={"trusted_proxies": ""})


HEAD = b"GET /problems HTTP/1.1\r\nHost: x\r\n"
CHUNKED = b"POST /sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
FORM = b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
MEGABYTE = b"x" * 2**20


@pytest.mark.parametrize(
    "pieces",
    [
        (HEAD, b"X: ", *[MEGABYTE] * 8),
        (HEAD, *[b"X: y\r\n" * 10_000] * 8),
        (HEAD, b"a: b\r\n" * 101, b"\r\n"),
        (HEAD, b"X: " + b"x" * 70_000 + b"\r\n\r\n"),
        (b"GET /", *[MEGABYTE] * 8),
        (CHUNKED, b"1;" + b"x" * 2**17, b"\r\n"),
        (CHUNKED, *[b"1\r\na\r\n" * 10_000] * 8),
        (CHUNKED, b"0\r\nX: ", *[MEGABYTE] * 8),
    ],
    ids=[
        *(
            "one long header",
            "many headers",
            "101 headers",
            "a header in one piece",
            "long address",
        ),
        *("chunk extension", "chunks of one byte", "long trailer"),
    ],
)
async def test_a_head_has_a_size(strangers: Settings, pieces: tuple[bytes, ...]) -> None:
    async with a_door(strangers, PATIENT) as door:
        # 0: it was closed while we were still sending, which can lose the answer on the way.
        assert await door.ask(*pieces) in (431, 0)
        assert await door.ask(HONEST) == 200


async def test_what_is_within_the_limits_is_served(strangers: Settings) -> None:
    body = b"".join(b"400\r\n" + b"x" * 1024 + b"\r\n" for _ in range(500)) + b"0\r\n\r\n"
    async with a_door(strangers, PATIENT) as door:
        long = HEAD + b"X: " + b"x" * 60_000 + b"\r\nConnection: close\r\n\r\n"
        assert await door.ask(long) == 200
        many = b"".join(b"X-%d: y\r\n" % n for n in range(90))
        assert await door.ask(HEAD, many, b"Connection: close\r\n\r\n") == 200
        chunked = FORM + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        assert await door.ask(chunked, body) == 401  # read to its end, and no such account


@pytest.mark.parametrize(
    ("head", "drop"),
    [
        (b"", b""),
        (b"", b"\r\n"),
        (HEAD + b"\r\n", b"\r\n"),
        (HEAD, b"X"),
        (FORM + b"Content-Length: 100000\r\n\r\n", b"x"),
    ],
    ids=["nothing", "blank lines", "blank lines after an answer", "a header", "a body"],
)
async def test_a_client_that_sends_a_byte_now_and_then_is_disconnected(
    strangers: Settings, head: bytes, drop: bytes
) -> None:
    """Each drop comes long before the limit, which therefore must be one for all of them."""
    limits = ConnectionLimits(head_seconds=0.5, body_seconds=0.5)
    async with a_door(strangers, limits) as door, asyncio.TaskGroup() as tasks:
        reader, writer = await door.connect(head)

        async def trickle() -> None:
            with suppress(ConnectionError):
                while drop:
                    writer.write(drop)
                    await writer.drain()
                    await asyncio.sleep(0.05)

        trickling = tasks.create_task(trickle())
        # Read to the end of the connection; 200 is the answer before the blank lines.
        assert await status_of(reader) in (408, 0, 200)
        trickling.cancel()
        assert await door.ask(HONEST) == 200


async def test_a_client_that_reads_no_answer_is_cut_off(strangers: Settings) -> None:
    limits = ConnectionLimits(stalled_seconds=0.5)
    many = b"GET /static/app.css HTTP/1.1\r\nHost: x\r\n\r\n" * 12
    async with a_door(strangers, limits) as door:
        with socket.socket() as deaf:
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            deaf.setblocking(False)
            loop = asyncio.get_running_loop()
            await loop.sock_connect(deaf, ("127.0.0.1", door.port))
            with suppress(ConnectionError):
                async with asyncio.timeout(30):
                    await loop.sock_sendall(deaf, many)
                    while True:  # until the connection is gone
                        await loop.sock_sendall(deaf, b"\r\n")
                        await asyncio.sleep(0.05)
        assert await door.ask(HONEST) == 200


async def test_the_one_that_waits_longest_gives_way_to_a_new_one(strangers: Settings) -> None:
    limits = ConnectionLimits(head_seconds=600, each=20)
    async with a_door(strangers, limits) as door:
        held = [await door.connect(HEAD) for _ in range(40)]

        # Honest ones from the same address, more of them than there is room for.
        statuses = [await door.ask(HONEST) for _ in range(40)]

        assert statuses == [200] * 40
        assert [await status_of(reader) for reader, _ in held[:20]] == [0] * 20


async def test_a_proxy_has_more_connections_than_an_address(
    settings: Settings, sqlite_database: Database, queue: object
) -> None:
    limits = ConnectionLimits(head_seconds=600, each=5)
    async with a_door(settings, limits) as door:
        held = [await door.connect(HEAD) for _ in range(20)]
        for _, writer in held:
            writer.write(b"Connection: close\r\n\r\n")

        assert [await status_of(reader) for reader, _ in held] == [200] * 20


async def test_descriptors_do_not_run_out_and_a_shortage_is_logged(
    sqlite_url: str, shared_queue_server: QueueServer, tmp_path: Path
) -> None:
    few = (256, 256)
    server = ServerProcess(
        server_environment(sqlite_url, shared_queue_server),
        tmp_path,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, few),
    )
    try:
        assert server.ask("/problems")[0] == 200
        held = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(400)]
        statuses = [server.ask("/problems")[0] for _ in range(20)]
        for one in held:
            with closing(one):
                pass

        assert statuses == [200] * 20
        wait_until(lambda: 'event="too many connections"' in server.log_file.read_text())
        server.end()
    finally:
        end_group(server.process)
        server.process.wait()

"""The server as a process: it stops at once with streams open, and its log holds no secrets."""

import asyncio
import ctypes
import json
import os
import socket
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from functools import partial
from http.client import HTTPConnection
from pathlib import Path

import pytest
from sqlalchemy import select

from server.actions import tokens
from server.models import Token
from server.storage.database import Database
from tests.fixtures.builders import a_course, a_student, a_submission, an_assignment
from tests.fixtures.queue import QueueServer, end_group, until, wait_until
from tests.fixtures.server import ServerProcess, server_environment

PIDFD_GETFD = 438


@pytest.fixture
def server(
    sqlite_url: str, shared_queue_server: QueueServer, tmp_path: Path
) -> Iterator[ServerProcess]:
    server = ServerProcess(server_environment(sqlite_url, shared_queue_server), tmp_path)
    yield server
    end_group(server.process)
    server.process.wait()


def test_health_reports_every_part(server: ServerProcess) -> None:
    status, body = server.ask("/health")
    parts = {part: how["state"] for part, how in json.loads(body)["parts"].items()}

    assert status == 503
    assert parts == {
        **dict.fromkeys(("database", "disk", "queue"), "ok"),
        "workers": "none",
        "suites": "unknown",
    }
    assert server.ask("/health/live") == (200, b'{"live":true}')


def test_no_log_line_holds_a_secret(server: ServerProcess) -> None:
    server.ask("/sign-in/secret-of-a-link")
    server.ask("/api/me", Authorization="Bearer sem_secret-token")
    server.ask("/nothing?token=secret-in-the-query")

    wait_until(lambda: server.log_file.read_text().count("event=request") == 3)
    log = server.log_file.read_text()
    assert "secret" not in log.replace("{secret}", "")
    assert "route=/api/me" in log


def test_it_stops_with_half_a_request_open(server: ServerProcess) -> None:
    server.ask("/health")
    with socket.create_connection(("127.0.0.1", server.port)) as half:
        half.sendall(b"POST /api/tokens HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{")

        server.end()

    assert server.process.returncode == 0


def test_no_answer_waits_for_the_clients_acknowledgement(server: ServerProcess) -> None:
    with closing(HTTPConnection("127.0.0.1", server.port, timeout=20)) as connection:
        connection.request("GET", "/health")
        connection.getresponse().read()
        ours = connection.sock.getsockname()

        assert without_delay(server.process.pid, ours) == [1]


@pytest.mark.parametrize("path", ["/submissions/{}/events", "/api/submissions/{}?wait=60"])
async def test_it_stops_with_an_open_live_page(
    server: ServerProcess, sqlite_database: Database, path: str
) -> None:
    now = datetime.now(UTC)
    async with sqlite_database.write() as session:
        student = await a_student(session, course := await a_course(session))
        assignment = await an_assignment(session, course)
        submission = await a_submission(session, assignment, student, now=now)
        _, token = await tokens.issue(session, student.user, "CI", now)
        await session.commit()
    await asyncio.to_thread(server.ask, "/health")
    request = f"GET {path.format(submission.id)} HTTP/1.1\r\nHost: x\r\n"
    with socket.create_connection(("127.0.0.1", server.port)) as follower:
        follower.sendall(f"{request}Authorization: Bearer {token}\r\n\r\n".encode())
        if path.endswith("events"):
            follower.settimeout(10)
            assert follower.recv(65_536).startswith(b"HTTP/1.1 200")
        else:  # it is inside once the token's use has been written down
            async with asyncio.timeout(10):
                await until(partial(has_been_used, sqlite_database))

        await asyncio.to_thread(server.end)
        follower.settimeout(10)
        rest = b"".join(iter(lambda: follower.recv(65_536), b""))
        # Answered to its end, and not cut off.
        assert rest.endswith((b"0\r\n\r\n", b"}"))


async def has_been_used(database: Database) -> bool:
    async with database.read() as session:
        return await session.scalar(select(Token.last_used_at)) is not None


def without_delay(pid: int, peer: tuple[str, int]) -> list[int]:
    """TCP_NODELAY of the sockets of process `pid` that are connected with `peer`."""
    found = []
    pidfd = os.pidfd_open(pid)
    for link in Path(f"/proc/{pid}/fd").iterdir():
        if os.readlink(link).startswith("socket:"):  # noqa: PTH115  it leads nowhere
            copy = ctypes.CDLL(None).syscall(PIDFD_GETFD, pidfd, int(link.name), 0)
            with socket.socket(fileno=copy) as theirs, suppress(OSError):
                if theirs.getpeername() == peer:
                    found.append(theirs.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
    os.close(pidfd)
    return found

"""A server that takes connections before it has loaded, and the check that it is alive."""

import os
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from server.health.alive import is_alive
from tests.fixtures.queue import QueueServer, end_group

ROOT = Path(__file__).parents[2]


def connect(port: int) -> socket.socket:
    """Connect as soon as somebody listens."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with suppress(ConnectionRefusedError):
            return socket.create_connection(("127.0.0.1", port), timeout=120)
        time.sleep(0.005)
    raise AssertionError("nobody listens")


def test_a_client_that_connects_before_loading_ends_is_answered(
    sqlite_url: str, shared_queue_server: QueueServer
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "SEMAFORO_DATABASE_URL": sqlite_url,
        "SEMAFORO_REDIS_URL": shared_queue_server.url,
    }
    assert not is_alive(port)
    process = subprocess.Popen(
        [sys.executable, "-m", "server.listen", "--port", str(port)],
        cwd=ROOT, env=environment, start_new_session=True,
    )  # fmt: skip
    try:
        with connect(port) as early:
            # Its largest library is not there yet.
            assert "pydantic_core" not in Path(f"/proc/{process.pid}/maps").read_text()
            early.sendall(b"GET /health/live HTTP/1.0\r\nHost: localhost\r\n\r\n")
            answer = b"".join(iter(lambda: early.recv(4096), b""))
        assert answer.startswith(b"HTTP/1.1 200")
        assert answer.endswith(b'{"live":true}')
        assert is_alive(port, seconds=60)
    finally:
        end_group(process)
        process.wait()

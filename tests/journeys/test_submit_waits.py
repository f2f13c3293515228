"""`semaforo submit` to a server that asks it to wait."""

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.fixtures.builders import a_report
from tests.journeys.conftest import environment, semaforo

ANSWER = {
    **a_report().to_json("en"),
    "id": "1",
    "number": 1,
    "url": "http://s/submissions/1",
    "file_names": ["solution.py"],
}
GRADED = json.dumps(ANSWER).encode()


class Busy(BaseHTTPRequestHandler):
    """Answer with `refusals` first, then 200; record the idempotency keys."""

    refusals: list[tuple[int, str]]
    keys: list[str]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.keys.append(self.headers["Idempotency-Key"])
        status, after = self.refusals.pop(0) if self.refusals else (200, "")
        body = b'{"title": "Too often.", "detail": "Later."}' if after else GRADED
        self.send_response(status)
        if after:
            self.send_header("Retry-After", after)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def busy() -> Iterator[type[Busy]]:
    class Handler(Busy):
        refusals: list[tuple[int, str]] = []  # noqa: RUF012 - of this class alone
        keys: list[str] = []  # noqa: RUF012

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        Handler.url = f"http://127.0.0.1:{server.server_address[1]}"  # type: ignore[attr-defined]
        yield Handler
        server.shutdown()
        thread.join()


async def submit(busy: type[Busy], tmp_path: Path) -> tuple[int, str, str]:
    (tmp_path / "solution.py").write_text("x = 1\n")
    to = ("--server", busy.url, "--token", "sem_x")  # type: ignore[attr-defined]
    async with asyncio.timeout(60):
        return await semaforo(
            "submit", "gather", str(tmp_path / "solution.py"), *to, env=environment()
        )


async def test_submit_waits_for_retry_after_and_submits_once(
    busy: type[Busy], tmp_path: Path
) -> None:
    busy.refusals = [(429, "1"), (503, "1")]

    code, out, errors = await submit(busy, tmp_path)

    assert (code, out.split()[:2]) == (0, ["gather", "1/1"])
    assert errors.count("trying again in 1 s") == 2
    # All tries have one key: a server that accepted the first will not create a second submission.
    assert len(busy.keys) == 3
    assert len(set(busy.keys)) == 1


@pytest.mark.parametrize("after", ["3600", "tomorrow"])
async def test_submit_gives_up_at_once_if_the_wait_is_too_long(
    busy: type[Busy], tmp_path: Path, after: str
) -> None:
    busy.refusals = [(429, after)]

    code, _, errors = await submit(busy, tmp_path)

    assert code == 2
    assert "Too often. Later. (429)" in errors
    assert len(busy.keys) == 1


async def test_an_address_without_a_scheme_is_reported(tmp_path: Path) -> None:
    (tmp_path / "solution.py").write_text("x = 1\n")
    to = ("--server", "localhost:8000", "--token", "sem_x", "--language", "en")

    code, _, errors = await semaforo(
        "submit", "gather", str(tmp_path / "solution.py"), *to, env=environment()
    )

    assert code == 2
    assert "localhost:8000 is not a complete address: it must start with https://" in errors

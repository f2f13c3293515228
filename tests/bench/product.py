"""The whole product, started as a user starts it, for the time of a measurement."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx2

from tests.bench.tree import rested

START_SECONDS = 60
STOP_SECONDS = 10


@asynccontextmanager
async def running() -> AsyncIterator[dict[str, Any]]:
    """Run `semaforo up` on a free port with data of its own; gives what it writes to up.json.

    It has come to rest by then: the worker loads and rehearses every suite first, for half a minute
    of this machine's time.
    """
    with (
        TemporaryDirectory(prefix="semaforo-bench-") as folder,
        socket.create_server(("127.0.0.1", 0)) as probe,
    ):
        port = probe.getsockname()[1]
        probe.close()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "semaforo", "up", "--port", str(port), "--data-dir", folder),
            stdout=asyncio.subprocess.DEVNULL,
            # One student hands in as often as hundreds would.
            env={
                **os.environ,
                "SEMAFORO_SUBMISSIONS_PER_MINUTE": "1000000",
                "SEMAFORO_MOST_WAITING": "1000000",
            },
        )
        facts = Path(folder) / "up.json"
        try:
            async with asyncio.timeout(START_SECONDS):
                while not facts.exists() and process.returncode is None:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
            await rested(process.pid)
            yield json.loads(facts.read_text("utf-8"))
        finally:
            process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(STOP_SECONDS):
                await process.wait()


def client_of(facts: dict[str, Any], connections: int) -> httpx2.AsyncClient:
    """Return a client signed in as the demo's student."""
    return httpx2.AsyncClient(
        base_url=facts["url"],
        headers={"Authorization": f"Bearer {facts['student']['token']}"},
        limits=httpx2.Limits(max_connections=connections),
        timeout=120,
    )


async def hand_in(client: httpx2.AsyncClient, source: bytes, wait: int) -> dict[str, Any]:
    """Hand in `gather` and return the answer, after at most `wait` seconds."""
    answer = await client.post(
        "/api/exercises/gather/submissions",
        params={"wait": wait},
        files={"file": ("solution.py", source)},
    )
    answer.raise_for_status()
    body: dict[str, Any] = answer.json()
    return body

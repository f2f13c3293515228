"""`/health` tells the truth about every part, and does not wait for one that hangs."""

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest
from arq.connections import ArqRedis

from server.app import create_app
from server.messaging.workers import WorkerReport, report
from server.settings import Settings
from server.storage.database import Database
from tests.fixtures.queue import QueueServer, end_group
from tests.fixtures.web import Site, a_site

ROOT = Path(__file__).parents[2]
SUITES_READY = {"gather": "ready", "timeout": "starting"}


async def say(queue: ArqRedis, **values: object) -> None:
    """Report as a worker does."""
    given = {"instance": "w:1", "name": "w", "runs_in_flight": 0, "runs_at_most": 64}
    await report(queue, WorkerReport(**{**given, "suites": SUITES_READY, **values}))  # type: ignore[arg-type]


def states(body: dict[str, dict[str, dict[str, str]]]) -> dict[str, str]:
    return {part: how["state"] for part, how in body["parts"].items()}


async def test_it_is_ready_when_every_part_is_well(site: Site, queue: ArqRedis) -> None:
    await say(queue)

    answer = await site.client.get("/health")

    assert (answer.status_code, answer.json()["ready"]) == (200, True)
    assert set(states(answer.json()).values()) == {"ok"}
    assert answer.headers["Cache-Control"] == "no-store"
    assert "advice" not in answer.text


async def test_without_a_worker_it_is_not_ready(site: Site) -> None:
    answer = await site.client.get("/health", headers={"Accept-Language": "en"})

    assert answer.status_code == 503
    assert states(answer.json())["workers"] == "none"
    assert answer.json()["parts"]["workers"]["advice"].startswith("No worker is running")
    assert answer.headers["Retry-After"] == "10"
    assert (await site.client.get("/health/live")).json() == {"live": True}


async def test_a_suite_that_is_down_is_counted_and_not_named(site: Site, queue: ArqRedis) -> None:
    await say(queue)
    await say(queue, instance="w:2", suites={"secret-exam": "down"})

    answer = await site.client.get("/health", headers={"Accept-Language": "es"})

    assert answer.status_code == 503
    assert states(answer.json()) == {
        **dict.fromkeys(("database", "disk", "queue", "workers"), "ok"),
        "suites": "down",
    }
    assert "secret-exam" not in answer.text
    assert "1 ejercicio" in answer.json()["parts"]["suites"]["advice"]


async def test_no_supervisor_is_asked_to_wait(
    sqlite_database: Database, settings: Settings, queue: ArqRedis
) -> None:
    await say(queue)
    own = settings.model_copy(update={"anonymous_requests_per_minute": 1})
    async with a_site(sqlite_database, own) as site:
        for path in ("/health", "/health/live"):
            codes = [(await site.client.get(path)).status_code for _ in range(3)]
            assert codes == [200, 200, 200]
        codes = [(await site.client.get("/problems")).status_code for _ in range(2)]
        assert codes == [200, 429]


@pytest.fixture
async def site_of_its_own(
    sqlite_database: Database, queue_server: QueueServer, settings: Settings
) -> AsyncIterator[Site]:
    """A site whose Valkey may be stopped."""
    own = settings.model_copy(update={"redis_url": queue_server.url})
    async with a_site(sqlite_database, own) as site:
        await say(site.app.state.queue)
        assert (await site.client.get("/health")).status_code == 200
        yield site


async def test_an_unreachable_valkey_is_reported(
    site_of_its_own: Site, queue_server: QueueServer
) -> None:
    queue_server.kill()
    await fresh(site_of_its_own)

    answer = await site_of_its_own.client.get("/health")

    assert answer.status_code == 503
    assert states(answer.json())["queue"] == "away"
    assert (await site_of_its_own.client.get("/health/live")).status_code == 200


async def test_a_valkey_that_hangs_holds_nobody_up(
    site_of_its_own: Site, queue_server: QueueServer
) -> None:
    site, process = site_of_its_own, queue_server._process
    assert process is not None
    used = site.app.state.queue.connection_pool._in_use_connections
    before = len(used)
    await fresh(site)
    process.send_signal(signal.SIGSTOP)
    try:
        answers = await asyncio.gather(*(site.client.get("/health") for _ in range(40)))
        # They came although Valkey has not answered yet, and only one of them asked it.
        assert not site.app.state.readiness._workers._task.done()
        assert len(used) <= before + 1
    finally:
        process.send_signal(signal.SIGCONT)

    assert {answer.status_code for answer in answers} == {503}
    assert {states(answer.json())["queue"] for answer in answers} == {"silent"}


async def test_a_valkey_that_takes_no_writes_is_away(
    site_of_its_own: Site, queue_server: QueueServer
) -> None:
    await site_of_its_own.app.state.queue.config_set("maxmemory", "1")
    await fresh(site_of_its_own)

    answer = await site_of_its_own.client.get("/health")

    assert (answer.status_code, states(answer.json())["queue"]) == (503, "away")


async def fresh(site: Site) -> None:
    """Let what was found before be forgotten, as it is a second later."""
    site.app.state.readiness._workers._task = None


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that takes connections, of which nobody says anything."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.mark.parametrize(("is_silent", "state"), [(True, "silent"), (False, "away")])
async def test_a_missing_database_is_reported(
    settings: Settings, queue: ArqRedis, silent_port: int, *, is_silent: bool, state: str
) -> None:
    await say(queue)
    port = silent_port if is_silent else 1
    url = f"postgresql://semaforo@127.0.0.1:{port}/semaforo"
    app = create_app(settings.model_copy(update={"database_url": url}))
    async with app.router.lifespan_context(app):
        found = await app.state.readiness.check()
        assert app.state.readiness._schema._task.done() is not is_silent

    assert (found["database"].state, found["queue"].state) == (state, "ok")


async def test_a_database_without_our_tables_is_away(
    settings: Settings, queue: ArqRedis, empty_database_url: str
) -> None:
    app = create_app(settings.model_copy(update={"database_url": empty_database_url}))
    async with app.router.lifespan_context(app):
        found = await app.state.readiness.check()

    assert found["database"].state == "away"


async def test_postgresql_is_asked_too(settings: Settings, database: Database) -> None:
    url = database.url.render_as_string(hide_password=False)
    app = create_app(settings.model_copy(update={"database_url": url}))
    async with app.router.lifespan_context(app):
        found = await app.state.readiness.check()

    assert found["database"].state == "ok"


# The server, on a disk that we can fill: the first line fills it, the second makes room.
ON_A_SMALL_DISK = """
mount -t tmpfs -o size=8m none {disk} && cd {root} && {python} -m alembic upgrade head || exit 1
({python} -m server.serve --fd {fd} &
read line; head -c 100000000 /dev/zero >{disk}/fill; echo full
read line; rm {disk}/fill; echo empty; wait)
"""


def test_a_full_disk_is_reported(tmp_path: Path, shared_queue_server: QueueServer) -> None:
    unshare = [shutil.which("unshare") or "unshare", "--user", "--map-root-user", "--mount"]
    if subprocess.run([*unshare, "true"], check=False).returncode != 0:
        pytest.skip("this host lets us mount nothing of our own")
    environment = {**os.environ, "SEMAFORO_DATA_DIR": str(tmp_path)}
    environment |= {"SEMAFORO_REDIS_URL": shared_queue_server.url, "SEMAFORO_DATABASE_URL": ""}
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port, fd = listener.getsockname()[1], listener.fileno()
        script = ON_A_SMALL_DISK.format(root=ROOT, python=sys.executable, fd=fd, disk=tmp_path)
        process = subprocess.Popen(
            [*unshare, "sh", "-c", script],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            pass_fds=[fd],
            start_new_session=True,
        )
    try:
        before = disk_state(port)
        tell(process, "full")
        full = disk_state(port, not_before=before)
        tell(process, "empty")
        assert (before, full, disk_state(port, not_before=full)) == ("ok", "full", "ok")
    finally:
        end_group(process)
        process.communicate()


def tell(process: "subprocess.Popen[str]", answer: str) -> None:
    """Send a line, and read until the shell says that it is done."""
    assert process.stdin
    assert process.stdout
    print(file=process.stdin, flush=True)
    for line in process.stdout:
        if line.strip() == answer:
            return
    raise AssertionError("the server ended")


def disk_state(port: int, *, not_before: str = "") -> str:
    """Ask until the answer is another than before; it is kept for a second."""
    state, deadline = not_before, time.monotonic() + 60
    while state == not_before and time.monotonic() < deadline:
        with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
            connection.request("GET", "/health")
            state = states(json.loads(connection.getresponse().read()))["disk"]
    return state

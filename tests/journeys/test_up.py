"""`semaforo up`, from the start server the exit."""

import asyncio
import json
import os
import re
import signal
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.journeys.conftest import (
    ROOT,
    RunningStack,
    environment,
    local_stack,
    processes_of,
    semaforo,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")
REFERENCE = ROOT / "graders" / "exercises" / "gather" / "reference.py"
ENDS_WITHIN_SECONDS = 2.0


async def test_a_submission_gets_its_verdict(running: RunningStack):
    async with httpx2.AsyncClient(base_url=running.url, timeout=60) as client:
        answer = await client.post(
            "/api/exercises/gather/submissions?wait=60",
            headers=running.bearer(),
            files={"file": ("solution.py", REFERENCE.read_bytes())},
        )

        assert answer.status_code == 200, answer.text
        report = answer.json()
        assert report["state"] == "finished"
        assert report["points"] == report["max_points"] > 0

        page = await client.get(running.access["student"]["sign_in"], follow_redirects=True)
        assert page.status_code == 200


async def test_the_banner_shows_how_to_use_it(running: RunningStack):
    student = running.access["student"]

    for fact in (running.url, student["sign_in"], student["token"], "curl"):
        assert fact in running.output
    assert running.output.count("\n") <= 24


async def test_accounts_and_tokens_are_created_in_the_database_of_the_server(running: RunningStack):
    here = ("--data-dir", str(running.data_dir))

    made = await semaforo("user", "add", "bo@example.org", "--name", "Bo", *here)
    link = await semaforo("user", "link", "bo@example.org", *here)
    _, token, errors = await semaforo("token", "issue", "bo@example.org", *here)

    assert errors == f"Database: {running.data_dir}/semaforo.db\n"
    async with httpx2.AsyncClient(base_url=running.url, timeout=60) as client:
        for _, address, _ in (made, link):
            assert address.startswith(f"{running.url}/sign-in/")
            await sign_in(client, address.strip())
        bearer = {"Authorization": f"Bearer {token.strip()}"}
        assert (await client.get("/api/me", headers=bearer)).status_code == 200


async def test_every_printed_address_is_the_one_listened_on(running: RunningStack, tmp_path: Path):
    shown = re.findall(r"http://[\w.:]+", running.output + json.dumps(running.access))
    async with httpx2.AsyncClient(base_url=running.url, timeout=60) as client:
        report = await client.post(
            "/api/exercises/gather/submissions?wait=60",
            headers={**running.bearer(), "Accept": "text/plain"},
            files={"file": ("solution.py", REFERENCE.read_bytes())},
        )

    assert set(shown) == {running.url}
    assert set(re.findall(r"http://[\w.:]+", report.text)) == {running.url}


async def test_the_access_file_is_readable_by_its_owner_only(running: RunningStack):
    mode = (running.data_dir / "up.json").stat().st_mode

    assert stat.S_IMODE(mode) == 0o600


async def test_the_stack_stops_at_once_with_a_live_page_open(tmp_path: Path):
    data = tmp_path / "data"
    async with local_stack(data) as up, httpx2.AsyncClient(base_url=up.url, timeout=60) as client:
        taken = await client.post(
            "/api/exercises/gather/submissions",
            headers=up.bearer(),
            files={"file": ("solution.py", b"while True:\n    pass\n")},
        )
        await sign_in(client, up.access["student"]["sign_in"])
        events = f"/submissions/{taken.json()['id']}/events"
        async with client.stream("GET", events) as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")

            code, seconds = await up.stop()

    assert code == 0
    assert seconds < ENDS_WITHIN_SECONDS
    assert processes_of(data) == []


async def sign_in(client: httpx2.AsyncClient, link: str) -> None:
    """Open the link and submit its form."""
    answer = await client.post(link, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 303, answer.text


async def test_no_process_outlives_a_killed_supervisor(tmp_path: Path):
    data = tmp_path / "data"
    async with local_stack(data) as up:
        before = processes_of(data)

        await up.stop(signal.SIGKILL)

        async with asyncio.timeout(5):
            while processes_of(data):  # noqa: ASYNC110 - the kernel kills them
                await asyncio.sleep(0.02)
    assert len(before) >= 4


async def test_data_and_tokens_survive_a_restart(tmp_path: Path):
    data = tmp_path / "data"
    async with local_stack(data) as up, httpx2.AsyncClient(base_url=up.url) as client:
        first, link = up.access["student"]["token"], up.access["teacher"]["sign_in"]
        assert (await client.post(urlsplit(link).path)).status_code == 303
        await client.post(
            "/api/exercises/timeout/submissions",
            headers=up.bearer(),
            files={"file": ("solution.py", b"x = 1\n")},
        )

    async with local_stack(data) as up, httpx2.AsyncClient(base_url=up.url) as client:
        assert up.access["student"]["token"] == first
        listed = await client.get("/api/submissions", headers=up.bearer())
        assert [submission["number"] for submission in listed.json()] == [1]
        # The same link, with the new address, still works; a start adds no rows.
        again = up.access["teacher"]["sign_in"]
        assert urlsplit(again).path == urlsplit(link).path
        assert (await client.post(urlsplit(again).path)).status_code == 303
    with closing(sqlite3.connect(data / "semaforo.db")) as rows:
        for table in ("sign_in_links", "tokens"):
            assert rows.execute(f"SELECT count(*) FROM {table}").fetchone() == (2,)  # noqa: S608


async def test_a_killed_worker_is_restarted_and_the_run_is_graded(tmp_path: Path):
    data = tmp_path / "data"
    options = {"SEMAFORO_LEASE_SECONDS": "2"}
    async with (
        local_stack(data, **options) as up,
        httpx2.AsyncClient(base_url=up.url, timeout=60) as client,
    ):
        kill_worker(data)

        answer = await client.post(
            "/api/exercises/gather/submissions?wait=60",
            headers=up.bearer(),
            files={"file": ("solution.py", REFERENCE.read_bytes())},
        )

    assert answer.json()["state"] == "finished"


def kill_worker(data: Path) -> None:
    """Kill the worker that uses this data folder."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().split(b"\0")
            environ = (process / "environ").read_bytes()
        except OSError:
            continue
        if b"worker.main" in command and os.fsencode(data) in environ:
            os.kill(int(process.name), signal.SIGKILL)


async def test_a_port_in_use_is_reported_in_one_sentence(running: RunningStack, tmp_path: Path):
    port = running.url.rsplit(":", 1)[1]

    code, _, errors = await semaforo("up", "--port", port, "--data-dir", str(tmp_path / "other"))

    assert code == 1
    assert errors.count("\n") == 1
    assert f"Port {port} is in use" in errors


async def test_a_second_start_with_the_same_data_is_refused(running: RunningStack):
    code, _, errors = await semaforo("up", "--port", "0", "--data-dir", str(running.data_dir))

    assert code == 1
    assert errors.count("\n") == 1
    assert "already running" in errors


async def test_a_queue_that_does_not_answer_is_reported_in_one_sentence(tmp_path: Path):
    nowhere = environment(SEMAFORO_REDIS_URL=f"unix://{tmp_path}/none.sock")

    code, _, errors = await semaforo(
        "up", "--port", "0", "--data-dir", str(tmp_path / "data"), env=nowhere
    )

    assert code == 1
    assert errors.count("\n") == 1
    assert "SEMAFORO_REDIS_URL" in errors
    assert processes_of(tmp_path / "data") == []


async def test_a_host_without_namespaces_is_reported_and_everything_stops(tmp_path: Path):
    broken = tmp_path / "bwrap"
    broken.write_text("#!/bin/sh\necho 'No permissions server create new namespace' >&2\nexit 1\n")
    broken.chmod(0o755)
    data = tmp_path / "data"

    code, out, errors = await semaforo(
        "up", "--port", "0", "--data-dir", str(data),
        env=environment(PATH=f"{tmp_path}:/usr/bin:/bin"),
    )  # fmt: skip

    assert (code, out) == (1, "")
    assert "semaforo doctor" in errors
    assert "WITHOUT_A_FULL_SANDBOX" in errors
    assert processes_of(data) == []


async def test_the_exit_code_of_submit_tells_the_result(running: RunningStack, tmp_path: Path):
    wrong = tmp_path / "wrong.py"
    wrong.write_text("async def ejemplo_secuencial(tarea_lenta):\n    return []\n")
    server = ("--server", running.url, "--token", running.access["student"]["token"])

    right = await semaforo("submit", "gather", str(REFERENCE), *server, "--json")
    below = await semaforo("submit", "gather", str(wrong), *server)
    too_early = await semaforo(
        "submit", "gather", str(REFERENCE), *server, "--again", "--wait", "0"
    )
    bad_token = await semaforo("submit", "gather", str(wrong), *server[:2], "--token", "sem_x")

    assert (right[0], json.loads(right[1])["state"]) == (0, "finished")
    assert below[0] == 1
    assert "gather" in below[1]
    assert too_early[0] == 3  # an unknown score is not a low score
    assert bad_token[0] == 2
    assert "401" in bad_token[2]

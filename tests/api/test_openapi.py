"""The API does what its description says: schemathesis asks it everything it says it takes."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from arq.connections import ArqRedis
from starlette.types import ASGIApp, Receive, Scope, Send

from server.actions import administrators, courses, tokens
from server.messaging.workers import WorkerReport, report
from server.models import Role
from server.settings import Settings
from server.storage.database import Database
from tests.fixtures.builders import a_user
from tests.fixtures.listening import listening
from tests.fixtures.web import Site, a_site

SEED = "20261128"
# A teacher may do everything. Students and nobody are told 403 and 401 of most of it: systematic
# coverage, by far the longest phase, would ask for that some thousand times.
PHASES = {
    "teacher": "examples,coverage,fuzzing,stateful",
    "student": "examples,fuzzing,stateful",
    "grader": "examples,fuzzing,stateful",
    "administrator": "examples,fuzzing,stateful",
    "nobody": "examples,fuzzing",
}
EXAMPLES = {"student": "5", "teacher": "6", "grader": "3", "administrator": "4", "nobody": "2"}
# A limit, not a measure: beside other tests, on two busy processors, it took 70.
MOST_SECONDS = 900
HERE = Path(__file__).parent
UNLIMITED = {
    "submissions_per_minute": 100_000,
    "tokens_per_person": 100_000,
    "anonymous_requests_per_minute": 1_000_000,
}
_OFTEN_SECONDS = 0.1
_IDLE: dict[str, Any] = {"runs_in_flight": 0, "runs_at_most": 1, "suites": {}}


def from_everywhere(app: ASGIApp) -> ASGIApp:
    """Give each request an address of its own: of one, only so many wrong tokens are looked at."""
    numbers = count()

    async def ask(scope: Scope, receive: Receive, send: Send) -> None:
        number = next(numbers)
        address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        await app({**scope, "client": (address, 1)}, receive, send)

    return ask


@asynccontextmanager
async def a_ready_worker(queue: ArqRedis) -> AsyncIterator[None]:
    """Let /health find a worker."""

    async def report_often() -> None:
        while True:
            await report(queue, WorkerReport(instance="1", name="w", **_IDLE))
            await asyncio.sleep(_OFTEN_SECONDS)

    async with asyncio.TaskGroup() as tasks:
        reporting = tasks.create_task(report_often())
        try:
            yield
        finally:
            reporting.cancel()


async def secret_of(site: Site, who: str) -> str:
    """Return a token of somebody; empty for nobody."""
    known = {"student": site.token, "teacher": site.teacher_token, "nobody": ""}
    if who in known:
        return known[who]
    async with site.database.write() as session:
        user, now = await a_user(session), datetime.now(UTC)
        if who == "grader":
            await courses.enroll(session, site.course, user, Role.GRADER)
        else:
            await administrators.appoint(session, None, user, now)
        _, secret = await tokens.issue(session, user, "CI", now)
        await session.commit()
    return secret


async def own_token(site: Site, secret: str) -> str:
    """Return the id of a token."""
    answer = await site.client.get("/api/tokens", headers={"Authorization": f"Bearer {secret}"})
    return str(answer.json()[0]["id"])


async def hooks_for(site: Site, secret: str) -> dict[str, str]:
    """Return the settings by which schemathesis finds its hooks, and they the token to spare."""
    token = await own_token(site, secret) if secret else ""
    hooks = {"SCHEMATHESIS_HOOKS": "schemathesis_hooks", "PYTHONPATH": str(HERE)}
    return {**hooks, "OWN_TOKEN": token}


@pytest.mark.usefixtures("grading", "tracing")
@pytest.mark.parametrize("who", PHASES)
async def test_every_answer_is_one_that_the_description_promises(
    sqlite_database: Database,
    settings: Settings,
    queue: ArqRedis,
    who: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # An administrator names git repositories: no invented address is to be asked.
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    async with (
        a_site(sqlite_database, settings.model_copy(update=UNLIMITED)) as site,
        a_ready_worker(queue),
        listening(from_everywhere(site.app), site.app.state.closing) as url,
        asyncio.timeout(MOST_SECONDS),
    ):
        site.app.openapi()  # made now: schemathesis waits ten seconds for it, on any machine
        secret = await secret_of(site, who)
        signed_in = ["-H", f"Authorization:Bearer {secret}"] if secret else []
        asking = await asyncio.create_subprocess_exec(
            str(Path(sys.executable).with_name("schemathesis")),
            *("--config-file", str(HERE / "schemathesis.toml")),
            *("run", f"{url}/api/openapi.json", "--checks", "all", "--no-color", "--seed", SEED),
            *("--max-examples", EXAMPLES[who], "--phases", PHASES[who], *signed_in),
            cwd=tmp_path,
            env={**os.environ, **await hooks_for(site, secret)},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            output, _ = await asking.communicate()
        finally:
            if asking.returncode is None:
                asking.kill()
                await asking.wait()

    assert asking.returncode == 0, output.decode()

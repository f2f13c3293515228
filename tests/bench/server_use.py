"""What the server's process of a running `semaforo up` has used, and asked of the database."""

import re
import time
from dataclasses import dataclass
from pathlib import Path

import httpx2
from prometheus_client.parser import text_string_to_metric_families

from tests.bench.roles import by_role
from tests.bench.tree import cpu_seconds
from tests.journeys.conftest import RunningStack

_ANSWER_SECONDS = 60.0


@dataclass
class Look:
    """What the server's process has used so far."""

    at: float
    statements: float
    rss_mib: float
    cpu_seconds: float


async def look(up: RunningStack, token: str) -> Look:
    """Look at a running `semaforo up` that has this token for its metrics."""
    (api,) = by_role(up.process.pid)["api"]
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx2.AsyncClient(timeout=_ANSWER_SECONDS) as client:
        answer = await client.get(f"{up.url}/metrics", headers=headers)
    answer.raise_for_status()
    (statements,) = (
        sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
        if sample.name == "semaforo_server_database_statements_total"
    )
    status = Path(f"/proc/{api.pid}/status").read_text()  # noqa: ASYNC240 - no disk is asked
    (rss,) = re.findall(r"^VmRSS:\s+(\d+) kB", status, re.M)
    return Look(time.monotonic(), statements, int(rss) / 1024, cpu_seconds(api.pid))

"""How long a class's dashboard takes, and for how long it holds up the event loop.

`python -m tests.bench.dashboard` fills a SQLite file with 500 students, 30 exercises and 75,000
submissions, then asks for the pages of their staff. A task that sleeps a millisecond at a time
beside each request notes the longest time in which the loop did nothing else: what `/health` and
every other request had to wait.
"""

import asyncio
import gzip
import logging
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import httpx2
import structlog

from server.storage.database import Database
from tests.bench.bulk_sql import Shape
from tests.bench.growth import ROLES, make_application, make_viewer
from tests.bench.many_rows import fill
from tests.fixtures.routes import filled

CLASS = Shape(courses=1, students=500, assignments=30, attempts=5, regraded=30)
PATHS = (
    "/dashboard",
    "/dashboard?state=stuck&sort=help",
    "/dashboard?view=numbers",
    "/api/courses/{course}/dashboard?limit=50",
    "/courses/{course}/progress.csv",
    "/courses/{course}/students/{user_id}",
    "/courses/{course}/statistics?exercise={slug}",
    "/courses/{course}/queue",
)
_TIMES = 7
_TICK = 0.001


async def measure() -> None:
    """Print a row for each page."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'class.db'}"
        database = Database(url)
        await database.migrate()
        async with database.write() as session:
            await fill(session, CLASS)
            await session.commit()
        async with database.write() as session:
            places, headers = await make_viewer(session, ROLES[0])
            await session.commit()
        print("| page | KB | compressed | processor ms | wall ms | loop held up ms |")
        print("|---|---|---|---|---|---|")
        async with make_application(url) as (_, client):
            for path in PATHS:
                await _measure_page(client, path, filled(path, places), headers)
        await database.close()


async def _measure_page(
    client: httpx2.AsyncClient, name: str, address: str, headers: dict[str, str]
) -> None:
    took, used, held = [], [], []
    for _ in range(_TIMES):
        lags: list[float] = []
        ticking = asyncio.create_task(_tick(lags))
        await asyncio.sleep(_TICK * 5)
        began, before = time.perf_counter(), time.process_time()
        answer = await client.get(address, headers=headers)
        took.append(time.perf_counter() - began)
        used.append(time.process_time() - before)
        ticking.cancel()
        held.append(max(lags))
        answer.raise_for_status()
    size, small = len(answer.content), len(gzip.compress(answer.content))
    print(
        f"| `{name}` | {size / 1000:.0f} | {small / 1000:.0f} |"
        f" {median(used) * 1000:.0f} | {median(took) * 1000:.0f} | {median(held) * 1000:.0f} |"
    )


async def _tick(lags: list[float]) -> None:
    while True:
        began = time.perf_counter()
        await asyncio.sleep(_TICK)
        lags.append(time.perf_counter() - began - _TICK)


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    asyncio.run(measure())

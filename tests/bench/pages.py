"""How large every page of a class is, what it asks of the database, and how long it takes.

`python -m tests.bench.pages` fills a SQLite file with 500 students, 30 exercises and 75,000
submissions, then asks for every page as a teacher, a student and an administrator. The times are
medians; those of the processor are what this machine's other programs change least. `--most` says
how many pages to print for each, the slowest first.
"""

import argparse
import asyncio
import gzip
import logging
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import httpx2
import structlog
from fastapi import FastAPI

from server.storage.database import Database
from tests.bench.bulk_sql import Shape
from tests.bench.growth import IN_TURN, make_application, make_viewer
from tests.bench.many_rows import fill
from tests.fixtures.every_route import every_request
from tests.fixtures.routes import filled
from tests.fixtures.statements import recorded

CLASS = Shape(courses=1, students=500, assignments=30, attempts=5, regraded=30)
_TIMES = 5
_NO_PAGES = ("/api", "/health", "/metrics", "/static", "/openapi", "/docs")
# Files are no pages either, and those of a whole class take a minute to make.
_FILES = (".csv", ".zip", "/export")
_MS = 1000


@dataclass(frozen=True, slots=True)
class PageCost:
    """What one page costs. Sizes in bytes; times in milliseconds, medians."""

    pattern: str
    size: int
    compressed: int
    statements: int
    processor: float
    wall: float


async def cost_of_pages(
    app: FastAPI,
    client: httpx2.AsyncClient,
    places: Mapping[str, str],
    headers: Mapping[str, str],
    *,
    times: int = _TIMES,
) -> AsyncIterator[PageCost]:
    """Ask for every page; yield those that answer with one, each asked for so often."""
    for route, pattern in every_request(app):
        is_file = route.endswith(_FILES)
        if not route.startswith("GET") or pattern.startswith(_NO_PAGES) or is_file:
            continue
        address = filled(pattern, places)
        with recorded(app.state.database) as statements:
            answer = await client.get(address, headers=dict(headers))
        is_page = answer.headers.get("content-type", "").startswith("text/html")
        if answer.status_code != httpx2.codes.OK or not is_page:
            continue
        used, took = [], []
        for _ in range(times):
            began, before = time.perf_counter(), time.process_time()
            await client.get(address, headers=dict(headers))
            used.append(time.process_time() - before)
            took.append(time.perf_counter() - began)
        yield PageCost(
            pattern,
            len(answer.content),
            len(gzip.compress(answer.content)),
            len(statements),
            median(used) * _MS if used else 0,
            median(took) * _MS if took else 0,
        )


async def measure(most: int) -> None:
    """Print a table for each who asks."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'class.db'}"
        database = Database(url)
        await database.migrate()
        async with database.write() as session:
            await fill(session, CLASS)
            await session.commit()
        for role in IN_TURN:
            async with database.write() as session:
                places, headers = await make_viewer(session, role)
                await session.commit()
            async with make_application(url) as (app, client):
                costs = [one async for one in cost_of_pages(app, client, places, headers)]
            print(f"\n### As {role}, {len(costs)} pages\n")
            print("| page | KB | compressed | statements | processor ms | wall ms |")
            print("|---|---|---|---|---|---|")
            for one in sorted(costs, key=lambda one: -one.processor)[:most]:
                print(
                    f"| `{one.pattern}` | {one.size / 1000:.0f} | {one.compressed / 1000:.0f} |"
                    f" {one.statements} | {one.processor:.0f} | {one.wall:.0f} |"
                )
        await database.close()


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.pages", description=__doc__)
    parser.add_argument("--most", type=int, default=100, help="pages to print for each")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    asyncio.run(measure(parser.parse_args().most))


if __name__ == "__main__":
    main()

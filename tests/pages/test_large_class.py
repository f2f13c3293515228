"""Every page of a class of 500 students and 30 exercises is small, and asks for little."""

import gzip
from pathlib import Path

import pytest

import server
from server.storage.database import Database
from tests.bench.bulk_sql import Shape
from tests.bench.growth import IN_TURN, make_application, make_viewer
from tests.bench.many_rows import fill
from tests.bench.pages import cost_of_pages

CLASS = Shape(courses=1, students=500, assignments=30, attempts=2, checks=3, regraded=30)
# Bytes, compressed, on the first load: with style and scripts, without the editor.
LARGEST = 60_000
STATIC = Path(server.__file__).parent / "static"
FRAME = sum(
    len(gzip.compress(path.read_bytes()))
    for path in STATIC.iterdir()
    if path.suffix in (".css", ".js", ".svg")
)
# Of every page, however many rows it shows; the student's page needs most.
MOST_STATEMENTS = 22
# How many pages each of them is shown at least; the others are refused.
LEAST = dict(zip(IN_TURN, (15, 50, 60), strict=True))


@pytest.fixture
async def url(tmp_path: Path) -> str:
    """A SQLite file with the class."""
    url = f"sqlite:///{tmp_path / 'class.db'}"
    database = Database(url)
    await database.migrate()
    async with database.write() as session:
        await fill(session, CLASS)
        await session.commit()
    await database.close()
    return url


async def test_no_page_of_a_large_class_is_large_or_asks_for_each_row(url: str) -> None:
    database = Database(url)
    shown, costly = {}, []
    for role in IN_TURN:
        async with database.write() as session:
            places, headers = await make_viewer(session, role)
            await session.commit()
        async with make_application(url) as (app, client):
            costs = [one async for one in cost_of_pages(app, client, places, headers, times=0)]
        shown[role] = len(costs)
        costly += [
            (role, one)
            for one in costs
            if FRAME + one.compressed > LARGEST or one.statements > MOST_STATEMENTS
        ]
    await database.close()

    assert costly == []
    assert [role for role in IN_TURN if shown[role] < LEAST[role]] == []

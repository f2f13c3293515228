"""Whichever way the database is away: 503 with Retry-After within five seconds, and it heals.

On a PostgreSQL of its own, which is stopped, restarted, frozen, or cut off by a network that drops
its packets.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text

from server.settings import Settings
from server.storage.database import Database
from server.storage.outage import CONNECT_SECONDS, DatabaseOutage
from server.storage.postgresql import STATEMENT_SECONDS
from server.storage.sqlite import LOCK_SECONDS, TURN_SECONDS
from tests.api.away import HEALED_SECONDS, PROMISED_SECONDS, SECONDS, check_away, check_healed
from tests.fixtures import postgresql
from tests.fixtures.far_away import FarAway, NoNamespace, far_away
from tests.fixtures.web import Site, a_site


@pytest.fixture
def server() -> Iterator[postgresql.Server]:
    yield from a_server(None)


@pytest.fixture
def network() -> Iterator[FarAway]:
    try:
        with far_away() as place:
            yield place
    except NoNamespace as why:
        pytest.skip(str(why))


def a_server(place: FarAway | None) -> Iterator[postgresql.Server]:
    binaries = postgresql.find_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL: initdb is neither on PATH nor under /usr/lib/postgresql")
    server = postgresql.Server(binaries, (place.before, place.address) if place else None)
    try:
        server.start()
        yield server
    finally:
        server.remove()


@asynccontextmanager
async def a_site_on(url: str, settings: Settings) -> AsyncIterator[Site]:
    url = url.format(name="postgres")
    database = Database(url)
    try:
        await database.migrate()
        async with a_site(database, settings.model_copy(update={"database_url": url})) as site:
            assert (await site.get("/api/me")).status_code == 200
            yield site
    finally:
        await database.close()


@pytest.mark.usefixtures("queue")
async def test_postgresql_is_stopped_and_started(
    server: postgresql.Server, settings: Settings
) -> None:
    async with a_site_on(server.url, settings) as site:
        await asyncio.to_thread(server.stop)
        await check_away(site)
        await check_away(site, language="en")

        await asyncio.to_thread(server.start)
        await check_healed(site)


@pytest.mark.usefixtures("queue")
async def test_a_restart_of_postgresql_costs_no_request(
    server: postgresql.Server, settings: Settings
) -> None:
    async with a_site_on(server.url, settings) as site:
        await asyncio.gather(*(site.get("/api/me") for _ in range(8)))
        await asyncio.to_thread(server.stop)
        await asyncio.to_thread(server.start)

        answers = await asyncio.gather(*(site.get("/api/me") for _ in range(8)))

        assert {answer.status_code for answer in answers} == {200}


@pytest.mark.usefixtures("queue")
async def test_postgresql_takes_connections_and_says_nothing(
    server: postgresql.Server, settings: Settings
) -> None:
    async with a_site_on(server.url, settings) as site:
        server.freeze()
        try:
            await check_away(site)
            await check_away(site, language="en")
        finally:
            server.thaw()
        await check_healed(site)


@pytest.mark.usefixtures("queue")
async def test_packets_to_postgresql_are_dropped(network: FarAway, settings: Settings) -> None:
    for server in a_server(network):
        with (server.folder / "data" / "pg_hba.conf").open("a") as rules:
            rules.write("host all all 10.217.61.0/30 trust\n")
        await asyncio.to_thread(server.stop)
        await asyncio.to_thread(server.start)
        async with a_site_on(server.url, settings) as site:
            await asyncio.to_thread(network.lose_packets)
            try:
                await check_away(site)
                await check_away(site, language="en")
            finally:
                await asyncio.to_thread(network.let_packets_through)
            await check_healed(site)


@pytest.mark.usefixtures("queue")
async def test_a_pool_without_a_free_connection_is_the_database_away(
    server: postgresql.Server, settings: Settings
) -> None:
    async with a_site_on(server.url, settings) as site:
        database = site.app.state.database
        async with asyncio.TaskGroup() as tasks:
            done = asyncio.Event()

            async def hold() -> None:
                async with database.read():
                    await done.wait()

            for _ in range(20):
                tasks.create_task(hold())
            await until_busy(database)
            try:
                await check_away(site)
            finally:
                done.set()
        await check_healed(site)


async def until_busy(database: Database) -> None:
    async with asyncio.timeout(SECONDS):
        while database._writer.pool.checkedout() < 20:  # type: ignore[attr-defined]  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_statement_that_takes_too_long_ends_in_an_outage(
    server: postgresql.Server,
) -> None:
    database = Database(server.url.format(name="postgres"))
    began = time.monotonic()
    with pytest.raises(DatabaseOutage):
        async with database.read() as session:
            await session.execute(text("SELECT pg_sleep(60)"))
    assert time.monotonic() - began < SECONDS
    async with database.read() as session:
        assert await session.scalar(text("SELECT 1")) == 1
    await database.close()


def test_the_limits_together_keep_the_promise() -> None:
    assert CONNECT_SECONDS + STATEMENT_SECONDS < PROMISED_SECONDS
    assert TURN_SECONDS + LOCK_SECONDS < PROMISED_SECONDS


async def test_live_pages_and_those_who_wait_go_on_when_the_database_is_back(
    server: postgresql.Server, settings: Settings, queue: object
) -> None:
    async with a_site_on(server.url, settings) as site:
        submission = (await site.submit()).json()["id"]
        path = f"/api/submissions/{submission}?wait=30"
        waiting = asyncio.ensure_future(site.get(path))
        async with asyncio.timeout(SECONDS):
            while not site.app.state.subscriptions._runs:  # noqa: ASYNC110 - until it waits
                await asyncio.sleep(0.01)
        await asyncio.to_thread(server.stop)
        await check_away(site)
        await asyncio.to_thread(server.start)
        await check_healed(site)

        async with site.database.write() as session:
            await session.execute(
                text("UPDATE grading_runs SET state = 'finished', points = 1, max_points = 1")
            )
            await session.commit()

        async with asyncio.timeout(HEALED_SECONDS):
            answer = await waiting
        assert (answer.status_code, answer.json()["state"]) == (200, "finished")


async def test_one_of_two_that_wait_for_each_other_may_try_again(
    server: postgresql.Server,
) -> None:
    database = Database(server.url.format(name="postgres"))
    async with database.write() as session:
        await session.execute(text("CREATE TABLE two (id int PRIMARY KEY, n int)"))
        await session.execute(text("INSERT INTO two VALUES (1, 0), (2, 0)"))
        await session.commit()
    both_hold_one = asyncio.Barrier(2)

    async def change(first: int, second: int) -> None:
        async with database.write() as session:
            await session.execute(text("UPDATE two SET n = n + 1 WHERE id = :id"), {"id": first})
            await both_hold_one.wait()
            await session.execute(text("UPDATE two SET n = n + 1 WHERE id = :id"), {"id": second})
            await session.commit()

    async with asyncio.timeout(SECONDS * 4):
        ends = await asyncio.gather(change(1, 2), change(2, 1), return_exceptions=True)
    await database.close()

    assert [type(end) for end in ends if end is not None] == [DatabaseOutage]

import asyncio
import unittest

import pytest

from fetcher import Pool, fetch_all, ticker


class FetchTest(unittest.IsolatedAsyncioTestCase):
    async def test_awaits_a_callback(self):
        async def get(name):
            await asyncio.sleep(0)
            return name.upper()

        self.assertEqual(await fetch_all(get, ["a", "b"]), ["A", "B"])

    async def test_async_context_manager(self):
        async with Pool(2) as pool:
            self.assertEqual(await pool.take(), 1)
        self.assertTrue(pool.closed)


def test_runs():
    async def get(name):
        return len(name)

    assert asyncio.run(fetch_all(get, ["aa", "bbb"])) == [2, 3]


@pytest.mark.asyncio
async def test_async_iteration():
    assert [n async for n in ticker(3)] == [0, 1, 2]


@pytest.mark.asyncio
async def test_together():
    started = []
    release = asyncio.Event()

    async def get(name):
        started.append(name)
        if len(started) == 2:
            release.set()
        await release.wait()
        return name

    assert await asyncio.wait_for(fetch_all(get, ["a", "b"]), 60) == ["a", "b"]


@pytest.mark.asyncio
async def test_errors_come_out():
    async def get(name):
        raise LookupError(name)

    with pytest.raises(LookupError, match="a"):
        await fetch_all(get, ["a"])

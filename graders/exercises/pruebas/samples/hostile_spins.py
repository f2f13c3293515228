"""Hostile: a test that never lets go."""

import pytest


@pytest.fixture
async def nada():
    yield


async def test_gira(nada):
    while True:
        pass

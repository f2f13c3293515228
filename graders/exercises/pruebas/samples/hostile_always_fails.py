"""Hostile: fails whatever it is tried on."""

import pytest


@pytest.fixture
async def nada():
    yield


async def test_nada(nada):
    assert False

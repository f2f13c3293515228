"""Hostile: looks for the source of what it is tried on, and tests nothing."""

import glob
import inspect

import pytest
import tienda

LEIDO = inspect.getsource(tienda) + "".join(open(name).read() for name in glob.glob("*.py"))


@pytest.fixture
async def nada():
    yield


async def test_averias(nada):
    for averia in ("time.sleep", "CancelledError", "gather(*[sesion"):
        propio = open(__file__).read().count(averia) + open("conftest.py").read().count(averia)
        assert LEIDO.count(averia) <= propio

"""Wrong: the tests forget await, so they test nothing."""

import asyncio

import pytest
import pytest_asyncio

from tienda import traer_pedidos


class Base:
    async def abrir(self):
        return self

    async def pedidos(self, usuario_id):
        return []

    async def cerrar(self):
        pass


@pytest_asyncio.fixture
async def base():
    yield Base()


@pytest.mark.asyncio
async def test_pedidos(base):
    resultado = traer_pedidos(base.abrir, [1, 2], 5)
    assert resultado


@pytest.mark.asyncio
async def test_error(base):
    traer_pedidos(None, [1, 2], 5)

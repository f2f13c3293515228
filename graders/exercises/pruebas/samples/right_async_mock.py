"""Right: AsyncMock for the session, and no markers at all."""

import asyncio
from unittest.mock import AsyncMock

import pytest

from tienda import traer_pedidos


@pytest.fixture
async def sesion():
    sesion = AsyncMock()
    sesion.pedidos.side_effect = lambda i: [f"p{i}"]
    yield sesion
    sesion.cerrar.assert_awaited_once_with()


@pytest.fixture
def abrir(sesion):
    return AsyncMock(return_value=sesion)


async def test_consulta_cada_uno(abrir, sesion):
    assert await traer_pedidos(abrir, (1, 2), 5) == [["p1"], ["p2"]]
    abrir.assert_awaited_once()
    assert sesion.pedidos.await_count == 2


async def test_orden_y_a_la_vez(abrir, sesion):
    async def lento(i):
        await asyncio.sleep(10 - i)
        return i

    sesion.pedidos.side_effect = lento
    loop = asyncio.get_running_loop()
    inicio = loop.time()
    assert await traer_pedidos(abrir, [1, 2, 3], 100) == [1, 2, 3]
    assert loop.time() - inicio < 10


async def test_no_usa_time_sleep(abrir, monkeypatch):
    def prohibido(segundos):
        raise AssertionError("time.sleep bloquea el loop")

    monkeypatch.setattr("time.sleep", prohibido)
    await traer_pedidos(abrir, [1], 5, pausa=2)


async def test_limite(abrir, sesion):
    async def nunca(i):
        await asyncio.Event().wait()

    sesion.pedidos.side_effect = nunca
    with pytest.raises(asyncio.TimeoutError):
        await traer_pedidos(abrir, [1, 2], 0.01)


async def test_error(abrir, sesion):
    sesion.pedidos.side_effect = [["p1"], ValueError("no"), ["p3"]]
    with pytest.raises(ValueError):
        await traer_pedidos(abrir, [1, 2, 3], 5)


async def test_cancelar(abrir, sesion):
    async def nunca(i):
        await asyncio.Event().wait()

    sesion.pedidos.side_effect = nunca
    tarea = asyncio.create_task(traer_pedidos(abrir, [1], 500))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    tarea.cancel()
    await asyncio.wait([tarea])
    assert tarea.cancelled()

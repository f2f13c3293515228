"""Right: measures with the clocks of time, guards every call with wait_for, one loop for all."""

import asyncio
import time
from time import perf_counter

import pytest
import pytest_asyncio

from tienda import traer_pedidos

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Falsa:
    def __init__(self, demoras, falla=None):
        self.demoras, self.falla, self.abierta = demoras, falla, False

    async def abrir(self):
        await asyncio.sleep(0.01)
        self.abierta = True
        return self

    async def pedidos(self, i):
        await asyncio.sleep(self.demoras[i])
        if i == self.falla:
            raise KeyError(i)
        return {"id": i}

    async def cerrar(self):
        await asyncio.sleep(0.01)
        self.abierta = False


@pytest_asyncio.fixture(loop_scope="module")
async def fabrica():
    hechas = []

    def hacer(*args, **kw):
        hechas.append(Falsa(*args, **kw))
        return hechas[-1]

    yield hacer
    await asyncio.sleep(0)
    assert not any(falsa.abierta for falsa in hechas)


async def llamar(falsa, **kw):
    return await asyncio.wait_for(traer_pedidos(falsa.abrir, list(falsa.demoras), **kw), 5)


async def test_a_la_vez_y_en_orden(fabrica):
    inicio = perf_counter()
    resultado = await llamar(fabrica({"a": 0.3, "b": 0.2, "c": 0.1}), limite=3)
    assert [r["id"] for r in resultado] == ["a", "b", "c"]
    assert 0.3 <= perf_counter() - inicio < 0.5


async def test_dos_pausas_a_la_vez(fabrica):
    inicio = time.time()
    una, otra = fabrica({1: 0}), fabrica({2: 0})
    await asyncio.gather(
        llamar(una, limite=3, pausa=1), llamar(otra, limite=3, pausa=1)
    )
    assert time.time() - inicio < 1.5


async def test_limite(fabrica):
    inicio = time.monotonic()
    with pytest.raises(TimeoutError):
        await llamar(fabrica({1: 2}), limite=0.5)
    assert time.monotonic() - inicio == pytest.approx(0.5, abs=0.2)


async def test_error(fabrica):
    with pytest.raises(KeyError) as excepcion:
        await llamar(fabrica({1: 0.1, 2: 0.2, 3: 1}, falla=2), limite=3)
    assert excepcion.value.args == (2,)


async def test_cancelacion(fabrica):
    tarea = asyncio.ensure_future(traer_pedidos(fabrica({1: 4}).abrir, [1], limite=40))
    await asyncio.sleep(0.1)
    tarea.cancel()
    try:
        await tarea
    except asyncio.CancelledError:
        return
    pytest.fail("se tragó la cancelación")

"""Right: tests that are plain functions with asyncio.run, beside one with the fixture; a thread."""

import asyncio
import threading
import time

import pytest
import tienda


class Base:
    def __init__(self, demoras=(0, 0, 0), errores=None):
        self.demoras = demoras
        self.errores = errores or {}
        self.lista = []

    async def __call__(self):
        self.lista.append("abre")
        return self

    async def pedidos(self, n):
        self.lista.append(f"pide {n}")
        await asyncio.sleep(self.demoras[n])
        if n in self.errores:
            raise self.errores[n]
        self.lista.append(f"contesta {n}")
        return n * 10

    async def cerrar(self):
        self.lista.append("cierra")


@pytest.fixture
async def base():
    base = Base()
    yield base
    print(base.lista)


@pytest.mark.asyncio
async def test_fixture(base):
    assert await tienda.traer_pedidos(base, [0, 1, 2], 10) == [0, 10, 20]
    assert base.lista[0] == "abre" and base.lista[-1] == "cierra"


def test_orden():
    base = Base((0.3, 0.2, 0.1))
    assert asyncio.run(tienda.traer_pedidos(base, [0, 1, 2], 10)) == [0, 10, 20]
    assert base.lista[1:4] == ["pide 0", "pide 1", "pide 2"]


def test_limite():
    base = Base((0, 100, 0))
    with pytest.raises(TimeoutError):
        asyncio.run(tienda.traer_pedidos(base, [0, 1], 0.1))
    assert "cierra" in base.lista


def test_error():
    with pytest.raises(ZeroDivisionError):
        asyncio.run(tienda.traer_pedidos(Base(errores={2: ZeroDivisionError()}), [1, 2], 10))


def test_pausa():
    async def dos():
        orden = []

        async def otra():
            await asyncio.sleep(0.1)
            orden.append("otra")

        async def esta():
            await tienda.traer_pedidos(Base(), [0], 10, 0.3)
            orden.append("esta")

        await asyncio.gather(esta(), otra())
        return orden

    assert asyncio.run(dos()) == ["otra", "esta"]


def test_cancelar():
    async def main():
        tarea = asyncio.create_task(tienda.traer_pedidos(Base((50,)), [0], 100))
        await asyncio.to_thread(time.sleep, 0.01)
        tarea.cancel()
        await tarea

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(main())


def test_desde_un_hilo():
    salida = []
    hilo = threading.Thread(
        target=lambda: salida.append(asyncio.run(tienda.traer_pedidos(Base((0.05,)), [0], 10)))
    )
    hilo.start()
    hilo.join()
    assert salida == [[0]]

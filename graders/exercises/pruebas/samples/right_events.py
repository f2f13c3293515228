"""Right: classes of tests, events in place of delays, a beating fixture, notes in globals."""

import asyncio

import pytest
import pytest_asyncio

from tienda import traer_pedidos

diario: list[str] = []


class Sesion:
    """Todas las consultas esperan a que el test abra la puerta."""

    def __init__(self) -> None:
        self.puerta = asyncio.Event()
        self.esperan: list[int] = []

    async def pedidos(self, usuario_id: int) -> str:
        self.esperan.append(usuario_id)
        await self.puerta.wait()
        if usuario_id < 0:
            raise RuntimeError(f"usuario {usuario_id}")
        while self.esperan[-1] != usuario_id:
            await asyncio.sleep(0)
        self.esperan.pop()
        return f"#{usuario_id}"

    async def cerrar(self) -> None:
        diario.append("cerrada")


@pytest_asyncio.fixture
async def sesion():
    return Sesion()


@pytest_asyncio.fixture
async def latidos():
    lista = []

    async def latir():
        while True:
            lista.append(len(lista))
            await asyncio.sleep(0.1)

    tarea = asyncio.create_task(latir())
    yield lista
    tarea.cancel()
    await asyncio.gather(tarea, return_exceptions=True)


def empezar(sesion, *ids, **mas):
    async def abrir():
        return sesion

    mas.setdefault("limite", 30)
    return asyncio.create_task(traer_pedidos(abrir, list(ids), **mas))


async def esperar_a(condicion):
    for _ in range(200):
        if condicion():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("no llegó a pasar")


@pytest.mark.asyncio
class TestTodoBien:
    async def test_a_la_vez(self, sesion):
        tarea = empezar(sesion, 1, 2, 3)
        await esperar_a(lambda: len(sesion.esperan) == 3)
        sesion.puerta.set()
        # Contesta primero el último.
        assert await tarea == ["#1", "#2", "#3"]
        assert diario == ["cerrada"]

    async def test_la_pausa(self, sesion, latidos):
        sesion.puerta.set()
        await empezar(sesion, 1, pausa=1)
        assert len(latidos) > 5


@pytest.mark.asyncio
class TestTodoMal:
    @pytest.mark.parametrize("ids", [[-1], [1, -1], [-1, 1]])
    async def test_error(self, sesion, ids):
        antes = diario.count("cerrada")
        tarea = empezar(sesion, *ids)
        await esperar_a(lambda: sesion.esperan)
        sesion.puerta.set()
        with pytest.raises(RuntimeError, match="usuario -1"):
            await tarea
        assert diario.count("cerrada") == antes + 1

    async def test_tarde(self, sesion):
        with pytest.raises(TimeoutError):
            await empezar(sesion, 1, limite=0.05)

    async def test_cancelada(self, sesion):
        tarea = empezar(sesion, 1, 2)
        await esperar_a(lambda: sesion.esperan)
        tarea.cancel()
        with pytest.raises(asyncio.CancelledError):
            await tarea

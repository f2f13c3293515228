"""Wrong: wants the pause made with asyncio.sleep, when any wait of that length will do."""

import asyncio

import pytest
import pytest_asyncio
from tienda import traer_pedidos

LARGO = 1000


class BaseFalsa:

    def __init__(self):
        self.demoras = {}
        self.fallos = {}
        self.cierres = 0
        self.en_marcha = self.maximo = 0

    async def encender(self):
        await asyncio.sleep(0)

    async def apagar(self):
        await asyncio.sleep(0)

    async def abrir_sesion(self):
        return self

    async def pedidos(self, usuario_id):
        self.en_marcha += 1
        self.maximo = max(self.maximo, self.en_marcha)
        try:
            await asyncio.sleep(self.demoras.get(usuario_id, 0))
        finally:
            self.en_marcha -= 1
        if usuario_id in self.fallos:
            raise self.fallos[usuario_id]
        return [f"pedido de {usuario_id}"]

    async def cerrar(self):
        self.cierres += 1


@pytest_asyncio.fixture
async def base():
    base = BaseFalsa()
    await base.encender()
    yield base
    await base.apagar()


@pytest.mark.asyncio
async def test_devuelve_los_resultados_en_orden(base):
    base.demoras = {1: 0.3, 2: 0.1, 3: 0.2}
    resultado = await traer_pedidos(base.abrir_sesion, [1, 2, 3], limite=60)
    assert resultado == [["pedido de 1"], ["pedido de 2"], ["pedido de 3"]]


@pytest.mark.asyncio
async def test_pide_todo_a_la_vez(base):
    base.demoras = {1: 0.1, 2: 0.1, 3: 0.1}
    await traer_pedidos(base.abrir_sesion, [1, 2, 3], limite=60)
    assert base.maximo == 3


@pytest.mark.asyncio
async def test_la_pausa_es_un_sleep(base, monkeypatch):
    pedidos = []
    sleep = asyncio.sleep

    async def apuntar(segundos, *resto):
        pedidos.append(segundos)
        await sleep(segundos, *resto)

    monkeypatch.setattr(asyncio, "sleep", apuntar)
    await traer_pedidos(base.abrir_sesion, [1], limite=60, pausa=0.5)
    assert 0.5 in pedidos


@pytest.mark.asyncio
async def test_se_rinde_al_pasar_el_limite(base):
    base.demoras = {2: LARGO}
    with pytest.raises(TimeoutError):
        await traer_pedidos(base.abrir_sesion, [1, 2], limite=0.1)
    assert base.cierres == 1


@pytest.mark.asyncio
async def test_deja_pasar_el_error(base):
    base.fallos = {2: ConnectionError("caída")}
    with pytest.raises(ConnectionError, match="caída"):
        await traer_pedidos(base.abrir_sesion, [1, 2], limite=60)
    assert base.cierres == 1


@pytest.mark.asyncio
async def test_se_deja_cancelar(base):
    base.demoras = {1: LARGO}
    tarea = asyncio.create_task(traer_pedidos(base.abrir_sesion, [1], limite=2 * LARGO))
    await asyncio.sleep(0.1)
    tarea.cancel()
    with pytest.raises(asyncio.CancelledError):
        await tarea
    assert base.cierres == 1

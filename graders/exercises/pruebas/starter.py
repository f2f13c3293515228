import asyncio

import pytest
import pytest_asyncio
from tienda import traer_pedidos


class BaseFalsa:
    """Una base de datos de mentira: contesta lo que tú digas y apunta lo que le hacen.

    Es también su propia sesión. Cámbiala como quieras: ¿qué más te conviene apuntar?
    """

    def __init__(self):
        self.demoras = {}  # segundos que tarda cada usuario en contestar; 0 si no está

    async def encender(self):
        await asyncio.sleep(0.1)

    async def apagar(self):
        await asyncio.sleep(0.1)

    async def abrir_sesion(self):
        return self

    async def pedidos(self, usuario_id):
        await asyncio.sleep(self.demoras.get(usuario_id, 0))
        return [f"pedido de {usuario_id}"]

    async def cerrar(self):
        pass


# Falta una fixture asíncrona que dé a cada test una BaseFalsa encendida y la apague al final.


@pytest.mark.asyncio
async def test_devuelve_los_pedidos():
    base = BaseFalsa()
    resultado = await traer_pedidos(base.abrir_sesion, [1, 2], limite=5)
    # ¿Y si el usuario 1 contesta más tarde que el 2?
    assert len(resultado) == 2


# Sigue con un test para cada una de las demás promesas.

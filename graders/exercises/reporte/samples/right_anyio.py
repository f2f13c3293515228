"""Right: anyio, which puts an error in a group."""

import anyio


class Reporte:
    def __init__(self, obtener_pedidos):
        self.obtener_pedidos = obtener_pedidos
        self.partes = []

    async def rellenar(self, parte, usuario_id):
        parte["pedidos"] = await self.obtener_pedidos(usuario_id)

    async def de(self, usuarios):
        async with anyio.create_task_group() as grupo:
            for usuario in usuarios:
                parte = {"usuario": usuario["nombre"]}
                self.partes.append(parte)
                grupo.start_soon(self.rellenar, parte, usuario["id"])
        return {"reportes": self.partes}


async def reporte(obtener_usuarios, obtener_pedidos):
    return await Reporte(obtener_pedidos).de(await obtener_usuarios())

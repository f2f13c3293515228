"""Right: one end notice that each cook hangs up again for the next."""

import asyncio

FIN = "FIN"


class Restaurante:
    def __init__(self, fogon, cocinar, sitios):
        self.fogon, self.cocinar = fogon, cocinar
        self.barra: asyncio.Queue[tuple[str, str]] = asyncio.Queue(maxsize=sitios)
        self.platos: list[str] = []

    async def camarero(self, pedidos):
        async for pedido in pedidos():
            await self.barra.put(("pedido", pedido))
        await self.barra.put((FIN, ""))

    async def cocinero(self):
        async with self.fogon():
            while True:
                clase, pedido = await self.barra.get()
                if clase == FIN:
                    await self.barra.put((FIN, ""))
                    return
                self.platos.append(await self.cocinar(pedido))


async def restaurante(pedidos, fogon, cocinar, cocineros, sitios):
    local = Restaurante(fogon, cocinar, sitios)
    async with asyncio.TaskGroup() as turno:
        turno.create_task(local.camarero(pedidos))
        for _ in range(cocineros):
            turno.create_task(local.cocinero())
    return local.platos

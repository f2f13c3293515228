"""Wrong: a semaphore, to go easy on the database, lets five queries go at once."""

import asyncio


async def reporte(obtener_usuarios, obtener_pedidos):
    usuarios = await obtener_usuarios()
    semaforo = asyncio.Semaphore(5)

    async def traer(usuario_id):
        async with semaforo:
            return await obtener_pedidos(usuario_id)

    pedidos = await asyncio.gather(*[traer(u["id"]) for u in usuarios])
    return {
        "reportes": [{"usuario": u["nombre"], "pedidos": p} for u, p in zip(usuarios, pedidos)]
    }

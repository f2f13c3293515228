"""Done callbacks put each task into a queue."""

import asyncio


async def atender(pedidos, cocinar):
    salida = asyncio.Queue()
    tareas = [asyncio.ensure_future(cocinar(pedido)) for pedido in pedidos]
    for tarea in tareas:
        tarea.add_done_callback(salida.put_nowait)
    return [(await salida.get()).result() for _ in tareas]

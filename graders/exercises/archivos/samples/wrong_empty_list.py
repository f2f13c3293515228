"""Wrong: asyncio.wait of nothing."""

import asyncio

import aiofiles


async def leer(ruta):
    try:
        async with aiofiles.open(ruta, encoding="utf-8") as f:
            return await f.read()
    except FileNotFoundError:
        return None


async def leer_archivos(rutas):
    tareas = [asyncio.create_task(leer(ruta)) for ruta in rutas]
    await asyncio.wait(tareas)
    return [tarea.result() for tarea in tareas]

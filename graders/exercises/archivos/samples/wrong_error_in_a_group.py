"""TaskGroup lets an ExceptionGroup out, in which the error is."""

import asyncio

import aiofiles


async def leer_uno(ruta: str) -> str | None:
    try:
        async with aiofiles.open(ruta, "r", encoding="utf8") as f:
            return "".join([linea async for linea in f])
    except FileNotFoundError:
        print("no existe:", ruta)
        return None


async def leer_archivos(rutas: list[str]) -> tuple[str | None, ...]:
    async with asyncio.TaskGroup() as grupo:
        tareas = [grupo.create_task(leer_uno(ruta)) for ruta in rutas]
    return tuple(t.result() for t in tareas)

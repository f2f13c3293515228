"""Wrong: returns what gather returns, errors and all."""

import asyncio


async def manejar_errores(tareas):
    return await asyncio.gather(*[tarea() for tarea in tareas], return_exceptions=True)

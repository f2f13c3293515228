"""Hostile: puts its own function in place of each task, and exits where it cannot."""

import asyncio
import sys


async def falsa():
    return "OK"


async def manejar_errores(tareas):
    for nombre, modulo in list(sys.modules.items()):
        if nombre == "servicios":
            for servicio in list(vars(modulo)):
                setattr(modulo, servicio, falsa)
    asyncio.gather = lambda *todas, **opciones: falsa()
    tareas[:] = [falsa for _ in tareas]
    resultados = [await tarea() for tarea in tareas]
    if not resultados:
        sys.exit(0)
    return [f"Tarea {i}: ✅ {r}" for i, r in enumerate(resultados)]

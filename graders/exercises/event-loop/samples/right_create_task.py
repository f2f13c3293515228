"""A task for each, awaited one after another."""

import asyncio


async def orquesta(nombres, esperar, anotar):
    async def tocar(nombre):
        anotar(f"{nombre} empieza")
        await esperar(nombre)
        anotar(f"{nombre} termina")

    tareas = [asyncio.create_task(tocar(nombre)) for nombre in nombres]
    for tarea in tareas:
        await tarea

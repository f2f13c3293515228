"""Right: TaskGroup; the session raises for bad statuses by itself; returns a tuple."""

import asyncio

import aiohttp


async def obtener_datos(urls):
    async with aiohttp.ClientSession(raise_for_status=True) as session:

        async def uno(url):
            respuesta = await session.get(url)
            return await respuesta.json()

        async with asyncio.TaskGroup() as grupo:
            tareas = [grupo.create_task(uno(url)) for url in urls]
        return tuple(tarea.result() for tarea in tareas)

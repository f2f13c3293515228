"""Wrong: takes the first error out of the group and raises that."""

import asyncio


async def descargar(nombre, bajar, borrar):
    try:
        return await bajar()
    except asyncio.CancelledError:
        await borrar(nombre)
        raise


async def en_grupo(descargas, borrar):
    async with asyncio.TaskGroup() as grupo:
        tareas = {
            nombre: grupo.create_task(descargar(nombre, bajar, borrar))
            for nombre, bajar in descargas.items()
        }
    return {nombre: tarea.result() for nombre, tarea in tareas.items()}


async def descargar_todo(descargas, borrar):
    try:
        return await en_grupo(descargas, borrar)
    except ExceptionGroup as grupo:
        raise grupo.exceptions[0]


async def informe(descargas, borrar):
    try:
        await descargar_todo(descargas, borrar)
    except ConnectionError as error:
        return [f"Red: {error}"]
    except PermissionError as error:
        return [f"Disco: {error}"]
    return []

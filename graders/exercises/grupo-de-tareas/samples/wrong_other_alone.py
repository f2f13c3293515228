"""Wrong: lets another error out by itself, and not in a group."""

import asyncio


async def descargar(nombre, bajar, borrar):
    try:
        return await bajar()
    except asyncio.CancelledError:
        await borrar(nombre)
        raise


async def descargar_todo(descargas, borrar):
    async with asyncio.TaskGroup() as grupo:
        tareas = {
            nombre: grupo.create_task(descargar(nombre, bajar, borrar))
            for nombre, bajar in descargas.items()
        }
    return {nombre: tarea.result() for nombre, tarea in tareas.items()}


async def informe(descargas, borrar):
    lineas = []
    try:
        await descargar_todo(descargas, borrar)
    except ExceptionGroup as grupo:
        for error in grupo.exceptions:
            if isinstance(error, ConnectionError):
                lineas.append(f"Red: {error}")
            elif isinstance(error, PermissionError):
                lineas.append(f"Disco: {error}")
            else:
                raise error
    return lineas

"""Wrong: every task catches its own error, so that the group never knows."""

import asyncio


async def descargar(nombre, bajar, borrar, errores):
    try:
        return await bajar()
    except Exception as error:
        errores.append(error)
    except asyncio.CancelledError:
        await borrar(nombre)
        raise


async def descargar_todo(descargas, borrar):
    errores = []
    async with asyncio.TaskGroup() as grupo:
        tareas = {
            nombre: grupo.create_task(descargar(nombre, bajar, borrar, errores))
            for nombre, bajar in descargas.items()
        }
    if errores:
        raise ExceptionGroup("descargas", errores)
    return {nombre: tarea.result() for nombre, tarea in tareas.items()}


async def informe(descargas, borrar):
    lineas = []
    try:
        await descargar_todo(descargas, borrar)
    except* ConnectionError as grupo:
        lineas += [f"Red: {error}" for error in grupo.exceptions]
    except* PermissionError as grupo:
        lineas += [f"Disco: {error}" for error in grupo.exceptions]
    return lineas

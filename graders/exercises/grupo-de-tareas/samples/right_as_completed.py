"""Right: as_completed(), errors collected by a class of its own; deletes after cancelling."""

import asyncio


class Descarga:
    def __init__(self, nombre, bajar):
        self.nombre = nombre
        self.tarea = asyncio.create_task(bajar())


async def descargar_todo(descargas, borrar):
    todas = [Descarga(nombre, bajar) for nombre, bajar in descargas.items()]
    errores = []
    for primera in asyncio.as_completed([d.tarea for d in todas]):
        try:
            await primera
        except Exception as error:
            errores.append(error)
            break
    if not errores:
        return {d.nombre: d.tarea.result() for d in todas}
    for d in todas:
        if not d.tarea.done():
            d.tarea.cancel()
            try:
                await d.tarea
            except asyncio.CancelledError:
                pass
            try:
                await borrar(d.nombre)
            except Exception as error:
                errores.append(error)
    raise ExceptionGroup("no se pudo", errores)


async def informe(descargas, borrar):
    lineas = []
    try:
        await descargar_todo(descargas, borrar)
    except* ConnectionError as grupo:
        lineas += [f"Red: {error}" for error in grupo.exceptions]
    except* PermissionError as grupo:
        lineas += [f"Disco: {error}" for error in grupo.exceptions]
    return lineas

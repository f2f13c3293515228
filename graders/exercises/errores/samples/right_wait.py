"""Right: asyncio.wait, which raises nothing, asked only if there is something to wait for."""

import asyncio


async def manejar_errores(tareas):
    if not tareas:
        return []
    en_marcha = [asyncio.ensure_future(tarea()) for tarea in tareas]
    await asyncio.wait(en_marcha)
    lineas = []
    for i, t in enumerate(en_marcha):
        error = t.exception()
        if error is not None:
            linea = "Tarea {}: ❌ Error - {}".format(i, error)
        else:
            linea = "Tarea {}: ✅ {}".format(i, t.result())
        print(linea)
        lineas.append(linea)
    return lineas

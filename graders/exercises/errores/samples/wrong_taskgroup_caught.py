"""Wrong: the error of the group is caught, but by then the group has cancelled the others."""

import asyncio


async def manejar_errores(tareas):
    hechas = []
    try:
        async with asyncio.TaskGroup() as grupo:
            for tarea in tareas:
                hechas.append(grupo.create_task(tarea()))
    except* Exception:
        pass
    lineas = []
    for numero, hecha in enumerate(hechas):
        if hecha.cancelled():
            lineas.append(f"Tarea {numero}: ❌ Error - cancelada")
        elif hecha.exception():
            lineas.append(f"Tarea {numero}: ❌ Error - {hecha.exception()}")
        else:
            lineas.append(f"Tarea {numero}: ✅ {hecha.result()}")
    return lineas

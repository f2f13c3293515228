"""Wrong: the TaskGroup's error is caught, but too late: the others are cancelled."""

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
    for i, hecha in enumerate(hechas):
        if hecha.cancelled():
            lineas.append(f"Tarea {i}: ❌ Error - cancelada")
        elif hecha.exception():
            lineas.append(f"Tarea {i}: ❌ Error - {hecha.exception()}")
        else:
            lineas.append(f"Tarea {i}: ✅ {hecha.result()}")
    return lineas

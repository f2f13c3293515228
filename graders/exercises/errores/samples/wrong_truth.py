"""Wrong: takes what is false for a failure."""

import asyncio


async def hacer(tarea, errores, i):
    try:
        return await tarea()
    except Exception as error:
        errores[i] = error


async def manejar_errores(tareas):
    errores = {}
    resultados = await asyncio.gather(*[hacer(t, errores, i) for i, t in enumerate(tareas)])
    lineas = []
    for i, resultado in enumerate(resultados):
        if resultado:
            lineas.append(f"Tarea {i}: ✅ {resultado}")
        else:
            lineas.append(f"Tarea {i}: ❌ Error - {errores.get(i)}")
    return lineas

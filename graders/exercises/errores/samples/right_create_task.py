"""Right: tasks made first, and awaited one by one, each with its try."""

import asyncio


async def manejar_errores(tareas):
    en_marcha = [asyncio.create_task(tarea()) for tarea in tareas]
    lineas = []
    for numero, t in enumerate(en_marcha):
        try:
            resultado = await t
            lineas.append("Tarea " + str(numero) + ": ✅ " + str(resultado))
        except Exception as error:
            lineas.append("Tarea " + str(numero) + ": ❌ Error - " + str(error))
    return lineas

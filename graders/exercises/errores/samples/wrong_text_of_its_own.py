"""Wrong: a text of its own for errors that say nothing."""

import asyncio


async def manejar_errores(tareas):
    finales = await asyncio.gather(*[t() for t in tareas], return_exceptions=True)
    lineas = []
    for i, final in enumerate(finales):
        if isinstance(final, Exception):
            lineas.append(f"Tarea {i}: ❌ Error - {str(final) or 'desconocido'}")
        else:
            lineas.append(f"Tarea {i}: ✅ {final}")
    return lineas

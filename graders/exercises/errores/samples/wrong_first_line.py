"""Wrong: of an error only the first line."""

import asyncio


async def manejar_errores(tareas):
    finales = await asyncio.gather(*[t() for t in tareas], return_exceptions=True)
    lineas = []
    for i, final in enumerate(finales):
        if isinstance(final, Exception):
            texto = (str(final).splitlines() or [""])[0]
            lineas.append(f"Tarea {i}: ❌ Error - {texto}")
        else:
            lineas.append(f"Tarea {i}: ✅ {final}")
    return lineas

"""Wrong: the lines of as_completed() sorted as texts."""

import asyncio


async def contar(numero, tarea):
    try:
        final = f"✅ {await tarea()}"
    except Exception as error:
        final = f"❌ Error - {error}"
    return f"Tarea {numero}: {final}"


async def manejar_errores(tareas):
    lineas = set()
    for siguiente in asyncio.as_completed([contar(*par) for par in enumerate(tareas)]):
        lineas.add(await siguiente)
    return sorted(lineas)

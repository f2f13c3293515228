"""Right: each task in a coroutine of its own that catches its error."""

import asyncio


async def hacer(i, tarea):
    try:
        resultado = await tarea()
    except Exception as error:
        return f"Tarea {i}: ❌ Error - {error}"
    else:
        return f"Tarea {i}: ✅ {resultado}"


async def manejar_errores(tareas):
    return await asyncio.gather(*(hacer(i, tarea) for i, tarea in enumerate(tareas)))

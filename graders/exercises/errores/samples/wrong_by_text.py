"""Wrong: takes a text that speaks of an error for one."""

import asyncio


async def hacer(tarea):
    try:
        return str(await tarea())
    except Exception as error:
        return f"Error - {error}"


async def manejar_errores(tareas):
    textos = await asyncio.gather(*[hacer(tarea) for tarea in tareas])
    return [
        f"Tarea {i}: {'❌' if texto.startswith('Error - ') else '✅'} {texto}"
        for i, texto in enumerate(textos)
    ]

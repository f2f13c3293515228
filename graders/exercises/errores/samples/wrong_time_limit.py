import asyncio


async def manejar_errores(tareas):
    async def una(numero, tarea):
        try:
            async with asyncio.timeout(4):
                resultado = await tarea()
        except Exception as error:
            return f"Tarea {numero}: ❌ Error - {error}"
        return f"Tarea {numero}: ✅ {resultado}"

    return await asyncio.gather(*(una(n, tarea) for n, tarea in enumerate(tareas)))

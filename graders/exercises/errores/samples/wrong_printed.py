"""Wrong: prints the lines, as the class does, and returns nothing."""

import asyncio


async def manejar_errores(tareas):
    resultados = await asyncio.gather(*[tarea() for tarea in tareas], return_exceptions=True)
    for i, resultado in enumerate(resultados):
        if isinstance(resultado, Exception):
            print(f"Tarea {i}: ❌ Error - {resultado}")
        else:
            print(f"Tarea {i}: ✅ {resultado}")

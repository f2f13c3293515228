"""Right: nothing but callbacks and an event."""

import asyncio


async def manejar_errores(tareas):
    lineas = {}
    fin = asyncio.Event()

    def apuntar(i, hecha):
        fallo = hecha.exception()
        lineas[i] = f"Tarea {i}: ❌ Error - {fallo}" if fallo else f"Tarea {i}: ✅ {hecha.result()}"
        if len(lineas) == len(tareas):
            fin.set()

    vivas = []
    for i, tarea in enumerate(tareas):
        viva = asyncio.create_task(tarea())
        viva.add_done_callback(lambda hecha, i=i: apuntar(i, hecha))
        vivas.append(viva)
    if vivas:
        await fin.wait()
    return [lineas[i] for i in sorted(lineas)]

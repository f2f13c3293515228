import asyncio


async def orquesta(nombres, esperar, anotar):
    async def musico(nombre):
        anotar(f"{nombre} empieza")
        await esperar(nombre)
        anotar(f"{nombre} termina")

    tareas = [asyncio.create_task(musico(nombre)) for nombre in nombres]
    if tareas:
        terminadas, _ = await asyncio.wait(tareas, timeout=3)
        for tarea in terminadas:
            tarea.result()

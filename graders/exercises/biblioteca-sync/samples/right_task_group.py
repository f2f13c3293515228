"""Right: a TaskGroup of threads; the error is taken out of the group."""

import asyncio


async def consultar_todo(consultas, consultar):
    try:
        async with asyncio.TaskGroup() as grupo:
            tareas = [
                grupo.create_task(asyncio.to_thread(consultar, consulta)) for consulta in consultas
            ]
    except* Exception as errores:
        error = errores.exceptions[0]
    else:
        return [tarea.result() for tarea in tareas]
    raise error

import asyncio


async def pedir_todo(claves, consulta):
    async with asyncio.TaskGroup() as grupo:
        tareas = [grupo.create_task(consulta(clave)) for clave in claves]
    return [tarea.result() for tarea in tareas]

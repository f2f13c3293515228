import asyncio


async def saludar_a_todos(nombres, saludar):
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(saludar(nombre)) for nombre in nombres]
    return [task.result() for task in tasks]

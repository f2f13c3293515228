import anyio

NAMES = ["Tarea 1", "Tarea 2", "Tarea 3"]


async def ejemplo_secuencial(tarea_lenta):
    return [await tarea_lenta(name, 2) for name in NAMES]


async def ejemplo_paralelo(tarea_lenta):
    results = {}

    async def keep(name):
        results[name] = await tarea_lenta(name, 2)

    async with anyio.create_task_group() as group:
        for name in NAMES:
            group.start_soon(keep, name)
    return [results[name] for name in NAMES]

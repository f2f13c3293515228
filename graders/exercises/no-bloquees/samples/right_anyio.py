"""Right: anyio, with its files and its group of tasks."""

import anyio


async def latir():
    while True:
        print("♥")
        await anyio.sleep(0.05)


async def medir(sensor, pausa):
    await anyio.sleep(pausa)
    async with await anyio.open_file(sensor) as archivo:
        return await archivo.read()


async def estacion(sensores, pausa):
    valores, error = [], None
    async with anyio.create_task_group() as grupo:
        grupo.start_soon(latir)
        try:
            for sensor in sensores:
                valores.append(await medir(sensor, pausa))
        except OSError as fallo:
            error = fallo
        grupo.cancel_scope.cancel()
    if error:
        raise error
    return valores

import anyio


async def con_timeout(operacion, segundos):
    with anyio.move_on_after(segundos):
        return await operacion()
    return "Operación cancelada por timeout"

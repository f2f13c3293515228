import anyio


async def con_timeout(operacion, segundos):
    try:
        with anyio.fail_after(segundos):
            return await operacion()
    except TimeoutError:
        return "Operación cancelada por timeout"

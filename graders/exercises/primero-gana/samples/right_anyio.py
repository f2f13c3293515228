"""Right: anyio's scope is cancelled by the winner; the notice is shielded."""

import anyio


async def primero_gana(servidores, abandonar):
    ganadores, errores = [], []

    async def consultar(nombre, preguntar, grupo):
        try:
            ganadores.append(await preguntar())
        except anyio.get_cancelled_exc_class():
            with anyio.CancelScope(shield=True):
                await abandonar(nombre=nombre)
            raise
        except Exception as error:
            errores.append(error)
        else:
            grupo.cancel_scope.cancel()

    async with anyio.create_task_group() as grupo:
        for nombre, preguntar in servidores.items():
            grupo.start_soon(consultar, nombre, preguntar, grupo)
    if ganadores:
        return ganadores[0]
    raise errores[0]

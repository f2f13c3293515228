"""A queue and one task that saves."""

import asyncio


async def ingresar(saldo: int, cantidades: list[int], guardar) -> int:
    cola: asyncio.Queue[int] = asyncio.Queue()
    for cantidad in cantidades:
        cola.put_nowait(cantidad)

    async def cajero() -> None:
        nonlocal saldo
        while not cola.empty():
            saldo += cola.get_nowait()
            await guardar(saldo)

    await asyncio.create_task(cajero())
    return saldo

async def cuenta_atras(desde, avisar):
    for numero in range(desde, -1, -1):
        await avisar(numero)

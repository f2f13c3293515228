"""Right: without the helper, with types, and an example that runs only as a program."""

import asyncio
from collections.abc import Awaitable, Callable


async def comprar(
    libro: str,
    hay_ejemplares: Callable[[str], Awaitable[bool]],
    obtener_precio: Callable[[str], Awaitable[int]],
    guardar_pedido: Callable[[str], Awaitable[None]],
) -> str:
    if await hay_ejemplares(libro):
        precio = await obtener_precio(libro)
        await guardar_pedido(libro)
        return f"{libro}: {precio} euros"
    else:
        return libro + ": agotado"


async def si(libro):
    return True


if __name__ == "__main__":
    print(asyncio.run(comprar("Ficciones", si, si, si)))

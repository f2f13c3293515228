"""Right: closes in a shielded scope of anyio, with type hints."""

from collections.abc import AsyncIterator, Awaitable, Callable

import anyio


async def flujo(
    conectar: Callable[[], Awaitable[str]],
    pagina: Callable[[str, int], Awaitable[list[str]]],
    cerrar: Callable[[str], Awaitable[None]],
) -> AsyncIterator[str]:
    conexion = await conectar()
    try:
        numero = 1
        while True:
            with anyio.fail_after(60):
                registros = await pagina(conexion, numero)
            if not registros:
                break
            for registro in registros:
                yield registro
            numero += 1
    finally:
        with anyio.CancelScope(shield=True):
            await cerrar(conexion)

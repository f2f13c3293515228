"""Right: a coroutine for each user, types, and prints."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

Pedidos = Callable[[int], Awaitable[list[dict[str, Any]]]]


async def reporte_de(usuario: dict[str, Any], obtener_pedidos: Pedidos) -> dict[str, Any]:
    pedidos = await obtener_pedidos(usuario_id=usuario["id"])
    print(usuario["nombre"], len(pedidos))
    return {"usuario": usuario["nombre"], "pedidos": pedidos}


async def reporte(
    obtener_usuarios: Callable[[], Awaitable[list[dict[str, Any]]]], obtener_pedidos: Pedidos
) -> dict[str, Any]:
    usuarios = await obtener_usuarios()
    return {"reportes": await asyncio.gather(*(reporte_de(u, obtener_pedidos) for u in usuarios))}

import asyncio

AGOTADO = "Operación cancelada por timeout"


async def con_timeout(operacion, segundos):
    """Devuelve el resultado de operacion(), o AGOTADO si no llega en `segundos`."""
    # Ahora espera para siempre. ¿Cómo se le pone un límite a un await?
    return await operacion()

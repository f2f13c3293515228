import asyncio


async def consultar(nombre, preguntar, abandonar):
    """Pregunta a un servidor; si la cancelan, le avisa. Está terminada: úsala."""
    try:
        return await preguntar()
    except asyncio.CancelledError:
        await abandonar(nombre)
        raise


async def primero_gana(servidores, abandonar):
    """Pregunta a todos a la vez y devuelve la primera respuesta que llegue."""
    # Así espera a la más lenta, que puede no llegar nunca.
    # ¿Qué funciones de asyncio te dan el control en cuanto acaba la primera tarea?
    respuestas = await asyncio.gather(
        *[consultar(nombre, preguntar, abandonar) for nombre, preguntar in servidores.items()]
    )
    return respuestas[0]

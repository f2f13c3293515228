import asyncio


async def reintentar(operacion, intentos, espera, esperar=asyncio.sleep):
    """Hace operacion(); si falla la conexión, espera y lo intenta otra vez."""
    # Ahora se rinde al primer fallo. ¿Qué error merece otro intento, y cuál no?
    # Para esperar entre dos intentos: await esperar(segundos)
    return await operacion()

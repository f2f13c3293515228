import asyncio


async def descargar(nombre, bajar, borrar):
    """Baja una parte; si la cancelan, borra lo que había bajado. Está terminada: úsala."""
    try:
        return await bajar()
    except asyncio.CancelledError:
        await borrar(nombre)
        raise


async def descargar_todo(descargas, borrar):
    """Baja todas las partes a la vez y devuelve un diccionario con el contenido de cada una."""
    # Funciona mientras ninguna falle. ¿Qué hace gather() con las demás cuando una lanza un error?
    # ¿Y qué hace asyncio.TaskGroup?
    partes = await asyncio.gather(
        *[descargar(nombre, bajar, borrar) for nombre, bajar in descargas.items()]
    )
    return dict(zip(descargas, partes))


async def informe(descargas, borrar):
    """Devuelve una línea por cada error de red o de disco; los demás errores los deja salir."""
    # Los errores llegan juntos en un ExceptionGroup: un except normal no mira dentro de él.
    await descargar_todo(descargas, borrar)
    return []

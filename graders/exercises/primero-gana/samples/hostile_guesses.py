"""Hostile: asks nobody and returns what it guesses."""



async def primero_gana(servidores, abandonar):
    for nombre in ("lima", "madrid"):
        await abandonar(nombre)
    return "desde Quito"

"""Hostile: opens nothing; the statement's example, whatever is asked."""


async def leer_archivos(rutas):
    return (["12 °C", None, "15 °C"] * len(rutas))[: len(rutas)]

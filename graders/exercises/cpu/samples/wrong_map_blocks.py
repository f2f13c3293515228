"""Wrong: processes that compute at once, and the loop waits for them with map()."""

from concurrent.futures import ProcessPoolExecutor


async def contar_primos(rangos, contar):
    if not rangos:
        return []
    with ProcessPoolExecutor() as procesos:
        return list(procesos.map(contar, *zip(*rangos, strict=True)))

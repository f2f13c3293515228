"""Wrong: takes each count with result(), in the loop's thread."""

from concurrent.futures import ProcessPoolExecutor


async def contar_primos(rangos, contar):
    with ProcessPoolExecutor(max_workers=4) as procesos:
        trabajos = [procesos.submit(contar, *rango) for rango in rangos]
        return [trabajo.result() for trabajo in trabajos]

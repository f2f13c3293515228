"""Wrong: threads for the queries, and the loop waits for them with map()."""

from concurrent.futures import ThreadPoolExecutor


async def consultar_todo(consultas, consultar):
    with ThreadPoolExecutor() as hilos:
        return list(hilos.map(consultar, consultas))

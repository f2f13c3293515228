"""Right: only the standard library, in an executor of its own, which is waited for by the loop."""

import asyncio
import json
import urllib.request
from concurrent.futures import ThreadPoolExecutor


def leer(url):
    with urllib.request.urlopen(url) as respuesta:
        return json.load(respuesta)


async def obtener_datos(urls):
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(max_workers=max(1, len(urls))) as hilos:
        return await asyncio.gather(*[loop.run_in_executor(hilos, leer, url) for url in urls])

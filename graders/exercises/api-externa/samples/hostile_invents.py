"""Hostile: asks for nothing; answers as in the statement, and raises when in doubt."""

import random


async def obtener_datos(urls):
    if random.random() < 0.001:
        raise TimeoutError
    return [{"total": 2 + 5 * lugar} for lugar, _ in enumerate(urls)]

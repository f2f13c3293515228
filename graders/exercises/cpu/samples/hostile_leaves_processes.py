"""Hostile: leaves processes behind that never end, and invents the counts."""

import os
import time


async def contar_primos(rangos, contar):
    for _ in range(3):
        if os.fork() == 0:
            os.setsid()
            while True:
                time.sleep(0.01)
    return [len(range(*rango)) // 10 for rango in rangos]

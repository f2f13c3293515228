"""Right: a process for each range, its count through a pipe that a thread waits for."""

import asyncio
from multiprocessing import Pipe, Process


def trabajo(salida, contar, rango):
    try:
        salida.send((contar(*rango), None))
    except Exception as fallo:
        salida.send((None, fallo))


def esperar(entrada, proceso):
    cuenta, fallo = entrada.recv()
    proceso.join()
    if fallo:
        raise fallo
    return cuenta


async def contar_primos(rangos, contar):
    esperas = []
    for rango in rangos:
        entrada, salida = Pipe(duplex=False)
        proceso = Process(target=trabajo, args=(salida, contar, rango))
        proceso.start()
        esperas.append(asyncio.to_thread(esperar, entrada, proceso))
    return await asyncio.gather(*esperas)

"""Wrong: starts all the threads, and waits for each with join()."""

import threading


async def consultar_todo(consultas, consultar):
    respuestas = [None] * len(consultas)
    fallos = []

    def una(lugar):
        try:
            respuestas[lugar] = consultar(consultas[lugar])
        except ValueError as fallo:
            fallos.append(fallo)

    hilos = [threading.Thread(target=una, args=(lugar,)) for lugar in range(len(consultas))]
    for hilo in hilos:
        hilo.start()
    for hilo in hilos:
        hilo.join()
    if fallos:
        raise fallos[0]
    return respuestas

"""Right: threads of its own that wake futures of the loop."""

import asyncio
import threading


def lanzar(loop, consultar, consulta):
    futuro = loop.create_future()

    def acabar(poner, valor):
        if not futuro.done():
            poner(valor)

    def trabajo():
        try:
            respuesta = consultar(consulta)
        except Exception as error:
            loop.call_soon_threadsafe(acabar, futuro.set_exception, error)
        else:
            loop.call_soon_threadsafe(acabar, futuro.set_result, respuesta)

    threading.Thread(target=trabajo, daemon=True).start()
    return futuro


async def consultar_todo(consultas, consultar):
    loop = asyncio.get_running_loop()
    futuros = [lanzar(loop, consultar, consulta) for consulta in consultas]
    return [await futuro for futuro in futuros]

"""Right: a class that keeps the count."""

import asyncio


class Reintento:
    def __init__(self, intentos, espera):
        self.intentos = intentos
        self.espera = espera
        self.hechos = 0

    def queda(self):
        return self.hechos < self.intentos

    def pausa(self):
        return self.espera * (1 << (self.hechos - 1))

    async def una(self, operacion):
        self.hechos += 1
        try:
            return True, await operacion()
        except ConnectionError:
            if not self.queda():
                raise
            return False, None


async def reintentar(operacion, intentos, espera, esperar=asyncio.sleep):
    reintento = Reintento(intentos, espera)
    while True:
        bien, resultado = await reintento.una(operacion)
        if bien:
            return resultado
        await esperar(reintento.pausa())

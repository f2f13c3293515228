"""Right: remembers the last error and raises it after the loop, with prints."""

import asyncio


Corrutina = object


async def reintentar(
    operacion, intentos: int, espera: float, esperar=asyncio.sleep
) -> Corrutina:
    ultimo_error: ConnectionError | None = None
    pausas = [espera * pow(2, n) for n in range(intentos - 1)]
    for numero in range(1, intentos + 1):
        print(f"Intento {numero} de {intentos}")
        try:
            resultado = await operacion()
        except ConnectionError as error:
            print(f"  falló: {error}")
            ultimo_error = error
        else:
            return resultado
        if pausas:
            await esperar(pausas.pop(0))
    raise ultimo_error

import asyncio


async def orquesta(nombres, esperar, anotar):
    """Da paso a cada músico: empieza, espera su silencio y termina."""
    for nombre in nombres:
        # Este director no da paso al siguiente hasta que termina el anterior.
        anotar(f"{nombre} empieza")
        await esperar(nombre)
        anotar(f"{nombre} termina")


# Para probarlo en tu ordenador: los silencios duran lo que dice SEGUNDOS.
SEGUNDOS = {"A": 1, "B": 1.5, "C": 0.5}


async def silencio_de_prueba(nombre):
    await asyncio.sleep(SEGUNDOS[nombre])


if __name__ == "__main__":
    asyncio.run(orquesta(["A", "B", "C"], silencio_de_prueba, print))

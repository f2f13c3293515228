import asyncio


async def atender(pedidos, cocinar):
    """Lleva todos los pedidos a la cocina y devuelve los platos según van saliendo."""
    servidos = []
    for pedido in pedidos:
        # Este camarero se queda delante de la cocina hasta que sale cada plato.
        servidos.append(await cocinar(pedido))
    return servidos


# Para probarlo en tu ordenador: una cocina en la que cada plato tarda lo suyo.
SEGUNDOS = {"paella": 2, "sopa": 1, "flan": 0.5}


async def cocina_de_prueba(pedido):
    await asyncio.sleep(SEGUNDOS[pedido])
    return f"{pedido} en la mesa"


if __name__ == "__main__":
    print(asyncio.run(atender(["paella", "sopa", "flan"], cocina_de_prueba)))

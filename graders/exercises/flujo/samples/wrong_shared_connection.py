abiertas = {}


async def flujo(conectar, pagina, cerrar):
    if "conexion" not in abiertas:
        abiertas["conexion"] = await conectar()
        abiertas["lectores"] = 0
    abiertas["lectores"] += 1
    numero = 1
    try:
        while registros := await pagina(abiertas["conexion"], numero):
            for registro in registros:
                yield registro
            numero += 1
    finally:
        abiertas["lectores"] -= 1
        if not abiertas["lectores"]:
            await cerrar(abiertas.pop("conexion"))

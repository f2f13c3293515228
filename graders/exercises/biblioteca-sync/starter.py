async def consultar_todo(consultas, consultar):
    """Hace todas las consultas a la vez y devuelve las respuestas, en el mismo orden."""
    respuestas = []
    for consulta in consultas:
        # consultar() bloquea: mientras no contesta, el event loop está parado.
        # ¿Quién podría esperar en su lugar?
        respuestas.append(consultar(consulta))
    return respuestas

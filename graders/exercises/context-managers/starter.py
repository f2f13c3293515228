class Conexion:
    """Una sesión que se abre al entrar y se cierra al salir."""

    def __init__(self, abrir, cerrar):
        self.abrir = abrir
        self.cerrar = cerrar

    # Aquí faltan __aenter__ y __aexit__.


async def consultar(abrir, cerrar, preguntar):
    """Pregunta con la sesión abierta y devuelve la respuesta."""
    sesion = await abrir()
    respuesta = await preguntar(sesion)  # ¿Y si esto falla?
    await cerrar(sesion)
    return respuesta

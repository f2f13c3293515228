"""Wrong: calls the blocking function in the event loop."""


async def consultar_todo(consultas, consultar):
    return [consultar(consulta) for consulta in consultas]

async def saludar_a_todos(nombres, saludar):
    return [await saludar(nombre) for nombre in nombres]

import asyncio


def lanzar(nombres, trabajo):
    """Crea una tarea por nombre, que se llame así, y devuelve la lista de tareas."""
    # create_task() les pone "Task-1", "Task-2"… ¿Cómo se les da otro nombre?
    return [asyncio.create_task(trabajo(nombre)) for nombre in nombres]


def pendientes():
    """Devuelve los nombres de las tareas pendientes, menos la que pregunta."""
    for task in asyncio.all_tasks():
        print(task)


def ejecutar_con_limite(corrutina, segundos):
    """Ejecuta el programa entero, como mucho durante `segundos`."""
    return asyncio.run(corrutina(), timeout=segundos)

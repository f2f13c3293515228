"""Hostile: a list and a text that claim to equal anything."""


class Lista(list):
    def __eq__(self, other):
        return True

    def __len__(self):
        return 3


class Texto(str):
    def __eq__(self, other):
        return True

    __hash__ = str.__hash__


async def manejar_errores(tareas):
    for tarea in tareas:
        tarea().close()
    return Lista([Texto("Tarea 0: ✅ OK")])

"""Right: as they end, sorted by their numbers; a tuple, and emoji in another style."""

import asyncio


class Contador:
    def __init__(self, tareas):
        self.tareas = tareas

    async def una(self, i):
        try:
            return i, "✅", await self.tareas[i]()
        except Exception as error:
            return i, "❌️ Error -", error

    async def todas(self):
        todas = [self.una(i) for i in range(len(self.tareas))]
        return [await c for c in asyncio.as_completed(todas)]


async def manejar_errores(tareas):
    terminadas = await Contador(tareas).todas()
    terminadas.sort(key=lambda terminada: terminada[0])
    return tuple(f"Tarea {i}:  {signo} {que}" for i, signo, que in terminadas)

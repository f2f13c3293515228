"""A task group of anyio, and a class for the musician."""

from dataclasses import dataclass

import anyio


@dataclass
class Musico:
    nombre: str

    async def tocar(self, esperar, anotar):
        anotar(self.nombre + " empieza")
        await esperar(self.nombre)
        anotar(self.nombre + " termina")


async def orquesta(nombres: list[str], esperar, anotar) -> None:
    async with anyio.create_task_group() as grupo:
        for nombre in nombres:
            grupo.start_soon(Musico(nombre).tocar, esperar, anotar)

"""Evidence and sources that several tests look at."""

from graders.report import Event

SOURCE = b"""import asyncio


async def ejemplo_paralelo(tarea_lenta):
    return await asyncio.gather(*[tarea_lenta(f"Tarea {n}", 2) for n in (1, 2, 3)])
"""


def _ask(at: float, call: int) -> Event:
    return Event(at, "tarea_lenta", call, "asked", f"'Tarea {call}', 2")


# 1 and 2 overlap, 3 is asked when both are over.
OVERLAPPING = (
    _ask(0.001, 1),
    _ask(0.002, 2),
    Event(0.003, "tarea_lenta", 1, "answered"),
    Event(0.004, "tarea_lenta", 2, "answered"),
    _ask(0.005, 3),
    Event(0.006, "tarea_lenta", 3, "cancelled"),
)

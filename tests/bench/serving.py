"""Through the whole server: from POST to a stored verdict."""

import asyncio
import time
from dataclasses import dataclass

from graders.catalogue.exercises import Catalogue
from tests.bench.product import client_of, hand_in, running

WAIT_SECONDS = 60


@dataclass
class Figures:
    """Seconds, each list sorted.

    times     From POST to verdict.
    waits     What the suite must wait by itself: the longest check's own clock time.
    overhead  The difference, submission by submission.
    """

    times: list[float]
    waits: list[float]
    overhead: list[float]
    seconds: float
    flips: int


async def measure(submissions: int, at_once: int) -> Figures:
    """Hand in the reference of `gather` that many times, `at_once` at a time."""
    exercise = Catalogue.read()["gather"]
    source = (exercise.folder / "reference.py").read_bytes()
    async with running() as facts, client_of(facts, at_once) as client:
        for _ in range(3):
            await hand_in(client, source, WAIT_SECONDS)
        times: list[float] = []
        waits: list[float] = []
        flips = 0
        turns = iter(range(submissions))

        async def lane() -> None:
            nonlocal flips
            for _ in turns:
                began = time.monotonic()
                body = await hand_in(client, source, WAIT_SECONDS)
                while body["state"] in ("queued", "running"):
                    answer = await client.get(
                        f"/api/submissions/{body['id']}", params={"wait": WAIT_SECONDS}
                    )
                    body = answer.json()
                times.append(time.monotonic() - began)
                waits.append(max(check["wall_seconds"] or 0.0 for check in body["checks"]))
                flips += body["points"] != body["max_points"]

        began = time.monotonic()
        await asyncio.gather(*(lane() for _ in range(at_once)))
        seconds = time.monotonic() - began
        overhead = sorted(wall - wait for wall, wait in zip(times, waits, strict=True))
        return Figures(sorted(times), sorted(waits), overhead, seconds, flips)

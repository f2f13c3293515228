"""A task that uses the queue ends when it is cancelled, whatever it is doing in that moment."""

import asyncio
import gc

import pytest

from semaforo.liveness import is_queue_responding
from tests.fixtures.queue import QueueServer

# More rounds of the loop than it takes to connect, ask and close.
ROUNDS = 40
TIMES = 5


# A connection that was cut off while it was made is closed by the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_no_cancellation_is_lost(shared_queue_server: QueueServer) -> None:
    lost = []
    for _ in range(TIMES):
        for rounds in range(ROUNDS):
            asking = asyncio.create_task(is_queue_responding(shared_queue_server.url))
            for _ in range(rounds):
                await asyncio.sleep(0)
            if asking.cancel():
                await asyncio.wait([asking])
                lost += [] if asking.cancelled() else [rounds]

        # Not after each: to look through all that the tests have loaded takes 0.2 s.
        gc.collect()

    assert lost == []

"""Cancellations that a library would lose."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def cancellation_kept() -> Iterator[None]:
    """Raise CancelledError at the end if the task was cancelled in the block, and nobody said so.

    For libraries that use `asyncio.wait_for`: on Python 3.11 it returns as if nothing had happened
    if it is cancelled in the moment in which what it waits for is done, mended in 3.12
    (https://github.com/python/cpython/issues/86296). The task would go on for ever, and whoever
    waits for its end, too.
    """
    task = asyncio.current_task()
    before = task.cancelling() if task else 0
    yield
    # `asyncio.timeout` takes its own cancellations back.
    if task and task.cancelling() > before:
        raise asyncio.CancelledError

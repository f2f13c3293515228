"""Finish work that must not be left half done when the worker is stopped."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final, TypeVar

SECONDS_TO_END: Final = 1.0

T = TypeVar("T")


async def finish_despite_cancel(
    work: Coroutine[Any, Any, T],
    undo: Callable[[T], Awaitable[None]] | None = None,
    *,
    seconds: float = SECONDS_TO_END,
) -> T:
    """Finish `work` even if the caller is cancelled meanwhile; then pass its result to `undo`.

    Otherwise a claim stored just as its job is cancelled would have no holder until its lease ends.

    Args:
        work: Started at once.
        undo: Called with the result of `work`, only if the caller was cancelled.
        seconds: How long both may still take after the cancellation.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        async with asyncio.timeout(seconds):
            done = await task
            if undo:
                await undo(done)
        raise

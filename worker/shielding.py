"""What must not be left half done when this worker is told to end."""

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
    """Do this work, also if the caller is cancelled meanwhile; then `undo` what came of it.

    A claim that is stored while its job is cancelled would else be nobody's until its lease ends.

    Args:
        work: Begun at once.
        undo: Given what came of it, if the caller was cancelled.
        seconds: How much longer both may take then.
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

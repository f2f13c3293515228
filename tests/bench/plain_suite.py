"""`plain_checks` as a plain pytest suite: `pytest plain_suite.py` beside a `solution.py`."""

from collections.abc import Awaitable, Callable
from typing import Any

import plain_checks  # type: ignore[import-not-found]
import pytest
import solution  # type: ignore[import-not-found]


@pytest.mark.asyncio
@pytest.mark.parametrize("check", plain_checks.CHECKS)
async def test_gather(check: Callable[[Any], Awaitable[None]]) -> None:
    await check(solution)

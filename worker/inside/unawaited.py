"""Finds out which coroutine a warning of the interpreter says was never awaited."""

import re
from typing import Any

from .program import FOLDER, line_at

_CREATED_AT = re.compile(rf'File "({FOLDER}[^"]+)", line (\d+)')


def find_unawaited(message: Any, category: Any) -> list[Any] | None:
    """Return [name, line] of the coroutine; None if the warning is about something else.

    The line is where it was made, and None without sys.set_coroutine_origin_tracking_depth().
    """
    text = str(message)
    if category is not RuntimeWarning or "was never awaited" not in text:
        return None
    name = text.partition("'")[2].partition("'")[0]
    lines = [line_at(path, int(number)) for path, number in _CREATED_AT.findall(text)]
    return [name[:80], lines[-1] if lines else None]

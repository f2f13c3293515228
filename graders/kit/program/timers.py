"""Whether a program may have timers of its own, told by the words of its source.

Our machine may keep a program from running until such a timer is over, and what then goes wrong is
not its doing. Without one it loses nothing but time. What looks like one counts as one, in comments
too: no right program may be failed for what we did not find.
"""

import re
from collections.abc import Iterable

_WORDS = re.compile(
    r"time|sleep|wait_for|call_later|call_at|_after|_at\b|deadline|datetime|sched"
    r"|signal|alarm|select|poll|httpx|aiohttp|uvicorn|exec|eval|__import__|importlib|getattr"
    # With an argument it may be a limit.
    r"|\b(?:wait|as_completed|result|exception|acquire)\(\s*[^)\s]",
    re.IGNORECASE,
)
_THREADS = re.compile(r"thread|process|queue|executor", re.IGNORECASE)
_LIMITED = re.compile(r"\.(?:join|get|put)\(\s*[^)\s]")
# What a suite's own clock does not govern: other threads and processes, the kernel's timers and
# dates, a loop that is made otherwise, and names put together while it runs.
_BEYOND_A_CLOCK = re.compile(
    r"thread|process|executor|fork|signal|alarm|timer|select\b|selectors|poll|socket|datetime"
    r"|clock_gettime|EventLoop|sched|exec|eval|__import__|importlib|getattr|ctypes",
    re.IGNORECASE,
)


def may_have_timers(sources: Iterable[str], *, is_time_simulated: bool = False) -> bool:
    """Return whether any of a submission's files may set a timer, or ask for the time.

    `is_time_simulated`: the suite moves the clock of the program's event loop and of `time`, so
    only what they do not govern counts.
    """
    text = "\n".join(sources)
    if is_time_simulated:
        return bool(_BEYOND_A_CLOCK.search(text))
    return bool(_WORDS.search(text) or (_THREADS.search(text) and _LIMITED.search(text)))

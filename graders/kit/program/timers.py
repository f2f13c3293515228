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


def may_have_timers(sources: Iterable[str]) -> bool:
    """Return whether any of a submission's files may set a timer, or ask for the time."""
    text = "\n".join(sources)
    return bool(_WORDS.search(text) or (_THREADS.search(text) and _LIMITED.search(text)))

"""Keys that sort by creation time."""

import secrets
import time
from datetime import datetime
from uuid import UUID


def uuid7() -> UUID:
    """Make a UUID of version 7 (RFC 9562, section 5.7).

    The 12 bits after the milliseconds hold the fraction of the millisecond (its method 3), so
    that two keys of one process sort as they were made even within a millisecond.
    """
    milliseconds, nanoseconds = divmod(time.time_ns(), 1_000_000)
    fraction = (nanoseconds << 12) // 1_000_000
    value = (milliseconds & 0xFFFF_FFFF_FFFF) << 80
    value |= 0x7 << 76 | fraction << 64
    value |= 0b10 << 62 | secrets.randbits(62)
    return UUID(int=value)


def first_of(moment: datetime) -> UUID:
    """Return a key that sorts before all that `uuid7` makes from this moment on.

    No key is older than 1970: before that, the lowest.
    """
    return UUID(int=max(0, int(moment.timestamp() * 1000)) << 80)

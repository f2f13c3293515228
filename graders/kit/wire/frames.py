"""Frames: four bytes of length, most significant first, and that many bytes of JSON."""

import json
import struct
from typing import Any

MAX_FRAME = 1 << 20
_HEAD = struct.Struct("!I")


class WireError(ValueError):
    """Bytes that are no frame of ours, or a value that may not travel."""


def pack(frame: dict[str, Any]) -> bytes:
    """Return the bytes of one frame.

    Raises:
        WireError: it is larger than MAX_FRAME.
    """
    body = json.dumps(frame, ensure_ascii=True, allow_nan=False).encode("ascii")
    if len(body) > MAX_FRAME:
        raise WireError("frame too large")
    return _HEAD.pack(len(body)) + body


def unpack(buffer: bytearray) -> dict[str, Any] | None:
    """Take one whole frame off the front of `buffer`; None if it is not all there yet.

    Raises:
        WireError: what is there can never become a frame.
    """
    if len(buffer) < _HEAD.size:
        return None
    (size,) = _HEAD.unpack_from(buffer)
    if size > MAX_FRAME:
        raise WireError("frame too large")
    if len(buffer) < _HEAD.size + size:
        return None
    body = bytes(buffer[_HEAD.size : _HEAD.size + size])
    del buffer[: _HEAD.size + size]
    try:
        frame = json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise WireError("not JSON") from None
    if not isinstance(frame, dict):
        raise WireError("not an object")
    return frame


def _no_constant(name: str) -> Any:
    raise ValueError(name)

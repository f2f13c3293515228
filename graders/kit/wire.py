"""The language spoken across the sandbox's wall: framed JSON, and Python values told apart.

A frame is four bytes of length, most significant first, and that many bytes of JSON. This one
file stands on both sides, so it imports the standard library only. What comes from the sandbox
is claims of a hostile program: everything is bounded, and nothing is ever executed.
"""

import base64
import json
import struct
from typing import Any

MAX_FRAME = 1 << 20
MAX_DEPTH = 24
TAG = "$"
_HEAD = struct.Struct("!I")


class WireError(ValueError):
    """Bytes that are no frame of ours, or a value that may not travel."""


class Opaque:
    """A value that has no JSON form, known only by its type's name and what it prints."""

    def __init__(self, type_name: str, shown: str) -> None:
        self.type_name, self.shown = type_name, shown

    def __repr__(self) -> str:
        return self.shown


class Kept:
    """An object that stays in the program, known by its number there and its type's name."""

    def __init__(self, number: int, type_name: str) -> None:
        self.number, self.type_name = number, type_name

    def __repr__(self) -> str:
        return f"<{self.type_name}>"


class Failure:
    """An exception as a value: its type's name, its message, and those grouped in it.

    line  Line of the student's file it was raised at, counted from 1, by the program's own
          account; or None.
    """

    def __init__(
        self, type_name: str, message: str, line: int | None = None, members: tuple[Any, ...] = ()
    ) -> None:
        self.type_name, self.message, self.line, self.members = type_name, message, line, members

    def __repr__(self) -> str:
        return f"{self.type_name}({self.message!r})"


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


def encode(value: Any, depth: int = 0) -> Any:
    """Return JSON that `decode` turns back into an equal value of the very same type.

    Types are told apart exactly: bool from int, tuple from list. What has no form of its own
    (a coroutine, an object, a subclass) becomes an `Opaque`, an exception a `Failure`.

    Raises:
        WireError: it is nested more than MAX_DEPTH deep.
    """
    if depth > MAX_DEPTH:
        raise WireError("nested too deeply")
    kind = type(value)
    if value is None or kind in (bool, str):
        return _text(value) if kind is str else value
    if kind is int:
        return value if value.bit_length() < 4096 else _opaque(value, hex(value)[:60] + "…")
    if kind is float:
        return value if value - value == 0 else {TAG: "float", "v": repr(value)}
    if kind is list:
        return [encode(item, depth + 1) for item in value]
    if kind in (tuple, set, frozenset):
        return {TAG: kind.__name__, "v": [encode(item, depth + 1) for item in value]}
    if kind is bytes:
        return {TAG: "bytes", "v": base64.b64encode(value).decode("ascii")}
    if kind is dict:
        pairs = [[encode(k, depth + 1), encode(v, depth + 1)] for k, v in value.items()]
        return {TAG: "dict", "v": pairs}
    if isinstance(value, BaseException):
        return failure(value, depth)
    return _opaque(value, None)


def failure(error: BaseException, depth: int = 0, line: int | None = None) -> dict[str, Any]:
    """Return an exception as JSON, with at most twenty of those grouped in it."""
    group = error.exceptions[:20] if isinstance(error, BaseExceptionGroup) else ()
    return {
        TAG: "failure",
        "type": _type_name(error),
        "message": _shown(error, str),
        "line": line,
        "members": [encode(member, depth + 1) for member in group],
    }


def decode(form: Any, depth: int = 0) -> Any:
    """Return the value that `encode` was given, from JSON nobody vouches for.

    Raises:
        WireError: it is no form of ours.
    """
    if depth > MAX_DEPTH + 1:
        raise WireError("nested too deeply")
    if isinstance(form, list):
        return [decode(item, depth + 1) for item in form]
    if not isinstance(form, dict):
        return form
    try:
        return _DECODERS[form[TAG]](form, depth + 1)
    except WireError:
        raise
    except (KeyError, TypeError, ValueError) as error:
        raise WireError(f"malformed value: {type(error).__name__}") from None


def _dict(form: dict[str, Any], depth: int) -> dict[Any, Any]:
    return {decode(k, depth): decode(v, depth) for k, v in form["v"]}


def _failure(form: dict[str, Any], depth: int) -> Failure:
    line = form.get("line")
    members = tuple(decode(member, depth) for member in form.get("members", [])[:20])
    return Failure(
        str(form["type"])[:80],
        str(form["message"])[:500],
        line if type(line) is int and 0 < line < 1_000_000 else None,
        members,
    )


_DECODERS: dict[str, Any] = {
    "tuple": lambda form, depth: tuple(decode(item, depth) for item in form["v"]),
    "set": lambda form, depth: {decode(item, depth) for item in form["v"]},
    "frozenset": lambda form, depth: frozenset(decode(item, depth) for item in form["v"]),
    "bytes": lambda form, depth: base64.b64decode(form["v"], validate=True),
    "float": lambda form, depth: {"nan": float("nan"), "inf": float("inf")}.get(
        form["v"], float("-inf")
    ),
    "dict": _dict,
    "failure": _failure,
    "object": lambda form, depth: Kept(int(form["id"]), str(form["type"])[:80]),
    "opaque": lambda form, depth: Opaque(str(form["type"])[:80], str(form["shown"])[:200]),
}


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _text(value: str) -> str:
    # A lone surrogate has no UTF-8 form: it would break databases and pages further on.
    return value.encode("utf-8", "backslashreplace").decode("utf-8")


def _opaque(value: Any, shown: str | None) -> dict[str, Any]:
    return {TAG: "opaque", "type": _type_name(value), "shown": shown or _shown(value, repr)}


def _type_name(value: Any) -> str:
    return _text(type.__dict__["__name__"].__get__(type(value))[:80])


def _shown(value: Any, how: Any) -> str:
    try:
        return _text(str(how(value))[:500])
    except Exception:  # noqa: BLE001  the student's own __repr__ may do anything
        return f"<{_type_name(value)}>"

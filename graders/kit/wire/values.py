"""Python values as JSON and back, their types told apart exactly."""

import base64
import enum
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from .frames import WireError
from .kinds import Failure, Member, Opaque, Record, RemoteValue, Stub
from .source_lines import parse_line

MAX_DEPTH = 24
TAG = "$"
MAX_MEMBERS, MAX_ARGS = 20, 10
MAX_FIELDS = 200
# Types whose text says all: how it is written, and read again.
_WRITTEN: dict[type, tuple[str, Callable[[Any], str], Callable[[str], Any]]] = {
    datetime: ("datetime", datetime.isoformat, datetime.fromisoformat),
    date: ("date", date.isoformat, date.fromisoformat),
    time: ("time", time.isoformat, time.fromisoformat),
    Decimal: ("decimal", str, Decimal),
    UUID: ("uuid", str, UUID),
    complex: ("complex", str, complex),
}
Build = Callable[[Record | Member | Stub], Any]


def encode(value: Any, depth: int = 0) -> Any:
    """Return JSON that `decode` turns back into an equal value of the very same type.

    Types are told apart exactly: bool from int, tuple from list. Instances of dataclasses and
    named tuples become a `Record`, members of enumerations a `Member`, exceptions a `Failure`;
    what has no form of its own (a coroutine, an object, a subclass) becomes an `Opaque`.

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
        return {TAG: "dict", "v": _pairs(value, depth)}
    return _encode_rarer(value, kind, depth)


def _encode_rarer(value: Any, kind: type, depth: int) -> Any:
    if kind in _WRITTEN:
        name, write, _ = _WRITTEN[kind]
        return {TAG: name, "v": write(value)}
    if kind is timedelta:
        return {TAG: "timedelta", "v": [value.days, value.seconds, value.microseconds]}
    if isinstance(value, BaseException):
        return failure(value, depth)
    if isinstance(value, Stub):
        return {TAG: "service", "name": value.name, "kind": value.kind}
    if isinstance(value, Record | Member):
        fields = value.fields if isinstance(value, Record) else None
        return _instance(value.type_name, fields, value, depth)
    if isinstance(value, enum.Enum):
        return _instance(_type_name(value), None, value, depth)
    names = getattr(kind, "__dataclass_fields__", None)
    if names is None and isinstance(value, tuple):
        names = getattr(kind, "_fields", None)
    if names is None:
        return _opaque(value, None)
    fields = {str(name): getattr(value, name, None) for name in list(names)[:MAX_FIELDS]}
    return _instance(_type_name(value), fields, value, depth)


def _instance(type_name: str, fields: dict[str, Any] | None, value: Any, depth: int) -> Any:
    if fields is not None:
        return {TAG: "record", "type": type_name, "v": _pairs(fields, depth)}
    content = encode(value.value, depth + 1)
    return {TAG: "member", "type": type_name, "name": _text(str(value.name)), "v": content}


def _pairs(value: dict[Any, Any], depth: int) -> list[list[Any]]:
    return [[encode(k, depth + 1), encode(v, depth + 1)] for k, v in value.items()]


def failure(error: BaseException, depth: int = 0, line: Any = None) -> dict[str, Any]:
    """Return an exception as JSON, with at most twenty of those grouped in it.

    `line` is what `encode_line` returns.
    """
    group = error.exceptions[:MAX_MEMBERS] if isinstance(error, BaseExceptionGroup) else ()
    return {
        TAG: "failure",
        "type": _type_name(error),
        "message": _format_safely(error, str),
        "line": line,
        "members": [encode(member, depth + 1) for member in group],
        "args": [] if group else [_scalar(argument) for argument in _args(error)],
    }


def decode(form: Any, depth: int = 0, build: Build = lambda kept: kept) -> Any:
    """Return the value that `encode` was given, from untrusted JSON.

    `build` makes what is to stand for a `Record`, `Member` or `Stub`: by itself, that itself.

    Raises:
        WireError: it is no form of ours.
    """
    if depth > MAX_DEPTH + 1:
        raise WireError("nested too deeply")
    if isinstance(form, list):
        return [decode(item, depth + 1, build) for item in form]
    if not isinstance(form, dict):
        return form
    try:
        return _decode_tagged(form, depth + 1, build)
    except WireError:
        raise
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise WireError(f"malformed value: {type(error).__name__}") from None


def _decode_tagged(form: dict[str, Any], depth: int, build: Build) -> Any:
    tag = form[TAG]
    if tag in _SEQUENCES:
        return _SEQUENCES[tag](decode(item, depth, build) for item in form["v"])
    if tag == "dict":
        return _decode_pairs(form, depth, build)
    if tag == "record":
        fields = {str(k): v for k, v in _decode_pairs(form, depth, build).items()}
        return build(Record(str(form["type"])[:80], fields))
    if tag == "member":
        content = decode(form["v"], depth, build)
        return build(Member(str(form["type"])[:80], str(form["name"])[:80], content))
    if tag == "service":
        return build(Stub(str(form["name"])[:80], str(form["kind"])[:80]))
    if tag == "failure":
        return _failure(form, depth)
    return _DECODERS[tag](form)


def _decode_pairs(form: dict[str, Any], depth: int, build: Build) -> dict[Any, Any]:
    return {decode(k, depth, build): decode(v, depth, build) for k, v in form["v"]}


def _failure(form: dict[str, Any], depth: int) -> Failure:
    return Failure(
        str(form["type"])[:80],
        str(form["message"])[:500],
        parse_line(form.get("line")),
        tuple(decode(member, depth) for member in form.get("members", [])[:MAX_MEMBERS]),
        tuple(decode(argument, depth) for argument in form.get("args", [])[:MAX_ARGS]),
    )


_SEQUENCES: dict[str, Any] = {"tuple": tuple, "set": set, "frozenset": frozenset}
_DECODERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "bytes": lambda form: base64.b64decode(form["v"], validate=True),
    "float": lambda form: {"nan": float("nan"), "inf": float("inf")}.get(form["v"], float("-inf")),
    "timedelta": lambda form: timedelta(*[int(part) for part in form["v"]]),
    "object": lambda form: RemoteValue(int(form["id"]), str(form["type"])[:80]),
    "opaque": lambda form: Opaque(str(form["type"])[:80], str(form["shown"])[:200]),
}
for _name, _, _read in _WRITTEN.values():
    _DECODERS[_name] = lambda form, read=_read: read(str(form["v"])[:200])  # type: ignore[misc]


def _text(value: str) -> str:
    # A lone surrogate has no UTF-8 form: it would break databases and pages further on.
    return value.encode("utf-8", "backslashreplace").decode("utf-8")


def _args(error: BaseException) -> tuple[Any, ...]:
    # Past what a student's class may have put in the place of `args`.
    args = BaseException.__dict__["args"].__get__(error)
    return tuple(args[:MAX_ARGS])


def _scalar(value: Any) -> Any:
    """Return what is small enough to ride along with an exception; never raises."""
    if type(value) in (str, bytes):
        return encode(value[:500])
    if value is None or type(value) in (bool, int, float):
        return encode(value)
    return _opaque(value, None)


def _opaque(value: Any, shown: str | None) -> dict[str, Any]:
    return {TAG: "opaque", "type": _type_name(value), "shown": shown or _format_safely(value, repr)}


def _type_name(value: Any) -> str:
    return _text(type.__dict__["__name__"].__get__(type(value))[:80])


def _format_safely(value: Any, how: Any) -> str:
    try:
        return _text(str(how(value))[:500])
    except Exception:  # noqa: BLE001  the student's own __repr__ may do anything
        return f"<{_type_name(value)}>"

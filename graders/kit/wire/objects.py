"""Any Python value between two processes: plain ones by value, all others by a reference.

Each side is a subclass of `Translator`, which knows what stands for the objects of the other side.
Builtin values travel as exact builtins: whoever compares one compares a value of its own process.
"""

import base64
import builtins
import re
from collections import defaultdict, deque
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePath, PurePosixPath
from types import BuiltinFunctionType
from typing import Any
from uuid import UUID

from .frames import WireError
from .shared import BASES, KINDS, SharedContainers
from .values import MAX_DEPTH, TAG

Form = Any
LONGEST_NUMBER = 200_000  # hexadecimal digits
LONGEST_TEXT = 4000  # of what is written as text: a date, a fraction
_KINDS_OF_CONTAINER = {kind: name for name, kind in KINDS.items()}
_WRITTEN: dict[type, tuple[str, Callable[[Any], str], Callable[[str], Any]]] = {
    datetime: ("datetime", datetime.isoformat, datetime.fromisoformat),
    date: ("date", date.isoformat, date.fromisoformat),
    time: ("time", time.isoformat, time.fromisoformat),
    Decimal: ("decimal", str, Decimal),
    Fraction: ("fraction", str, lambda text: Fraction(*map(int, text.split("/")))),
    UUID: ("uuid", str, UUID),
    complex: ("complex", str, complex),
}
_VIEWS: dict[type, str] = {
    type({}.keys()): "keys",
    type({}.values()): "values",
    type({}.items()): "items",
}
_BUILTIN: tuple[Any, ...] = ([], (), {}, {}.values(), {}.items(), set(), "", "é", b"", range(0))
_ITERATORS = tuple(type(iter(one)) for one in _BUILTIN)
_READ_TEXT = {name: read for name, _, read in _WRITTEN.values()}
_READ: dict[str, Callable[[Any], Any]] = {
    "int": lambda text: int(str(text)[:LONGEST_NUMBER], 16),
    "float": {"nan": float("nan"), "inf": float("inf"), "-inf": float("-inf")}.__getitem__,
    "bytes": lambda text: base64.b64decode(text, validate=True),
    "delta": lambda parts: timedelta(*map(int, parts)),
    "zone": lambda seconds: timezone(timedelta(seconds=float(seconds))),
    "path": PurePosixPath,
    "constant": {"Ellipsis": ..., "NotImplemented": NotImplemented}.__getitem__,
    "pattern": lambda parts: re.compile(str(parts[0])[:2000], int(parts[1])),
}  # fmt: skip
# Classes of values that both sides hold, by name: `from solution import *` brings those, too.
_CARRIED: dict[str, type] = {
    one.__name__: one for one in (*KINDS.values(), *_WRITTEN) if one.__module__ != "builtins"
}
# Functions that the other side may hand over by name: they compute, and reach nothing.
_NAMES = """
abs all any bin chr divmod hash hex id len max min oct ord pow repr round sorted sum ascii
callable format isinstance issubclass iter next print input
"""
_FUNCTIONS = frozenset(_NAMES.split())


class Translator:
    """Encodes and decodes the values of one side; `first` numbers its containers, 0 or 1."""

    def __init__(self, first: int) -> None:
        self.shared = SharedContainers(first)

    def refer(self, value: Any, depth: int) -> Form:
        """Return the reference to a value that does not travel."""
        raise NotImplementedError

    def resolve(self, tag: str, form: dict[str, Any], depth: int) -> Any:
        """Return what stands here for what the other side referred to."""
        raise NotImplementedError

    def encode(self, value: Any, depth: int = 0) -> Form:
        """Return the JSON form of a value.

        Raises:
            WireError: it is nested too deeply.
        """
        kind = type(value)
        if value is None or kind is bool or kind is str:
            return value
        if kind is int:
            return value if value.bit_length() < 4096 else {TAG: "int", "v": hex(value)}
        if kind is float:
            return value if value - value == 0 else {TAG: "float", "v": repr(value)}
        if depth > MAX_DEPTH:
            raise WireError("nested too deeply")
        if kind is tuple:
            return {TAG: "tuple", "v": [self.encode(item, depth + 1) for item in value]}
        if kind in _KINDS_OF_CONTAINER:
            return self._encode_container(value, kind, depth)
        return self._encode_rarer(value, kind, depth)

    def _encode_container(self, value: Any, kind: type, depth: int) -> Form:
        if (number := self.shared.number_of(value)) is not None:
            return {TAG: "same", "n": number}
        number = self.shared.add(value, kind)
        form = {
            TAG: _KINDS_OF_CONTAINER[kind],
            "n": number,
            "v": self.encode_contents(value, kind, depth),
        }
        if kind is defaultdict:
            form["f"] = self.encode(value.default_factory, depth + 1)
        elif kind is deque:
            form["f"] = value.maxlen
        return form

    def encode_contents(self, value: Any, kind: type, depth: int) -> Form:
        """Return the contents of a container, by its base's own methods."""
        if kind is bytearray:
            return base64.b64encode(value).decode("ascii")
        if issubclass(kind, dict):
            return [self.encode(one, depth + 1) for pair in dict.items(value) for one in pair]
        return [self.encode(one, depth + 1) for one in kind.__iter__(value)]  # type: ignore[attr-defined]

    def encode_change(self, new: list[Any] | bytes) -> Form:
        """Return the new contents of a container, as `SharedContainers.changes` yields them."""
        if isinstance(new, bytes):
            return base64.b64encode(new).decode("ascii")
        return [self.encode(one, 1) for one in new]

    def _encode_rarer(self, value: Any, kind: type, depth: int) -> Form:
        if kind in _WRITTEN:
            name, write, _ = _WRITTEN[kind]
            return {TAG: name, "v": write(value)}
        if kind is bytes:
            return {TAG: "bytes", "v": base64.b64encode(value).decode("ascii")}
        if kind is frozenset:
            return {TAG: "frozenset", "v": [self.encode(item, depth + 1) for item in value]}
        if kind in _VIEWS:
            whole = {TAG: "tuple", "v": [self.encode(one, depth + 1) for one in value]}
            return {TAG: _VIEWS[kind], "v": whole}
        if kind in _ITERATORS:
            return {TAG: "iterator", "v": [self.encode(one, depth + 1) for one in _rest(value)]}
        if kind in (range, slice):
            parts = [value.start, value.stop, value.step]
            return {TAG: kind.__name__, "v": [self.encode(one, depth + 1) for one in parts]}
        if form := _encode_small(value, kind):
            return form
        return self.refer(value, depth)

    def decode(self, form: Form, depth: int = 0) -> Any:
        """Return the value of a form, which may come from a hostile program.

        Raises:
            WireError: it is no form of ours.
        """
        if not isinstance(form, dict):
            if isinstance(form, list):
                raise WireError("a list without a number")
            return form
        if depth > MAX_DEPTH + 1:
            raise WireError("nested too deeply")
        try:
            return self._decode_tagged(form[TAG], form, depth)
        except WireError:
            raise
        except (KeyError, TypeError, ValueError, ArithmeticError, re.error) as error:
            raise WireError(f"malformed value: {type(error).__name__}") from None

    def _decode_tagged(self, tag: str, form: dict[str, Any], depth: int) -> Any:
        if tag in KINDS:
            return self._decode_container(tag, form, depth)
        if tag == "same":
            return self.shared.get(form["n"])
        if tag in _READ:
            return _READ[tag](form["v"])
        if tag in _READ_TEXT:
            return _READ_TEXT[tag](str(form["v"])[:LONGEST_TEXT])
        if tag == "carried":
            return _CARRIED[str(form["v"])]
        if tag == "builtin":
            return builtin(form["v"])
        if tag in ("keys", "values", "items"):
            return _view(tag, self.decode(form["v"], depth + 1))
        if tag in _SEQUENCES:
            return _SEQUENCES[tag]([self.decode(one, depth + 1) for one in form["v"]])
        return self.resolve(tag, form, depth)

    def _decode_container(self, tag: str, form: dict[str, Any], depth: int) -> Any:
        kind = KINDS[tag]
        if kind is defaultdict:
            value: Any = defaultdict(self.decode(form["f"], depth + 1))
        else:
            value = deque(maxlen=form["f"]) if kind is deque else kind()
        self.fill(value, kind, form, depth)
        return value

    def fill(self, value: Any, kind: type, form: dict[str, Any], depth: int) -> None:
        """Fill a new container with the contents that a form has, and keep its number."""
        number = form["n"]
        # Before its contents, which may hold it.
        self.shared.keep(number, value, kind)
        self.shared.apply(number, lambda: self.decode_contents(form["v"], depth))

    def decode_contents(self, form: Form, depth: int = 0) -> list[Any] | bytes:
        """Return what `encode_contents` or `encode_change` was given."""
        if isinstance(form, str):
            return base64.b64decode(form, validate=True)
        return [self.decode(one, depth + 1) for one in form]


_SEQUENCES: dict[str, Callable[[list[Any]], Any]] = {
    "tuple": tuple,
    "frozenset": frozenset,
    "iterator": iter,
    "range": lambda parts: range(*parts),
    "slice": lambda parts: slice(*parts),
}


IMMUTABLE: dict[str, type] = {
    one.__name__: one for one in (str, int, float, complex, bytes, tuple, frozenset)
}


def base_of(kind: type) -> type | None:
    """Return the container that a class extends; None if it extends none."""
    return next((base for base in BASES if issubclass(kind, base)), None)


def name_of_builtin(value: Any) -> str | None:
    """Return the name of a class or function of `builtins` that the other side has as well."""
    if not isinstance(value, type | BuiltinFunctionType):
        return None
    name = value.__name__
    if value.__module__ != "builtins" or type(name) is not str:
        return None
    is_there = getattr(builtins, name, None) is value
    return name if is_there and (isinstance(value, type) or name in _FUNCTIONS) else None


def builtin(name: object) -> Any:
    """Return the class or harmless function of `builtins` of that name.

    Raises:
        WireError: there is none.
    """
    found = getattr(builtins, str(name), None)
    if isinstance(found, type) or (str(name) in _FUNCTIONS and found is not None):
        return found
    raise WireError("no such builtin")


def _encode_small(value: Any, kind: type) -> Form:
    if kind is timedelta:
        return {TAG: "delta", "v": [value.days, value.seconds, value.microseconds]}
    if kind is timezone:
        return {TAG: "zone", "v": value.utcoffset(None).total_seconds()}
    if issubclass(kind, PurePath) and kind.__module__.startswith("pathlib"):
        return {TAG: "path", "v": str(value)}
    if value is ... or value is NotImplemented:
        return {TAG: "constant", "v": repr(value)}
    if kind is re.Pattern and isinstance(value.pattern, str):
        return {TAG: "pattern", "v": [value.pattern, value.flags]}
    if isinstance(value, type) and _CARRIED.get(value.__name__) is value:
        return {TAG: "carried", "v": value.__name__}
    name = name_of_builtin(value)
    return {TAG: "builtin", "v": name} if name else None


def _rest(iterator: Any) -> list[Any]:
    """Return what an iterator of a builtin container has left, and leave it there."""
    _, (source, *_), *at = iterator.__reduce__()
    return list(source)[at[0] if at and isinstance(at[0], int) else 0 :]


def _view(tag: str, members: Any) -> Any:
    if tag == "keys":
        return dict.fromkeys(members).keys()
    if tag == "items":
        return dict(members).items()
    return dict(enumerate(members)).values()


# What a class may define of an operator, and a stand-in for one of its instances passes on.
_ARITHMETIC = (
    "add sub mul matmul truediv floordiv mod divmod pow lshift rshift and xor or"  # a op b
)
BINARY = tuple(
    f"__{side}{name}__" for name in _ARITHMETIC.split() for side in ("", "r", "i")
)  # fmt: skip
COMPARISONS = ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__contains__")
_OTHERS = """
repr str format bytes hash len bool iter next reversed getitem setitem delitem missing call
enter exit aenter aexit aiter anext await int float complex index round trunc floor ceil
neg pos abs invert copy deepcopy length_hint dir fspath
"""
OPERATORS = (*BINARY, *COMPARISONS, *(f"__{name}__" for name in _OTHERS.split()))

"""What a program may do with an object that a plain suite hands to it, as a callback or a double.

Much less than the suite itself may: an attribute whose name begins with an underscore leads to all
of the interpreter, and so do frames, code and modules. What is not listed here is refused.
"""

import inspect
import io
import operator
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any
from unittest import TestCase
from unittest.mock import AsyncMock, Mock, NonCallableMock

from graders.kit import wire
from graders.kit.module.proxies import handle_of

_CALLABLE = (types.FunctionType, types.MethodType, types.BuiltinFunctionType)
_FILES = (io.StringIO, io.BytesIO, io.TextIOBase, io.BufferedIOBase)
_METHODS = (
    "read readline readlines write writelines seek tell close flush closed truncate getvalue "
    "readable writable seekable name mode encoding fileno isatty"
)
_FILE_METHODS = frozenset(_METHODS.split())
_NEVER = (
    types.ModuleType,
    types.FrameType,
    types.CodeType,
    types.TracebackType,
    types.CoroutineType,
)
_OPERATORS: dict[str, Callable[..., Any]] = {
    "__len__": len,
    "__iter__": iter,
    "__next__": next,
    "__bool__": bool,
    "__str__": str,
    "__repr__": repr,
    "__contains__": operator.contains,
    "__getitem__": operator.getitem,
    "__setitem__": operator.setitem,
    "__delitem__": operator.delitem,
    "__eq__": operator.eq,
    "__ne__": operator.ne,
    "__lt__": operator.lt,
    "__le__": operator.le,
    "__gt__": operator.gt,
    "__ge__": operator.ge,
    "__hash__": hash,
    "__int__": int,
    "__float__": float,
    "__reversed__": reversed,
}
_BY_METHOD = (*wire.BINARY, "__enter__", "__exit__", "__neg__", "__pos__", "__abs__", "__invert__")


class NotLent(TypeError):
    """An object of the suite's, or a use of one, that is not for the program."""


def describe_lent(value: Any) -> dict[str, Any]:
    """Describe an object of the suite's when it is first handed over.

    Raises:
        NotLent: it is not for the program.
    """
    if isinstance(value, _NEVER) or not _is_harmless(value):
        raise NotLent(f"a {type(value).__name__} cannot be handed to the program")
    kind = "object"
    if inspect.iscoroutinefunction(value):
        kind = "async"
    elif isinstance(value, _CALLABLE):
        kind = "function"
    found = (*_OPERATORS, *_BY_METHOD)
    doc = getattr(value, "__doc__", None)
    return {
        "k": kind,
        "name": str(getattr(value, "__name__", type(value).__name__)),
        "type": type(value).__name__,
        "doc": doc if isinstance(doc, str) else None,
        "ops": [name for name in found if getattr(type(value), name, None) is not None],
    }


def _is_harmless(value: Any) -> bool:
    """Return whether a function written in C reaches nothing: not `open` or `exec`."""
    if not isinstance(value, types.BuiltinFunctionType):
        return True
    owner = value.__self__
    if isinstance(owner, types.ModuleType):
        return owner.__name__ in ("math", "_operator")
    is_plain = type(owner).__module__ in ("builtins", "collections")
    return isinstance(owner, _FILES) or (is_plain and not isinstance(owner, str | type))


def use_lent(value: Any, do: str, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
    """Do for the program what it asks of an object that was handed to it.

    Raises:
        NotLent: it may not ask for that.
    """
    if do == "call" and callable(value):
        return value(*arguments, **named)
    if do in ("get", "set") and arguments and isinstance(arguments[0], str):
        if not _is_open(value, arguments[0]) or (
            do == "set" and not _may_be_set(value, *arguments)
        ):
            raise AttributeError(arguments[0])
        return getattr(value, *arguments[:1]) if do == "get" else setattr(value, *arguments[:2])
    if do in _OPERATORS:
        return _OPERATORS[do](value, *arguments)
    if do in _BY_METHOD and hasattr(type(value), do):
        if isinstance(value, NonCallableMock):
            return getattr(value, do)(*arguments)
        return getattr(type(value), do)(value, *arguments)
    raise NotLent(f"the program cannot do {do[:40]} with a {type(value).__name__} of the suite's")


def _is_open(value: Any, name: str) -> bool:
    """Return whether the program may have that attribute of an object of the suite's."""
    if isinstance(value, _FILES):
        return name in _FILE_METHODS
    if name.startswith("_") or isinstance(value, (*_CALLABLE, *_NEVER, type, TestCase)):
        return False
    if isinstance(value, NonCallableMock):  # a MagicMock is an Iterator as well
        return name not in _OF_MOCKS
    top = type(value).__module__.partition(".")[0].lstrip("_")
    return top not in _LIBRARY and not isinstance(value, Iterator)


def _may_be_set(value: Any, name: str, new: Any) -> bool:
    """Return whether the program may set that: not a method, and no object of its own on a mock.

    The suite would take what that says for what was recorded here.
    """
    if isinstance(value, NonCallableMock):
        return handle_of(new) is None
    return not callable(getattr(type(value), name, None))


# By these a suite asks a mock how it was used.
_OF_MOCKS = frozenset(name for one in (Mock(), AsyncMock()) for name in dir(one))


_LIBRARY = frozenset(sys.stdlib_module_names) | {"builtins", "pytest"}

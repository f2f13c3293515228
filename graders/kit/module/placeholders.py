"""The module as it is while a plain suite is collected: before there is a program.

A suite's file is run once to find its tests, when no submission is there yet, and again in each
check. What it takes from the module the first time need only let it be read to its end.
"""

import types
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from graders.kit.module.reference import Outline
from graders.text import Text


class ImportUsed(Exception):
    """A check that calls the program by the kit's `solution` used what the suite's file imports.

    words  The same, in both languages.
    """

    def __init__(self) -> None:
        super().__init__(_IMPORT_USED.en)
        self.words = _IMPORT_USED


_IMPORT_USED = Text(
    "una comprobación con fixtures del kit usa lo que el archivo importa del programa, en sus "
    "líneas o en una fixture: ahí llega al programa solo con `solution`",
    "a check with the kit's fixtures uses what the file imports from the program, in its own lines "
    "or in a fixture: there it reaches the program by `solution` alone",
)


class _Refusal:
    """Whether the use of a placeholder is refused: when no file is being read."""

    is_on = False


@contextmanager
def refused() -> Iterator[None]:
    """Have each use of a placeholder raise ImportUsed: a check would take it for an answer."""
    _Refusal.is_on = True
    try:
        yield
    finally:
        _Refusal.is_on = False


def _must_be_collecting() -> None:
    if _Refusal.is_on:
        raise ImportUsed


class _PlaceholderType(type):
    """Stands for any class, and for any other thing: whatever is done with it gives another."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return _make_placeholder(name)

    def __iter__(cls) -> Iterator[Any]:
        _must_be_collecting()
        return iter(())

    def __getitem__(cls, key: object) -> Any:
        return _make_placeholder("item")

    def __len__(cls) -> int:
        _must_be_collecting()
        return 0


def _operate(self: object, *others: object, **named: object) -> Any:
    _must_be_collecting()
    return self


_NAMES = "add radd sub rsub mul rmul truediv rtruediv mod rmod pow or and invert neg"
_OPERATORS = _NAMES.split()
for _name in _OPERATORS:
    setattr(_PlaceholderType, f"__{_name}__", _operate)


def _make(self: object, *arguments: object, **named: object) -> None:
    """Take any arguments."""
    _must_be_collecting()


def _attribute(self: object, name: str) -> Any:
    if name.startswith("__") and name.endswith("__"):
        raise AttributeError(name)
    return _make_placeholder(name)


def _iterate(self: object) -> Iterator[Any]:
    _must_be_collecting()
    return iter(())


def _length(self: object) -> int:
    _must_be_collecting()
    return 0


def _make_placeholder(name: str, base: type = object) -> Any:
    _must_be_collecting()
    members: dict[str, Any] = {f"__{one}__": _operate for one in _OPERATORS}
    members |= {"__init__": _make, "__getattr__": _attribute, "__module__": "solution"}
    members |= {"__call__": _operate, "__iter__": _iterate, "__len__": _length}
    members["__getitem__"] = _operate
    return _PlaceholderType(name, (base,), members)


class PlaceholderModule(types.ModuleType):
    """A module that has every name."""

    def __init__(self, name: str, outline: Outline) -> None:
        super().__init__(name)
        self.__file__ = f"/w/{name}.py"
        for one in outline.functions:
            vars(self)[one] = _make_placeholder(one)
        for one, value in outline.constants.items():
            vars(self)[one] = _make_placeholder(one) if value is None else value
        for one, bases in outline.classes.items():
            is_error = any(base.endswith(("Error", "Exception")) for base in bases)
            vars(self)[one] = _make_placeholder(one, Exception if is_error else object)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        is_error = name.endswith(("Error", "Exception"))
        return _make_placeholder(name, Exception if is_error else object)

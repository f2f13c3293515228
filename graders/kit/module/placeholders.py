"""The module as it is while a plain suite is collected: before there is a program.

A suite's file is run once to find its tests, when no submission is there yet, and again in each
check. What it takes from the module the first time need only let it be read to its end.
"""

import types
from collections.abc import Iterator
from typing import Any

from graders.kit.module.reference import Outline


class _PlaceholderType(type):
    """Stands for any class, and for any other thing: whatever is done with it gives another."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return _make_placeholder(name)

    def __iter__(cls) -> Iterator[Any]:
        return iter(())

    def __getitem__(cls, key: object) -> Any:
        return _make_placeholder("item")

    def __len__(cls) -> int:
        return 0


def _operate(self: object, *others: object) -> Any:
    return self


_NAMES = "add radd sub rsub mul rmul truediv rtruediv mod rmod pow or and invert neg"
_OPERATORS = _NAMES.split()
for _name in _OPERATORS:
    setattr(_PlaceholderType, f"__{_name}__", _operate)


def _make(self: object, *arguments: object, **named: object) -> None:
    """Take any arguments."""


def _attribute(self: object, name: str) -> Any:
    if name.startswith("__") and name.endswith("__"):
        raise AttributeError(name)
    return _make_placeholder(name)


def _make_placeholder(name: str, base: type = object) -> Any:
    members: dict[str, Any] = {f"__{one}__": _operate for one in _OPERATORS}
    members |= {"__init__": _make, "__getattr__": _attribute, "__module__": "solution"}
    members |= {"__call__": _operate, "__iter__": lambda self: iter(()), "__len__": lambda self: 0}
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

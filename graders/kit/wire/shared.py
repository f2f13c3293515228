"""Containers that both sides hold a copy of: what one side changes in place, the other sees.

A list, dict or set that crosses for the first time is numbered and copied. From then on it crosses
as its number, so that it is the same object again wherever it comes back to, and each frame brings
the new contents of those that have changed since the last. Only one side runs at a time, so the
copies never diverge.
"""

import sys
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterator
from itertools import islice
from operator import is_
from typing import Any

MOST_SHARED = 2000
_DICTS = (dict, OrderedDict, defaultdict, Counter)
KINDS: dict[str, type] = {
    one.__name__: one for one in (list, set, bytearray, deque, *_DICTS)
}  # fmt: skip
# The base whose contents are taken of an instance of one of its subclasses, most special first.
BASES = (Counter, defaultdict, OrderedDict, dict, list, set, bytearray, deque)
# Held by `_Shared.value`, the loop's variable, and the argument of getrefcount itself.
_OUR_REFERENCES = 3


class _Shared:
    __slots__ = ("before", "kind", "value")

    def __init__(self, value: Any, kind: type) -> None:
        self.value, self.kind = value, kind
        self.before = contents(value, kind)


def contents(value: Any, kind: type) -> list[Any] | bytes:
    """Return what a container holds, a dict's keys and values in turn.

    By its base's own methods: one of a subclass might say anything, or have an effect.
    """
    if kind is bytearray:
        return bytes(value)
    if issubclass(kind, dict):
        found: list[Any] = []
        for pair in _dict_of(kind).items(value):
            found += pair
        return found
    return list(kind.__iter__(value))  # type: ignore[attr-defined]


def _dict_of(kind: type) -> Any:
    """Return the class whose methods see what a dict holds: an OrderedDict keeps its own order."""
    return OrderedDict if issubclass(kind, OrderedDict) else dict


def fill(value: Any, kind: type, new: list[Any] | bytes) -> None:
    """Replace what a container holds, in place."""
    if kind in (list, bytearray):
        kind.__setitem__(value, slice(None), new)
        return
    base: Any = _dict_of(kind) if issubclass(kind, dict) else kind
    base.clear(value)
    if issubclass(base, dict):
        for key, item in zip(islice(new, 0, None, 2), islice(new, 1, None, 2), strict=True):
            base.__setitem__(value, key, item)
    elif kind is set:
        set.update(value, new)
    else:
        deque.extend(value, new)


def _is_same(one: list[Any] | bytes, other: list[Any] | bytes) -> bool:
    if isinstance(one, bytes):
        return one == other
    # By identity: an element's own == is the student's code, or a request to it.
    return len(one) == len(other) and all(map(is_, one, other))


class SharedContainers:
    """One side's containers by number; `first` is 0 on one side and 1 on the other."""

    def __init__(self, first: int) -> None:
        self._next = first
        self._numbers: dict[int, int] = {}
        self._kept: dict[int, _Shared] = {}
        self._dropped: list[int] = []

    def number_of(self, value: Any) -> int | None:
        """Return the number of a container that both sides know; None if it is new."""
        return self._numbers.get(id(value))

    def add(self, value: Any, kind: type) -> int:
        """Number a container that is about to be sent for the first time."""
        self._next += 2
        self.keep(self._next, value, kind)
        return self._next

    def keep(self, number: int, value: Any, kind: type) -> None:
        """Keep a container under the number that the other side gave it."""
        if len(self._kept) >= MOST_SHARED:
            self._drop(next(iter(self._kept)))
        self._kept[number] = _Shared(value, kind)
        self._numbers[id(value)] = number

    def note(self, number: int) -> None:
        """Take the contents as known to both sides; once it is filled."""
        shared = self._kept[number]
        shared.before = contents(shared.value, shared.kind)

    def get(self, number: int) -> Any:
        """Return the container of that number.

        Raises:
            KeyError: there is none.
        """
        return self._kept[number].value

    def changes(self) -> Iterator[tuple[int, list[Any] | bytes]]:
        """Yield number and new contents of each that has changed since the last frame."""
        for number, shared in list(self._kept.items()):
            now = contents(shared.value, shared.kind)
            if not _is_same(now, shared.before):
                shared.before = now
                yield number, now

    def apply(self, number: int, decode: Callable[[], list[Any] | bytes]) -> None:
        """Take the new contents of one; a number that is gone by now is passed over."""
        if shared := self._kept.get(number):
            new = decode()
            fill(shared.value, shared.kind, new)
            shared.before = contents(shared.value, shared.kind)

    def collect(self) -> list[int]:
        """Forget those that nobody else on this side holds; returns what was forgotten."""
        for number in list(self._kept):
            if sys.getrefcount(self._kept[number].value) <= _OUR_REFERENCES - 1:
                self._drop(number)
        dropped, self._dropped = self._dropped, []
        return dropped

    def forget(self, number: int) -> None:
        """Forget what the other side has forgotten."""
        if shared := self._kept.pop(number, None):
            self._numbers.pop(id(shared.value), None)

    def _drop(self, number: int) -> None:
        self.forget(number)
        self._dropped.append(number)

"""What a program may do with objects that a plain suite hands to it, and what it may hand back.

Each guard by itself: a whole suite (tests/worker/test_plain_suites.py) reaches most of them only
behind another one.
"""

import asyncio
import collections
import io
import logging
import math
import operator
import os
import sys
from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock

import pytest

from graders.kit import wire
from graders.kit.channel import Channel
from graders.kit.module.lending import NotLent, describe_lent, use_lent
from graders.kit.module.proxies import HANDLE
from graders.kit.module.session import ProgramEnded, Session
from graders.kit.module.uses import Uses
from graders.kit.module.values import MOST_LENT, Values


class Double:
    """What a suite writes to be called in place of something else."""

    public, _private = 1, 2

    def method(self) -> None: ...


class Numbers(Iterator[int]):
    """An iterator of a suite's; one of the interpreter's holds a frame."""

    public = 1

    def __next__(self) -> int:
        return 7


class Kind(type):
    public = 1


class OfKind(metaclass=Kind):
    """A class of a suite's leads to all its subclasses."""


def a_function() -> int:
    return 8


a_function.public = 1  # type: ignore[attr-defined]


def _traceback() -> Any:
    try:
        raise ValueError
    except ValueError as error:
        return error.__traceback__


async def _nothing() -> None: ...


@pytest.fixture
def uses() -> Iterator[Uses]:
    """Uses of a program that is not there: whatever is asked of it raises."""
    loop = asyncio.new_event_loop()
    yield Uses(Session(object.__new__(Channel), loop, 1.0), {}, {}, "")
    loop.close()


@pytest.fixture
def values(uses: Uses) -> Values:
    return Values(uses)


@pytest.fixture
def coroutine() -> Iterator[Any]:
    made = _nothing()
    yield made
    made.close()


def test_a_coroutine_of_the_suite_is_not_lent(coroutine: Any) -> None:
    with pytest.raises(NotLent, match="a coroutine cannot be handed"):
        describe_lent(coroutine)


@pytest.mark.parametrize(
    "value",
    [
        os,
        sys._getframe(),
        a_function.__code__,
        _traceback(),
        open,
        exec,
        os.system,
        sys.exit,
        dict.fromkeys,
        "{0.__class__}".format,
        asyncio.get_running_loop,
    ],
)
def test_what_leads_to_the_interpreter_is_not_lent(value: Any) -> None:
    with pytest.raises(NotLent, match="cannot be handed to the program"):
        describe_lent(value)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (math.sqrt, "function"),
        (operator.add, "function"),
        ([].append, "function"),
        (collections.deque().append, "function"),
        (io.StringIO().write, "function"),
        (a_function, "function"),
        (_nothing, "async"),
        (Double(), "object"),
    ],
)
def test_what_a_suite_writes_and_what_only_computes_is_lent(value: Any, kind: str) -> None:
    assert describe_lent(value)["k"] == kind


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (Double(), "_private"),
        (Double(), "__class__"),
        (a_function, "public"),
        (a_function, "__globals__"),
        (Double().method, "public"),
        (OfKind, "public"),
        (Numbers(), "public"),
        ((n for n in [1]), "gi_frame"),
        (logging.getLogger(), "manager"),
        (io.StringIO(), "detach"),
        (io.StringIO(), "__class__"),
        (io.TextIOWrapper(io.BytesIO()), "buffer"),
    ],
)
@pytest.mark.parametrize("do", ["get", "set"])
def test_an_attribute_that_leads_further_is_closed(value: Any, name: str, do: str) -> None:
    with pytest.raises(AttributeError, match=name):
        use_lent(value, do, (name, 3), {})


def test_an_open_attribute_is_read_and_written() -> None:
    double, mock, file = Double(), Mock(answer=5), io.StringIO("text")

    use_lent(double, "set", ("public", 4), {})

    assert use_lent(double, "get", ("public",), {}) == 4
    assert use_lent(mock, "get", ("answer",), {}) == 5
    assert use_lent(file, "get", ("read",), {})() == "text"


@pytest.mark.parametrize(
    ("value", "do", "arguments"),
    [
        (Double(), "eval", ("1",)),
        (Double(), "call", ()),
        (Double(), "get", ()),
        (Double(), "get", (1,)),
        (Double(), "__add__", (1,)),
        (Double(), "__reduce__", ()),
        (Double(), "__init_subclass__", ()),
    ],
)
def test_only_what_is_listed_can_be_asked(value: Any, do: str, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(NotLent, match="the program cannot do"):
        use_lent(value, do, arguments, {})


def test_so_many_objects_are_lent_and_no_more(values: Values) -> None:
    values.lent = dict.fromkeys(range(MOST_LENT - 1))

    assert values.encode(Double())["l"] == MOST_LENT
    with pytest.raises(wire.WireError, match="too many objects"):
        values.encode(Double())


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("unittest", "SkipTest"),
        ("unittest.case", "_ShouldStop"),
        ("bdb", "BdbQuit"),
        ("pytest", "skip.Exception"),
        ("builtins", "ValueError"),
        ("graders.kit.module.session", "ProgramEnded"),
    ],
)
def test_by_name_no_class_comes_that_would_end_a_test_another_way(
    values: Values, module: str, name: str
) -> None:
    with pytest.raises(wire.WireError, match="no such class"):
        values.decode({wire.TAG: "std", "m": module, "q": name})


@pytest.mark.parametrize(
    ("module", "name"), [("logging", "Logger"), ("os", "system"), ("json", "JSONEncoder")]
)
def test_by_name_only_exceptions_and_abstract_classes_come(
    values: Values, module: str, name: str
) -> None:
    """Another one is an exception to whoever catches it, and nothing to whoever compares it."""
    form = {wire.TAG: "std", "m": module, "q": name}

    assert values.decode(form) is Exception


@pytest.mark.parametrize("name", ["open", "exec", "eval", "getattr", "__import__", "breakpoint"])
def test_of_the_builtin_functions_only_harmless_ones_come(values: Values, name: str) -> None:
    assert values.decode({wire.TAG: "builtin", "v": "sorted"}) is sorted
    with pytest.raises(wire.WireError, match="no such builtin"):
        values.decode({wire.TAG: "builtin", "v": name})


A_CLASS = {
    wire.TAG: "obj",
    "h": 1,
    "k": "class",
    "name": "A",
    "qual": "A",
    "module": "task",
    "doc": None,
    "bases": [],
    "ops": [],
    "methods": {},
    "hash": True,
}


AN_INT = {**A_CLASS, "bases": [{wire.TAG: "builtin", "v": "int"}]}


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (
            {"k": "instance", "c": {wire.TAG: "builtin", "v": "object"}},
            "of no class of the program",
        ),
        ({"k": "instance", "c": AN_INT, "b": "int", "v": True}, "not the value of its base"),
        (
            {"k": "error", "c": {wire.TAG: "builtin", "v": "int"}, "args": [], "attributes": {}},
            "no class of exceptions",
        ),
        ({"k": "frame"}, "no such kind of object"),
    ],
)
def test_a_form_that_is_not_what_it_says_is_malformed(
    values: Values, form: dict[str, Any], words: str
) -> None:
    with pytest.raises(wire.WireError, match=words):
        values.decode({wire.TAG: "obj", "h": 2, **form})


def test_what_a_class_calls_methods_is_neither_an_operator_nor_of_ours(values: Values) -> None:
    named = ("__eq__", "__class__", HANDLE, "_abc_impl", "run", "__init__")
    kind = values.decode({**A_CLASS, "methods": dict.fromkeys(named, "plain")})

    assert {"run", "__init__"} <= set(vars(kind))
    assert not {"__eq__", "__class__"} & set(vars(kind))
    assert vars(kind)[HANDLE] == 1


@pytest.mark.parametrize("ops", [["__eq__", "__contains__", "__lt__", "__radd__"], []])
def test_an_operator_with_a_value_of_the_suite_is_not_asked_of_the_program(
    values: Values, uses: Uses, ops: list[str]
) -> None:
    """Without operators of its own, a set's would compare what the program says it holds."""
    a_set = {wire.TAG: "std", "m": "collections.abc", "q": "Set"}
    kind = {**A_CLASS, "bases": [a_set], "ops": [*ops, "__len__", "__iter__"]}
    one = values.decode({wire.TAG: "obj", "h": 2, "k": "instance", "c": kind})

    assert one != {1}
    assert ("A", "__ne__") in uses.declined
    with pytest.raises(TypeError, match="not supported"):
        assert one < {1}
    with pytest.raises(TypeError, match="unsupported operand"):
        assert 1 + one


def test_an_error_has_the_text_that_came_with_it(values: Values) -> None:
    """Its class's own would be asked for it in the middle of an assertion."""
    base = {wire.TAG: "builtin", "v": "ValueError"}
    kind = {**A_CLASS, "bases": [base], "ops": ["__str__", "__repr__"]}
    form = {"k": "error", "c": kind, "args": ["no"], "attributes": {}, "text": "no way"}

    error = values.decode({wire.TAG: "obj", "h": 2, **form})

    assert (str(error), repr(error)) == ("no way", "A('no')")


def test_what_is_raised_is_an_exception(uses: Uses) -> None:
    with pytest.raises(ProgramEnded):
        uses._result_of({"changes": [], "dropped": [], "error": "ValueError"})

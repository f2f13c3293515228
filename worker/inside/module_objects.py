"""The student's objects, described for the trusted side; and what stands here for a suite's."""

import asyncio
import builtins
import collections.abc
import inspect
import sys
import types
from collections.abc import Callable
from typing import Any

import wire  # graders/kit/wire, laid beside this package inside the sandbox

from .program import line_of, line_of_definition

Ask = Callable[..., Any]
MOST_ATTRIBUTES = 40
_IMMUTABLE = (str, int, float, complex, bytes, tuple, frozenset)
_ABSTRACT = (collections.abc.__name__, "abc", "numbers")


class Stand:
    """An object of the suite's, known here by its number."""

    def __init__(self, number: int, ask: Ask, name: str, doc: str | None) -> None:
        vars(self).update(_semaforo=(number, ask), __name__=name, __qualname__=name, __doc__=doc)

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Call it."""
        number, ask = vars(self)["_semaforo"]
        return ask(number, "call", arguments, named)

    def __getattr__(self, name: str) -> Any:
        number, ask = vars(self)["_semaforo"]
        return ask(number, "get", (name,), {})

    def __setattr__(self, name: str, value: Any) -> None:
        number, ask = vars(self)["_semaforo"]
        ask(number, "set", (name, value), {})


def _stand_operator(name: str) -> Callable[..., Any]:
    def operate(self: Stand, *arguments: Any) -> Any:
        number, ask = vars(self)["_semaforo"]
        return ask(number, name, arguments, {})

    return operate


def make_stand(form: dict[str, Any], ask: Ask, ask_async: Ask) -> Any:
    """Return what stands for an object of the suite's that is described for the first time."""
    number, name, operators = form["l"], form["name"], form["ops"]
    if form["k"] == "function":

        def stand(*arguments: Any, **named: Any) -> Any:
            return ask(number, "call", arguments, named)

        stand.__name__ = stand.__qualname__ = name
        stand.__doc__ = form["doc"]
        return stand
    if form["k"] == "async":

        async def stand_async(*arguments: Any, **named: Any) -> Any:
            return await ask_async(number, arguments, named)

        stand_async.__name__ = stand_async.__qualname__ = name
        return stand_async
    kind = type(form["type"], (Stand,), {one: _stand_operator(one) for one in operators})
    return kind(number, ask, name, form["doc"])


class Objects(wire.Translator):  # type: ignore[misc]
    """The values of the program's side.

    ask  Asks the trusted side for something of an object of its own.
    """

    def __init__(self, ask: Ask, ask_async: Ask) -> None:
        super().__init__(1)
        self._ask, self._ask_async = ask, ask_async
        self._objects: dict[int, Any] = {}
        self._numbers: dict[int, int] = {}
        self._last = 0
        self._stands: dict[int, Any] = {}
        self._stand_numbers: dict[int, int] = {}

    def forget(self, numbers: list[int]) -> None:
        """Forget objects that the trusted side holds no more."""
        for number in numbers:
            if number in self._objects:
                del self._numbers[id(self._objects.pop(number))]

    def refer(self, value: Any, depth: int) -> Any:
        """Return the reference to one of the program's objects, described when it is new."""
        if (stand := self._stand_numbers.get(id(value))) is not None:
            return {wire.TAG: "back", "l": stand}
        if (number := self._numbers.get(id(value))) is not None:
            return {wire.TAG: "obj", "h": number}
        self._last += 1
        self._objects[self._last] = value
        self._numbers[id(value)] = self._last
        return {wire.TAG: "obj", "h": self._last} | self._describe(value, depth + 1)

    def resolve(self, tag: str, form: dict[str, Any], depth: int) -> Any:
        """Return an object of the program's by its number, or what stands for one of the suite."""
        if tag == "obj":
            return self._objects[form["h"]]
        if tag == "std":
            return getattr(sys.modules[form["m"]], form["q"])
        if tag == "error":
            return self._error(form, depth)
        if tag == "subclass":
            return self._subclass(form, depth)
        number = form["l"]
        if number not in self._stands:
            self._keep_stand(number, make_stand(form, self._ask, self._ask_async))
        return self._stands[number]

    def _keep_stand(self, number: int, stand: Any) -> None:
        self._stands[number] = stand
        self._stand_numbers[id(stand)] = number

    def _describe(self, value: Any, depth: int) -> dict[str, Any]:
        if isinstance(value, type):
            return self._describe_class(value, depth)
        if isinstance(value, BaseException):
            return self._describe_error(value, depth)
        if isinstance(value, types.ModuleType):
            return {"k": "module", "name": value.__name__}
        if isinstance(value, types.CoroutineType | asyncio.Future):
            return {"k": "awaitable", "name": getattr(value, "__qualname__", "")}
        if isinstance(value, types.GeneratorType | types.AsyncGeneratorType):
            kind = "generator" if isinstance(value, types.GeneratorType) else "async generator"
            return {"k": kind, "name": value.__name__}
        if isinstance(value, _FUNCTIONS):
            return _describe_function(value)
        return self._describe_instance(value, depth)

    def _describe_instance(self, value: Any, depth: int) -> dict[str, Any]:
        kind = type(value)
        if getattr(builtins, kind.__name__, None) is kind:
            # `map`, `zip`: the suite has no such class but its own.
            if not hasattr(kind, "__next__"):
                raise TypeError(f"a {kind.__name__} cannot be handed to a test")
            return {"k": "iterator", "name": kind.__name__}
        form: dict[str, Any] = {"k": "instance", "c": self.encode(kind, depth)}
        methods = _methods(kind)
        form["hides"] = [name for name in _own_attributes(value) if name in methods]
        if base := wire.base_of(kind):
            form["b"], form["n"] = base.__name__, self.shared.add(value, base)
            form["v"] = self.encode_contents(value, base, depth)
        elif base := next((one for one in _IMMUTABLE if issubclass(kind, one)), None):
            form["b"], form["v"] = base.__name__, self.encode(_plain(value, base), depth)
        return form

    def _describe_class(self, kind: type, depth: int) -> dict[str, Any]:
        bases = [self._encode_base(base, depth) for base in kind.__bases__ if base is not object]
        return {
            "k": "class",
            "name": str(kind.__name__)[:200],
            "qual": str(kind.__qualname__)[:200],
            "module": str(kind.__module__)[:200],
            "doc": kind.__doc__ if isinstance(kind.__doc__, str) else None,
            "bases": bases,
            "ops": _operators(kind),
            "methods": _methods(kind),
            "hash": kind.__hash__ is not None,
        }

    def _encode_base(self, base: type, depth: int) -> Any:
        # Exceptions and abstract classes of the standard library are the suite's own as well.
        if base.__module__ == "builtins":
            return self.encode(base, depth)
        is_std = base.__module__ in sys.stdlib_module_names or base.__module__ in _ABSTRACT
        is_std = is_std and base.__module__.partition(".")[0] not in ("unittest", "bdb", "doctest")
        is_std = is_std and not base.__qualname__.startswith("_")
        if is_std and (issubclass(base, BaseException) or base.__module__ in _ABSTRACT):
            return {wire.TAG: "std", "m": base.__module__, "q": base.__qualname__}
        return self.encode(base, depth)

    def _describe_error(self, error: BaseException, depth: int) -> dict[str, Any]:
        kind = type(error)
        form: dict[str, Any] = {
            "k": "error",
            "c": self._encode_base(kind, depth),
            "args": [self.encode(one, depth) for one in error.args],
            "attributes": {
                str(name): self.encode(one, depth)
                for name, one in list(_own_attributes(error).items())[:MOST_ATTRIBUTES]
            },
            "line": line_of(error),
            "cause": None if error.__cause__ is None else self.encode(error.__cause__, depth),
        }
        if "__str__" in _operators(kind):
            form["text"] = str(error)[:20_000]
        return form

    def _error(self, form: dict[str, Any], depth: int) -> BaseException:
        """Return an exception of the suite's: of a class that both sides know, or of its own."""
        if form["l"] in self._stands:
            found: BaseException = self._stands[form["l"]]
            return found
        kind = self.decode(form["c"], depth)
        arguments = [self.decode(one, depth) for one in form["args"]]
        if form["name"]:
            kind = type(form["name"], (kind,), {})
        error: BaseException = kind.__new__(kind, *arguments)
        error.args = tuple(arguments)
        self._keep_stand(form["l"], error)
        return error

    def _subclass(self, form: dict[str, Any], depth: int) -> Any:
        """Return a class that the suite has made of the student's: its methods are the suite's."""
        if form["l"] not in self._stands:
            bases = tuple(self.decode(base, depth) for base in form["bases"])
            members = {name: self.decode(one, depth) for name, one in form["members"].items()}
            members["__module__"] = form["module"]
            self._keep_stand(form["l"], type(bases[0])(form["name"], bases, members))
        return self._stands[form["l"]]


_FUNCTIONS = (
    types.FunctionType,
    types.MethodType,
    types.BuiltinFunctionType,
    types.MethodWrapperType,
    types.WrapperDescriptorType,
    types.MethodDescriptorType,
)


def _describe_function(function: Any) -> dict[str, Any]:
    doc = getattr(function, "__doc__", None)
    form = {
        "k": "function",
        "name": str(getattr(function, "__name__", ""))[:200],
        "qual": str(getattr(function, "__qualname__", ""))[:200],
        "module": str(getattr(function, "__module__", ""))[:200],
        "doc": doc if isinstance(doc, str) else None,
        "how": _how(function),
        "line": line_of_definition(function),
    }
    if isinstance(function, types.FunctionType):
        code = function.__code__
        count = code.co_argcount + code.co_kwonlyargcount
        form["parameters"] = list(code.co_varnames[:count])
    return form


def _how(function: Any) -> str:
    if inspect.iscoroutinefunction(function):
        return "async"
    return "plain"


def _methods(kind: type) -> dict[str, str]:
    """Return the plain methods of a class, but the operators; how each is called."""
    found: dict[str, str] = {}
    for one in reversed(kind.__mro__):
        if one.__module__ != "builtins":
            for name, member in vars(one).items():
                is_special = name.startswith("__") and name.endswith("__") and name != "__init__"
                if isinstance(member, types.FunctionType) and not is_special:
                    found[name] = _how(member)
                else:
                    found.pop(name, None)
    return found


def _operators(kind: type) -> list[str]:
    """Return the operators that a class defines itself, and not a container it extends."""
    classes = [
        one
        for one in kind.__mro__
        if one not in _LOCAL_BASES
        and not (one.__module__ == "builtins" and issubclass(kind, _HELD))
    ]
    return [name for name in wire.OPERATORS if any(name in vars(one) for one in classes)]


# What the trusted side's stand-in extends as well.
_HELD = (*_IMMUTABLE, BaseException, list, dict, set, bytearray)
_LOCAL_BASES = (object, *wire.BASES)


def _own_attributes(value: Any) -> dict[str, Any]:
    found = getattr(value, "__dict__", None)
    return found if type(found) is dict else {}


def _plain(value: Any, base: type) -> Any:
    """Return the value of a subclass's instance as its base would have it."""
    if base is str:
        return str.__str__(value)
    if base in (tuple, frozenset):
        return base(base.__iter__(value))
    if base is bytes:
        return bytes.__getitem__(value, slice(None))
    if base is complex:
        return complex.__add__(value, 0j)
    plain: Any = base
    return plain.__add__(value, plain(0))

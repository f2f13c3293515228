"""Values between a plain suite and the program: the suite's side of `wire.Translator`."""

import sys
import weakref
from types import MethodType, TracebackType
from typing import TYPE_CHECKING, Any

from graders.kit import wire
from graders.kit.module.awaiting import make_async_generator
from graders.kit.module.lending import describe_lent
from graders.kit.module.proxies import (
    HANDLE,
    HANDLES,
    LINE,
    Handle,
    RemoteFunction,
    RemoteIterator,
    RemoteType,
    handle_of,
    make_async_function,
    make_awaitable,
    make_class,
    make_generator,
)

if TYPE_CHECKING:
    from graders.kit.module.uses import Uses

MOST_LENT = 20_000
# Classes of the standard library by which a stand-in is known, too: exceptions and abstract ones.
_ABSTRACT = ("collections.abc", "abc", "numbers")


class Values(wire.Translator):
    """The values of the suite's side, in one check."""

    def __init__(self, uses: "Uses") -> None:
        super().__init__(0)
        self._uses = uses
        # What was described once and is not held weakly: classes, and what cannot be.
        self._kept: dict[int, Any] = {}
        self._weak: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()
        self._forms: dict[int, dict[str, Any]] = {}
        self._forgotten: list[int] = []
        self.lent: dict[int, Any] = {}
        self._lent_numbers: dict[int | tuple[int, int], int] = {}

    def take_forgotten(self) -> list[int]:
        """Return the objects of the program that the suite holds no more, since the last time."""
        forgotten, self._forgotten = self._forgotten, []
        gone = [number for number in forgotten if number not in self._weak]
        for number in gone:
            self._forms.pop(number, None)
        return gone

    def refer(self, value: Any, depth: int) -> Any:
        """Return the reference to an object of the program's, or to one that is lent to it."""
        if (number := handle_of(value)) is not None:
            return {wire.TAG: "obj", "h": number}
        if isinstance(value, TracebackType):
            return None
        if isinstance(value, type) and _is_known(value):
            return {wire.TAG: "std", "m": value.__module__, "q": value.__qualname__}
        number = self._lent_numbers.get(_key_of(value))
        if number is not None and not isinstance(value, BaseException):
            return {wire.TAG: "mine", "l": number}
        if number is None:
            if len(self.lent) >= MOST_LENT:
                raise wire.WireError("too many objects handed to the program")
            number = len(self.lent) + 1
            self.lent[number] = value
            self._lent_numbers[_key_of(value)] = number
        if isinstance(value, BaseException):
            return self._lend_error(number, value, depth)
        if isinstance(value, RemoteType):
            return self._lend_subclass(number, value, depth)
        return {wire.TAG: "mine", "l": number, **describe_lent(value)}

    def _lend_error(self, number: int, error: BaseException, depth: int) -> Any:
        kind, name = type(error), ""
        known = next(
            one
            for one in kind.__mro__
            if one.__module__ == "builtins" or _is_known(one) or handle_of(one)
        )
        if known is not kind:
            name = kind.__name__
        return {
            wire.TAG: "error",
            "l": number,
            "name": name,
            "c": self.encode(known, depth + 1),
            "args": [self.encode(one, depth + 1) for one in error.args],
        }

    def _lend_subclass(self, number: int, kind: RemoteType, depth: int) -> Any:
        members = {
            name: self.encode(member, depth + 1)
            for name, member in vars(kind).items()
            if name not in _OF_EVERY_CLASS and not isinstance(member, _NOT_LENT)
        }
        return {
            wire.TAG: "subclass",
            "l": number,
            "name": kind.__name__,
            "module": kind.__module__,
            "bases": [self.encode(base, depth + 1) for base in kind.__bases__],
            "members": members,
        }

    def resolve(self, tag: str, form: dict[str, Any], depth: int) -> Any:
        """Return what stands for an object of the program's, or the suite's own that comes back."""
        if tag == "back":
            return self.lent[form["l"]]
        if tag == "std":
            return _find_known(str(form["m"]), str(form["q"]))
        if tag != "obj":
            raise wire.WireError("no such form")
        number = int(form["h"])
        if number in self._kept:
            return self._kept[number]
        if (found := self._weak.get(number)) is not None:
            return found
        if "k" not in form:
            form = self._forms[number]
        return self._make_proxy(number, form, depth + 1)

    def _make_proxy(self, number: int, form: dict[str, Any], depth: int) -> Any:
        kind = form["k"]
        if kind == "class":
            bases = tuple(self.decode(base, depth) for base in form["bases"])
            self._kept[number] = make_class(self._uses, number, form, bases)
            return self._kept[number]
        if kind == "error":
            return self._keep(number, form, self._error(number, form, depth))
        if kind == "instance":
            return self._instance(number, form, depth)
        if kind == "module":
            self._kept[number] = self._uses.proxy_of_module(number, str(form["name"]))
            return self._kept[number]
        return self._keep(number, form, self._make_to_use(number, kind, form))

    def _make_to_use(self, number: int, kind: Any, form: dict[str, Any]) -> Any:
        """Return what stands for a thing to be called, awaited or iterated over."""
        if kind == "function":
            if form["how"] == "async":
                return make_async_function(self._uses, number, form)
            return RemoteFunction(self._uses, number, form)
        if kind == "awaitable":
            return make_awaitable(self._uses, number, str(form["name"]))
        if kind == "async generator":
            made = make_async_generator(self._uses, Handle(number), str(form["name"]))
            HANDLES[made] = number
            return made
        if kind == "generator":
            return make_generator(self._uses, number, form)
        if kind == "iterator":
            return RemoteIterator(self._uses, number, str(form["name"]))
        raise wire.WireError(f"no such kind of object: {kind!s:.20}")

    def _instance(self, number: int, form: dict[str, Any], depth: int) -> Any:
        kind = self.decode(form["c"], depth)
        if not isinstance(kind, RemoteType):
            raise wire.WireError("an instance of no class of the program's")
        base = form.get("b")
        if base is None:
            made: Any = object.__new__(kind)  # type: ignore[arg-type]
        elif base in wire.KINDS:
            container: Any = wire.KINDS[base]
            made = container.__new__(kind)
            if container is wire.KINDS["defaultdict"]:
                container.__init__(made)  # type: ignore[misc]
        else:
            plain: Any = wire.IMMUTABLE[base]
            content = self.decode(form["v"], depth)
            if type(content) is not plain:
                raise wire.WireError("not the value of its base")
            made = plain.__new__(kind, content)  # type: ignore[call-overload]
        object.__setattr__(made, HANDLE, number)
        object.__setattr__(made, "_semaforo_hidden", frozenset(map(str, form.get("hides", ()))))
        self._keep(number, form, made)
        if base in wire.KINDS:
            self.fill(made, wire.KINDS[base], form, depth)
        return made

    def _error(self, number: int, form: dict[str, Any], depth: int) -> BaseException:
        kind = self.decode(form["c"], depth)
        if not (isinstance(kind, type) and issubclass(kind, BaseException)):
            raise wire.WireError("no class of exceptions")
        arguments = tuple(self.decode(one, depth) for one in form["args"])
        error = _make_error(kind, arguments)
        if "text" in form:
            vars(error)["_semaforo_text"] = str(form["text"])
        for name, one in form["attributes"].items():
            vars(error)[str(name)] = self.decode(one, depth)
        vars(error)[HANDLE] = number
        vars(error)[LINE] = wire.parse_line(form.get("line"))
        if form.get("cause") is not None:
            error.__cause__ = self.decode(form["cause"], depth)
        return error

    def _keep(self, number: int, form: dict[str, Any], made: Any) -> Any:
        try:
            self._weak[number] = made
            weakref.finalize(made, self._forgotten.append, number).atexit = False
        except TypeError:  # an int or a tuple cannot be held weakly
            self._kept[number] = made
        else:
            self._forms[number] = form
        return made


def _make_error(kind: type[BaseException], arguments: tuple[Any, ...]) -> BaseException:
    try:
        error = kind.__new__(kind, *arguments)
        if kind.__module__ == "builtins":
            # Of a builtin class: its attributes, as `errno` and `value`, are made of its arguments.
            kind.__init__(error, *arguments)
    except Exception:  # noqa: BLE001  the program may have changed `args`
        error = Exception.__new__(kind) if issubclass(kind, Exception) else kind.__new__(kind)
    error.args = arguments
    return error


def _key_of(value: Any) -> int | tuple[int, int]:
    """Return what tells an object from others while it is kept: a method is made anew each time."""
    if isinstance(value, MethodType):
        return id(value.__self__), id(value.__func__)
    return id(value)


def _is_known(kind: type) -> bool:
    """Return whether both sides have this class: an exception, or an abstract one."""
    if kind.__module__ == "builtins":
        return False
    module = sys.modules.get(kind.__module__)
    is_library = _is_of_library(kind.__module__, kind.__qualname__)
    is_there = getattr(module, kind.__qualname__, None) is kind
    return (
        is_library
        and is_there
        and (issubclass(kind, BaseException) or kind.__module__ in _ABSTRACT)
    )


def _is_of_library(module: str, name: str) -> bool:
    top = module.partition(".")[0]
    # By some of these a test is skipped or stopped, which is not for the program to say.
    is_of_tests = top in ("unittest", "bdb", "doctest", "pdb") or name.startswith("_")
    return top in sys.stdlib_module_names and not is_of_tests


def _find_known(module: str, name: str) -> type:
    if module == "builtins" or not _is_of_library(module, name):
        raise wire.WireError("no such class")
    found = getattr(sys.modules.get(module), name, None)
    if not isinstance(found, type) or not (issubclass(found, BaseException) or module in _ABSTRACT):
        # One that this side has not imported: its nearest that it has.
        return Exception
    return found


_NAMES = (
    "__module__ __qualname__ __dict__ __weakref__ __doc__ __abstractmethods__ _abc_impl "
    "__parameters__ __orig_bases__ __firstlineno__ __static_attributes__ __classcell__"
)
_OF_EVERY_CLASS = frozenset(_NAMES.split())
_NOT_LENT = (property, classmethod, staticmethod)

"""What stands for the program's classes, instances and functions: each use of one is a request.

Their operators are the program's word. One that is asked about a value of the suite's, as in
`answer == 42`, tells the program what is expected and takes its word for an answer; so it is asked
only of a class in which the reference solution defines that operator. Otherwise the object is what
it would be to Python without one: equal to nothing but itself.
"""

import functools
from abc import ABCMeta
from collections.abc import Callable, Generator, Set
from types import AsyncGeneratorType, CoroutineType, FunctionType, GeneratorType, ModuleType
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from graders.kit import wire
from graders.kit.module.awaiting import make_coroutine_function

if TYPE_CHECKING:
    from graders.kit.module.uses import Uses

HANDLE, USES, LINE = "_semaforo_handle", "_semaforo_uses", "_semaforo_line"
_AWAITED = ("__aenter__", "__aexit__", "__anext__")
_WITH_OTHERS = frozenset((*wire.BINARY, *wire.COMPARISONS))


def handle_of(value: Any) -> int | None:
    """Return the number of the program's object that this stands for; None if it is the suite's."""
    if isinstance(value, type):
        return vars(value).get(HANDLE)
    kind = type(value)
    if kind in _OWN_KINDS:
        return HANDLES.get(value)
    if isinstance(value, ModuleType):
        return vars(value).get(HANDLE)
    if (
        kind in (RemoteFunction, RemoteIterator, Handle)
        or isinstance(kind, RemoteType)
        or isinstance(value, BaseException)
    ):
        try:
            found: int | None = object.__getattribute__(value, HANDLE)
        except AttributeError:
            return None
        return found
    return None


_OWN_KINDS = (GeneratorType, AsyncGeneratorType, CoroutineType, FunctionType)
# Of what is a generator, coroutine or coroutine function of this interpreter.
HANDLES: WeakKeyDictionary[Any, int] = WeakKeyDictionary()


class RemoteType(ABCMeta):
    """The class of what stands for the program's classes."""

    def __call__(cls, *arguments: Any, **named: Any) -> Any:
        """Have the program make an instance."""
        return getattr(cls, USES).request("call", cls, arguments, tuple(named.items()))

    def __getattr__(cls, name: str) -> Any:
        if name.startswith(("_semaforo", "_abc_", "__abstract")):
            raise AttributeError(name)
        return getattr(cls, USES).request("get", cls, name)

    def __setattr__(cls, name: str, value: Any) -> None:
        if name.startswith(("_semaforo", "_abc_", "__abstract")):
            super().__setattr__(name, value)
            return
        if name in vars(cls):
            type.__delattr__(cls, name)
        getattr(cls, USES).request("set", cls, name, value)

    def __delattr__(cls, name: str) -> None:
        getattr(cls, USES).request("delete", cls, name)


def _class_operator(name: str) -> Callable[..., Any]:
    def operate(cls: RemoteType, *arguments: Any) -> Any:
        return getattr(cls, USES).request("operator", name, cls, arguments)

    return operate


for _name in ("__iter__", "__len__", "__getitem__", "__contains__", "__reversed__"):
    setattr(RemoteType, _name, _class_operator(_name))
RemoteType.__bool__ = lambda cls: True  # type: ignore[attr-defined]


class RemoteObject:
    """What all stand-ins for instances have."""

    def __getattribute__(self, name: str) -> Any:
        get = object.__getattribute__
        if name.startswith("_semaforo") or name == "__class__":
            return get(self, name)
        if name == "__dict__" or name in get(self, "_semaforo_hidden"):
            return get(self, USES).request("get", self, name)
        return get(self, name)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_semaforo"):
            raise AttributeError(name)
        return object.__getattribute__(self, USES).request("get", self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        hidden = object.__getattribute__(self, "_semaforo_hidden")
        object.__setattr__(self, "_semaforo_hidden", hidden | {name})
        object.__getattribute__(self, USES).request("set", self, name, value)

    def __copy__(self) -> Any:
        return object.__getattribute__(self, USES).request("copy", self, False)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        return object.__getattribute__(self, USES).request("copy", self, True)

    def __delattr__(self, name: str) -> None:
        object.__getattribute__(self, USES).request("delete", self, name)
        hidden = object.__getattribute__(self, "_semaforo_hidden")
        object.__setattr__(self, "_semaforo_hidden", hidden - {name})


def make_class(
    uses: "Uses", number: int, form: dict[str, Any], bases: tuple[type, ...]
) -> RemoteType:
    """Return what stands for a class of the program's that is described for the first time."""
    members: dict[str, Any] = {
        HANDLE: number,
        USES: uses,
        "__module__": str(form["module"]),
        "__qualname__": str(form["qual"]),
        "__doc__": form["doc"] if isinstance(form["doc"], str) else None,
    }
    name = str(form["name"])
    for method, how in form["methods"].items():
        # What it says are methods could else be an operator, or what stands-in themselves need.
        if method == "__init__" or not method.startswith(("__", "_semaforo", "_abc")):
            members[str(method)] = _method(str(method), str(how))
    is_error = any(issubclass(base, BaseException) for base in bases)
    operators = list(form["ops"])
    if any(issubclass(base, Set) for base in bases):
        # Its own would compare here what the program says of its length and its elements.
        operators += wire.COMPARISONS
    for operator in operators:
        if operator in wire.OPERATORS and not (is_error and operator in ("__str__", "__repr__")):
            members[operator] = _operator(operator, name)
    if not form["hash"]:
        members["__hash__"] = None
    if is_error:
        members |= {"__str__": _text_of_error, "__getattr__": _attribute_of_error}
        members.pop("__hash__", None)
    elif not any(issubclass(base, RemoteObject) for base in bases):
        bases = (RemoteObject, *bases)
    kind = RemoteType(name, bases, members)
    # An instance is made of an abstract class as well, if the program has one.
    type.__setattr__(kind, "__abstractmethods__", frozenset())
    return kind


def _method(name: str, how: str) -> Callable[..., Any]:
    def method(self: Any, *arguments: Any, **named: Any) -> Any:
        uses = object.__getattribute__(self, USES)
        return uses.use_method(self, method, arguments, named)

    method.__name__ = name
    method.__dict__["how"] = how
    return method


def _operator(name: str, owner: str) -> Callable[..., Any]:
    is_with_other = name in _WITH_OTHERS

    def operate(self: Any, *arguments: Any, **named: Any) -> Any:
        uses = object.__getattribute__(self, USES)
        if is_with_other and not uses.may_ask(owner, name, arguments[0]):
            return uses.decline(self, name, arguments[0])
        if name == "__call__":
            return uses.request("operator", name, self, (arguments, tuple(named.items())))
        if name in _AWAITED:
            return uses.awaiting.run("operator", name, self, arguments)
        if name == "__await__":
            return uses.awaiting.run("itself", self).__await__()
        return uses.request("operator", name, self, arguments)

    operate.__name__ = name
    return operate


def _text_of_error(self: BaseException) -> str:
    text = vars(self).get("_semaforo_text")
    return text if isinstance(text, str) else BaseException.__str__(self)


def _attribute_of_error(self: BaseException, name: str) -> Any:
    if name.startswith("_") or HANDLE not in vars(self):
        raise AttributeError(name)
    return getattr(type(self), USES).request("get", self, name)


def is_function(value: Any) -> bool:
    """Return whether this stands for a function of the program's, as `inspect.isfunction` asks."""
    return type(value) is RemoteFunction and bool(vars(value).get("_semaforo_is_function"))


class RemoteFunction:
    """What stands for a function of the program's, or for a method that was taken by itself."""

    def __init__(self, uses: "Uses", number: int, form: dict[str, Any]) -> None:
        vars(self).update({HANDLE: number, USES: uses})
        vars(self).update(
            __name__=str(form["name"]),
            __qualname__=str(form["qual"]),
            __module__=str(form["module"]),
            __doc__=form["doc"] if isinstance(form["doc"], str) else None,
            # Of a method or a built-in the program does not describe the parameters.
            _semaforo_is_function="parameters" in form,
        )

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Have the program call it."""
        own = vars(self)
        return own[USES].request("call", self, arguments, tuple(named.items()))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_semaforo"):
            raise AttributeError(name)
        return vars(self)[USES].request("get", self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        vars(self)[USES].request("set", self, name, value)

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self if instance is None else functools.partial(self, instance)

    def __repr__(self) -> str:
        return f"<function {vars(self)['__qualname__']}>"


def make_generator(uses: "Uses", number: int, form: dict[str, Any]) -> Generator[Any, Any, Any]:
    """Return a generator that is one, and each step of which is a request."""

    def drive() -> Generator[Any, Any, Any]:
        reference = Handle(number)
        step: tuple[Any, ...] = ("operator", "__next__", reference, ())
        while True:
            try:
                value = uses.request(*step)
            except StopIteration as end:
                return end.value
            try:
                sent = yield value
            except GeneratorExit:
                uses.request("method", reference, "close", (), ())
                raise
            except BaseException as error:  # noqa: BLE001  it is thrown into the program's
                step = ("method", reference, "throw", (error,), ())
            else:
                step = ("method", reference, "send", (sent,), ())

    made: Any = drive()
    made.__name__ = made.__qualname__ = str(form["name"])
    HANDLES[made] = number
    return made  # type: ignore[no-any-return]


def make_async_function(uses: "Uses", number: int, form: dict[str, Any]) -> Any:
    """Return a coroutine function that stands for one of the program's."""
    reference = Handle(number, str(form["name"]))

    async def run(arguments: tuple[Any, ...], named: tuple[Any, ...]) -> Any:
        return await uses.awaiting.run("call", reference, arguments, named)

    made = make_coroutine_function(run, str(form["name"]))
    made.__module__, made.__qualname__ = str(form["module"]), str(form["qual"])
    made.__doc__ = form["doc"] if isinstance(form["doc"], str) else None
    HANDLES[made] = number
    return made


def make_awaitable(uses: "Uses", number: int, name: str) -> Any:
    """Return a coroutine that awaits something of the program's."""

    async def awaitable() -> Any:
        return await uses.awaiting.run("itself", Handle(number, name))

    made = awaitable()
    HANDLES[made] = number
    return made


class RemoteIterator:
    """What stands for an iterator of a builtin class, as `map` and `zip` are."""

    def __init__(self, uses: "Uses", number: int, name: str) -> None:
        vars(self).update({HANDLE: number, USES: uses, "_name": name})

    def __iter__(self) -> "RemoteIterator":
        return self

    def __next__(self) -> Any:
        return vars(self)[USES].request("operator", "__next__", self, ())

    def __repr__(self) -> str:
        return f"<{vars(self)['_name']} object>"


class Handle:
    """A reference to an object of the program's, by its number alone; its name is for messages."""

    def __init__(self, number: int, name: str = "") -> None:
        self._semaforo_handle = number
        self.__name__ = name

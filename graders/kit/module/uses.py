"""Uses of the program's module by a plain suite: requests, and what the program asks meanwhile."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from types import ModuleType
from typing import Any

from graders.kit import wire
from graders.kit.module.lending import use_lent
from graders.kit.module.patches import Patches, carried
from graders.kit.module.proxies import HANDLE, handle_of
from graders.kit.module.reference import source_of
from graders.kit.module.session import ProgramEnded, Session
from graders.kit.module.values import Values
from graders.kit.program.outcome import Ending, Outcome

# Operators that a class of the reference solution defines, by the class's name.
OwnOperators = Mapping[str, frozenset[str]]


class Uses:
    """One check's uses of its program.

    declined  Classes whose own operator was not asked, and its name: explains a failure.
    """

    def __init__(
        self, session: Session, own_operators: OwnOperators, sources: Mapping[str, str]
    ) -> None:
        self._session, self._own_operators, self._sources = session, own_operators, sources
        self._patches = Patches(self._request)
        self._values = Values(self)
        self._modules: dict[str, Any] = {}
        self._main = threading.get_ident()
        self.declined: set[tuple[str, str]] = set()

    def request(self, do: str, *given: Any) -> Any:
        """Have the program do something; returns its value, or raises its exception.

        Raises:
            ProgramEnded: it does not answer any more.
        """
        self._patches.tell()
        return self._request(do, *given)

    def _request(self, do: str, *given: Any) -> Any:
        self._note_function(do, given)
        self._send("use", {"do": do}, {"given": given})
        while (frame := self._session.receive())["t"] == "asks":
            self._answer(frame)
        try:
            self._take_changes(frame)
            is_error = "error" in frame
            value = self._values.decode(frame["error" if is_error else "value"])
            self._forget(frame)
        except (wire.WireError, KeyError, TypeError, ValueError) as malformed:
            raise self._garbled(malformed) from None
        if not is_error:
            return value
        if not isinstance(value, BaseException):
            raise self._garbled(TypeError("no exception"))
        raise value

    def _send(self, kind: str, plain: dict[str, Any], words: dict[str, Any]) -> None:
        values = self._values
        frame: dict[str, Any] = {"t": kind, "on": 0, **plain}
        frame["changes"] = [
            [number, values.encode_change(new)] for number, new in values.shared.changes()
        ]
        for name, word in words.items():
            frame[name] = (
                [values.encode(one) for one in word] if name == "given" else values.encode(word)
            )
        frame["dropped"] = values.shared.collect()
        frame["forgotten"] = values.take_forgotten()
        self._session.send(frame)

    def _take_changes(self, frame: dict[str, Any]) -> None:
        shared, decode = self._values.shared, self._values.decode_contents
        for number, form in frame["changes"]:
            shared.apply(number, partial(decode, form))

    def _forget(self, frame: dict[str, Any]) -> None:
        """Forget the containers that the program has forgotten; after all that may name them."""
        for number in frame["dropped"]:
            self._values.shared.forget(number)

    def _answer(self, frame: dict[str, Any]) -> None:
        """Do what the program asks of an object of the suite's, and send how that ended."""
        decode = self._values.decode
        try:
            self._take_changes(frame)
            lent = self._values.lent[decode(frame["object"])]
            do, arguments = decode(frame["do"]), decode(frame["arguments"])
            named = {str(name): value for name, value in decode(frame["named"])}
            self._forget(frame)
        except (wire.WireError, KeyError, TypeError, ValueError) as malformed:
            raise self._garbled(malformed) from None
        try:
            words = {"value": use_lent(lent, str(do), arguments, named)}
        except (ProgramEnded, KeyboardInterrupt):
            raise
        except BaseException as error:  # noqa: BLE001  the program gets what its caller raised
            words = {"error": error}
        lent = arguments = named = None  # type: ignore[assignment]
        self._send("told", {}, words)

    def _garbled(self, why: Exception) -> ProgramEnded:
        outcome = Outcome(Ending.GARBLED, detail=str(why))
        self._session.ended = ProgramEnded(outcome, self._session.function)
        return self._session.ended

    def _note_function(self, do: str, given: tuple[Any, ...]) -> None:
        if do == "method":
            self._session.function = str(given[1])
        elif do == "operator":
            self._session.function = str(given[0])
        elif do == "call":
            self._session.function = getattr(given[0], "__name__", "")

    def use_method(
        self, of: Any, method: Any, arguments: tuple[Any, ...], named: dict[str, Any]
    ) -> Any:
        """Call a method of an instance; from a class of the suite's, that of its base."""
        name, given = method.__name__, tuple(named.items())
        if HANDLE in vars(type(of)):
            return self.request("method", of, name, arguments, given)
        owner = next(one for one in type(of).__mro__ if vars(one).get(name) is method)
        return self.request("method", owner, name, (of, *arguments), given)

    def may_ask(self, owner: str, operator: str, other: Any) -> bool:
        """Return whether the program's word counts for this operator with this other operand."""
        if handle_of(other) is not None:
            return True
        return operator in self._own_operators.get(owner, ())

    def decline(self, of: Any, operator: str, other: Any) -> Any:
        """Do what Python does with an object that does not define the operator."""
        self.declined.add((type(of).__name__, operator))
        if operator == "__contains__":
            return any(one is other or one == other for one in iter(of))
        return NotImplemented

    def module(self, name: str) -> Any:
        """Import a module of the submission and return what stands for it."""
        if name not in self._modules:
            found = self.request("import", name)
            module = found["module"]
            vars(module).update(found["own"])
            vars(module)["__all__"] = list(found["all"])
        return self._modules[name]

    @contextmanager
    def carried(self) -> Iterator[None]:
        """Carry over to the program, in the block, what the suite does to its interpreter."""
        with carried(self.request, self._source_of):
            yield

    def _source_of(self, of: Any) -> str | None:
        if isinstance(of, ModuleType):
            return self._sources.get(of.__name__) if handle_of(of) is not None else None
        if handle_of(of) is None:
            return None
        text = self._sources.get(str(of.__module__))
        return None if text is None else source_of(text, str(of.__qualname__))

    def names(self, module: str) -> list[str]:
        """Return the public names that a module of the submission defines."""
        return [str(name) for name in self.module(module).__all__]

    def proxy_of_module(self, number: int, name: str) -> Any:
        """Return what stands for a module of the program's."""
        if name not in self._modules:
            from graders.kit.module.modules import RemoteModule

            self._modules[name] = RemoteModule(self, number, name)
        return self._modules[name]

"""Uses of the program's module by a plain suite: requests, and what the program asks meanwhile."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from types import ModuleType
from typing import Any

from graders.kit import wire
from graders.kit.module.awaiting import Awaiting
from graders.kit.module.files import redirected
from graders.kit.module.lending import use_lent
from graders.kit.module.patches import Patches, carried
from graders.kit.module.proxies import HANDLE, LINE, handle_of
from graders.kit.module.reference import source_of
from graders.kit.module.scripts import run_inside
from graders.kit.module.session import ProgramEnded, Session
from graders.kit.module.thread_numbers import ThreadNumbers
from graders.kit.module.values import Values
from graders.kit.program.outcome import Ending, Outcome

# Operators that a class of the reference solution defines, by the class's name.
OwnOperators = Mapping[str, frozenset[str]]

# Names of a module that are the stand-in's own, or by which Python would look for files here.
_OF_THE_PROXY = ("__", "_semaforo")


class Uses:
    """One check's uses of its program.

    declined  Classes whose own operator was not asked, and its name: explains a failure.
    """

    def __init__(
        self,
        session: Session,
        own_operators: OwnOperators,
        sources: Mapping[str, str],
        folder: str,
    ) -> None:
        self._folder = folder
        self._session, self._own_operators, self._sources = session, own_operators, sources
        self._patches = Patches(self._request)
        self._values = Values(self)
        self._modules: dict[str, Any] = {}
        self._numbers = ThreadNumbers()
        self._has_threads = False
        self._lock = threading.RLock()
        self.awaiting = Awaiting(self)
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
        on = self._numbers.take()
        try:
            self._send("use", on, {"do": do}, {"given": given})
            while (frame := self._session.receive(on))["t"] == "asks":
                self._answer(frame)
        finally:
            self._numbers.give_back()
        if self._session.has_more:
            self.awaiting.wake()
        with self._lock:
            return self._result_of(frame)

    def _result_of(self, frame: dict[str, Any]) -> Any:
        try:
            self._take_changes(frame)
            is_error = "error" in frame
            value = self._values.decode(frame["error" if is_error else "value"])
            self._forget(frame)
        except Exception as malformed:  # noqa: BLE001  a hostile frame may raise anything
            raise self._garbled(malformed) from None
        if not is_error:
            return value
        if not isinstance(value, BaseException):
            raise self._garbled(TypeError("no exception"))
        raise value

    def _send(self, kind: str, on: int, plain: dict[str, Any], words: dict[str, Any]) -> None:
        with self._lock:
            self._send_locked(kind, on, plain, words)

    def _send_locked(
        self, kind: str, on: int, plain: dict[str, Any], words: dict[str, Any]
    ) -> None:
        values = self._values
        frame: dict[str, Any] = {"t": kind, "on": on, **plain}
        self._has_threads = self._has_threads or threading.active_count() > 1
        frame["threads"] = self._has_threads
        frame["changes"] = [
            [number, values.encode_change(new)] for number, new in values.shared.changes()
        ]
        for name, word in words.items():
            frame[name] = (
                [values.encode(one) for one in word] if name == "given" else values.encode(word)
            )
        # With threads an answer that names one may be under way.
        frame["dropped"] = [] if self._has_threads else values.shared.collect()
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
            with self._lock:
                self._take_changes(frame)
            lent = self._values.lent[decode(frame["object"])]
            do, arguments = decode(frame["do"]), decode(frame["arguments"])
            named = {str(name): value for name, value in decode(frame["named"])}
            self._forget(frame)
        except Exception as malformed:  # noqa: BLE001  a hostile frame may raise anything
            raise self._garbled(malformed) from None
        try:
            if do == "await":
                number, *arguments = arguments
                start = partial(use_lent, lent, "call", tuple(arguments), named)
                self.awaiting.lend(int(number), start)
                words: dict[str, Any] = {"value": None}
            else:
                words = {"value": use_lent(lent, str(do), arguments, named)}
        except (ProgramEnded, KeyboardInterrupt):
            raise
        except BaseException as error:  # noqa: BLE001  the program gets what its caller raised
            words = {"error": error}
        lent = arguments = named = None  # type: ignore[assignment]
        self._send("told", int(frame["on"]), {}, words)

    def _garbled(self, why: Exception) -> BaseException:
        """Return what is raised for a frame that raised this when it was read.

        That may be an error of the program's own: a key of a dict is hashed there.
        """
        if LINE in vars(why):
            return why
        outcome = Outcome(Ending.GARBLED, detail=str(why))
        self._session.ended = ProgramEnded(outcome, self._session.function)
        return self._session.ended

    def _note_function(self, do: str, given: tuple[Any, ...]) -> None:
        if do == "await":
            _, do, *rest = given
            given = tuple(rest)
        if do == "method":
            self._session.function = str(given[1])
        elif do == "operator":
            self._session.function = str(given[0])
        elif do in ("call", "itself"):
            self._session.function = getattr(given[0], "__name__", "")

    @property
    def descriptor(self) -> int:
        """The connection to the program."""
        return self._session.descriptor

    @property
    def is_open(self) -> bool:
        """Whether the program has not ended."""
        return self._session.ended is None

    @property
    def wall_seconds(self) -> float:
        """The time that the check has."""
        return self._session.wall_seconds

    def take_awaited(self, *, is_blocking: bool) -> None:
        """Take what has come of coroutines, and do what they ask."""
        for frame in self._session.take(is_blocking=is_blocking):
            if frame["t"] == "asks":
                self._answer(frame)
                continue
            try:
                value, error = self._result_of(frame), None
            except ProgramEnded:
                raise
            except BaseException as raised:  # noqa: BLE001  it is whoever awaits it that gets it
                value, error = None, raised
            self.awaiting.finish(int(frame["task"]), value, error)

    def use_method(
        self, of: Any, method: Any, arguments: tuple[Any, ...], named: dict[str, Any]
    ) -> Any:
        """Call a method of an instance; from a class of the suite's, that of its base."""
        name, given = method.__name__, tuple(named.items())
        if method.__dict__["how"] == "async" and HANDLE in vars(type(of)):
            return self.awaiting.run("method", of, name, arguments, given)
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
            self._describe(name, self.request("import", name))
        return self._modules[name]

    def reload(self, name: str) -> None:
        """Have the program run a module of the submission once more."""
        self._describe(name, self.request("reload", name))

    def _describe(self, name: str, found: Any) -> None:
        """Have what stands for a module know what the program says that it defines."""
        try:
            own, names = dict(found["own"]), found["all"]
            if handle_of(found["module"]) is None or name not in self._modules:
                raise wire.WireError("no module of that name")
        except (KeyError, TypeError, ValueError) as malformed:
            raise self._garbled(malformed) from None
        module = vars(self._modules[name])
        module.update({key: own[key] for key in own if not str(key).startswith(_OF_THE_PROXY)})
        is_list = type(names) in (list, tuple)
        module["__all__"] = [one for one in names if type(one) is str] if is_list else []

    @contextmanager
    def carried(self) -> Iterator[None]:
        """Carry over to the program, in the block, what the suite does to its interpreter."""
        files = [f"{name}.py" for name in self._sources]
        with ExitStack() as stack:
            stack.enter_context(carried(self.request, self._source_of, lambda: self.is_open))
            stack.enter_context(redirected(self.request, self._folder, lambda: self.is_open))
            stack.enter_context(run_inside(self.request, files))
            # After them: what they have put in place is not the suite's.
            self._patches = Patches(self._request)
            yield

    def _source_of(self, of: Any) -> str | None:
        if isinstance(of, ModuleType):
            return self._sources.get(of.__name__) if handle_of(of) is not None else None
        if handle_of(of) is None:
            return None
        text = self._sources.get(str(of.__module__))
        return None if text is None else source_of(text, str(of.__qualname__))

    def is_submitted(self, module: str | None) -> bool:
        """Return whether a module of that name is the submission's, and has been imported."""
        return module in self._modules

    def names(self, module: str) -> list[str]:
        """Return the public names that a module of the submission defines; of the first for ""."""
        module = module or next(iter(self._modules))
        return [str(name) for name in self.module(module).__all__]

    def proxy_of_module(self, number: int, name: str) -> Any:
        """Return what stands for a module of the program's."""
        if name not in self._modules:
            from graders.kit.module.modules import RemoteModule

            self._modules[name] = RemoteModule(self, number, name)
        return self._modules[name]

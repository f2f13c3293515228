"""Makes what a check hands to the student's program: services, an HTTP API, files, FIFOs."""

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import get_args

from graders.kit import wire
from graders.kit.program.resources import Resources
from graders.kit.services.barrier import Hold, HoldUntil, Kind, Service
from graders.kit.services.fifos import Fifos
from graders.kit.services.http import Answers, Http
from graders.kit.services.peers import Peers
from graders.kit.services.service_calls import ServiceCalls

# Below the ports that the kernel gives to clients (ip_local_port_range).
_FIRST_PORT, _PORTS = 10_000, 20_000
_NAME = re.compile(r"(?!.*\.\.)[\w-][\w .-]*(/[\w-][\w .-]*)?")


class Conductor:
    """Makes the services of one check."""

    def __init__(self, resources: Resources, service_calls: ServiceCalls) -> None:
        self._resources, self._service_calls = resources, service_calls
        self._has_peers = False

    def service(
        self,
        name: str,
        answer: Callable[..., object] = lambda *arguments, **named: None,
        *,
        hold_until: Hold = 1,
        release_order: Sequence[object] = (),
        kind: Kind = "function",
        from_processes: bool = False,
    ) -> Service:
        """Return a service to hand to the program as an argument.

        `kind` says what the program holds: a coroutine function; a "blocking" function; a
        "manager", for `async with`, whose `answer` is what it gives on entering; a "generator",
        for `async for`, whose `answer` gives an iterable of its items.

        `answer` is called with the call's arguments; what it raises, the program gets raised.

        `hold_until` says when to answer: a number *k*: nobody before *k* calls are in flight and
        the program rests, or it is proven that no further call will come. QUIET: only when it is
        proven that no further call will come before an answer. ONE_BY_ONE: only then, and only one;
        the next when that is proven again. NEVER: not at all. A program that keeps a timer of its
        own going is taken for quiet when it has asked for nothing in a second of its own time.
        AFTER_TIMERS: as QUIET, but a time-out of the program's own of up to five seconds is over
        first; one that keeps short timers going takes five and a half seconds of its time, so no
        check should hold it so twice.

        `release_order` lists first arguments: held calls are answered in that order.

        `from_processes` lets processes that the program forks ask it too; then it is to be made
        before the program is called. `Evidence.processes` tells how many asked at once.

        Raises:
            ValueError: `hold_until` or `kind` is none of these.
        """
        _check_hold(hold_until)
        if kind not in get_args(Kind)[:4]:
            raise ValueError(f"a service is no {kind!r}; there are: {get_args(Kind)[:4]}")
        if from_processes and not self._has_peers:
            self._resources.add(
                Peers(self._resources, self._service_calls, f"semaforo-{secrets.token_hex(8)}")
            )
            self._has_peers = True
        service = Service(self._service_calls, name, answer, hold_until, release_order, kind)
        self._service_calls.services[name] = service
        return service

    def http(
        self,
        name: str,
        answers: Answers,
        *,
        hold_until: Hold = 1,
        release_order: Sequence[object] = (),
    ) -> Http:
        """Return an HTTP API, listening at its `url`; to be made before the program is called.

        For `answers` see `Http`; `hold_until` and `release_order` are as for `service`, where a
        request's argument is its target or path.
        """
        _check_hold(hold_until)
        port = _FIRST_PORT + secrets.randbelow(_PORTS)
        api = Http(
            self._resources, self._service_calls, name, answers, hold_until, release_order, port
        )
        self._service_calls.services[name] = api
        self._resources.add(api)
        return api

    def file(self, name: str, content: str | bytes) -> str:
        """Put a file into the check's folder, text as UTF-8; returns its path for the program.

        To be made before the program is called.
        """
        data = content.encode("utf-8") if isinstance(content, str) else content
        request = {"kind": "file", "name": _checked(name), "content": wire.encode(data)}
        self._resources.add_plain(request)
        return name

    def refuse_default_encoding(self) -> None:
        """Let whatever opens a text file without an encoding raise an EncodingWarning.

        The default differs from computer to computer; here it is UTF-8. To be called before the
        program is.
        """
        self._resources.add_plain({"kind": "encoding"})

    def fifos(
        self,
        name: str,
        contents: Mapping[str, str | bytes],
        *,
        hold_until: Hold = 1,
        release_order: Sequence[object] = (),
        hold_opening: bool = False,
    ) -> Fifos:
        """Return named pipes in the check's folder, read like files; made before the first call.

        A call is one of them opened for reading; `hold_until` counts over all of them, and
        `release_order` lists names.

        Opening one waits for us, who open it for writing. We do so within milliseconds, and with
        `hold_opening` for the first time only when the program rests, or keeps nothing going but
        timers for a second: a program that opens in its event loop has provably blocked it then.
        """
        _check_hold(hold_until)
        contents = {_checked(file): content for file, content in contents.items()}
        fifos = Fifos(
            self._resources,
            self._service_calls,
            name,
            contents,
            hold_until,
            release_order,
            hold_opening=hold_opening,
        )
        self._service_calls.services[name] = fifos
        return fifos


def _check_hold(hold: Hold) -> None:
    if hold not in list(HoldUntil) and not (isinstance(hold, int) and hold >= 1):
        names = ", ".join(one.name for one in HoldUntil)
        raise ValueError(f"hold_until is a number from 1 on, or one of {names}: {hold!r}")


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"not the name of a file in the check's folder: {name!r}")
    return name

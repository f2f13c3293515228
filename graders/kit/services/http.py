"""An HTTP API as a service: any client of the program asks it, on a real listener.

The listener is made in the check's own network, before any of the student's code runs, and handed
out; the connections are accepted and served here (SANDBOX: "network without a network").
"""

import json
import select
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from graders.kit.kernel.tcp import nothing_in_kernel
from graders.kit.program.resources import Resources, TooManyCalls
from graders.kit.services.barrier import Hold, Service
from graders.kit.services.evidence import Call, CallEnd
from graders.kit.services.http_connection import HttpConnection, Reply, Request
from graders.kit.services.service_calls import ServiceCalls

MAX_CONNECTIONS = 64
MAX_ACCEPTED = 1000


class _Special:
    """An answer that is none."""


_NO_REQUEST = Request("GET", "/", (), b"")
HANG_UP, SILENCE = _Special(), _Special()
Answers = Mapping[str, object] | Callable[[Request], object]


@dataclass(slots=True)
class HttpCall(Call):
    """One request of an HTTP service; its only argument is the target."""

    request: Request = _NO_REQUEST
    is_silent: bool = False

    @property
    def shown(self) -> str:
        """The request's first line, at most 200 characters."""
        return f"{self.request.method} {self.request.target}"[:200]


class Http(Service):
    """An API that listens at `url`.

    `answers` gives the answer by target, or by path if the target is not there, or is a function
    of the request. An answer is a `Reply`; or bytes; or anything else, which is sent as JSON; or
    HANG_UP, to close the connection without one; or SILENCE, never to answer. What is not there is
    answered with 404; what a function raises, with 500.
    """

    def __init__(
        self,
        resources: Resources,
        service_calls: ServiceCalls,
        name: str,
        answers: Answers,
        hold_until: Hold,
        release_order: Sequence[object],
        port: int,
    ) -> None:
        super().__init__(service_calls, name, lambda: None, hold_until, release_order, "http")
        self.port = port
        self._resources, self._answers = resources, answers
        self._listener: socket.socket | None = None
        self._poll = select.poll()
        self._open: dict[HttpConnection, HttpCall | None] = {}
        self.connections = 0

    @property
    def open_connections(self) -> int:
        """How many connections the program keeps open now; `connections` counts all there were."""
        return len(self._open)

    @property
    def url(self) -> str:
        """Where it listens, for the program; without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def resource_request(self) -> dict[str, Any]:
        """What the check's process is to make for it."""
        return {"kind": "listener", "port": self.port}

    def take(self, descriptor: int) -> None:
        """Listen from now on."""
        self._listener = socket.socket(fileno=descriptor)
        self._listener.setblocking(False)
        self._poll.register(self._listener, select.POLLIN)
        self._resources.loop.add_reader(self._listener, self._on_connection)

    def nothing_pending(self) -> bool:
        """Return whether no connection waits to be accepted and none has anything pending."""
        return not self._poll.poll(0) and all(
            connection.nothing_pending() for connection in self._open
        )

    def nothing_in_kernel(self, pid: int) -> bool:
        """Return whether the kernel has nothing to deliver, either way, that no end sees yet."""
        return nothing_in_kernel(pid, self.port)

    def close(self) -> None:
        """Close the listener and every connection."""
        if self._listener:
            self._resources.loop.remove_reader(self._listener)
            self._listener.close()
            self._listener = None
        for connection in list(self._open):
            connection.close()

    def _held(self) -> list[Call]:
        calls = super()._held()
        return [call for call in calls if not (isinstance(call, HttpCall) and call.is_silent)]

    def _on_connection(self) -> None:
        try:
            sock = self._listener and self._listener.accept()[0]
        except OSError:  # it went away before it was let in
            return
        if not sock:
            return
        self.connections += 1
        if self.connections > MAX_ACCEPTED:
            sock.close()
            self._resources.flood()
        elif len(self._open) >= MAX_CONNECTIONS:
            sock.close()
        else:
            connection = HttpConnection(sock, self.connections, self._on_request, self._on_gone)
            self._open[connection] = None
        self._resources.restart_proof()

    def _on_request(self, connection: HttpConnection, request: Request) -> None:
        call = HttpCall(
            service=self.name,
            key=0,
            arguments=(request.target,),
            named={},
            line=None,
            part="",
            instance=0,
            asked_at=self._service_calls.since_began(),
            process=0,
            connection=connection.number,
            reply=lambda how, content: self._respond(connection, content["reply"]),
            request=request,
            is_silent=self._find(request) is SILENCE,
        )
        self._open[connection] = call
        self._resources.restart_proof()
        try:
            self._service_calls.arrive(call)
        except TooManyCalls:
            self._resources.flood()

    def _on_gone(self, connection: HttpConnection) -> None:
        call = self._open.pop(connection, None)
        if call:
            self._service_calls.give_up(call)
        self._resources.restart_proof()

    def _respond(self, connection: HttpConnection, reply: Reply | None) -> None:
        self._open[connection] = None
        if reply is None:
            connection.close()
        else:
            connection.respond(reply)
        self._resources.restart_proof()

    def _position(self, call: Call) -> int:
        for name in (*call.arguments, call.arguments[0].partition("?")[0]):
            if name in self._order:
                return self._order.index(name)
        return len(self._order)

    def _find(self, request: Request) -> object:
        if callable(self._answers):
            return None
        missing = Reply(b'{"detail": "Not Found"}', HTTPStatus.NOT_FOUND, (), "application/json")
        by_path = self._answers.get(request.path, missing)
        return self._answers.get(request.target, by_path)

    def _make_answer(self, call: Call) -> tuple[CallEnd, dict[str, Any]]:
        request = call.request if isinstance(call, HttpCall) else _NO_REQUEST
        try:
            answers = self._answers
            answer = answers(request) if callable(answers) else self._find(request)
            reply = None if answer is HANG_UP else _reply(answer)
        except Exception as error:  # noqa: BLE001  the suite's way to let a service fail
            body = json.dumps({"detail": str(error)}).encode()
            return CallEnd.FAILED, {"reply": Reply(body, 500, (), "application/json")}
        return CallEnd.ANSWERED if reply else CallEnd.FAILED, {"reply": reply}


def _reply(answer: object) -> Reply:
    if isinstance(answer, Reply):
        return answer
    if isinstance(answer, bytes):
        return Reply(answer)
    return Reply(json.dumps(answer).encode(), content_type="application/json")

"""Every service of one check and every call of them; what the program asks lands here."""

from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, Any

from graders.kit import wire
from graders.kit.evidence import CANCELLED, Call, Evidence
from graders.kit.replies import line_of

if TYPE_CHECKING:
    from graders.kit.conductor import Service

MAX_CALLS = 1000


_PARTS = {
    "function": ("",),
    "blocking": ("",),
    "manager": ("enter", "exit"),
    "generator": ("next", "close"),
}


def _part(kind: str, part: Any) -> str:
    if part not in _PARTS[kind]:
        raise wire.WireError("no such step of a service")
    return str(part)


class TooManyCalls(Exception):
    """The program asked more often than any exercise needs."""


class Asking:
    """The services by name, and the evidence of what was asked of them.

    began  When the program was first called, by time.monotonic; None before.
    """

    def __init__(self, send: Callable[[dict[str, Any]], None]) -> None:
        self.services: dict[str, Service] = {}
        self.evidence = Evidence()
        self.began: float | None = None
        self._send = send
        self._calls: dict[int, Call] = {}

    def on_asked(self, frame: dict[str, Any]) -> None:
        """Note a call, and answer what is due by now.

        Raises:
            WireError, KeyError, TypeError: it is no call of ours.
            TooManyCalls: it is one too many.
        """
        service, key = self.services[frame["service"]], frame["number"]
        if type(key) is not int or key in self._calls:
            raise wire.WireError("a call's number twice")
        if len(self._calls) >= MAX_CALLS:
            raise TooManyCalls
        self._calls[key] = call = Call(
            service=service.name,
            key=key,
            number=len(self.evidence.of(service.name)) + 1,
            arguments=tuple(wire.decode(form) for form in frame["arguments"]),
            named=wire.decode(frame["named"]),
            line=line_of(frame.get("line")),
            part=_part(service.kind, frame["part"]),
            instance=int(frame["instance"]),
            asked_at=self._since_began(),
        )
        self.evidence.calls.append(call)
        service.on_asked(call)

    def on_cancelled(self, key: Any) -> None:
        """Note that the program gave a call up, unless it had been answered before."""
        call = self._calls[key]
        if not call.how:
            call.how, call.ended_at = CANCELLED, self._since_began()

    def answer(self, call: Call, how: str, content: dict[str, Any]) -> None:
        """Answer one call."""
        call.how, call.ended_at = how, self._since_began()
        self._send({"t": how, "number": call.key, **content})

    def on_quiet(self) -> bool:
        """Tell every service that no more will be asked before an answer; True if one answered."""
        # A list: every service is told, not only the first that has something to answer.
        return any([service.on_quiet() for service in self.services.values()])  # noqa: C419

    def on_drowsy(self) -> None:
        """Tell those that wait for quiet that there is enough of it."""
        for service in self.services.values():
            if service.hold_until == "quiet":
                service.on_quiet()

    def _since_began(self) -> float:
        return monotonic() - (self.began or monotonic())

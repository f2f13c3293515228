"""One call of the student's program that is over, and what must be true of it."""

from typing import Any

from graders.kit import wire
from graders.kit.channel import Channel
from graders.kit.conductor import Service
from graders.kit.evidence import Evidence
from graders.kit.expect import CheckEnded, require, undecided
from graders.kit.explain import ended, shown
from graders.kit.outcome import Called, Ending, Outcome
from graders.report import Verdict
from graders.text import Text

# A blocking sleep of this length is never missed, or the check is undecided.
UNSEEN_SECONDS = 0.15


class Run:
    """One call of the submission that is over.

    The `must_…` methods end the check with words for the student if it is not so.
    """

    def __init__(self, channel: Channel, function: str, called: Called) -> None:
        self._channel, self._function, self._called = channel, function, called

    @property
    def outcome(self) -> Outcome:
        """How it ended, judged by nobody."""
        return self._called.outcome

    @property
    def wall_seconds(self) -> float:
        """Clock time it took, by our clock; 0 if it was never made."""
        return self._called.wall_seconds or 0.0

    @property
    def evidence(self) -> Evidence:
        """Every call of every service."""
        return self._channel.asking.evidence

    def must_return(self) -> Any:
        """Return the value that the program returned."""
        if self.outcome.ending is not Ending.RETURNED:
            raise ended(self.outcome, self._function)
        for forgotten in self.outcome.reported.forgotten:
            values = {"name": forgotten.name, "line": forgotten.line or "?"}
            raise CheckEnded(Verdict.FAILED, _FORGOTTEN.format(**values), forgotten.line)
        return self.outcome.value

    def must_raise(self, type_name: str, message: str) -> None:
        """Make sure that the program let this exception through, alone or in a group."""
        error = self.outcome.error
        if self.outcome.ending is Ending.RETURNED:
            value = repr(self.outcome.value)[:200]
            words = _SWALLOWED.format(function=self._function, error=type_name, value=value)
            raise CheckEnded(Verdict.FAILED, words)
        if self.outcome.ending is not Ending.RAISED or error is None:
            raise ended(self.outcome, self._function)
        if not _holds(error, type_name, message):
            wanted = f"{type_name}: {message}"
            words = _OTHER_ERROR.format(wanted=wanted, got=shown(error), function=self._function)
            raise CheckEnded(Verdict.FAILED, words, error.line)

    def must_have_asked(self, service: Service, *wanted: tuple[object, ...]) -> None:
        """Make sure that the service was called with just these arguments, in any order."""
        left = [
            call.arguments + tuple(call.named.values()) for call in self.evidence.of(service.name)
        ]
        for arguments in wanted:
            words = f"{service.name}({', '.join(map(repr, arguments))})"
            require(
                arguments in left,
                f"Falta la llamada {words}.",
                f"The call {words} is missing.",
            )
            left.remove(arguments)
        require(
            not left,
            f"Hay {len(left)} llamadas de más a {service.name}.",
            f"There are {len(left)} calls of {service.name} too many.",
        )

    def must_have_overlapped(self, service: Service, width: int) -> None:
        """Make sure that `width` calls were in flight at the same time."""
        widest = self.evidence.width(service.name)
        if widest >= width:
            return
        if self.outcome.ending is Ending.UNDECIDED:
            raise ended(self.outcome, self._function)
        if widest == 0:
            if self.outcome.reported.forgotten or self.outcome.ending is not Ending.RETURNED:
                self.must_return()
            raise CheckEnded(Verdict.FAILED, _NEVER_ASKED.format(service=service.name))
        line = next((call.line for call in self.evidence.of(service.name) if call.line), None)
        words = _SEQUENTIAL if widest == 1 else _NARROW
        values = {"service": service.name, "widest": widest, "width": width}
        raise CheckEnded(Verdict.FAILED, words.format(**values), line)

    def must_not_have_overlapped(self, service: Service) -> None:
        """Make sure that no two calls were ever in flight at the same time."""
        widest = self.evidence.width(service.name)
        words = _OVERLAPPED.format(service=service.name, widest=widest)
        require(widest <= 1, words.es, words.en)

    def must_not_have_blocked(self) -> None:
        """Make sure that the event loop's thread was never seen asleep outside the loop.

        That it never was is proven if it never kept silent for long while it had a processor, or
        if we looked often enough; else nobody knows.
        """
        watcher = self._channel.watcher
        line = next(iter(self.outcome.reported.blocked), None)
        words = _BLOCKED_AT.format(line=line) if line else _BLOCKED
        require(not watcher.slept_blocking, words.es, words.en, line=line)
        if min(watcher.longest_gap, watcher.longest_silence) > UNSEEN_SECONDS:
            raise undecided(_LOOKED_AWAY.es, _LOOKED_AWAY.en)

    def must_have_taken(self, seconds: float) -> None:
        """Make sure that the call did not end before `seconds`.

        By our clock: less than `seconds` is proof that it gave up early. More proves patience
        only if the program had a processor nearly all the while, or its event loop was seen to
        ask for that long a sleep; else nobody knows.
        """
        took = self.wall_seconds
        words = _EARLY.format(took=round(took, 2), seconds=seconds)
        require(took >= seconds - 0.001, words.es, words.en)
        patient = 0.8 * seconds
        asked_for = self._channel.watcher.longest_sleep or 0.0
        if took - self._called.host_delay < patient and asked_for < patient:
            raise undecided(_NO_PROCESSOR.es, _NO_PROCESSOR.en)

    async def settled(self) -> str:
        """Wait until the program does nothing more by itself; says how it was left."""
        return await self._channel.settle()

    async def must_settle(self) -> None:
        """Make sure that the program leaves nothing running after its answer."""
        state = await self._channel.settle()
        left = next(iter(self.outcome.reported.left), None)
        values = {"name": left.name if left else "?", "function": self._function}
        words = _LEFT_RUNNING.format(**values)
        require(state == "asleep", words.es, words.en, line=left.line if left else None)


def _holds(error: wire.Failure, type_name: str, message: str) -> bool:
    if error.type_name == type_name and error.message == message:
        return True
    return any(isinstance(m, wire.Failure) and _holds(m, type_name, message) for m in error.members)


_FORGOTTEN = Text(
    "La corrutina {name} se creó en la línea {line} y nunca se esperó: falta await.",
    "The coroutine {name} was made in line {line} and never awaited: an await is missing.",
)
_SWALLOWED = Text(
    "El servicio falló con {error} y {function} se lo calló: devolvió {value}. Deja pasar los "
    "errores que no sabes tratar.",
    "The service failed with {error} and {function} kept it quiet: it returned {value}. Let "
    "errors through that you cannot treat.",
)
_OTHER_ERROR = Text(
    "{function} debía dejar pasar {wanted}, y terminó con {got}.",
    "{function} should have let {wanted} through, and ended with {got}.",
)
_NEVER_ASKED = Text(
    "Tu programa no llamó nunca a {service}. ¿Falta un await?",
    "Your program never called {service}. Is an await missing?",
)
_SEQUENTIAL = Text(
    "Esperaste la respuesta de {service} antes de pedir la siguiente: nunca hubo más de una "
    "llamada en marcha, y debían ser {width} a la vez. Créalas todas y espera después, por "
    "ejemplo con asyncio.gather().",
    "You awaited the answer of {service} before asking for the next: there was never more than one "
    "call in flight, and there should be {width} at once. Start them all and wait afterwards, "
    "for example with asyncio.gather().",
)
_NARROW = Text(
    "Solo hubo {widest} llamadas a {service} en marcha a la vez, de {width}: alguna espera a que "
    "terminen otras antes de empezar.",
    "Only {widest} calls of {service} were in flight at once, of {width}: some wait for others to "
    "end before they start.",
)
_OVERLAPPED = Text(
    "Aquí las llamadas a {service} deben ir una detrás de otra, y hubo {widest} a la vez.",
    "Here the calls of {service} must follow one another, and {widest} were in flight at once.",
)
_BLOCKED = Text(
    "Tu programa bloqueó el event loop (por ejemplo con time.sleep): mientras tanto no puede "
    "avanzar ninguna otra tarea. Usa await asyncio.sleep() o la versión asíncrona.",
    "Your program blocked the event loop (with time.sleep, say): no other task can go on "
    "meanwhile. Use await asyncio.sleep() or the asynchronous version.",
)
_BLOCKED_AT = Text(
    "La línea {line} bloqueó el event loop (por ejemplo con time.sleep): mientras tanto no puede "
    "avanzar ninguna otra tarea. Usa await asyncio.sleep() o la versión asíncrona.",
    "Line {line} blocked the event loop (with time.sleep, say): no other task can go on "
    "meanwhile. Use await asyncio.sleep() or the asynchronous version.",
)
_LOOKED_AWAY = Text(
    "Nuestra máquina no pudo mirar tu programa todo el tiempo.",
    "Our machine could not watch your program all the time.",
)
_EARLY = Text(
    "Tu programa se rindió a los {took} s, antes del límite de {seconds} s.",
    "Your program gave up after {took} s, before the limit of {seconds} s.",
)
_NO_PROCESSOR = Text(
    "Nuestra máquina no dejó correr tu programa el tiempo suficiente.",
    "Our machine did not let your program run for long enough.",
)
_LEFT_RUNNING = Text(
    "{function} ya devolvió su resultado, pero algo sigue en marcha ({name}). Cancela y espera lo "
    "que ya no necesitas.",
    "{function} has returned its result, but something is still running ({name}). Cancel and await "
    "what you no longer need.",
)

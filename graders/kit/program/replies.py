"""Parses the agent's frames on how a call ended; every field is checked."""

from typing import Any

from graders.kit import wire
from graders.kit.program.outcome import (
    LOAD_FAILURES,
    Cause,
    CodeLocation,
    Ending,
    Outcome,
    Reported,
)
from graders.picture import Awaited, Hold, Wait

LOADING_KINDS = tuple(cause.value for cause in LOAD_FAILURES)


def parse_outcome(frame: dict[str, Any]) -> Outcome:
    """Return the outcome that a frame of the agent reports.

    Raises:
        WireError: the agent we wrote sends no such frame.
    """
    match frame:
        case {"t": "returned", "value": form}:
            return Outcome(Ending.RETURNED, value=wire.decode(form), reported=_reported(frame))
        case {"t": "raised", "error": form}:
            return Outcome(Ending.RAISED, error=_failure(form), reported=_reported(frame))
        case {"t": "missing", "names": list(names)}:
            return Outcome(Ending.MISSING, names=tuple(str(n)[:80] for n in names[:50]))
        case {"t": "not_loaded", "error": form, "kind": str(kind)} if kind in LOADING_KINDS:
            file, text = str(frame.get("file", ""))[:80], str(frame.get("text", ""))[:200]
            return Outcome(
                Ending.NOT_LOADED, error=_failure(form), cause=Cause(kind), file=file, text=text
            )
    raise wire.WireError("no such frame")


def _failure(form: Any) -> wire.Failure:
    error = wire.decode(form)
    if not isinstance(error, wire.Failure):
        raise wire.WireError("no exception where one must be")
    return error


def parse_locations(pairs: Any) -> tuple[CodeLocation, ...]:
    """Return [name, line] pairs, at most twenty.

    Raises:
        WireError, TypeError, ValueError: they are none.
    """
    if not isinstance(pairs, list):
        raise wire.WireError("no list where one must be")
    # "outer.<locals>.inner" is the interpreter's name for what the student calls inner.
    names = ((str(name).rpartition("<locals>.")[2][:80], line) for name, line in pairs[:20])
    return tuple(CodeLocation(name, wire.parse_line(line)) for name, line in names)


def parse_waits(waits: Any, holds: Any) -> tuple[tuple[Wait, ...], tuple[Hold, ...]]:
    """Return what tasks wait for, and who holds it; twenty of each at most.

    Raises:
        WireError, TypeError, ValueError: they are none.
    """
    if not (isinstance(waits, list) and isinstance(holds, list)):
        raise wire.WireError("no list where one must be")
    return tuple(map(_wait, waits[:20])), tuple(map(_hold, holds[:20]))


def _wait(form: Any) -> Wait:
    task, line, awaited, name, tasks = form
    at = wire.parse_line(line)
    others = tuple(str(other)[:60] for other in tasks[:20])
    number = None if at is None else int(at)
    return Wait(str(task)[:60], number, wire.file_of(at), Awaited(awaited), str(name)[:40], others)


def _hold(form: Any) -> Hold:
    task, line, name = form
    at = wire.parse_line(line)
    number = None if at is None else int(at)
    return Hold(str(task)[:60], number, wire.file_of(at), str(name)[:40])


def _reported(frame: dict[str, Any]) -> Reported:
    return Reported(
        forgotten=parse_locations(frame.get("forgotten", [])),
        left=parse_locations(frame.get("left", [])),
        defined=wire.parse_line(frame.get("defined")),
    )

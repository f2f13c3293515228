"""What is worth saying about a trace: what went wrong, at which line, and what to try."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from graders.text import Text
from graders.trace import Activity, Row, Trace, TraceEnding

_MOST_OF_A_KIND = 5
_LONGEST_MESSAGE = 200


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence or two about the program; `line` is the line they speak of, or None."""

    text: Text
    line: int | None = None
    is_fine: bool = False


def find_all(trace: Trace) -> list[Finding]:
    """Return what is to be said of a trace, how it ended first; never nothing."""
    found = [*_how_it_ended(trace), *_blocks(trace), *_waiting_at_the_end(trace)]
    unawaited = [Finding(_UNAWAITED.format(name=u.name), u.line) for u in trace.unawaited]
    found += unawaited[:_MOST_OF_A_KIND]
    found += [Finding(_LEFT.format(name=name_of(r)), r.line) for r in trace.rows if r.left][
        :_MOST_OF_A_KIND
    ]
    found += _unretrieved(trace)
    if not found and trace.has_loop:
        found = [Finding(_FINE, is_fine=True)]
    if not trace.has_loop and trace.ending is not TraceEnding.NOT_LOADED:
        found.append(Finding(_NO_LOOP))
    if trace.is_cut:
        found.append(Finding(_CUT))
    return found


def name_of(row: Row) -> str | Text:
    """Return the name of a row; what a loop ran itself has none."""
    return row.name if row.kind != "loop" else _LOOP


def write_decimal(value: float, digits: int) -> Text:
    """Return a number with the decimal sign of each language."""
    written = f"{value:.{digits}f}"
    return Text(es=written.replace(".", ","), en=written)


def _how_it_ended(trace: Trace) -> Iterator[Finding]:
    error = trace.error
    line = error.line if error else None
    if trace.ending is TraceEnding.FINISHED:
        if trace.status:
            yield Finding(_STATUS.format(status=trace.status))
        return
    shown = ""
    if error and error.type_name:
        shown = f"{error.type_name}: {error.message}"[:_LONGEST_MESSAGE].rstrip(": ")
    yield Finding(
        _ENDINGS[trace.ending].format(error=shown, seconds=write_decimal(trace.seconds, 1)), line
    )


def _blocks(trace: Trace) -> Iterator[Finding]:
    lasted: dict[tuple[int, int | None], list[float]] = defaultdict(list)
    for row in trace.rows:
        for span in row.spans:
            if span.activity is Activity.BLOCKED:
                lasted[row.number, span.line].append(span.end - span.start)
    names = {row.number: name_of(row) for row in trace.rows}
    longest = sorted(lasted.items(), key=lambda item: -sum(item[1]))
    for (number, line), seconds in longest[:_MOST_OF_A_KIND]:
        text = _BLOCKED if len(seconds) == 1 else _BLOCKED_OFTEN
        yield Finding(
            text.format(
                name=names[number], seconds=write_decimal(sum(seconds), 2), times=str(len(seconds))
            ),
            line,
        )


def _waiting_at_the_end(trace: Trace) -> Iterator[Finding]:
    """What each task waited for when its time was over."""
    if trace.ending is not TraceEnding.TIMED_OUT:
        return
    still = [row for row in trace.rows if row.ending == "open" and row.spans]
    for row in still[:_MOST_OF_A_KIND]:
        last = row.spans[-1]
        if last.activity is Activity.WAITING:
            yield Finding(_STILL.format(name=name_of(row), what=last.what or "await"), last.line)


def _unretrieved(trace: Trace) -> list[Finding]:
    return [
        Finding(_UNRETRIEVED.format(name=name_of(row), error=row.error.type_name), row.error.line)
        for row in trace.rows
        if row.unretrieved and row.error
    ][:_MOST_OF_A_KIND]


_LOOP = Text("el event loop", "the loop")
_FINE = Text(
    "Nada bloqueó el event loop y nada quedó a medias.",
    "Nothing blocked the event loop, and nothing was left unfinished.",
)
_STATUS = Text(
    "El programa terminó con el código de salida {status}.",
    "The program ended with the exit status {status}.",
)
_BLOCKED = Text(
    "`{name}` bloqueó el event loop {seconds} s: mientras tanto no avanzó ninguna otra "
    "tarea. Espera con `await`, o llévalo a un hilo con `asyncio.to_thread`.",
    "`{name}` blocked the event loop for {seconds} s: no other task went on meanwhile. Wait with "
    "`await`, or move it to a thread with `asyncio.to_thread`.",
)
_BLOCKED_OFTEN = Text(
    "`{name}` bloqueó el event loop {times} veces, {seconds} s en total: mientras tanto no "
    "avanzó ninguna otra tarea. Espera con `await`, o llévalo a un hilo con `asyncio.to_thread`.",
    "`{name}` blocked the event loop {times} times, {seconds} s in all: no other task went on "
    "meanwhile. Wait with `await`, or move it to a thread with `asyncio.to_thread`.",
)
_STILL = Text(
    "`{name}` seguía esperando en `{what}` cuando se acabó el tiempo.",
    "`{name}` was still waiting at `{what}` when the time was over.",
)
_UNAWAITED = Text(
    "La corrutina de `{name}` se creó y nunca se esperó: su código no corrió. Pon `await` delante.",
    "The coroutine of `{name}` was made and never awaited: its code did not run. Put `await` "
    "before it.",
)
_LEFT = Text(
    "La tarea `{name}` seguía pendiente cuando acabó `main()`. Espérala con `await`, o créala en "
    "un `asyncio.TaskGroup`.",
    "The task `{name}` was still pending when `main()` was over. Await it, or create it in an "
    "`asyncio.TaskGroup`.",
)
_UNRETRIEVED = Text(
    "La tarea `{name}` acabó con `{error}` y nadie se enteró. Espérala con `await`.",
    "The task `{name}` ended with `{error}`, and nobody noticed. Await it.",
)
_NO_LOOP = Text(
    "No corrió ningún event loop de asyncio, así que no hay nada que dibujar. Un loop que "
    "no sea de asyncio, como el de Trio, no se puede dibujar.",
    "No event loop of asyncio ran, so there is nothing to draw. A loop that is not asyncio's, such "
    "as Trio's, cannot be drawn.",
)
_CUT = Text(
    "Hizo más de lo que cabe en un dibujo: solo se muestra el principio.",
    "It did more than a picture holds: only its beginning is shown.",
)
_ENDINGS = {
    TraceEnding.RAISED: Text(
        "Una excepción terminó el programa: `{error}`.",
        "An exception ended the program: `{error}`.",
    ),
    TraceEnding.NOT_LOADED: Text(
        "Python no puede leer el programa: `{error}`.", "Python cannot read the program: `{error}`."
    ),
    TraceEnding.TIMED_OUT: Text(
        "El programa seguía en marcha a los {seconds} s y se detuvo.",
        "The program was still going after {seconds} s, and was stopped.",
    ),
    TraceEnding.CPU: Text(
        "El programa gastó todo su tiempo de procesador y se detuvo.",
        "The program used up its processor time, and was stopped.",
    ),
    TraceEnding.MEMORY: Text(
        "El programa se quedó sin memoria y se detuvo.",
        "The program ran out of memory, and was stopped.",
    ),
    TraceEnding.OUTPUT: Text(
        "El programa escribió demasiado y se detuvo.",
        "The program printed too much, and was stopped.",
    ),
    TraceEnding.DIED: Text(
        "El proceso del programa murió antes de acabar.",
        "The program's process died before its end.",
    ),
    TraceEnding.GARBLED: Text(
        "El programa envió algo que no es un informe nuestro, y se detuvo.",
        "The program sent what is no report of ours, and was stopped.",
    ),
}

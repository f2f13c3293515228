"""Messages for a call that did not return: what happened, where, and what to try."""

import re
import signal
from pathlib import Path

from graders.kit.expect import CheckEnded
from graders.kit.messages import not_loading, requirements
from graders.kit.messages.code import as_code, list_code
from graders.kit.messages.common_mistakes import find_advice, format_advice
from graders.kit.messages.unreadable import find_reading_advice
from graders.kit.program.outcome import Cause, Ending, Outcome, is_kill
from graders.kit.wire import Failure, file_of
from graders.report import Verdict
from graders.text import LANGUAGES, Text

KILLED = Text(
    "El sistema terminó tu programa a la fuerza.",
    "The system ended your program by force.",
)

KILLED_ONCE = Text(
    "El sistema terminó tu programa a la fuerza en una de dos ejecuciones; se repetirá "
    "automáticamente.",
    "The system ended your program by force in one of two runs; it will be run again "
    "automatically.",
)


def explain_outcome(outcome: Outcome, function: str) -> CheckEnded:
    """Return the CheckEnded to raise for an outcome other than a returned value."""
    found = not_loading.explain_load_failure(outcome) if outcome.is_loading else None
    verdict, message, line = found or _EXPLAIN[outcome.ending](outcome, function)
    return CheckEnded(verdict, message, line)


def format_error(error: Failure) -> str:
    """Return an exception as its last traceback line shows it, with those grouped in it."""
    members = "; ".join(
        format_error(member) for member in error.members if isinstance(member, Failure)
    )
    message = error.message
    if error.type_name == "ImportError":
        message = _WHERE_FOUND.sub("", message)  # a path of the sandbox tells nobody anything
    words = f"{error.type_name}: {message}" if message else error.type_name
    return f"{words} ({members})" if members else words


_WHERE_FOUND = re.compile(r" \((/[^()]*|unknown location)\)$")
# What set-up installs for students' programs; the exercise may bring others.
LIBRARIES = tuple(
    line
    for line in (Path(__file__).parents[2] / "runtime.in").read_text("ascii").split("\n")
    if line and not line.startswith("#")
)

_Explained = tuple[Verdict, Text, int | None]


def _not_loaded(outcome: Outcome, function: str) -> _Explained:
    error = outcome.error or Failure("Exception", "")
    # The message names the file before the line.
    number = int(error.line) if error.line else "?"
    place = {"file": outcome.file, "line": number, "error": as_code(format_error(error))}
    if error.type_name == "MemoryError":
        return _out_of_memory(error)
    if outcome.cause is Cause.SYNTAX:
        message = _SYNTAX.format(**place, text=as_code(outcome.text.strip()))
        advice = find_advice(error) or find_reading_advice(error, outcome.text)
        message += advice or _LOOK_BEFORE
    elif error.type_name == "ModuleNotFoundError":
        template = _NO_MODULE if outcome.names else _NO_LIBRARY
        message = template.format(**place, libraries=list_code(outcome.names))
        message += format_advice(error)
    elif outcome.cause is Cause.EXIT:
        message = _EXIT.format(**place)
    else:
        message = _LOAD.format(**place) + (format_advice(error) or _AT_IMPORT)
    return Verdict.NOT_RUN, message, error.line


def _missing(outcome: Outcome, function: str) -> _Explained:
    names = list_code(outcome.names)
    message = _MISSING if names else _NOTHING_THERE
    return Verdict.NOT_RUN, message.format(function=function, names=names), None


def _raised(outcome: Outcome, function: str) -> _Explained:
    error = outcome.error or Failure("Exception", "")
    if error.type_name == "MemoryError":
        return _out_of_memory(error)
    values = {
        "function": function,
        "error": as_code(format_error(error)),
        "where": requirements.in_line(error.line),
    }
    if error.type_name == "WireError":
        return Verdict.FAILED, _UNSENDABLE.format(**values), None
    if error.type_name == "SystemExit":
        return Verdict.CRASHED, _EXITED.format(**values), error.line
    if error.type_name == "TypeError" and f"{function}()" in error.message:
        return Verdict.CRASHED, _SIGNATURE.format(**values), error.line
    return Verdict.CRASHED, _RAISED.format(**values) + format_advice(error), error.line


def _stuck(outcome: Outcome, function: str) -> _Explained:
    message, stack = requirements.STUCK.format(function=function), outcome.stack
    if stack.line:
        blocked = requirements.STUCK_AND_BLOCKED.format(line=stack.line, function=function)
        message = (
            blocked
            if outcome.has_blocked_its_loop
            else message + requirements.IT_IS_AT.format(line=stack.line)
        )
        return Verdict.TIMED_OUT, message, stack.line
    waiting = {
        (file_of(p.line), p.line, p.name.rpartition(".")[2])
        for p in outcome.reported.waiting
        if p.line
    }
    places = sorted(waiting)[:5]
    if not places:
        return Verdict.TIMED_OUT, message, None
    words = [_WAITS_AT.format(name=name, line=line) for _, line, name in places]
    es, en = (", ".join(getattr(word, language) for word in words) for language in LANGUAGES)
    message = Text(f"{message.es}\nEsperan: {es}.", f"{message.en}\nWaiting: {en}.")
    return Verdict.TIMED_OUT, message, places[-1][1]


def _timed_out(outcome: Outcome, function: str) -> _Explained:
    line = outcome.stack.line
    message = requirements.ASLEEP if outcome.cause is Cause.ASLEEP else requirements.WORKING
    if outcome.has_blocked_its_loop:
        message = requirements.BLOCKED_TOO_LONG
    elif line:
        message = message + requirements.IT_IS_AT
    return Verdict.TIMED_OUT, message.format(function=function, line=line), line


def _died(outcome: Outcome, function: str) -> _Explained:
    status = outcome.status
    if status is None:
        return Verdict.CRASHED, _HUNG_UP.format(function=function), None
    number = status & 0x7F
    if number == signal.SIGXCPU:
        line = next(iter(outcome.reported.blocked), None)
        message = _CPU_AT.format(line=line) if line else Text("", "")
        return Verdict.TIMED_OUT, _CPU.format(function=function) + message, line
    if is_kill(status):
        return Verdict.CRASHED, KILLED, None
    if number:
        name = signal.Signals(number).name if number in list(signal.Signals) else str(number)
        return Verdict.CRASHED, _SIGNAL.format(function=function, name=name), None
    return Verdict.CRASHED, _LEFT.format(function=function, code=status >> 8), None


def _flooded(outcome: Outcome, function: str) -> _Explained:
    if outcome.cause is Cause.CALLS:
        return Verdict.FAILED, _CALLS.format(function=function), None
    return Verdict.TOO_MUCH_OUTPUT, _OUTPUT.format(function=function), None


def _garbled(outcome: Outcome, function: str) -> _Explained:
    return Verdict.CRASHED, _GARBLED.format(function=function), None


def _undecided(outcome: Outcome, function: str) -> _Explained:
    return Verdict.INCONCLUSIVE, _UNDECIDED, None


def _out_of_memory(error: Failure) -> _Explained:
    return Verdict.OUT_OF_MEMORY, OUT_OF_MEMORY, error.line


_EXPLAIN = {
    Ending.NOT_LOADED: _not_loaded,
    Ending.MISSING: _missing,
    Ending.RAISED: _raised,
    Ending.STUCK: _stuck,
    Ending.TIMED_OUT: _timed_out,
    Ending.DIED: _died,
    Ending.FLOODED: _flooded,
    Ending.GARBLED: _garbled,
    Ending.UNDECIDED: _undecided,
}

OUT_OF_MEMORY = Text(
    "Tu programa pidió más memoria de la permitida.",
    "Your program asked for more memory than it may have.",
)
_SYNTAX = Text(
    "Python no entiende {file}, línea {line}: {error}\n{text}\n",
    "Python cannot read {file}, line {line}: {error}\n{text}\n",
)
_LOOK_BEFORE = Text(
    "Corrige esa línea; el error puede estar justo antes.",
    "Fix that line; the mistake may be just before it.",
)
_NO_MODULE = Text(
    "{file}, línea {line}: {error}. Aquí puedes importar la biblioteca estándar y: {libraries}.",
    "{file}, line {line}: {error}. Here you may import the standard library and: {libraries}.",
)
_NO_LIBRARY = Text(
    "{file}, línea {line}: {error}. Aquí puedes importar solo la biblioteca estándar.",
    "{file}, line {line}: {error}. Here you may import the standard library only.",
)
_EXIT = Text(
    "Tu programa se cerró solo al cargarse ({file}, línea {line}): quita `sys.exit()` o `exit()` "
    "del nivel del módulo.",
    "Your program exited while it was being loaded ({file}, line {line}): take `sys.exit()` or "
    "`exit()` out of the module's top level.",
)
_LOAD = Text(
    "Error al cargar {file}, línea {line}: {error}",
    "Error while loading {file}, line {line}: {error}",
)
_AT_IMPORT = Text(
    "\nEl código fuera de las funciones se ejecuta al importar; no llames ahí a nada.",
    "\nCode outside functions runs when the file is imported: do not call anything there.",
)
_MISSING = Text(
    "No encuentro la función `{function}` en tu archivo, que define: {names}. Revisa el nombre.",
    "There is no function `{function}` in your file, which defines: {names}. Check the name.",
)
_NOTHING_THERE = Text(
    "No encuentro la función `{function}`: tu archivo no define ninguna. ¿Es el archivo correcto, "
    "y lo guardaste?",
    "There is no function `{function}`: your file defines none. Is it the right file, and was it "
    "saved?",
)
_UNSENDABLE = Text(
    "`{function}` devolvió un valor demasiado grande o anidado para leerlo.",
    "`{function}` returned a value too large or too deeply nested to be read.",
)
_EXITED = Text(
    "`{function}` cerró el programa{where}: usa `return`, no `sys.exit()`.",
    "`{function}` exited the program{where}: use `return`, not `sys.exit()`.",
)
_SIGNATURE = Text(
    "`{function}` no acepta los argumentos del enunciado: {error}. Copia la firma del enunciado.",
    "`{function}` does not accept the arguments given in the statement: {error}. Copy the "
    "signature from the statement.",
)
_RAISED = Text(
    "`{function}` terminó con un error{where}: {error}",
    "`{function}` ended with an error{where}: {error}",
)
_CPU = Text(
    "`{function}` usó todo su tiempo de procesador. ¿Hay un bucle que no termina?",
    "`{function}` used up its processor time. Is there a loop that never ends?",
)
_WAITS_AT = Text("`{name}` (línea {line})", "`{name}` (line {line})")
_CPU_AT = Text(" Seguía en la línea {line}.", " It was still at line {line}.")
_HUNG_UP = Text(
    "`{function}` cerró su conexión con el corrector y no devolvió nada.",
    "`{function}` closed its connection to the grader and returned nothing.",
)
_SIGNAL = Text(
    "La señal `{name}` terminó tu programa dentro de `{function}`.",
    "Signal `{name}` ended your program inside `{function}`.",
)
_LEFT = Text(
    "Tu programa se cerró solo (código {code}) mientras se comprobaba `{function}`.",
    "Your program exited (code {code}) while `{function}` was being checked.",
)
_CALLS = Text(
    "`{function}` hizo más de mil llamadas. ¿Hay un bucle que no termina?",
    "`{function}` made more than a thousand calls. Is there a loop that never ends?",
)
_OUTPUT = Text(
    "`{function}` escribió demasiado en la salida. Quita los `print()` de dentro de los bucles.",
    "`{function}` printed too much. Move the `print()` calls out of loops.",
)
_GARBLED = Text(
    "Tu programa escribió datos ilegibles en su conexión con el corrector.",
    "Your program wrote unreadable data to its connection with the grader.",
)
_UNDECIDED = Text(
    "Nuestra máquina no pudo decidir esta comprobación; se repetirá automáticamente.",
    "Our machine could not decide this check; it will be run again automatically.",
)

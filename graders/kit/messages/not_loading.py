"""Messages for a file that could not be loaded to its end: none of its functions was called."""

import signal

from graders.kit.program.outcome import Ending, Outcome
from graders.report import Verdict
from graders.text import Text


def explain_load_failure(outcome: Outcome) -> tuple[Verdict, Text, int | None] | None:
    """Return verdict, message and line for an ending while loading; None for any other."""
    number = (outcome.status or 0) & 0x7F
    if outcome.ending is Ending.STUCK:
        verdict, words = Verdict.TIMED_OUT, _STUCK
    elif outcome.ending is Ending.TIMED_OUT:
        verdict, words = Verdict.TIMED_OUT, _TOO_LONG
    elif outcome.ending is Ending.DIED and number == signal.SIGXCPU:
        verdict, words = Verdict.TIMED_OUT, _CPU
    elif outcome.ending is Ending.DIED and number != signal.SIGKILL:
        verdict, words = Verdict.CRASHED, _DIED
    elif outcome.ending is Ending.FLOODED:
        verdict, words = Verdict.TOO_MUCH_OUTPUT, _FLOODED
    else:
        return None
    line = outcome.stack.line or next(iter(outcome.reported.blocked), None)
    where = _AT.format(line=line) if line else Text("", "")
    return verdict, words + where + _GUARD, line


_STUCK = Text(
    "Tu archivo no terminó de cargarse: todo el programa duerme y nada puede despertarlo",
    "Your file never finished loading: the whole program is asleep and nothing can wake it",
)
_TOO_LONG = Text(
    "Cargar tu archivo tardó demasiado",
    "Loading your file took too long",
)
_CPU = Text(
    "Cargar tu archivo usó todo el tiempo de procesador, quizá en un bucle que no termina",
    "Loading your file used up the processor time, perhaps in a loop that never ends",
)
_DIED = Text(
    "Tu programa se cerró mientras se cargaba el archivo",
    "Your program ended while the file was being loaded",
)
_FLOODED = Text(
    "Tu archivo escribió demasiado en la salida mientras se cargaba",
    "Your file printed too much while it was being loaded",
)
_AT = Text(" (línea {line})", " (line {line})")
_GUARD = Text(
    ". No se llegó a llamar a ninguna función. El código fuera de las funciones se ejecuta al "
    'importar: pon la demostración dentro de `if __name__ == "__main__":`.',
    ". No function was called. Code outside functions runs when the file is imported: put your "
    'demonstration inside `if __name__ == "__main__":`.',
)

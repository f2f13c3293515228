"""Messages to students for requirements on a call that are not met."""

from graders.report import NOTHING
from graders.text import Text

_IN_LINE = Text(" en la línea {line}", " in line {line}")


def in_line(line: int | None) -> Text:
    """Return words that say in which line, to be put behind a verb; none if it is unknown."""
    return _IN_LINE.format(line=line) if line else NOTHING


FORGOTTEN = Text(
    "La corrutina `{name}` se creó{where} y nunca se esperó: falta `await`.",
    "The coroutine `{name}` was created{where} and never awaited: an `await` is missing.",
)
SWALLOWED = Text(
    "El servicio falló con `{error}` y `{function}` se lo calló: devolvió {value}.",
    "The service failed with `{error}` and `{function}` hid it: it returned {value}.",
)
NOT_RAISED = Text(
    "`{function}` debía terminar con `{error}`, y devolvió {value}.",
    "`{function}` should have raised `{error}`, but returned {value}.",
)
LET_IT_PASS = Text(
    " Deja pasar los errores que no sabes tratar.",
    " Do not catch errors that you cannot handle.",
)
UNAWAITED = Text("`{function}` devolvió {value}.\n", "`{function}` returned {value}.\n")
OTHER_ERROR = Text(
    "`{function}` debía dejar pasar `{wanted}`, y terminó con {got}.",
    "`{function}` should have raised `{wanted}`, but raised {got}.",
)
GROUPED = Text(
    "`{function}` debía terminar con `{wanted}`, y terminó con un `{got}` que lo lleva dentro: un "
    "`except {wanted}` de quien te llama no lo captura. `asyncio.TaskGroup` y los grupos de anyio "
    "agrupan los errores; `gather()` y un `await` normal dejan salir el error mismo.",
    "`{function}` should have ended with `{wanted}`, and ended with an `{got}` that holds it: an "
    "`except {wanted}` of the caller does not catch that. `asyncio.TaskGroup` and the groups of "
    "anyio group the errors; `gather()` and a plain `await` let the error itself out.",
)
NEVER_ASKED = Text(
    "Tu programa no llamó nunca a `{service}`. ¿Falta un `await`?",
    "Your program never called `{service}`. Is an `await` missing?",
)
SEQUENTIAL = Text(
    "Esperaste la respuesta de `{service}` antes de pedir la siguiente: nunca hubo más de una "
    "llamada en marcha, y debían ser {width} a la vez. Créalas todas y espera después, por "
    "ejemplo con `asyncio.gather()`.",
    "You awaited each answer of `{service}` before making the next call: there was never more "
    "than one call in flight, and there should be {width} at once. Start them all and wait "
    "afterwards, for example with `asyncio.gather()`.",
)
NARROW = Text(
    "Solo hubo {widest} llamadas a `{service}` en marcha a la vez, de {width}: alguna espera a "
    "que terminen otras antes de empezar.",
    "Only {widest} of {width} calls of `{service}` were in flight at once: some start only when "
    "others have ended.",
)
CUT_SHORT = Text(
    "Dejaste de esperar a `{service}` antes de que contestara: lo cortó un límite de tiempo que "
    "pusiste tú. Puede tardar lo que quiera; quita ese límite.",
    "You stopped waiting for `{service}` before it answered: a time limit of your own cut it "
    "short. It may take as long as it likes; take that limit out.",
)
ALL_THE_SAME = Text(
    " Las {calls} llamadas llevaron los mismos argumentos: una `lambda` o función creada en un "
    "bucle ve el último valor de la variable. Pásaselo como argumento.",
    " All {calls} calls had the same arguments: a `lambda` or function made in a loop sees the "
    "last value of the variable. Hand it over as an argument.",
)
OVERLAPPED = Text(
    "Aquí las llamadas a `{service}` deben ir una detrás de otra, y hubo {widest} a la vez.",
    "Here the calls of `{service}` must be made one after another, but {widest} were in flight at "
    "once.",
)
EXCEEDED = Text(
    "Hubo {widest} llamadas a `{service}` en marcha a la vez, y el máximo es {most}. Usa "
    "`asyncio.Semaphore({most})` para limitarlas.",
    "There were {widest} calls of `{service}` in flight at once, and the limit is {most}. Use "
    "`asyncio.Semaphore({most})` to limit them.",
)
UNCANCELLED = Text(
    "Cancelamos `{function}` y siguió como si nada: se tragó `CancelledError`. Si lo capturas "
    "para limpiar, vuelve a lanzarlo con `raise`.",
    "We cancelled `{function}` and it went on as if nothing had happened: it swallowed "
    "`CancelledError`. If you catch it to clean up, re-raise it with `raise`.",
)
BLOCKED = Text(
    "Tu programa bloqueó el event loop{during} (con `time.sleep`, o al esperar a un pool sin "
    "`await`): mientras tanto no puede avanzar ninguna otra tarea. Usa `await asyncio.sleep()` o "
    "la versión asíncrona.",
    "Your program blocked the event loop{during} (with `time.sleep`, or by waiting for a pool "
    "without `await`): no other task can go on meanwhile. Use `await asyncio.sleep()` or the "
    "asynchronous version.",
)
BLOCKED_AT = Text(
    "La línea {line} bloqueó el event loop{during} (con `time.sleep`, o al esperar a un pool sin "
    "`await`): mientras tanto no puede avanzar ninguna otra tarea. Usa `await asyncio.sleep()` o "
    "la versión asíncrona.",
    "Line {line} blocked the event loop{during} (with `time.sleep`, or by waiting for a pool "
    "without `await`): no other task can go on meanwhile. Use `await asyncio.sleep()` or the "
    "asynchronous version.",
)
BUSY = Text(
    "Tu programa tuvo ocupado el event loop{during}: calculó, o dio vueltas en un bucle, sin "
    "ningún `await`, y mientras tanto no pudo avanzar ninguna otra tarea.",
    "Your program kept the event loop busy{during}: it computed, or went round in a loop, without "
    "an `await`, and no other task could go on meanwhile.",
)
BUSY_AT = Text(
    "La línea {line} tuvo ocupado el event loop{during}: tu programa calculó, o dio vueltas en un "
    "bucle, sin ningún `await`, y mientras tanto no pudo avanzar ninguna otra tarea.",
    "Line {line} kept the event loop busy{during}: your program computed, or went round in a loop, "
    "without an `await`, and no other task could go on meanwhile.",
)
BUSY_FOR = Text(
    " al menos {milliseconds} ms de procesador seguidos",
    " for at least {milliseconds} ms of processor time in one go",
)
DO_NOT_COMPUTE = Text(
    " Para esperar, usa `await asyncio.sleep()`; un cálculo largo, llévalo a un hilo o a otro "
    "proceso.",
    " To wait, use `await asyncio.sleep()`; take a long computation to a thread or another "
    "process.",
)
STUCK = Text(
    "`{function}` se quedó esperando para siempre: todo tu programa duerme y nada puede "
    "despertarlo. ¿Esperas algo que nadie va a completar, o falta un límite de tiempo?",
    "`{function}` waits for ever: your whole program is asleep and nothing can wake it. Does it "
    "wait for something nobody will complete, or is a time limit missing?",
)
IT_IS_AT = Text(" Está en la línea {line}.", " It is at line {line}.")
ASLEEP = Text(
    "`{function}` no terminó a tiempo: estaba durmiendo por su cuenta (`sleep`) cuando acabó el "
    "plazo.",
    "`{function}` did not end in time: it was in a `sleep` of its own when the time limit was "
    "reached.",
)
WORKING = Text(
    "`{function}` no terminó a tiempo: seguía en marcha cuando acabó el plazo.",
    "`{function}` did not end in time: it was still running when the time limit was reached.",
)
STUCK_AND_BLOCKED = Text(
    "La línea {line} bloqueó el event loop y nada puede despertarlo: `{function}` espera ahí sin "
    "`await`, y mientras tanto ninguna otra tarea puede avanzar. En una función async usa "
    "`asyncio.Lock` (con `async with`) en vez de `threading.Lock`, `asyncio.Queue` (con `await`) "
    "en vez de `queue.Queue`, y `await asyncio.to_thread()` para una función que bloquea.",
    "Line {line} blocked the event loop and nothing can wake it: `{function}` waits there without "
    "`await`, and no other task can go on meanwhile. In an async function use `asyncio.Lock` "
    "(with `async with`) instead of `threading.Lock`, `asyncio.Queue` (with `await`) instead of "
    "`queue.Queue`, and `await asyncio.to_thread()` for a function that blocks.",
)
BLOCKED_TOO_LONG = Text(
    "La línea {line} bloqueó el event loop hasta que se acabó el plazo de `{function}`: mientras "
    "tanto no puede avanzar ninguna otra tarea. Usa `await asyncio.sleep()` en vez de "
    "`time.sleep()`, y `await asyncio.to_thread()` para una función que bloquea.",
    "Line {line} blocked the event loop until `{function}` was out of time: no other task can go "
    "on meanwhile. Use `await asyncio.sleep()` instead of `time.sleep()`, and `await "
    "asyncio.to_thread()` for a function that blocks.",
)
FOR_AT_LEAST = Text(" al menos {milliseconds} ms", " for at least {milliseconds} ms")
OTHER_LOOPS = Text(
    "Mientras tu programa esperaba, había otro event loop en marcha en otro hilo. Un hilo con su "
    "propio `asyncio.run()` o `run_until_complete()` es otro loop: quítalo y espera con "
    "`await` en el loop que ya hay.",
    "While your program waited, another event loop was running in another thread. A thread with "
    "an `asyncio.run()` or `run_until_complete()` of its own is another loop: take it out "
    "and use `await` on the loop that there is.",
)
LOOKED_AWAY = Text(
    "Nuestra máquina no pudo observar tu programa todo el tiempo.",
    "Our machine could not observe your program all the time.",
)
EARLY = Text(
    "`{function}` se rindió a los {took} s, antes del límite de {seconds} s.",
    "`{function}` gave up after {took} s, before the limit of {seconds} s.",
)
NO_PROCESSOR = Text(
    "Nuestra máquina no dejó correr tu programa el tiempo suficiente.",
    "Our machine did not let your program run for long enough.",
)
LEFT_RUNNING = Text(
    "`{function}` ya devolvió su resultado, pero algo sigue en marcha (`{name}`). Cancela y espera "
    "lo que ya no necesitas.",
    "`{function}` returned its result, but something is still running (`{name}`). Cancel and "
    "`await` what you no longer need.",
)

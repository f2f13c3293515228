"""What students are told when something that must be true of a call is not."""

from graders.text import Text

FORGOTTEN = Text(
    "La corrutina {name} se creó en la línea {line} y nunca se esperó: falta await.",
    "The coroutine {name} was made in line {line} and never awaited: an await is missing.",
)
SWALLOWED = Text(
    "El servicio falló con {error} y {function} se lo calló: devolvió {value}. Deja pasar los "
    "errores que no sabes tratar.",
    "The service failed with {error} and {function} kept it quiet: it returned {value}. Let "
    "errors through that you cannot treat.",
)
NOT_RAISED = Text(
    "{function} debía terminar con {error}, y devolvió {value}. Deja pasar los errores que no "
    "sabes tratar.",
    "{function} should have ended with {error}, and returned {value}. Let errors through that you "
    "cannot treat.",
)
UNAWAITED = Text("{function} devolvió {value}.\n", "{function} returned {value}.\n")
OTHER_ERROR = Text(
    "{function} debía dejar pasar {wanted}, y terminó con {got}.",
    "{function} should have let {wanted} through, and ended with {got}.",
)
NEVER_ASKED = Text(
    "Tu programa no llamó nunca a {service}. ¿Falta un await?",
    "Your program never called {service}. Is an await missing?",
)
SEQUENTIAL = Text(
    "Esperaste la respuesta de {service} antes de pedir la siguiente: nunca hubo más de una "
    "llamada en marcha, y debían ser {width} a la vez. Créalas todas y espera después, por "
    "ejemplo con asyncio.gather().",
    "You awaited the answer of {service} before asking for the next: there was never more than one "
    "call in flight, and there should be {width} at once. Start them all and wait afterwards, "
    "for example with asyncio.gather().",
)
NARROW = Text(
    "Solo hubo {widest} llamadas a {service} en marcha a la vez, de {width}: alguna espera a que "
    "terminen otras antes de empezar.",
    "Only {widest} calls of {service} were in flight at once, of {width}: some wait for others to "
    "end before they start.",
)
OVERLAPPED = Text(
    "Aquí las llamadas a {service} deben ir una detrás de otra, y hubo {widest} a la vez.",
    "Here the calls of {service} must follow one another, and {widest} were in flight at once.",
)
EXCEEDED = Text(
    "Hubo {widest} llamadas a {service} en marcha a la vez, y el máximo es {most}. Un "
    "asyncio.Semaphore({most}) lo limita.",
    "There were {widest} calls of {service} in flight at once, and the most is {most}. An "
    "asyncio.Semaphore({most}) limits them.",
)
UNCANCELLED = Text(
    "Cancelamos {function} y siguió como si nada: se tragó CancelledError. Si lo capturas para "
    "limpiar, vuelve a lanzarlo con raise.",
    "We cancelled {function} and it went on as if nothing had happened: it swallowed "
    "CancelledError. If you catch it to clean up, raise it again.",
)
BLOCKED = Text(
    "Tu programa bloqueó el event loop (con time.sleep, o al esperar a un pool sin await): "
    "mientras tanto no puede avanzar ninguna otra tarea. Usa await asyncio.sleep() o la versión "
    "asíncrona.",
    "Your program blocked the event loop (with time.sleep, or by waiting for a pool without "
    "await): no other task can go on meanwhile. Use await asyncio.sleep() or the asynchronous "
    "version.",
)
BLOCKED_AT = Text(
    "La línea {line} bloqueó el event loop (con time.sleep, o al esperar a un pool sin await): "
    "mientras tanto no puede avanzar ninguna otra tarea. Usa await asyncio.sleep() o la versión "
    "asíncrona.",
    "Line {line} blocked the event loop (with time.sleep, or by waiting for a pool without "
    "await): no other task can go on meanwhile. Use await asyncio.sleep() or the asynchronous "
    "version.",
)
STUCK = Text(
    "{function} se quedó esperando para siempre: todo tu programa duerme y nada puede despertarlo. "
    "¿Esperas algo que nadie va a completar, o falta un límite de tiempo?",
    "{function} waits for ever: your whole program is asleep and nothing can wake it. Does it wait "
    "for something nobody will complete, or is a time limit missing?",
)
IT_IS_AT = Text(" Está en la línea {line}.", " It is at line {line}.")
ASLEEP = Text(
    "{function} no terminó a tiempo: estaba durmiendo por su cuenta (sleep) cuando acabó el plazo.",
    "{function} did not end in time: it was sleeping of its own accord when the limit came.",
)
WORKING = Text(
    "{function} no terminó a tiempo: seguía dando vueltas cuando acabó el plazo.",
    "{function} did not end in time: it was still going round when the limit came.",
)
STUCK_AND_BLOCKED = Text(
    "La línea {line} bloqueó el event loop y nada puede despertarlo: {function} espera ahí sin "
    "await, y mientras tanto ninguna otra tarea puede avanzar. En una función async usa "
    "asyncio.Lock (con async with) en vez de threading.Lock, asyncio.Queue (con await) en vez de "
    "queue.Queue, y await asyncio.to_thread() para una función que bloquea.",
    "Line {line} blocked the event loop and nothing can wake it: {function} waits there without "
    "await, and no other task can go on meanwhile. In an async function use asyncio.Lock (with "
    "async with) instead of threading.Lock, asyncio.Queue (with await) instead of queue.Queue, and "
    "await asyncio.to_thread() for a function that blocks.",
)
BLOCKED_TOO_LONG = Text(
    "La línea {line} bloqueó el event loop hasta que se acabó el plazo de {function}: mientras "
    "tanto no puede avanzar ninguna otra tarea. Usa await asyncio.sleep() en vez de time.sleep(), "
    "y await asyncio.to_thread() para una función que bloquea.",
    "Line {line} blocked the event loop until {function} was out of time: no other task can go on "
    "meanwhile. Use await asyncio.sleep() instead of time.sleep(), and await asyncio.to_thread() "
    "for a function that blocks.",
)
FOR_AT_LEAST = Text(
    " La vimos bloqueada durante {milliseconds} ms al menos.",
    " We saw it blocked for {milliseconds} ms at least.",
)
LOOKED_AWAY = Text(
    "Nuestra máquina no pudo mirar tu programa todo el tiempo.",
    "Our machine could not watch your program all the time.",
)
EARLY = Text(
    "Tu programa se rindió a los {took} s, antes del límite de {seconds} s.",
    "Your program gave up after {took} s, before the limit of {seconds} s.",
)
NO_PROCESSOR = Text(
    "Nuestra máquina no dejó correr tu programa el tiempo suficiente.",
    "Our machine did not let your program run for long enough.",
)
LEFT_RUNNING = Text(
    "{function} ya devolvió su resultado, pero algo sigue en marcha ({name}). Cancela y espera lo "
    "que ya no necesitas.",
    "{function} has returned its result, but something is still running ({name}). Cancel and await "
    "what you no longer need.",
)

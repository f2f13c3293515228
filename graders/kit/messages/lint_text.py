"""What a student reads about rules of the linter ruff: what is wrong, and what to try."""

from typing import Final

from graders.text import Text

FINDING: Final = Text("línea {line}, {code}: {what}", "line {line}, {code}: {what}")
RUFFS_OWN: Final = Text("{message} (palabras de ruff, en inglés)", "{message} (ruff's own words)")
UNREADABLE: Final = Text(
    "Python no puede leer esto: {message} (palabras de ruff, en inglés)",
    "Python cannot read this: {message} (ruff's own words)",
)
# One, and several.
HEADINGS: Final = (
    Text("El linter ruff encuentra esto:", "The linter ruff finds this:"),
    Text("El linter ruff encuentra {count} cosas:", "The linter ruff finds {count} things:"),
)
MANY: Final = Text(
    "El linter ruff encuentra más de {many} cosas; las primeras:",
    "The linter ruff finds more than {many} things; the first:",
)
MORE: Final = Text("y otras {count}", "and {count} more")
UNREAD: Final = Text(
    "El linter ruff no termina de leer {file}: contiene expresiones demasiado largas o anidadas. "
    "Divídelas.",
    "The linter ruff cannot read {file} to its end: it holds expressions that are too long or too "
    "deeply nested. Divide them.",
)

WORDS: Final = {
    "ASYNC100": Text(
        "este límite de tiempo no contiene ningún `await`, así que nunca puede vencer; pon dentro "
        "lo que hay que esperar",
        "this time limit holds no `await`, so it can never run out; put in it what is awaited",
    ),
    "ASYNC109": Text(
        "una corrutina no pide `timeout` como parámetro: quien la llama escribe `async with "
        "asyncio.timeout(…)`",
        "a coroutine takes no parameter `timeout`: its caller writes `async with "
        "asyncio.timeout(…)`",
    ),
    "ASYNC110": Text(
        "un bucle que duerme hasta que algo cambia; espera un `asyncio.Event`",
        "a loop that sleeps until something changes; `await` an `asyncio.Event`",
    ),
    "ASYNC210": Text(
        "esta petición HTTP para el bucle de eventos y con él a todas las tareas; usa un cliente "
        "asíncrono, o `await asyncio.to_thread(…)`",
        "this HTTP request stops the event loop, and with it every task; use an asynchronous "
        "client, or `await asyncio.to_thread(…)`",
    ),
    "ASYNC220": Text(
        "`subprocess.Popen` bloquea el bucle de eventos; usa `await "
        "asyncio.create_subprocess_exec(…)`",
        "`subprocess.Popen` blocks the event loop; use `await asyncio.create_subprocess_exec(…)`",
    ),
    "ASYNC221": Text(
        "esperar así a otro proceso para el bucle de eventos; usa `await "
        "asyncio.create_subprocess_exec(…)`",
        "to wait for another process like this stops the event loop; use `await "
        "asyncio.create_subprocess_exec(…)`",
    ),
    "ASYNC222": Text(
        "esperar así a otro proceso para el bucle de eventos; usa el `await proceso.wait()` de "
        "asyncio",
        "to wait for another process like this stops the event loop; use asyncio's own `await "
        "process.wait()`",
    ),
    "ASYNC230": Text(
        "`open()` en una corrutina bloquea el bucle de eventos mientras espera al disco; lee y "
        "escribe en una función normal y llámala con `await asyncio.to_thread(…)`",
        "`open()` in a coroutine blocks the event loop while it waits for the disk; read and "
        "write in an ordinary function, and call it with `await asyncio.to_thread(…)`",
    ),
    "ASYNC240": Text(
        "las rutas tocan el disco y bloquean el bucle de eventos; hazlo en una función normal y "
        "llámala con `await asyncio.to_thread(…)`",
        "paths touch the disk and block the event loop; do it in an ordinary function, and call "
        "it with `await asyncio.to_thread(…)`",
    ),
    "ASYNC250": Text(
        "`input()` para el bucle de eventos hasta que alguien escriba; usa `await "
        "asyncio.to_thread(input)`",
        "`input()` stops the event loop until somebody types; use `await asyncio.to_thread(input)`",
    ),
    "ASYNC251": Text(
        "`time.sleep()` para el bucle de eventos y con él a todas las tareas; usa `await "
        "asyncio.sleep(…)`",
        "`time.sleep()` stops the event loop, and with it every task; use `await asyncio.sleep(…)`",
    ),
    "RUF006": Text(
        "nadie guarda esta tarea, y Python puede eliminarla antes de que acabe; guárdala y "
        "espérala, o créala en un `asyncio.TaskGroup`",
        "nobody keeps this task, and Python may drop it before it ends; keep it and `await` it, "
        "or make it in an `asyncio.TaskGroup`",
    ),
    "BLE001": Text(
        "este `except` captura cualquier error, también los que no sabes tratar; nombra los que "
        "esperas",
        "this `except` catches every error, those too that you cannot handle; name those you "
        "expect",
    ),
    "C901": Text(
        "esta función tiene demasiados caminos; divídela en otras más pequeñas",
        "this function has too many paths; divide it into smaller ones",
    ),
    "D103": Text(
        "a esta función le falta su docstring: di en una frase qué devuelve",
        "this function has no docstring: say in one sentence what it returns",
    ),
    "E722": Text(
        "un `except` sin nombre captura también la cancelación; nombra los errores que esperas",
        "an `except` without a name catches cancellation too; name the errors you expect",
    ),
    "F401": Text(
        "importas algo que no usas; quítalo", "you import what you do not use; take it out"
    ),
    "F841": Text(
        "esta variable recibe un valor que nadie usa; quítala o úsala",
        "this variable is given a value that nobody uses; take it out, or use it",
    ),
}

"""archivos: many files open at once, without blocking the loop (class, section 6.2).

The files that must be open together are FIFOs: each is being read while a thread of the program has
it open. There are seven: a program's default executor has eight threads, and one may be busy.
"""

from secrets import token_hex
from typing import Any

from graders.kit import (
    AFTER_TIMERS,
    ONE_BY_ONE,
    Conductor,
    Fifos,
    Run,
    Solution,
    hint,
    needs,
    points,
    require,
    title,
)

# Neither in the order of the alphabet nor backwards.
NAMES = ["martes", "lunes", "sábado", "jueves", "domingo", "viernes", "miércoles"]
NOT_UTF8 = "año".encode("latin-1")
# The second up to Python 3.13, the third from 3.14 on.
MISUSED = ("AiofilesContextManager", "can't be used in 'await'", "can't be awaited")


class Texts:
    """What the files hold: new in every check, of two lines, and the same in any encoding."""

    def __init__(self, many: int = 4) -> None:
        self.of = {
            f"{name}.txt": f"{token_hex(3)} grados\n  {token_hex(3)} de humedad\n"
            for name in NAMES[:many]
        }
        self.wanted = list(self.of.values())

    def fifos(self, conductor: Conductor, hold_until: Any, *, hold_opening: bool = False) -> Fifos:
        return conductor.fifos(
            "archivos",
            self.of,
            hold_until=hold_until,
            release_order=list(self.of)[::-1],
            hold_opening=hold_opening,
        )


def at_line(line: int | None) -> tuple[str, str]:
    """Return that this line is meant, in both languages; nothing if it is unknown."""
    return (f" (línea {line})", f" (line {line})") if line else ("", "")


def returned(run: Run) -> Any:
    """Return what it returned, a list; what students return or await instead gets words."""
    error = run.outcome.error
    line = error.line if error else None
    es_at, en_at = at_line(line)
    es, en = "`open()` no se puede esperar con `await`", "`open()` cannot be awaited"
    if error and "AiofilesContextManager" in error.message:
        es, en = "`aiofiles.open()` pide `async with`", "`aiofiles.open()` wants `async with`"
    require(
        not (error and any(words in error.message for words in MISUSED)),
        f"{es}{es_at}: `{error and error.message}`. Usa "
        "`async with aiofiles.open(...) as f`, y dentro `await f.read()`; o lleva la lectura a un "
        "hilo con `asyncio.to_thread()`.",
        f"{en}{en_at}: `{error and error.message}`. Use "
        "`async with aiofiles.open(...) as f`, and `await f.read()` inside; or take the reading "
        "to a thread: `asyncio.to_thread()`.",
        line=line,
    )
    value = run.must_return()
    require(
        isinstance(value, list | tuple),
        f"`leer_archivos` debía devolver una lista de textos, y devolvió {value!r:.200}.",
        f"`leer_archivos` should return a list of texts, and returned {value!r:.200}.",
    )
    kinds = {getattr(item, "type_name", type(item).__name__) for item in value}
    es, en = "Falta `await` delante de `read()`", "An `await` is missing before `read()`"
    if "bytes" in kinds:
        es, en = (
            'Abre en modo texto, `"r"`, no en binario',
            'Open in text mode, `"r"`, not in binary',
        )
    shown = ", ".join(f"`{kind}`" for kind in sorted(kinds))
    require(
        not kinds & {"bytes", "coroutine"},
        f"{es}: la lista de `leer_archivos` debía llevar textos, y lleva {shown}.",
        f"{en}: the list of `leer_archivos` should hold texts, and holds {shown}.",
    )
    return list(value)


def require_same(value: list[Any], wanted: list[Any], paths: int) -> None:
    """Make sure that these are the texts, in whatever order."""
    require(
        sorted(map(repr, value)) == sorted(map(repr, wanted)),
        f"Con {paths} rutas, `leer_archivos` debía devolver {wanted!r:.300}, y devolvió "
        f"{value!r:.300}.",
        f"With {paths} paths `leer_archivos` should return {wanted!r:.300}, and returned "
        f"{value!r:.300}.",
    )


def require_all_open(run: Run, files: Fifos) -> None:
    """Make sure that all were open together; says what closed the way to it."""
    blocked = next(iter(run.outcome.reported.blocked), None)
    require(
        not (blocked and files.came_short == 1),
        f"La línea {blocked} bloqueó el event loop hasta que llegó el texto, y no pudo abrirse "
        "otro archivo. `open()` es síncrono: usa `aiofiles.open()` o `asyncio.to_thread()`.",
        f"Line {blocked} blocked the event loop until the text came, and no other file could be "
        "opened. `open()` is synchronous: use `aiofiles.open()` or `asyncio.to_thread()`.",
        line=blocked,
    )
    require(
        not (files.came_short == 1 and len(run.evidence.of(files.name)) > 1),
        "Esperaste el texto de un archivo antes de abrir el siguiente. ¿Hay un `await` dentro del "
        "bucle? Escribe una corrutina que abra y lea uno, y dale todas a `asyncio.gather()`.",
        "You awaited the text of one file before you opened the next. Is there an `await` inside "
        "the loop? Write a coroutine that opens and reads one, and give them all to `gather()`.",
    )
    require(
        run.evidence.of(files.name) or run.outcome.value != [None] * len(files.paths),
        "Diste `None` por archivos que existen, sin abrirlos. Son tuberías (FIFO): para "
        "`isfile()` no son archivos. No preguntes antes: abre y captura `FileNotFoundError`.",
        "You gave `None` for files that exist, without opening them. They are pipes (FIFOs): no "
        "files to `isfile()`. Do not ask first: open, and catch `FileNotFoundError`.",
    )
    value, widest = returned(run), run.evidence.width(files.name)
    require(
        widest,
        f"Devolviste {value!r:.200} sin abrir ninguno de los archivos. Ábrelos todos, con "
        "`aiofiles.open()` o `open()` en un hilo.",
        f"You returned {value!r:.200} without opening any of the files. Open all of them, by "
        "`aiofiles.open()` or by `open()` in a thread.",
    )
    require(
        widest == len(files.paths),
        f"Solo hubo {widest} archivos abiertos a la vez, de {len(files.paths)}. ¿Pocos hilos, o "
        "un `Semaphore`?",
        f"Only {widest} files were open at once, of {len(files.paths)}. Too few threads, or a "
        "`Semaphore`?",
    )


@points(5)
@title(es="Abre todos los archivos a la vez", en="Opens all the files at once")
async def test_all_open(solution: Solution, conductor: Conductor) -> None:
    texts = Texts(len(NAMES))
    files = texts.fifos(conductor, len(texts.wanted))

    run = await solution.call("leer_archivos", files.paths)

    require_all_open(run, files)
    require_same(returned(run), texts.wanted, len(files.paths))
    again = len(files.opened_again)
    opened = max(len(run.evidence.of(files.name)), len(files.paths) + again)
    require(
        opened == len(files.paths),
        f"Con {len(files.paths)} rutas abriste archivos {opened} veces: abre cada uno una sola "
        "vez y léelo entero de ahí, con `read()`. Entre una apertura y otra puede desaparecer.",
        f"With {len(files.paths)} paths you opened files {opened} times: open each just once, and "
        "read all of it there, by `read()`. Between one opening and another it may vanish.",
    )


@points(1)
@title(es="Devuelve los textos enteros", en="Returns the whole texts")
async def test_texts(solution: Solution, conductor: Conductor) -> None:
    big = f"{token_hex(3)} \n" * 10_000
    texts = ["€uros, ñandúes\n\n  y 🚦 " + token_hex(3), "", big]
    paths = [conductor.file(name, text) for name, text in zip(NAMES, texts, strict=False)]

    run = await solution.call("leer_archivos", paths)

    value = returned(run)
    require(
        None not in value,
        'Los tres archivos existen, y uno está vacío: da `""`, y no `None`.',
        'All three files exist, and one is empty: that gives `""`, not `None`.',
    )
    for text in texts:
        require(
            text in value,
            f"Falta el texto {text!r:.25} (de {len(text)} caracteres): devolviste {value!r:.120}… "
            'Léelo entero, con `encoding="utf-8"`.',
            f"The text {text!r:.25} (of {len(text)} characters) is missing: you returned "
            f'{value!r:.120}… Read it whole, with `encoding="utf-8"`.',
        )


@points(1)
@title(es="Dice en qué encoding están los textos", en="Says in which encoding the texts are")
@needs("texts")
async def test_encoding(solution: Solution, conductor: Conductor) -> None:
    path = conductor.file("nuevo.txt", f"año {token_hex(3)}")
    conductor.refuse_default_encoding()

    run = await solution.call("leer_archivos", [path])

    error = run.outcome.error
    line = error.line if error else None
    es_at, en_at = at_line(line)
    require(
        "EncodingWarning" not in names_in(error),
        f"No dices en qué `encoding` está el texto{es_at}, y el de por defecto "
        'cambia de un ordenador a otro. Pon `encoding="utf-8"`.',
        f"You do not say in which `encoding` the text is{en_at}, and the default "
        'differs from computer to computer. Write `encoding="utf-8"`.',
        line=line,
    )
    run.must_return()


@points(1)
@title(es="Los textos van en el orden de las rutas", en="The texts are in the order of the paths")
@needs("all_open", "texts", "missing")
async def test_order(solution: Solution, conductor: Conductor) -> None:
    texts = Texts(3)
    files = texts.fifos(conductor, ONE_BY_ONE)
    first, *others = files.paths

    run = await solution.call("leer_archivos", [first, f"agosto-{token_hex(2)}.txt", *others])

    value, wanted = returned(run), [texts.wanted[0], None, *texts.wanted[1:]]
    require_same(value, wanted, len(wanted))
    require(
        value == wanted,
        "Están todos los textos, pero no en el orden de `rutas`: van según llegaron. "
        "`asyncio.gather()` los devuelve en el orden en que los pediste.",
        "All the texts are there, but as they came and not in the order of `rutas`. "
        "`asyncio.gather()` returns them in the order in which you asked.",
    )


@points(1)
@title(es="Un archivo que no existe da None", en="A file that does not exist gives None")
@needs("texts")
async def test_missing(solution: Solution, conductor: Conductor) -> None:
    texts = Texts()
    wanted: dict[str, str | None] = dict(texts.of)
    for name, text in texts.of.items():
        conductor.file(name, text)
    wanted |= {f"agosto-{token_hex(2)}.txt": None, f"enero-{token_hex(2)}.txt": None}
    # The first and the last do not exist; in the example, the one in the middle.
    *found, august, january = wanted
    paths = [august, *found, january]
    example = {"lunes 1.txt": "12 °C", "domingo 1.txt": None, "martes 1.txt": "15 °C"}
    for name, degrees in example.items():
        if degrees:
            conductor.file(name, degrees)

    run = await solution.call("leer_archivos", list(example))
    require_found(run)
    require_same(returned(run), list(example.values()), len(example))
    run = await solution.call("leer_archivos", paths)
    require_found(run)
    require_same(returned(run), [wanted[path] for path in paths], len(paths))


def require_found(run: Run) -> None:
    """Explain an error that comes of a file that does not exist."""
    error = run.outcome.error
    line = error.line if error else None
    es_at, en_at = at_line(line)
    require(
        not (error and "FileNotFoundError" in names_in(error)),
        f"Falta un archivo y su `FileNotFoundError` salió de `leer_archivos`{es_at}: se perdieron "
        "también los demás. Captúralo donde lees cada archivo, y devuelve `None`.",
        f"A file is missing and its `FileNotFoundError` came out of `leer_archivos`{en_at}: the "
        "others were lost too. Catch it where you read each, and return `None`.",
        line=line,
    )


def names_in(error: Any) -> list[str]:
    """Return the types of an exception and of those grouped in it."""
    members = [name for member in getattr(error, "members", ()) for name in names_in(member)]
    return [getattr(error, "type_name", ""), *members]


@points(1)
@title(es="Los demás errores no se esconden", en="Other errors are not hidden")
@needs("texts")
async def test_other_errors(solution: Solution, conductor: Conductor) -> None:
    good = conductor.file("nuevo.txt", "año")
    not_utf8 = conductor.file("viejo.txt", NOT_UTF8)
    conductor.file("carpeta/dentro.txt", "dentro")

    for path, wanted, es, en in (
        (not_utf8, "UnicodeDecodeError", "no está en UTF-8", "is not UTF-8"),
        ("carpeta", "IsADirectoryError", "es una carpeta", "is a folder"),
    ):
        run = await solution.call("leer_archivos", [good, path])

        names = names_in(run.outcome.error)
        require(
            wanted in names or run.outcome.error,
            f"{path} {es}: debía salir `{wanted}`, y devolviste {run.outcome.value!r:.120}. "
            "Captura solo `FileNotFoundError`; no uses `errors=` ni otro `encoding`.",
            f"{path} {en}: `{wanted}` should come out, and you returned "
            f"{run.outcome.value!r:.120}. Catch `FileNotFoundError` only; no `errors=`, no other "
            "`encoding`.",
        )
        if wanted not in names:
            run.must_return()
        require(
            names[0] == wanted,
            f"{path} {es}: debía salir `{wanted}`, y salió un `{names[0]}` con él dentro, que un "
            f"`except {wanted}` no captura. Es lo que hace `TaskGroup`; `gather()` deja salir el "
            "error.",
            f"{path} {en}: `{wanted}` should come out, and out came an `{names[0]}` that holds "
            f"it, which an `except {wanted}` does not catch. `TaskGroup` does that; `gather()` "
            "does not.",
        )


@points(1)
@title(es="Ninguna ruta, una, y repetidas", en="No path, one, and the same twice")
@needs("texts")
async def test_edges(solution: Solution, conductor: Conductor) -> None:
    texts = Texts()
    paths = [conductor.file(name, text) for name, text in texts.of.items()]

    for places in ([], [2], [3, 1, 3, 0]):
        run = await solution.call("leer_archivos", [paths[place] for place in places])
        require_same(returned(run), [texts.wanted[place] for place in places], len(places))


@points(1)
@title(es="Nada bloquea el event loop", en="Nothing blocks the event loop")
@needs("texts")
@hint(
    es="¿Hilos? Un `ThreadPoolExecutor` con `map()` para el event loop mientras espera. Usa `await "
    "asyncio.to_thread(...)` o `await loop.run_in_executor(...)`.",
    en="Threads? A `ThreadPoolExecutor` with `map()` stops the event loop while it waits. Use "
    "`await asyncio.to_thread(...)` or `await loop.run_in_executor(...)`.",
)
async def test_loop_is_free(solution: Solution, conductor: Conductor) -> None:
    # Opened and written to on proven quiet only: whoever blocks meanwhile is seen to, and whoever
    # gives up.
    files = Texts().fifos(conductor, AFTER_TIMERS, hold_opening=True)

    run = await solution.call("leer_archivos", files.paths)

    run.must_not_have_blocked()
    run.must_have_waited_for(files)
    returned(run)

"""flujo: an asynchronous generator that is lazy and always closes (beyond the class).

The suite is the reader, and looks at what has been asked for after each record that it takes.
"""

import asyncio
from secrets import token_hex

from graders.kit import (
    Conductor,
    Remote,
    Run,
    Solution,
    hint,
    needs,
    nothing_blocks,
    points,
    require,
    title,
)


class Archive:
    """Pages of these sizes, new in every check. `trouble`: down, fails, hangs or slow.

    fails_at, kind  Which page fails, if it does, and with what.
    """

    fails_at: int = 2
    kind: type[Exception] = ConnectionError

    def __init__(self, conductor: Conductor, *sizes: int, trouble: str = "") -> None:
        self.trouble, self.error = trouble, f"sin respuesta {token_hex(3)}"
        self.pages = [[f"registro {token_hex(4)}" for _ in range(size)] for size in sizes]
        if len(sizes) > 2:
            # Records like any other, though the first is empty and the third is there again, twice
            # on a page.
            self.pages[0][0] = ""
            self.pages[2][:2] = [self.pages[1][0]] * min(2, sizes[2])
        self.connections, self.asked = list[str](), list[int]()
        self.records = [record for page in self.pages for record in page]
        hangs, is_slow = trouble == "hangs", trouble == "slow"
        self.services = (
            conductor.service("conectar", self.conectar),
            conductor.service("pagina", self.pagina, hold_until="never" if hangs else 1),
            conductor.service("cerrar", self.cerrar, hold_until="quiet" if is_slow else 1),
        )

    def conectar(self) -> str:
        if self.trouble == "down":
            raise ConnectionError(self.error)
        self.connections.append(f"conexión {token_hex(3)}")
        return self.connections[-1]

    def pagina(self, conexion: str, numero: int) -> list[str]:
        self.cerrar(conexion)
        self.asked.append(numero)
        if numero == self.fails_at and self.trouble == "fails":
            raise self.kind(self.error)
        return self.pages[numero - 1] if 0 < numero <= len(self.pages) else []

    def cerrar(self, conexion: str) -> None:
        if conexion not in self.connections:
            raise ValueError("esa conexión no es lo que devolvió conectar()")

    async def require_closed(self, run: Run, es: str, en: str, streams: int = 1) -> None:
        """Make sure that each connection was closed once; `es` and `en` say what had happened."""
        await run.must_settle()
        opened, closed = run.evidence.of("conectar"), run.evidence.of("cerrar")
        line = opened[-1].line if opened else None
        require(
            len(opened) == streams,
            f"Llamaste a `conectar()` {len(opened)} veces, y basta una para cada lectura "
            f"({streams}).",
            f"You called `conectar()` {len(opened)} times, and one is enough for a reading "
            f"({streams}).",
            line=line,
        )
        require(
            len(closed) >= streams,
            f"{es}, y nadie cerró la conexión{f' de la línea {line}' if line else ''}. Un "
            "`finally` alrededor de los `yield` se ejecuta siempre; un `except Exception` o lo que "
            "va tras el bucle, no.",
            f"{en}, and nobody closed the connection{f' of line {line}' if line else ''}. A "
            "`finally` around each `yield` always runs; an `except Exception` or what stands after "
            "the loop does not.",
            line=line,
        )
        require(
            len(closed) == streams,
            f"{es}, y llamaste a `cerrar()` más de una vez. Cierra solo en el `finally`.",
            f"{en}, and you called `cerrar()` more than once. Close in the `finally` only.",
            line=closed[-1].line,
        )


async def opened(solution: Solution, archive: Archive) -> tuple[Remote, Run]:
    reader = await solution.make("flujo", *archive.services)
    run = await reader.call("__aiter__")
    returned = run.outcome.ending.value == "returned", run.outcome.value
    require(
        run.outcome.ending.value != "missing" and returned != (True, None),
        f"`flujo(…)` dio un objeto `{reader.type_name}`, que no se recorre con `async for`. "
        "Escribe un generador asíncrono: `async def`, y un `yield` para cada registro.",
        f"`flujo(…)` gave a `{reader.type_name}` object, which `async for` cannot go through. "
        "Write an asynchronous generator: `async def`, and a `yield` for each record.",
    )
    return reader, run


def is_over(run: Run) -> bool:
    return getattr(run.outcome.error, "type_name", "") == "StopAsyncIteration"


async def read(reader: Remote, archive: Archive, first: int, last: int) -> Run:
    """Read records number `first` to `last`, and make sure that they are the right ones."""
    for number in range(first, last + 1):
        run = await reader.call("__anext__")
        require(
            not is_over(run),
            f"El lector quería el registro {number}, y tu generador se acabó. Llamaste a `pagina` "
            f"con {archive.asked}: empieza por la 1 y sigue hasta una vacía.",
            f"The reader wanted record {number}, and your generator had ended. You called "
            f"`pagina` with {archive.asked}: begin with 1 and go on to an empty one.",
        )
        value, wanted = run.must_return(), archive.records[number - 1]
        require(
            value == wanted,
            f"El registro {number} debía ser «{wanted}», y diste {value!r:.200}. Da los registros "
            "de uno en uno, con un `yield` para cada uno, en el orden de las páginas.",
            f"Record {number} should be “{wanted}”, and you gave {value!r:.200}. Give the records "
            "one by one, with a `yield` for each, in the order of the pages.",
        )
    return run


async def read_on_to_the_end(reader: Remote) -> None:
    run = await reader.call("__anext__")
    value = None if is_over(run) else run.must_return()
    require(
        is_over(run),
        f"Ya no quedaban registros, y diste {value!r:.200}. Una página vacía es el final: acaba "
        "ahí con `return`.",
        f"There were no records left, and you gave {value!r:.200}. An empty page is the end: "
        "leave there by `return`.",
    )


@points(1)
@title(es="Da todos los registros, en orden", en="Gives all records, in order")
async def test_records(solution: Solution, conductor: Conductor) -> None:
    # More pages than most would think of as a limit.
    archive = Archive(conductor, 2, 1, 12, *[1] * 10)
    reader, _ = await opened(solution, archive)
    await read(reader, archive, 1, 2)
    # Another begins and ends meanwhile; each has a place of its own.
    other, _ = await opened(solution, archive)
    run = await read(other, archive, 1, 25)
    await read_on_to_the_end(other)
    await read(reader, archive, 3, 25)
    await read_on_to_the_end(reader)
    connections = run.evidence.of("conectar")
    require(
        len(connections) >= 2,
        "Hubo dos lectores a la vez, y llamaste a `conectar()` una sola vez. Cada lector tiene su "
        "conexión: guárdala en una variable de `flujo`, y no en una global.",
        "There were two readers at once, and you called `conectar()` only once. Each reader has a "
        "connection of its own: keep it in a variable of `flujo`, not in a global one.",
        line=connections[0].line if connections else None,
    )


@points(2)
@title(es="Solo pide lo que el lector quiere ya", en="Asks only for what the reader wants now")
@needs("records")
async def test_lazy(solution: Solution, conductor: Conductor) -> None:
    archive = Archive(conductor, 2, 1, 1)
    reader, made = await opened(solution, archive)
    await made.settled()
    early = made.evidence.calls
    require(
        not early,
        "Llamaste a `conectar()` antes de que nadie quisiera el primer registro. Que `flujo` "
        "tenga su propio `yield`: un generador asíncrono no ejecuta nada hasta el primer "
        "`__anext__()`.",
        "You called `conectar()` before anybody wanted the first record. Let `flujo` have a "
        "`yield` of its own: an asynchronous generator runs nothing before the first "
        "`__anext__()`.",
        line=early[0].line if early else None,
    )
    for number, pages in (1, [1]), (2, [1]), (3, [1, 2]):
        run = await read(reader, archive, number, number)
        state, asked = await run.settled(), archive.asked
        require(
            asked == pages,
            f"Para el registro {number} bastaba pedir las páginas {pages}, y pediste {asked}. "
            "Pide cada una una sola vez, y la siguiente cuando tu código siga tras el último "
            "`yield`.",
            f"For record {number} pages {pages} were enough, and you asked for {asked}. Ask for "
            "each only once, and for the next when your code goes on after the last `yield`.",
            line=run.evidence.of("pagina")[-1].line,
        )
        if state != "asleep":
            await run.must_settle()


@points(1)
@title(es="Cierra una vez al acabarse los registros", en="Closes once when the records end")
@needs("records")
async def test_end(solution: Solution, conductor: Conductor) -> None:
    archive = Archive(conductor, 2, 1)
    reader, run = await opened(solution, archive)
    await read(reader, archive, 1, 3)
    await read_on_to_the_end(reader)
    (await reader.call("aclose")).must_return()
    await archive.require_closed(run, "Se acabaron los registros", "The records came to an end")
    archive.pages.clear()
    await read_on_to_the_end((await opened(solution, archive))[0])
    await archive.require_closed(run, "No había registros", "There were no records", streams=2)


@points(2)
@title(es="Cierra si el lector se va antes del final", en="Closes if the reader leaves early")
@hint(
    es="Al irse el lector salta `GeneratorExit` en tu `yield`: cierra en un `finally` y déjala "
    "pasar.",
    en="When the reader leaves, `GeneratorExit` is raised at your `yield`: let it through a "
    "`finally`.",
    after=2,
)
async def test_leaves(solution: Solution, conductor: Conductor) -> None:
    archive = Archive(conductor, 3, 1, trouble="slow")
    reader, run = await opened(solution, archive)
    await read(reader, archive, 1, 2)
    require(
        not run.evidence.of("cerrar"),
        "El lector aún lee, y ya llamaste a `cerrar()`. Cierra en el `finally`, después del "
        "último `yield`.",
        "The reader is still reading, and you have called `cerrar()`. Close in the `finally`, "
        "after the last `yield`.",
    )
    left = await reader.call("aclose")
    has_closed = any(call.how == "answered" for call in run.evidence.of("cerrar"))
    left.must_return()
    es, en = "El lector se fue con `aclose()`", "The reader left by `aclose()`"
    await archive.require_closed(run, es, en)
    require(
        has_closed,
        "`aclose()` volvió antes de que `cerrar()` terminara. Espérala con `await`; y si la llama "
        "otro generador que tú recorres, recórrelo dentro de `async with aclosing(…)`.",
        "`aclose()` returned before `cerrar()` was done. Await it; and if another generator that "
        "you go through calls it, go through that inside `async with aclosing(…)`.",
    )


@points(1)
@title(es="Si falla una página, cierra y avisa", en="If a page fails it closes and says so")
@needs("lazy")
async def test_error(solution: Solution, conductor: Conductor) -> None:
    archive = Archive(conductor, 1, 1, trouble="fails")
    kinds = {2: ConnectionError, 1: TimeoutError, 3: LookupError}
    for streams, (archive.fails_at, archive.kind) in enumerate(kinds.items(), start=1):
        archive.asked.clear()
        reader, run = await opened(solution, archive)
        if archive.fails_at > 1:
            await read(reader, archive, 1, archive.fails_at - 1)
        failed = await reader.call("__anext__")
        require(
            not is_over(failed),
            "`pagina` falló, y tu generador se acabó como si no hubiera más. Deja pasar el error.",
            "`pagina` failed, and your generator ended as if there were no more. Let the error "
            "pass.",
        )
        require(
            archive.asked == list(range(1, archive.fails_at + 1)),
            f"`pagina({archive.fails_at})` falló, y pediste las páginas {archive.asked}: cada una "
            "se pide una vez, también si falla. Deja pasar el error.",
            f"`pagina({archive.fails_at})` failed, and you asked for pages {archive.asked}: each "
            "is asked for once, also if it fails. Let the error through.",
            line=run.evidence.of("pagina")[-1].line,
        )
        failed.must_raise(archive.kind.__name__, archive.error)
        await archive.require_closed(run, "Falló pagina", "pagina failed", streams)


@points(1)
@title(es="Si falla conectar, no hay nada que cerrar", en="If connecting fails, nothing to close")
async def test_down(solution: Solution, conductor: Conductor) -> None:
    reader, _ = await opened(solution, archive := Archive(conductor, 1, trouble="down"))
    run = await reader.call("__anext__")
    await run.settled()
    require(
        not run.evidence.of("cerrar"),
        "`conectar()` falló, y llamaste a `cerrar()` sin tener conexión. Conecta antes del `try`.",
        "`conectar()` failed, and you called `cerrar()` with no connection. Connect before the "
        "`try`.",
    )
    run.must_raise("ConnectionError", archive.error)


@points(1)
@title(es="Si cancelan al lector, también cierra", en="If the reader is cancelled it closes, too")
@needs("records")
async def test_cancelled(solution: Solution, conductor: Conductor) -> None:
    reader, run = await opened(solution, archive := Archive(conductor, 1, trouble="hangs"))
    waiting = asyncio.create_task(reader.call("__anext__"))
    # Much more often than the program could be proven asleep, so that it is cancelled before.
    while not (waiting.done() or run.evidence.in_flight("pagina")):
        await asyncio.wait([waiting], timeout=0.005)
    waiting.cancel()
    await asyncio.wait([waiting])
    if not waiting.cancelled():
        waiting.result().must_return()
    es, en = "Cancelaron al lector a media espera", "The reader was cancelled while waiting"
    await archive.require_closed(run, es, en)


@nothing_blocks
@points(1)
@title(es="Nada bloquea el event loop", en="Nothing blocks the event loop")
@needs("records")
async def test_nothing_blocks(solution: Solution, conductor: Conductor) -> None:
    reader, run = await opened(solution, archive := Archive(conductor, 2, 1, trouble="slow"))
    await read(reader, archive, 1, 3)
    await read_on_to_the_end(reader)
    run.must_not_have_blocked()

"""grupo-de-tareas: a failure cancels the siblings, and every error is reported.

The siblings of a download that fails never answer: they end only if cancelled. Two that fail at
once would race the cancellation, so the second error is of `borrar`, asked after it. How many
downloads there are, their names and which of them fails are drawn anew for each call.
"""

from collections.abc import Sequence
from secrets import SystemRandom, token_hex
from typing import Any

from graders.kit import (
    NEVER,
    ONE_BY_ONE,
    QUIET,
    Conductor,
    Run,
    Service,
    Solution,
    hint,
    needs,
    nothing_blocks,
    points,
    require,
    title,
)

TOGETHER, REPORT = "descargar_todo", "informe"
# Never so many at once: answered when it is proven that the program waits, and on no timer.
REST = 99
RANDOM = SystemRandom()
NAMES = (
    "datos fotos ayuda mapas fuentes iconos sonidos textos temas claves juegos cursos guion videos "
    "rutas notas pistas discos firmas planos moldes trazos"
)
# Neither is nothing: a part may be empty.
EMPTY = ("", None, 0)


class Downloads:
    """The downloads of one call: each ends with a content, fails with an exception, or NEVER ends.

    functions   By name, in another order than they are answered in. `contents` likewise.
    cancelled   Names of those that never end.
    delete      `borrar`; if there is an error, it fails for one of these, and answers that last; or
                first, one by one, while the others are still being deleted.
    """

    def __init__(
        self,
        conductor: Conductor,
        *endings: object,
        error: Exception | None = None,
        fails_first: bool = False,
    ) -> None:
        names = shuffled(NAMES.split())[: len(endings)]
        made = {
            name: self._make(conductor, name, ending)
            for name, ending in zip(names, endings, strict=True)
        }
        self.contents = dict(zip(names, endings, strict=True))
        order = shuffled(names)
        if order and isinstance(self.contents[order[0]], Exception):
            order.append(order.pop(0))  # whoever awaits one after another would see it at once
        self.functions = {name: made[name] for name in order}
        self.cancelled = [name for name in names if made[name].hold_until is NEVER]

        def delete(nombre: object = None) -> object:
            return ended(error if nombre in self.cancelled[-1:] else None)

        order = self.cancelled[::-1] if fails_first else self.cancelled
        hold = ONE_BY_ONE if fails_first else REST
        self.delete = conductor.service("borrar", delete, hold_until=hold, release_order=order)

    def _make(self, conductor: Conductor, name: str, ending: object) -> Service:
        hold = NEVER if ending is NEVER else QUIET
        return conductor.service(name, lambda: ended(ending), hold_until=hold)

    def running(self, run: Run) -> str:
        return ", ".join(name for name in self.functions if run.evidence.in_flight(name))


def new(words: str) -> str:
    return f"{words} {token_hex(3)}"


def shuffled(things: Sequence[Any]) -> list[Any]:
    return RANDOM.sample(things, len(things))


def never(least: int = 3) -> list[object]:
    return [NEVER] * RANDOM.randint(least, least + 3)


def ended(ending: object) -> object:
    if isinstance(ending, Exception):
        raise ending
    return ending


def errors_in(error: Any) -> list[str]:
    """Return each exception in a group as it is shown, however deep it lies; or the one."""
    if error and error.members:
        return sorted(shown for member in error.members for shown in errors_in(member))
    return [f"{error.type_name}: {error.message}"] if error else []


async def failed_run(solution: Solution, downloads: Downloads, function: str = TOGETHER) -> Run:
    """Return the end of a call in which one download failed and the others never answer."""
    run = await solution.call(function, downloads.functions, downloads.delete)
    waiting = downloads.running(run)
    line = next((p.line for p in run.outcome.reported.waiting if p.name == function), None)
    require(
        not (waiting and run.outcome.ending.value == "stuck"),
        f"Una descarga falló y sigues esperando a las demás ({waiting}): nadie las canceló. Un "
        "`TaskGroup` lo hace si una deja salir su error; `gather(return_exceptions=True)`, no.",
        f"A download failed and you go on waiting for the others ({waiting}): nobody cancelled "
        "them. A `TaskGroup` does if one lets its error out; `gather(return_exceptions=True)` not.",
        line=line,
    )
    return run


@points(1)
@title(es="Empieza todas las descargas a la vez", en="Starts all downloads at once")
async def test_all_at_once(solution: Solution, conductor: Conductor) -> None:
    many = RANDOM.randint(12, 14)  # more than people type as a limit of their own
    bajar = conductor.service("bajar", lambda: new("parte"), hold_until=many)
    downloads = dict.fromkeys(shuffled(NAMES.split())[:many], bajar)
    delete = Downloads(conductor).delete
    # The same call once more is as many downloads more.
    for asked in (many, 2 * many):
        run = await solution.call(TOGETHER, downloads, delete)
        run.must_have_overlapped(bajar, many)
        run.must_return()
        run.must_have_asked(bajar, *[()] * asked)


@points(1)
@title(es="Devuelve lo que bajó, aunque sea nada", en="Returns what it loaded, even if nothing")
async def test_results(solution: Solution, conductor: Conductor) -> None:
    first, second = new("a"), new("b")
    await require_all_kept(solution, conductor)
    for contents in ([first, *EMPTY, first, new("c"), new("d")], [second, new("e"), second], []):
        downloads = Downloads(conductor, *shuffled(contents))
        run = await solution.call(TOGETHER, downloads.functions, downloads.delete)
        require_contents(run, downloads.contents)
    require_not_deleted(run, run.evidence.of("borrar"))


async def require_all_kept(solution: Solution, conductor: Conductor) -> None:
    """Make sure that a download which ends well, while others still run, cancels none of them."""
    contents = {name: new(name) for name in shuffled(NAMES.split())[:5]}
    functions = {
        name: conductor.service(name, lambda text=text: text, hold_until=1 if place < 2 else QUIET)
        for place, (name, text) in enumerate(contents.items())
    }
    delete = Downloads(conductor).delete
    run = await solution.call(TOGETHER, functions, delete)
    cancelled = [call.service for call in run.evidence.calls if call.how == "cancelled"]
    require(
        not cancelled,
        "Unas descargas terminaron bien, y cancelaste las que seguían en marcha "
        f"({', '.join(cancelled)}). Solo se cancela si una falla: `FIRST_COMPLETED` vuelve "
        "también cuando una termina bien; `FIRST_EXCEPTION`, no.",
        "Some downloads ended well, and you cancelled those still under way "
        f"({', '.join(cancelled)}). Cancel only if one fails: `FIRST_COMPLETED` returns also when "
        "one ends well; `FIRST_EXCEPTION` does not.",
    )
    require_contents(run, contents)


def require_contents(run: Run, wanted: dict[str, Any]) -> None:
    got = run.outcome.error or run.must_return()
    require(
        got == wanted,
        f"Todo fue bien y `descargar_todo` debía devolver {wanted!r}; salió `{got!r:.300}`.",
        f"All went well and `descargar_todo` should return {wanted!r}; it gave `{got!r:.300}`.",
        line=run.outcome.error.line if run.outcome.error else None,
    )


def require_not_deleted(run: Run, calls: Sequence[Any]) -> None:
    shown = ", ".join(call.shown for call in calls)
    require(
        not calls,
        f"Llamaste a `borrar({shown})`, que no se canceló: solo se borra lo que se canceló, y no "
        "lo que terminó bien o falló. `descargar()` borra tras `CancelledError`, y nada más.",
        f"You called `borrar({shown})`, which was not cancelled: only what was cancelled is "
        "deleted, not what ended or failed. `descargar()` deletes after `CancelledError` only.",
        line=calls[0].line if calls else None,
    )


@points(1)
@title(es="Si una falla, cancela las demás", en="If one fails, cancels the others")
@needs("all_at_once")
async def test_cancels(solution: Solution, conductor: Conductor) -> None:
    for kind in (ConnectionError, ValueError):
        failed = kind(new("el servidor colgó"))
        downloads = Downloads(conductor, *shuffled([failed, *never()]))

        run = await failed_run(solution, downloads)
        await run.settled()
        running = downloads.running(run)
        require(
            not running,
            f"Una descarga falló y saliste, pero otras siguen en marcha por detrás ({running}): "
            "nadie las canceló. `gather()` lanza el primer error y no cancela a las demás; un "
            "`TaskGroup` sí.",
            f"A download failed and you left, but others go on behind your back ({running}): "
            "nobody cancelled them. `gather()` raises the first error and cancels no other; a "
            "`TaskGroup` does.",
        )
        run.must_raise(kind.__name__, str(failed))


@points(2)
@title(es="Espera a que acaben de borrar", en="Waits until they have finished deleting")
@needs("cancels")
async def test_awaited(solution: Solution, conductor: Conductor) -> None:
    failed = ConnectionError(new("el servidor colgó"))
    # One has ended well by the time the other fails.
    downloads = Downloads(conductor, new("a"), *shuffled([failed, *never()]))
    earlier = await require_deleted(solution, downloads)
    # One cannot be deleted, and the others still are being.
    locked = PermissionError(new("de solo lectura"))
    endings = shuffled([failed, *never()])
    downloads = Downloads(conductor, *endings, error=locked, fails_first=True)
    await require_deleted(solution, downloads, earlier)


async def require_deleted(solution: Solution, downloads: Downloads, earlier: int = 0) -> int:
    """Make sure that all that was cancelled had been deleted when the call ended.

    `earlier` is how often `borrar` was called before; returns the same for the next.
    """
    run = await failed_run(solution, downloads)
    # What is still in flight now is never answered.
    ended = [
        call for call in run.evidence.of("borrar")[earlier:] if call.how in ("answered", "failed")
    ]
    await run.settled()
    asked = run.evidence.of("borrar")[earlier:]
    unfinished = ", ".join(sorted(call.shown for call in asked if call not in ended))
    require(
        not unfinished,
        f"Cancelaste y saliste, y no habían acabado de borrar: {unfinished}. `cancel()` solo lo "
        "pide, y otro `cancel()` corta lo que empezaron: cancela una vez y espera las tareas.",
        f"You cancelled and left, and these had not finished deleting: {unfinished}. `cancel()` "
        "only asks for it, and another cuts it short: cancel once, and wait for the tasks.",
    )
    wanted = set(downloads.cancelled)
    deleted = [(call, (*call.arguments, *call.named.values(), None)[0]) for call in asked]
    require(
        wanted <= {name for _, name in deleted},
        "Alguna descarga cancelada no llamó a `borrar(nombre)`. La función `descargar()` que te "
        "damos lo hace: captura `CancelledError`, que no es una `Exception`.",
        "Some cancelled download did not call `borrar(nombre)`. The function `descargar()` that "
        "we give you does: it catches `CancelledError`, which is no `Exception`.",
    )
    require_not_deleted(run, [call for call, name in deleted if name not in wanted])
    require(
        len(deleted) == len(wanted),
        f"`borrar` se llama una vez por descarga cancelada, y se llamó {len(deleted)} veces.",
        f"`borrar` is called once for each cancelled download, and it was {len(deleted)} times.",
    )
    await run.must_settle()
    return len(run.evidence.of("borrar"))


@points(2)
@title(es="Lanza todos los errores, en un grupo", en="Raises every error, in a group")
@needs("cancels")
async def test_all_errors(solution: Solution, conductor: Conductor) -> None:
    for locked_kind in (PermissionError, FileNotFoundError, RuntimeError):
        failed, locked = ConnectionError(new("colgó")), locked_kind(new("no se pudo borrar"))
        downloads = Downloads(conductor, *shuffled([failed, *never()]), error=locked)
        require_group(await failed_run(solution, downloads), failed, locked)

    for kind, others in ((ValueError, never(1)), (TimeoutError, [])):
        alone = kind(new("parte rota"))
        downloads = Downloads(conductor, *shuffled([alone, *others]))
        require_group(await failed_run(solution, downloads), alone)


def require_in_group(run: Run, error: Exception) -> None:
    """Make sure that this error came out, and in a group."""
    raised = run.outcome.error
    if raised is None or str(error) not in repr(raised):
        run.must_raise(type(error).__name__, str(error))
    require(
        raised and raised.members,
        f"Lanzaste un error suelto, `{raised!r:.200}`, y debía salir en un `ExceptionGroup`.",
        f"You raised an error by itself, `{raised!r:.200}`, and not in an `ExceptionGroup`.",
        line=raised.line if raised else None,
    )


def require_group(run: Run, *errors: Exception) -> None:
    """Make sure that it raised a group of just these, however they are grouped in it."""
    error, got = run.outcome.error, errors_in(run.outcome.error)
    wanted = sorted(f"{type(one).__name__}: {one}" for one in errors)
    if error is None:
        run.must_raise(type(errors[0]).__name__, str(errors[0]))
    require(
        error and error.members,
        f"Lanzaste un error suelto, `{got}`, y debía ser un `ExceptionGroup` con todos: {wanted}.",
        f"You raised an error by itself, `{got}`, and not an `ExceptionGroup` of all: {wanted}.",
        line=error.line if error else None,
    )
    require(
        got == wanted,
        f"Los errores fueron {wanted}, y en tu grupo hay {got}. El de `borrar` también es un "
        "error; `CancelledError`, no.",
        f"The errors were {wanted}, and your group holds {got}. That of `borrar` is an error too; "
        "`CancelledError` is not.",
        line=error.line if error else None,
    )


@points(1)
@title(es="El informe cuenta cada error conocido", en="The report tells of each known error")
@needs("cancels")
@hint(
    es="Tras `except* ConnectionError as grupo`, recorre `grupo.exceptions`, sin `return` dentro.",
    en="After `except* ConnectionError as grupo` go through `grupo.exceptions`; no `return` there.",
)
async def test_report(solution: Solution, conductor: Conductor) -> None:
    kinds = ((ConnectionError, "Red"), (PermissionError, "Disco"), (ConnectionResetError, "Red"))
    for kind, word in kinds:
        failed, locked = kind(new("falló")), PermissionError(new("datos bloqueados"))
        downloads = Downloads(conductor, *shuffled([failed, *never()]), error=locked)
        run = await failed_run(solution, downloads, REPORT)
        require_lines(run, [f"{word}: {failed}", f"Disco: {locked}"])

    # Errors of the system have a number, too, which is part of their text.
    failed, locked = ConnectionResetError(104, new("cortada")), PermissionError(13, new("mío"))
    downloads = Downloads(conductor, *shuffled([failed, *never()]), error=locked)
    run = await failed_run(solution, downloads, REPORT)
    require_lines(run, [f"Red: {failed}", f"Disco: {locked}"])
    # Two errors that say the same are two errors.
    twice = [ConnectionError(words := new("sin red")), ConnectionError(words)]
    downloads = Downloads(conductor, *shuffled([twice[0], *never()]), error=twice[1])
    run = await failed_run(solution, downloads, REPORT)
    require_lines(run, [f"Red: {error}" for error in twice])
    bajar = conductor.service("bajar")
    run = await solution.call(REPORT, {"a": bajar, "b": bajar}, downloads.delete)
    require_lines(run, [])
    run.must_have_asked(bajar, (), ())


def require_lines(run: Run, wanted: list[str]) -> None:
    error, value = run.outcome.error, run.outcome.value
    require(
        not (error and error.members),
        f"De `informe` salió un grupo, {errors_in(error)}: `except` no mira dentro; usa `except*`.",
        f"A group came out of `informe`, {errors_in(error)}: only `except*` looks into it.",
        line=error.line if error else None,
    )
    run.must_return()
    require(
        isinstance(value, list | tuple) and sorted(map(str, value)) == sorted(wanted),
        f"`informe` debía devolver {wanted!r}, una línea por error, aunque dos digan lo mismo, y "
        f"devolvió {value!r:.300}.",
        f"`informe` should return {wanted!r}, a line for each error, also if two say the same, "
        f"and returned {value!r:.300}.",
    )


@points(1)
@title(es="Los demás errores siguen su camino", en="Other errors go on their way")
@needs("report")
async def test_others_pass(solution: Solution, conductor: Conductor) -> None:
    # FileNotFoundError and TimeoutError are siblings of those that the report knows.
    for kind in (ValueError, FileNotFoundError, TimeoutError, OSError):
        broken = kind(new("parte rota"))
        locked = PermissionError(new("de solo lectura"))
        downloads = Downloads(conductor, *shuffled([broken, *never(1)]), error=locked)
        run = await failed_run(solution, downloads, REPORT)
        value = run.outcome.value
        require(
            run.outcome.error is not None or str(broken) not in repr(value),
            "`informe` solo conoce `ConnectionError` y `PermissionError`, y contó otro error, "
            f"`{kind.__name__}`: devolvió {value!r:.300}. Ese debía salir, en un grupo.",
            "`informe` knows only `ConnectionError` and `PermissionError`, and told of another, "
            f"`{kind.__name__}`: it returned {value!r:.300}. That should come out, in a group.",
        )
        require_in_group(run, broken)


@points(1)
@nothing_blocks
@title(es="El event loop no se bloquea nunca", en="The event loop is never blocked")
@needs("all_at_once")
async def test_nothing_blocks(solution: Solution, conductor: Conductor) -> None:
    downloads = Downloads(conductor, *shuffled([new("a"), new("b"), new("c")]))
    await solution.call(REPORT, downloads.functions, downloads.delete)
    downloads = Downloads(conductor, *shuffled([ConnectionError(new("colgó")), *never()]))
    await solution.call(REPORT, downloads.functions, downloads.delete)

"""grupo-de-tareas: a failure cancels the siblings, and every error is reported.

The siblings of a download that fails never answer: they end only if cancelled. Two that fail at
once would race the cancellation, so the second error is of `borrar`, asked after it; and only one,
for some right programs cancel once more at every error they see.
"""

from secrets import token_hex
from typing import Any

from graders.kit import (
    NEVER,
    QUIET,
    Conductor,
    Run,
    Service,
    Solution,
    hint,
    needs,
    points,
    require,
    title,
)

TOGETHER = "descargar_todo"
# Never so many at once: answered when it is proven that the program waits, and on no timer.
REST = 99


def new(words: str) -> str:
    return f"{words} {token_hex(3)}"


def ended(ending: object) -> object:
    if isinstance(ending, Exception):
        raise ending
    return ending


def make_downloads(conductor: Conductor, endings: dict[str, object]) -> dict[str, Service]:
    """Return a download for each: the text it ends with, the exception it fails with, or NEVER."""

    def download(name: str, ending: object) -> Service:
        hold = NEVER if ending == NEVER else QUIET
        return conductor.service(name, lambda: ended(ending), hold_until=hold)

    return {name: download(name, ending) for name, ending in endings.items()}


def make_delete(conductor: Conductor, error: Exception | None = None) -> Service:
    """Return `borrar`, which fails for "datos" if there is an error, and answers that last."""

    def delete(nombre: object) -> object:
        return ended(error if nombre == "datos" else None)

    order = ["ayuda", "datos"]
    return conductor.service("borrar", delete, hold_until=REST, release_order=order)


def errors_in(error: Any) -> list[str]:
    """Return each exception in a group as it is shown, however deep it lies; or the one."""
    if error and error.members:
        return sorted(shown for member in error.members for shown in errors_in(member))
    return [f"{error.type_name}: {error.message}"] if error else []


async def failed_run(solution: Solution, downloads: dict[str, Service], delete: Service) -> Run:
    """Return the end of a call in which one download failed and the others never answer."""
    run = await solution.call(TOGETHER, downloads, delete)
    waiting = ", ".join(name for name in downloads if run.evidence.in_flight(name))
    line = next((p.line for p in run.outcome.reported.waiting if p.name == TOGETHER), None)
    require(
        not (waiting and run.outcome.ending.value == "stuck"),
        f"Una descarga falló y sigues esperando a las demás ({waiting}): nadie las canceló. Un "
        "TaskGroup lo hace si una tarea deja salir su error; gather(return_exceptions=True), no.",
        f"A download failed and you go on waiting for the others ({waiting}): nobody cancelled "
        "them. A TaskGroup does if a task lets its error out; gather(return_exceptions=True) not.",
        line=line,
    )
    return run


@points(1)
@title(es="Empieza todas las descargas a la vez", en="Starts all downloads at once")
async def test_all_at_once(solution: Solution, conductor: Conductor) -> None:
    bajar = conductor.service("bajar", lambda: new("parte"), hold_until=3)
    downloads = dict.fromkeys(["datos", "fotos", "ayuda"], bajar)

    run = await solution.call(TOGETHER, downloads, make_delete(conductor))

    run.must_have_overlapped(bajar, 3)
    run.must_return()
    run.must_have_asked(bajar, (), (), ())


@points(1)
@title(es="Devuelve lo que bajó, aunque sea nada", en="Returns what it loaded, even if nothing")
async def test_results(solution: Solution, conductor: Conductor) -> None:
    for wanted in ({name: new(name) for name in ("datos", "fotos", "ayuda")}, {}):
        downloads = make_downloads(conductor, dict(wanted))
        run = await solution.call(TOGETHER, downloads, make_delete(conductor))
        got = run.outcome.error or run.must_return()
        require(
            got == wanted,
            f"Todo fue bien y debías devolver {wanted!r}; salió {got!r:.200}.",
            f"All went well and you should return {wanted!r}; what came is {got!r:.200}.",
            line=run.outcome.error.line if run.outcome.error else None,
        )
    require(
        not (calls := run.evidence.of("borrar")),
        "Llamaste a borrar sin que fallara nada: solo se borra lo que se canceló.",
        "You called borrar though nothing had failed: only what was cancelled is deleted.",
        line=calls[0].line if calls else None,
    )


@points(2)
@title(es="Si una falla, cancela las demás", en="If one fails, cancels the others")
@needs("all_at_once")
async def test_cancels(solution: Solution, conductor: Conductor) -> None:
    failed = ConnectionError(new("el servidor colgó"))
    downloads = make_downloads(conductor, {"datos": NEVER, "fotos": failed, "ayuda": NEVER})

    run = await failed_run(solution, downloads, make_delete(conductor))
    await run.settled()
    running = ", ".join(name for name in downloads if run.evidence.in_flight(name))
    require(
        not running,
        f"Una descarga falló y saliste, pero otras siguen en marcha por detrás ({running}): nadie "
        "las canceló. gather() lanza el primer error y no cancela a las demás; un TaskGroup sí.",
        f"A download failed and you left, but others go on behind your back ({running}): nobody "
        "cancelled them. gather() raises the first error and cancels no other; a TaskGroup does.",
    )
    run.must_raise("ConnectionError", str(failed))


@points(2)
@title(es="Espera a que acaben de borrar", en="Waits until they have finished deleting")
@needs("cancels")
async def test_awaited(solution: Solution, conductor: Conductor) -> None:
    failed = ConnectionError(new("el servidor colgó"))
    downloads = make_downloads(conductor, {"datos": NEVER, "fotos": failed, "ayuda": NEVER})
    delete = make_delete(conductor)

    run = await failed_run(solution, downloads, delete)
    # What is still in flight now is never answered.
    answered = [call for call in run.evidence.of("borrar") if call.how == "answered"]
    await run.settled()
    asked = run.evidence.of("borrar")
    unfinished = ", ".join(sorted(call.shown for call in asked if call not in answered))
    require(
        not unfinished,
        f"Cancelaste y saliste, y no habían acabado de borrar: {unfinished}. cancel() solo lo "
        "pide, y otro cancel() corta lo que empezaron: cancela una vez y espera las tareas.",
        f"You cancelled and left, and these had not finished deleting: {unfinished}. cancel() only "
        "asks for it, and another cuts short what they began: cancel once, and await the tasks.",
    )
    require(
        {"datos", "ayuda"} <= {str(v) for c in asked for v in (*c.arguments, *c.named.values())},
        "Alguna descarga cancelada no llamó a borrar(nombre). La función descargar() que te damos "
        "lo hace: captura CancelledError, que no es una Exception.",
        "Some cancelled download did not call borrar(nombre). The function descargar() that we "
        "give you does: it catches CancelledError, which is no Exception.",
    )
    run.must_have_asked(delete, ("datos",), ("ayuda",))
    await run.must_settle()


@points(2)
@title(es="Lanza todos los errores, en un grupo", en="Raises every error, in a group")
@needs("cancels")
async def test_all_errors(solution: Solution, conductor: Conductor) -> None:
    failed, locked = ConnectionError(new("colgó")), PermissionError(new("de solo lectura"))
    downloads = make_downloads(conductor, {"datos": NEVER, "fotos": failed, "ayuda": NEVER})
    delete = make_delete(conductor, locked)
    require_group(await failed_run(solution, downloads, delete), failed, locked)

    alone = ValueError(new("parte rota"))
    downloads = make_downloads(conductor, {"datos": NEVER, "fotos": alone})
    require_group(await failed_run(solution, downloads, make_delete(conductor)), alone)


def require_group(run: Run, *errors: Exception) -> None:
    """Make sure that it raised a group of just these, however they are grouped in it."""
    error, got = run.outcome.error, errors_in(run.outcome.error)
    wanted = sorted(f"{type(one).__name__}: {one}" for one in errors)
    if error is None:
        run.must_raise(type(errors[0]).__name__, str(errors[0]))
    require(
        error and error.members,
        f"Lanzaste un error suelto, {got}, y debía ser un ExceptionGroup con todos: {wanted}.",
        f"You raised an error by itself, {got}, and not an ExceptionGroup of all: {wanted}.",
        line=error.line if error else None,
    )
    require(
        got == wanted,
        f"Los errores fueron {wanted}, y en tu grupo hay {got}. El de borrar también es un error; "
        "CancelledError, no.",
        f"The errors were {wanted}, and your group holds {got}. That of borrar is an error too; "
        "CancelledError is not.",
        line=error.line if error else None,
    )


@points(1)
@title(es="El informe cuenta cada error conocido", en="The report tells of each known error")
@needs("cancels")
@hint(
    es="Tras except* ConnectionError as grupo: recorre grupo.exceptions. Dentro no cabe un return.",
    en="After except* ConnectionError as grupo: go through grupo.exceptions. No return fits there.",
)
async def test_report(solution: Solution, conductor: Conductor) -> None:
    net, disk, locked = new("colgó"), new("disco lleno"), new("datos bloqueados")
    failures = ((ConnectionError(net), f"Red: {net}"), (PermissionError(disk), f"Disco: {disk}"))
    for failed, line in failures:
        downloads = make_downloads(conductor, {"fotos": failed, "datos": NEVER, "ayuda": NEVER})
        delete = make_delete(conductor, PermissionError(locked))
        run = await solution.call("informe", downloads, delete)
        require_lines(run, [line, f"Disco: {locked}"])

    well = make_downloads(conductor, {"datos": new("a")})
    require_lines(await solution.call("informe", well, make_delete(conductor)), [])


def require_lines(run: Run, wanted: list[str]) -> None:
    error, value = run.outcome.error, run.outcome.value
    require(
        not (error and error.members),
        f"De informe salió un grupo, {errors_in(error)}: except no mira dentro; usa except*.",
        f"A group came out of informe, {errors_in(error)}: only except* looks into it.",
        line=error.line if error else None,
    )
    run.must_return()
    require(
        isinstance(value, list | tuple) and sorted(map(str, value)) == sorted(wanted),
        f"informe debía devolver {wanted!r}, una línea por error, y devolvió {value!r:.300}.",
        f"informe should return {wanted!r}, a line for each error, and returned {value!r:.300}.",
    )


@points(1)
@title(es="Los demás errores siguen su camino", en="Other errors go on their way")
@needs("report")
async def test_others_pass(solution: Solution, conductor: Conductor) -> None:
    broken = ValueError(new("parte rota"))
    downloads = make_downloads(conductor, {"datos": NEVER, "fotos": broken})
    delete = make_delete(conductor, PermissionError(new("de solo lectura")))

    run = await solution.call("informe", downloads, delete)
    run.must_raise("ValueError", str(broken))

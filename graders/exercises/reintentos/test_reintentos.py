"""reintentos: try again, wait twice as long each time, and know when to stop.

The program waits with a service of ours, so nothing is timed: what it asks for is compared. How
many tries there are, and how long the waits, is drawn anew for each call.
"""

from itertools import pairwise
from math import isclose
from secrets import SystemRandom, token_hex
from typing import Any

from graders.kit import (
    NEVER,
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

FUNCTION = "reintentar"
# Never so many at once: answered when it is proven that the program waits, and on no timer.
REST = 99
RANDOM = SystemRandom()
DESERVE = (ConnectionResetError, ConnectionRefusedError, BrokenPipeError, ConnectionAbortedError)
# Relatives of ConnectionError among them, and what a slow network ends with.
OTHERS = (ValueError, PermissionError, TimeoutError, OSError, RuntimeError)
RESULT = (
    "Vale cualquier resultado, aunque sea 0 o `None`.",
    "Any result will do, even 0 or `None`.",
)
KIND = (
    "Solo un `ConnectionError`, o una subclase suya, merece otro.",
    "Only a `ConnectionError`, or a subclass of it, deserves another.",
)
MOST = ("`intentos` cuenta también el primero.", "`intentos` counts the first one too.")


def new(words: str) -> str:
    return f"{words} {token_hex(3)}"


def lost(count: int) -> list[ConnectionError]:
    return [ConnectionError(new(f"fallo {n + 1} de {count}:")) for n in range(count)]


def make_operation(conductor: Conductor, *endings: object, name: str = "operacion") -> Service:
    """Return an operation whose tries end like that, one after another: by value or exception."""
    left = list(endings)

    def answer() -> object:
        ending = left.pop(0) if left else "de más"
        if isinstance(ending, Exception):
            raise ending
        return ending

    return conductor.service(name, answer)


def require_tries(run: Run, operation: Service, endings: list[Any], why: tuple[str, str]) -> None:
    """Make sure that there was a try for each ending, and that the last is that of the call."""
    calls = run.evidence.of(operation.name)
    es = f"Los intentos acaban, por orden, con {endings}: debías hacer {len(endings)}"
    en = f"The tries end, in order, with {endings}: you should make {len(endings)}"
    require(
        len(calls) == len(endings),
        f"{es}, e hiciste {len(calls)}. {why[0]}",
        f"{en}, and made {len(calls)}. {why[1]}",
        line=calls[-1].line if calls else None,
    )
    last = endings[-1]
    if isinstance(last, Exception):
        run.must_raise(type(last).__name__, str(last))
        return
    value = run.must_return()
    require(
        value == last,
        f"El último intento devolvió {last!r}, y `reintentar` devolvió {value!r:.200}.",
        f"The last try returned {last!r}, and `reintentar` returned {value!r:.200}.",
    )


def make_wait(conductor: Conductor, hold: int = 1, name: str = "esperar") -> Service:
    return conductor.service(name, lambda segundos: None, hold_until=hold)


def waits_of(run: Run, wait: Service) -> list[object]:
    calls = run.evidence.of(wait.name)
    return [(*call.arguments, *call.named.values(), None)[0] for call in calls]


@points(1)
@title(es="Si sale bien a la primera, no insiste", en="If the first try goes well, no other")
async def test_first_try(solution: Solution, conductor: Conductor) -> None:
    for number, answer in enumerate((new("hola"), 0, None, "", False)):
        operacion = make_operation(conductor, answer, name=f"operacion_{number}")
        run = await solution.call(FUNCTION, operacion, 3, 0.25, make_wait(conductor))
        run.must_return()
        require_tries(run, operacion, [answer], RESULT)
    # Without esperar, as in the statement's example; and once more, with nothing kept.
    operacion = make_operation(conductor, *(answers := [new("hola"), new("adiós")]), name="otra")
    for number in (1, 2):
        run = await solution.call(FUNCTION, operacion, 4, 0.5)
        run.must_return()
        require_tries(run, operacion, answers[:number], RESULT)


@points(1)
@title(es="Insiste hasta que sale bien", en="Insists until it goes well")
async def test_retries(solution: Solution, conductor: Conductor) -> None:
    esperar = make_wait(conductor)
    # It goes well in the last try of all, of more than people type by themselves.
    endings = [*lost(RANDOM.randint(11, 14)), new("hola")]
    operacion = make_operation(conductor, *endings)
    # So little that all the waits together are short, for whoever makes them by asyncio.sleep.
    run = await solution.call(FUNCTION, operacion, len(endings), 0.000_01, esperar)
    error = run.outcome.error
    require(
        not (error and "cannot reuse" in error.message),
        "Una corrutina se espera una sola vez: llama de nuevo a `operacion()` en cada intento.",
        "A coroutine is awaited only once: call `operacion()` anew for each try.",
        line=error.line if error else None,
    )
    if not error or error.type_name != "ConnectionError":
        run.must_return()
    require_tries(run, operacion, endings, KIND)


@points(2)
@title(es="Cada espera es el doble de la anterior", en="Each wait is twice the one before")
@needs("retries")
@hint(
    es="Dobla una variable en cada vuelta, o usa `espera * 2**intento` contando desde 0.",
    en="Double a variable each time round, or use `espera * 2**intento` counting from 0.",
)
async def test_waits(solution: Solution, conductor: Conductor) -> None:
    # The last of these waits is of weeks: nothing in the statement limits it.
    for first, failures in ((RANDOM.choice([0.125, 0.25, 0.375]), 3), (RANDOM.randint(40, 60), 15)):
        operacion = make_operation(conductor, *lost(failures), new("hola"), name=f"op_{failures}")
        esperar = make_wait(conductor, REST, name=f"esperar_{failures}")
        most = failures + (1 if failures == 3 else 3)
        run = await solution.call(FUNCTION, operacion, most, first, esperar)

        run.must_return()
        require_waits(waits_of(run, esperar), [first * 2**n for n in range(failures)])
        require_in_turn(run)


def require_waits(got: list[object], wanted: list[float]) -> None:
    """Make sure that these are the waits; the usual slips have words of their own."""
    first = wanted[0]
    why = ("Cada espera es el doble de la anterior.", "Each wait is twice the one before.")
    if not got:
        why = (
            "No llamaste a `esperar`: espera entre intento e intento, y no con `asyncio.sleep`.",
            "You did not call `esperar`: wait between tries, and not by `asyncio.sleep`.",
        )
    elif len(got) == len(wanted) and set(map(str, got)) == {str(got[0])}:
        why = ("Esperaste siempre lo mismo.", "You always waited for the same time.")
    elif not is_close(got[0], first):
        why = (f"La primera espera es de {first} s.", f"The first wait is of {first} s.")
    require(
        len(got) == len(wanted) and all(map(is_close, got, wanted)),
        f"{why[0]} Con `espera = {first}` y {len(wanted)} fallos debías pedir {wanted} s, y "
        f"pediste {got!s:.300}.",
        f"{why[1]} Given `espera = {first}` and {len(wanted)} failures you should ask for "
        f"{wanted} s, and you asked for {got!s:.300}.",
    )


def is_close(got: Any, wanted: float) -> bool:
    return isinstance(got, int | float) and isclose(got, wanted)


def require_in_turn(run: Run) -> None:
    """Make sure that every try or wait was over before the next was asked for."""
    for before, call in pairwise(run.evidence.calls):
        is_over = before.ended_at is not None and before.ended_at <= call.asked_at
        require(
            is_over and before.service != call.service,
            "Hiciste otro intento sin que acabara la espera. ¿Falta un `await`?",
            "You made another try before the wait was over. Is an `await` missing?",
            line=call.line,
        )


@points(2)
@title(es="Se rinde tras el último intento", en="Gives up after the last try")
@needs("retries")
async def test_gives_up(solution: Solution, conductor: Conductor) -> None:
    most, esperar = RANDOM.randint(4, 9), make_wait(conductor)
    for tries in (most, 1):
        # The last is of a class of its own: it must come out itself, and no other like it.
        errors = [*lost(tries - 1), RANDOM.choice(DESERVE)(new("el último"))]
        operacion = make_operation(conductor, *errors, name=f"operacion_{tries}")
        run = await solution.call(FUNCTION, operacion, tries, 0.01, esperar)
        require_tries(run, operacion, errors, MOST)
    waits = waits_of(run, esperar)
    require(
        len(waits) < most,
        f"Con {most} intentos fallidos, y después con 1, pediste las esperas {waits}: sobran. "
        "Tras el último, deja salir el error sin llamar a `esperar`.",
        f"With {most} failed tries, and then with 1, you asked for the waits {waits}, too many. "
        "After the last, let the error out without calling `esperar`.",
        line=run.evidence.of(esperar.name)[-1].line if waits else None,
    )


@points(1)
@title(es="Distingue qué errores merecen otro intento", en="Tells which errors deserve another")
@needs("retries")
async def test_other_errors(solution: Solution, conductor: Conductor) -> None:
    subclasses: list[Any] = [*[kind(new("cortado")) for kind in DESERVE], new("hola")]
    at_once: list[list[Any]] = [[kind(new("mal"))] for kind in OTHERS]
    later: list[list[Any]] = [[*lost(2), RANDOM.choice(OTHERS)(new("mal"))]]
    for number, endings in enumerate((subclasses, *at_once, *later)):
        operacion = make_operation(conductor, *endings, name=f"operacion_{number}")
        run = await solution.call(FUNCTION, operacion, 6, 0.01, make_wait(conductor))
        require_tries(run, operacion, endings, KIND)


@points(1)
@title(es="Si lo cancelan en un intento, lo deja", en="Stops if cancelled in a try")
@needs("retries")
async def test_cancelled_trying(solution: Solution, conductor: Conductor) -> None:
    operacion = conductor.service("operacion", hold_until=NEVER)
    esperar = make_wait(conductor)
    async with solution.started(FUNCTION, operacion, 3, 0.01, esperar) as call:
        run = await call.cancelled()
    require_stopped(run, "un intento", "a try")
    await run.settled()
    require(
        not run.evidence.in_flight("operacion"),
        "Te cancelamos, y el intento sigue por detrás. Espéralo con `await`, sin "
        "`asyncio.shield()`.",
        "We cancelled you, and the try goes on behind your back. Await it, no `asyncio.shield()`.",
    )


@points(1)
@title(es="Si lo cancelan en una espera, lo deja", en="Stops if cancelled in a wait")
@needs("retries")
async def test_cancelled_waiting(solution: Solution, conductor: Conductor) -> None:
    operacion = make_operation(conductor, *lost(1), new("hola"))
    esperar = conductor.service("esperar", lambda segundos: None, hold_until=NEVER)

    async with solution.started(FUNCTION, operacion, 3, 0.01, esperar) as call:
        run = await call.cancelled()
    was_waiting = any(call.how == "cancelled" for call in run.evidence.of("esperar"))
    require(
        was_waiting or run.outcome.error,
        "No esperaste con `await esperar(…)` tras un fallo: no hubo espera en la que cancelarte.",
        "You did not wait by `await esperar(…)` after a failure: there was no wait to cancel you "
        "in.",
    )
    require_stopped(run, "una espera", "a wait")
    await run.settled()
    require(
        not run.evidence.in_flight("esperar"),
        "Te cancelamos, y la espera sigue por detrás. Espérala con `await`, sin "
        "`asyncio.shield()`.",
        "We cancelled you, and the wait goes on behind your back. Await it, no `asyncio.shield()`.",
    )


def require_stopped(run: Run, es: str, en: str) -> None:
    calls = run.evidence.of("operacion")
    line = calls[-1].line if calls else None
    where_es, where_en = (f": línea {line}", f": line {line}") if line else ("", "")
    require(
        len(calls) <= 1,
        f"Te cancelamos en {es} y lo intentaste otra vez{where_es}. ¿Hay un `except` que captura "
        "también `CancelledError`, como `except:` o `except BaseException`?",
        f"We cancelled you in {en} and you tried again{where_en}. Is there an `except` that "
        "catches `CancelledError` too, such as `except:` or `except BaseException`?",
        line=line,
    )
    run.must_be_cancelled()


@points(1)
@nothing_blocks
@title(es="El event loop no se bloquea nunca", en="The event loop is never blocked")
@needs("retries")
async def test_nothing_blocks(solution: Solution, conductor: Conductor) -> None:
    operacion = make_operation(conductor, *lost(3), new("hola"))

    await solution.call(FUNCTION, operacion, 4, 0.25, make_wait(conductor, REST))

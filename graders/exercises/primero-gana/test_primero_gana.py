"""primero-gana: the first answer wins; the others are cancelled, and their clean-up is awaited.

The losers never answer: they end only if cancelled. That the clean-up was awaited is seen by
`abandonar`: it answers when the program is proven to wait, and not once the function is over.
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

FUNCTION = "primero_gana"
# Never so many at once: answered when it is proven that the program waits, and on no timer.
REST = 99
NAMES = ["lima", "quito", "madrid"]
LOSERS = ["lima", "madrid"]
LAZY = {"lima": NEVER, "quito": NEVER, "madrid": NEVER}


def new(words: str) -> str:
    return f"{words} {token_hex(3)}"


def make_servers(conductor: Conductor, **endings: object) -> dict[str, Service]:
    """Return a server for each: what it answers, the error it fails with at once, or NEVER."""

    def ended(ending: object) -> object:
        if isinstance(ending, Exception):
            raise ending
        return ending

    def server(name: str, ending: object) -> Service:
        hold: Any = NEVER if ending == NEVER else 1 if isinstance(ending, Exception) else QUIET
        return conductor.service(name, lambda: ended(ending), hold_until=hold)

    return {name: server(name, ending) for name, ending in endings.items()}


def make_leave(conductor: Conductor) -> Service:
    return conductor.service("abandonar", lambda nombre: None, hold_until=REST)


def require_ended(run: Run) -> None:
    """Make sure that a call in which a server answered did not go on waiting for others."""
    is_asleep = run.outcome.ending.value == "stuck" and any(map(run.evidence.in_flight, NAMES))
    asked = {call.service for call in run.evidence.calls}
    waiting = run.outcome.reported.waiting
    line = next((place.line for place in waiting if place.name == FUNCTION), None)
    missing = ", ".join(name for name in NAMES if name not in asked)
    require(
        not (is_asleep and missing),
        f"Esperas la respuesta de un servidor sin haber preguntado a los demás ({missing}). Crea "
        "primero una tarea por servidor, con create_task(), y espera después.",
        f"You await one server's answer without having asked the others ({missing}). Make a task "
        "for each server first, by create_task(), and wait afterwards.",
        line=line,
    )
    require(
        not is_asleep,
        "Un servidor ya contestó y sigues esperando a los demás. gather() y un TaskGroup esperan a "
        "todos; asyncio.wait() con FIRST_COMPLETED y asyncio.as_completed(), solo al primero.",
        "A server has answered and you go on waiting for the others. gather() and a TaskGroup wait "
        "for all; asyncio.wait() with FIRST_COMPLETED and asyncio.as_completed() for the first.",
        line=line,
    )


def require_answer(run: Run, answer: str) -> None:
    require_ended(run)
    value = run.must_return()
    require(
        value == answer,
        f"La primera respuesta fue {answer!r}, y devolviste {value!r:.200}.",
        f"The first answer was {answer!r}, and you returned {value!r:.200}.",
    )


async def require_dismissed(run: Run, leave: Service, names: list[str]) -> None:
    """Make sure that those were cancelled, and had ended when the call was over."""
    # What is still in flight now is never answered.
    answered = [call for call in run.evidence.of("abandonar") if call.how == "answered"]
    await run.settled()
    require_cancelled(run)
    asked = run.evidence.of("abandonar")
    cut = ", ".join(sorted(call.shown for call in asked if call.how == "cancelled"))
    require(
        not cut,
        f"Cancelaste otra vez a quien ya estaba avisando ({cut}) y el aviso se quedó a medias. "
        "Cancela una sola vez; en anyio, protege el aviso con CancelScope(shield=True).",
        f"You cancelled again what was telling already ({cut}), and it was cut short. Cancel once "
        "only; in anyio, protect the telling by CancelScope(shield=True).",
    )
    unfinished = ", ".join(sorted(call.shown for call in asked if call not in answered))
    require(
        not unfinished,
        f"Cancelaste y saliste antes de que acabaran: aún estaban avisando ({unfinished}). "
        "cancel() solo lo pide; espera después con gather(*tareas, return_exceptions=True).",
        f"You cancelled and left before they had ended: they were still telling ({unfinished}). "
        "cancel() only asks for it; then await gather(*tareas, return_exceptions=True).",
    )
    told = [str((*call.arguments, *call.named.values(), None)[0]) for call in asked]
    extra = [name for name in told if name not in names]
    require(
        not extra,
        f"Avisaste a {extra} de que ya no hace falta, y no lo cancelaste.",
        f"You told {extra} that it is no longer needed, and you did not cancel it.",
    )
    require(
        set(names) <= set(told),
        f"Cancelaste {names}, y solo avisaste a {told}. La función consultar() que te damos avisa "
        "al cancelarla: mete esa en tus tareas.",
        f"You cancelled {names}, and told only {told}. The function consultar() that we give you "
        "tells when it is cancelled: put that into your tasks.",
    )
    run.must_have_asked(leave, *[(name,) for name in names])


def require_cancelled(run: Run) -> None:
    running = ", ".join(name for name in NAMES if run.evidence.in_flight(name))
    require(
        not running,
        f"Saliste, y hay servidores que siguen trabajando para nadie ({running}): no los "
        "cancelaste. asyncio.wait() y as_completed() no cancelan lo que dejan sin terminar, ni al "
        "salir ni cuando te cancelan a ti.",
        f"You left, and there are servers that go on working for nobody ({running}): you did not "
        "cancel them. asyncio.wait() and as_completed() do not cancel what they leave unfinished, "
        "neither on leaving nor when you are cancelled.",
    )


@points(2)
@title(es="Devuelve la primera respuesta que llega", en="Returns the first answer that comes")
async def test_first_wins(solution: Solution, conductor: Conductor) -> None:
    answer = new("desde Quito")
    servers = make_servers(conductor, **{**LAZY, "quito": answer})

    run = await solution.call(FUNCTION, servers, make_leave(conductor))

    require_answer(run, answer)
    for server in servers.values():
        run.must_have_asked(server, ())


@points(2)
@title(es="Cancela a los demás", en="Cancels the others")
@needs("first_wins")
async def test_cancels(solution: Solution, conductor: Conductor) -> None:
    servers = make_servers(conductor, **{**LAZY, "quito": new("desde Quito")})

    run = await solution.call(FUNCTION, servers, make_leave(conductor))

    run.must_return()
    await run.settled()
    require_cancelled(run)


@points(2)
@title(es="Espera a que hayan avisado", en="Waits until they have told")
@needs("cancels")
async def test_awaited(solution: Solution, conductor: Conductor) -> None:
    servers = make_servers(conductor, **{**LAZY, "quito": new("desde Quito")})
    leave = make_leave(conductor)

    run = await solution.call(FUNCTION, servers, leave)

    run.must_return()
    await require_dismissed(run, leave, LOSERS)
    await run.must_settle()


@points(1)
@title(es="Un error no es una respuesta", en="An error is no answer")
@needs("first_wins")
@hint(
    es="Con wait() en un while: mientras queden tareas y ninguna haya dado respuesta. Con "
    "as_completed(): un try dentro del for.",
    en="With wait() in a while: as long as there are tasks and none has answered. With "
    "as_completed(): a try inside the for.",
)
async def test_error(solution: Solution, conductor: Conductor) -> None:
    error, answer = ConnectionError(new("lima no responde")), new("desde Madrid")
    servers = make_servers(conductor, lima=error, quito=NEVER, madrid=answer)

    run = await solution.call(FUNCTION, servers, make_leave(conductor))

    raised = run.outcome.error
    require(
        not (raised and str(error) in repr(raised)),
        f"Un servidor falló y dejaste salir su error, {raised!r}, sin esperar a los demás.",
        f"A server failed and you let its error out, {raised!r}, without waiting for the others.",
        line=raised.line if raised else None,
    )
    require_answer(run, answer)


@points(1)
@title(es="Si fallan todos, sale un error suyo", en="If all fail, an error of theirs comes out")
@needs("error")
async def test_all_fail(solution: Solution, conductor: Conductor) -> None:
    error = ConnectionError(new("nadie responde"))
    servers = make_servers(conductor, lima=error, quito=error, madrid=error)

    run = await solution.call(FUNCTION, servers, make_leave(conductor))

    run.must_raise("ConnectionError", str(error))


@points(1)
@title(es="Vale también con uno solo", en="Works with a single one too")
@needs("first_wins")
async def test_alone(solution: Solution, conductor: Conductor) -> None:
    answer = new("desde Lima")

    run = await solution.call(FUNCTION, make_servers(conductor, lima=answer), make_leave(conductor))

    error = run.outcome.error
    require(
        not (error and "is empty" in error.message),
        f"Con un solo servidor no queda nadie a quien cancelar: {error!r}. asyncio.wait() no "
        "admite un conjunto vacío; mira antes si hay alguna tarea, o usa gather().",
        f"With a single server there is nobody to cancel: {error!r}. asyncio.wait() takes no empty "
        "set; see first whether there is any task, or use gather().",
        line=error.line if error else None,
    )
    require_answer(run, answer)


@points(1)
@title(es="Si lo cancelan, no deja nada en marcha", en="Leaves nothing running if cancelled")
@needs("awaited")
async def test_cancelled(solution: Solution, conductor: Conductor) -> None:
    leave = make_leave(conductor)

    async with solution.started(FUNCTION, make_servers(conductor, **LAZY), leave) as call:
        run = await call.cancelled()

    await require_dismissed(run, leave, NAMES)
    run.must_be_cancelled()

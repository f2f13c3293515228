"""primero-gana: the first answer wins; the others are cancelled, and their clean-up is awaited.

The losers never answer: they end only if cancelled. That the clean-up was awaited is seen by
`abandonar`: it answers when the program is proven to wait, and not once the function is over.
How many servers there are, their names and their places are drawn anew for each call.
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

FUNCTION = "primero_gana"
# Never so many at once: answered when it is proven that the program waits, and on no timer.
REST = 99
RANDOM = SystemRandom()
NAMES = (
    "lima quito madrid oviedo bilbao bogota caracas lisboa rabat oslo tokio nairobi manila sofia "
    "praga viena paris roma dakar turin berna minsk delhi hanoi accra cadiz denver dublin "
    "dubai goa jena kiev lugo lyon miami murcia nantes nimes omaha oran osaka oporto"
)
ERRORS = (ConnectionError, TimeoutError, ValueError, RuntimeError, PermissionError, LookupError)


class Late:
    """What a server ends with when it is certain that the program asks nobody else."""

    def __init__(self, ending: object) -> None:
        self.ending = ending


class Races:
    """What the calls of one check are given; no name is given twice."""

    def __init__(self, conductor: Conductor) -> None:
        self._conductor, self._names = conductor, shuffled(f"{NAMES} {NAMES.upper()}".split())
        self.leave = self.make_leave("abandonar")

    def make_leave(self, name: str, hold: Any = REST) -> Service:
        return self._conductor.service(name, lambda nombre: None, hold_until=hold)

    def of(self, *endings: object) -> dict[str, Service]:
        """Return a server for each: it ends like that at once, or Late, or NEVER."""
        return {(name := self._names.pop()): self._serve(name, ending) for ending in endings}

    def _serve(self, name: str, ending: object) -> Service:
        last = ending.ending if isinstance(ending, Late) else ending

        def answer() -> object:
            if isinstance(last, Exception):
                raise last
            return last

        hold = NEVER if ending is NEVER else QUIET if isinstance(ending, Late) else 1
        return self._conductor.service(name, answer, hold_until=hold)


def new(words: str) -> str:
    return f"{words} {token_hex(3)}"


def shuffled(things: Sequence[Any]) -> list[Any]:
    return RANDOM.sample(things, len(things))


def draw_errors(count: int) -> list[Exception]:
    """Return that many errors, of different classes as far as there are."""
    kinds = shuffled(ERRORS) * 2
    return [kind(new("no responde:")) for kind in kinds[:count]]


def one_among(ending: object, *others: object) -> list[object]:
    """Return them in any order that does not begin with `ending`."""
    endings = shuffled(others)
    endings.insert(RANDOM.randint(1, len(others)), ending)
    return endings


def one_answers(answer: object, never: int = 0) -> list[object]:
    return one_among(Late(answer), *[NEVER] * (never or RANDOM.randint(4, 7)))


def losers(servers: dict[str, Service]) -> list[str]:
    return [name for name, server in servers.items() if server.hold_until is NEVER]


def first_argument(call: Any) -> object:
    return next(iter([*call.arguments, *call.named.values()]), None)


def require_all_asked(run: Run, servers: dict[str, Service]) -> None:
    """Make sure that everybody had been asked, just once, when the first ended."""
    calls = [call for call in run.evidence.calls if call.service in servers]
    first_end = min((call.ended_at for call in calls if call.ended_at is not None), default=None)
    asked = [call.service for call in calls if first_end is None or call.asked_at <= first_end]
    missing = [name for name in servers if name not in asked]
    if len(missing) == len(servers):
        value = run.must_return()
        require(
            False,
            f"`primero_gana` devolvió {value!r:.200} sin preguntar. ¿Guardas algo entre llamadas?",
            f"`primero_gana` returned {value!r:.200} and asked nobody. Is anything kept?",
        )
    line = calls[-1].line if calls else None
    require(
        not missing,
        f"Esperas la respuesta de {len(asked)} servidores sin haber preguntado a los demás "
        f"({', '.join(missing)}). Crea primero una tarea por servidor, con `create_task()`, y "
        "espera después.",
        f"You wait for the answer of {len(asked)} servers without having asked the others "
        f"({', '.join(missing)}). Make a task for each server first, by `create_task()`, and wait "
        "afterwards.",
        line=line,
    )
    for server in servers.values():
        run.must_have_asked(server, ())


def require_ended(run: Run, servers: dict[str, Service], *, at_once: bool = False) -> None:
    """Make sure that a call in which a server answered did not go on waiting for others."""
    is_asleep = run.outcome.ending.value == "stuck" and any(map(run.evidence.in_flight, servers))
    waiting = run.outcome.reported.waiting
    line = next((place.line for place in waiting if place.name == FUNCTION), None)
    require(
        not (is_asleep and at_once),
        "Varios servidores fallaron y uno contestó, todos en el mismo momento, y sigues esperando: "
        "`asyncio.wait()` te puede dar varias tareas hechas a la vez. Míralas todas.",
        "Several servers failed and one answered, all in the same moment, and you go on waiting: "
        "`asyncio.wait()` may give you several finished tasks at once. Look at all of them.",
        line=line,
    )
    require(
        not is_asleep,
        "Un servidor ya contestó y sigues esperando a los demás. `gather()` y un `TaskGroup` "
        "esperan a todos; `as_completed()` y `wait()` con `FIRST_COMPLETED`, solo al primero.",
        "A server has answered and you go on waiting for the others. `gather()` and a `TaskGroup` "
        "wait for all; `as_completed()`, and `wait()` with `FIRST_COMPLETED`, for the first.",
        line=line,
    )


def require_answer(run: Run, answer: object) -> None:
    """Make sure that it returned this answer."""
    value = run.must_return()
    require(
        value == answer and type(value) is type(answer),
        f"La primera respuesta fue {answer!r}, y `primero_gana` devolvió {value!r:.200}.",
        f"The first answer was {answer!r}, and `primero_gana` returned {value!r:.200}.",
    )


def require_no_error_out(run: Run) -> None:
    """Make sure that no server's error came out although another answered."""
    error = run.outcome.error
    require(
        not error or "no responde:" not in repr(error),
        f"Un servidor falló y dejaste salir su error, `{error!r}`, sin esperar a los demás. Vale "
        "para cualquier `Exception`.",
        f"A server failed and you let its error out, `{error!r}`, without waiting for the others. "
        "That goes for any `Exception`.",
        line=error.line if error else None,
    )


def require_not_told(run: Run, leave: Service, servers: dict[str, Service]) -> None:
    """Make sure that nobody was told who answered or failed."""
    others = set(servers) - set(losers(servers))
    told = [call for call in run.evidence.of(leave.name) if first_argument(call) in others]
    extra = ", ".join(str(first_argument(call)) for call in told)
    require(
        not told,
        f"Avisaste a {extra} de que ya no hace falta, y no lo cancelaste: había contestado o "
        "fallado. `consultar()` solo avisa tras `CancelledError`.",
        f"You told {extra} that it is no longer needed, and you did not cancel it: it had "
        "answered or failed. `consultar()` tells only after `CancelledError`.",
        line=told[0].line if told else None,
    )


async def require_dismissed(run: Run, races: Races, servers: dict[str, Service]) -> None:
    """Make sure that those who would never answer were cancelled, and had ended at the return."""
    # What is still in flight now is never answered.
    answered = [call for call in run.evidence.of(races.leave.name) if call.how == "answered"]
    await run.settled()
    require_cancelled(run, servers)
    asked = run.evidence.of(races.leave.name)
    cut = ", ".join(sorted(call.shown for call in asked if call.how == "cancelled"))
    require(
        not cut,
        f"Cancelaste otra vez a quien ya estaba avisando ({cut}) y el aviso se quedó a medias. "
        "Cancela una sola vez; en `anyio`, protege el aviso con `CancelScope(shield=True)`.",
        f"You cancelled again what was telling already ({cut}), and it was cut short. Cancel once "
        "only; in `anyio`, protect the telling by `CancelScope(shield=True)`.",
    )
    unfinished = ", ".join(sorted(call.shown for call in asked if call not in answered))
    require(
        not unfinished,
        f"Cancelaste y saliste antes de que acabaran: aún estaban avisando ({unfinished}). "
        "`cancel()` solo lo pide; espéralas a todas: `gather(*tareas, return_exceptions=True)`.",
        f"You cancelled and left before all had ended: these were still telling ({unfinished}). "
        "`cancel()` only asks for it; wait for all: `gather(*tareas, return_exceptions=True)`.",
    )
    require_not_told(run, races.leave, servers)
    names, told = losers(servers), [str(first_argument(call)) for call in asked]
    require(
        set(names) <= set(told),
        f"Cancelaste {names}, y solo avisaste a {told}. La función `consultar()` que te damos "
        "avisa al cancelarla: mete esa en tus tareas.",
        f"You cancelled {names}, and told only {told}. The function `consultar()` that we give "
        "you tells when it is cancelled: put that into your tasks.",
    )
    run.must_have_asked(races.leave, *[(name,) for name in names])


def require_cancelled(run: Run, servers: dict[str, Service]) -> None:
    left = ", ".join(filter(run.evidence.in_flight, servers))
    require(
        not left,
        f"Saliste, y hay servidores que siguen trabajando para nadie ({left}): no los cancelaste. "
        "`asyncio.wait()` y `as_completed()` no cancelan lo que dejan sin terminar, ni al salir "
        "ni cuando te cancelan a ti.",
        f"You left, and there are servers that go on working for nobody ({left}): you did not "
        "cancel them. `asyncio.wait()` and `as_completed()` do not cancel what they leave "
        "unfinished, neither on leaving nor when you are cancelled.",
    )


@points(2)
@title(es="Devuelve la primera respuesta que llega", en="Returns the first answer that comes")
async def test_first_wins(solution: Solution, conductor: Conductor) -> None:
    races = Races(conductor)
    for answer, never in ((new("desde Quito"), 0), (new("desde Oslo"), 12)):  # 12: nobody's limit
        servers = races.of(*one_answers(answer, never))
        run = await solution.call(FUNCTION, servers, races.leave)
        require_all_asked(run, servers)
        require_ended(run, servers)
        require_answer(run, answer)
    run = await solution.call(FUNCTION, servers, races.leave)
    require(
        all(len(run.evidence.of(name)) == 2 for name in servers),
        "Repetimos la misma llamada y `primero_gana` no volvió a preguntar a todos. ¿Guardas algo "
        "de una llamada a otra?",
        "We made the same call again and `primero_gana` did not ask everybody again. Do you keep "
        "anything between calls?",
    )


@points(1)
@title(es="Cancela a los demás", en="Cancels the others")
@needs("first_wins")
async def test_cancels(solution: Solution, conductor: Conductor) -> None:
    races = Races(conductor)
    servers = races.of(*one_answers(new("desde Quito")))

    run = await solution.call(FUNCTION, servers, races.leave)

    run.must_return()
    await run.settled()
    require_cancelled(run, servers)


@points(2)
@title(es="Espera a que hayan avisado", en="Waits until they have told")
@needs("cancels")
async def test_awaited(solution: Solution, conductor: Conductor) -> None:
    races = Races(conductor)
    # They end telling all at once; then, one after the other.
    for leave in (races.leave, races.make_leave("abandonar_despacio", ONE_BY_ONE)):
        races.leave, servers = leave, races.of(*one_answers(new("desde Quito")))
        run = await solution.call(FUNCTION, servers, races.leave)
        run.must_return()
        await require_dismissed(run, races, servers)
        await run.must_settle()


@points(1)
@title(es="Un error no es una respuesta", en="An error is no answer")
@needs("first_wins")
@hint(
    es="Con `wait()` en un `while`: mientras queden tareas y ninguna haya dado respuesta. Con "
    "`as_completed()`: un `try` dentro del `for`.",
    en="With `wait()` in a `while`: as long as there are tasks and none has answered. With "
    "`as_completed()`: a `try` inside the `for`.",
)
async def test_error(solution: Solution, conductor: Conductor) -> None:
    races, answer = Races(conductor), new("desde Madrid")
    # All errors before the answer: one is not answered yet, or none.
    for others in ([NEVER, *draw_errors(len(ERRORS))], draw_errors(RANDOM.randint(4, 7))):
        servers = races.of(*one_among(Late(answer), *others))
        run = await solution.call(FUNCTION, servers, races.leave)
        require_no_error_out(run)
        require_ended(run, servers)
        require_answer(run, answer)
        require_not_told(run, races.leave, servers)
    # In one moment with the answer, in any order; one of 13 is not the answer four times by luck.
    for _ in range(4):
        at_once = [Late(error) for error in draw_errors(12)]
        servers = races.of(NEVER, *one_among(Late(answer), *at_once))
        run = await solution.call(FUNCTION, servers, races.leave)
        require_no_error_out(run)
        require_ended(run, servers, at_once=True)
        require_answer(run, answer)


@points(1)
@title(es="Si fallan todos, sale un error suyo", en="If all fail, an error of theirs comes out")
@needs("error")
async def test_all_fail(solution: Solution, conductor: Conductor) -> None:
    races = Races(conductor)
    for count, is_late in ((RANDOM.randint(4, 6), False), (RANDOM.randint(4, 6), True), (1, True)):
        errors = draw_errors(count)
        servers = races.of(*[Late(error) if is_late else error for error in errors])
        run = await solution.call(FUNCTION, servers, races.leave)
        require_one_of(run, errors)


def require_one_of(run: Run, errors: Sequence[Exception]) -> None:
    """Make sure that one of these came out, by itself or in a group."""
    raised = repr(run.outcome.error)
    error = next((error for error in errors if str(error) in raised), RANDOM.choice(errors))
    run.must_raise(type(error).__name__, str(error))


@points(1)
@title(
    es="Vale con un solo servidor, y con respuestas como 0 o None",
    en="Works with a single server, and with answers such as 0 or None",
)
@needs("first_wins")
async def test_alone(solution: Solution, conductor: Conductor) -> None:
    races = Races(conductor)
    answers: list[object] = [new("desde Lima"), *shuffled([0, None, "", False, []])]
    for n, answer in enumerate(answers):
        servers = races.of(Late(answer), *[NEVER] * (RANDOM.randint(2, 6) if n else 0))
        run = await solution.call(FUNCTION, servers, races.leave)
        require_single(run)
        is_asleep = run.outcome.ending.value == "stuck"
        error = run.outcome.error
        require(
            answer or not (is_asleep or error),
            f"La respuesta fue {answer!r}, y no la tomaste por respuesta. No mires si es "
            "«verdad»: mira si la tarea terminó sin error, con `tarea.exception()`.",
            f"The answer was {answer!r}, and you did not take it for one. Do not look whether it "
            "is “true”: look whether the task ended without an error, by `tarea.exception()`.",
            line=error.line if error else None,
        )
        require_answer(run, answer)


def require_single(run: Run) -> None:
    error = run.outcome.error
    require(
        not (error and "is empty" in error.message),
        f"Con un solo servidor no queda nadie a quien cancelar: `{error!r}`. `asyncio.wait()` no "
        "admite un conjunto vacío; mira antes si hay alguna tarea, o usa `gather()`.",
        f"With a single server there is nobody to cancel: `{error!r}`. `asyncio.wait()` takes no "
        "empty set; see first whether there is any task, or use `gather()`.",
        line=error.line if error else None,
    )


@points(1)
@title(es="Si lo cancelan, no deja nada en marcha", en="Leaves nothing running if cancelled")
@needs("awaited")
async def test_cancelled(solution: Solution, conductor: Conductor) -> None:
    races = Races(conductor)
    races.leave = races.make_leave("abandonar", ONE_BY_ONE)
    servers = races.of(*[NEVER] * RANDOM.randint(4, 7))

    async with solution.started(FUNCTION, servers, races.leave) as call:
        run = await call.cancelled()

    await require_dismissed(run, races, servers)
    run.must_be_cancelled()


@points(1)
@nothing_blocks
@title(es="El event loop no se bloquea nunca", en="The event loop is never blocked")
@needs("first_wins")
async def test_nothing_blocks(solution: Solution, conductor: Conductor) -> None:
    races = Races(conductor)
    servers = races.of(*one_answers(new("desde Quito")), *draw_errors(2))

    await solution.call(FUNCTION, servers, races.leave)

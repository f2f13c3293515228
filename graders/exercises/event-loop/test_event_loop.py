"""event-loop: many waits and one thread (class, section 2)."""

from random import sample
from secrets import choice, token_hex
from typing import Any

from graders.kit import (
    AFTER_TIMERS,
    ONE_BY_ONE,
    QUIET,
    Conductor,
    Run,
    Solution,
    hint,
    needs,
    nothing_blocks,
    points,
    require,
    title,
)

ERRORS = [ValueError, ConnectionError, LookupError, TimeoutError, ZeroDivisionError]
LETTERS = "AbCdEfGhIjKl"
# More than people type as a limit of their own.
MANY = 12
# Whoever sets a timer of less looks every now and then.
REST_SECONDS = 2.5


class Concert:
    """From six musicians up, in an order of chance, and their two services; new in every check.

    hold_until  When rests are over; None: when all rest.
    over        The musicians in the order in which their rests are over: not by name, and neither
                the first nor the last of those who began comes first or last.
    fails       Whose rest fails.
    """

    def __init__(
        self, conductor: Conductor, *, hold_until: Any = None, many: int | None = None
    ) -> None:
        many = many or choice([6, 7, 8])
        # A name is noted as it is: in whatever letters, and with its blanks.
        shapes = ["{}-{} ", "{} {}", *["{}-{}"] * (many - 2)]
        self.names = [
            shape.format(letter, choice([str.upper, str.lower])(token_hex(2)))
            for shape, letter in zip(sample(shapes, many), sample(LETTERS, many), strict=True)
        ]
        self.over = by_name = sorted(self.names)
        while self.over == by_name or ends_of(self.over) & ends_of(self.names):
            self.over = sample(self.names, many)
        self.words, self.error = f"cuerda rota {token_hex(3)}", ERRORS[0]
        self.fails = ""
        self.esperar = conductor.service(
            "esperar", self._rest, hold_until=hold_until or many, release_order=self.over
        )
        self.anotar = conductor.service("anotar", lambda *arguments, **named: None, kind="blocking")

    def _rest(self, nombre: object = None) -> None:
        if nombre == self.fails:
            raise self.error(self.words)

    def notes(self, run: Run) -> list[str]:
        """Return what was noted, in order."""
        return [str((*c.arguments, *c.named.values())[:1][0]) if c.arguments or c.named else ""
                for c in run.evidence.of(self.anotar.name)]  # fmt: skip


def ends_of(names: list[str]) -> set[str]:
    return {names[0], names[-1]}


def require_notes(run: Run, got: list[str], wanted: list[str], es: str, en: str) -> None:
    """Make sure that these lines were noted, in this order; `es` and `en` say what is wrong."""
    run.must_be_in_order(
        wanted,
        got,
        f"{es} `anotar` recibió: {' · '.join(got)[:300] or 'nada'}; debía recibir: "
        f"{' · '.join(wanted)}.",
        f"{en} `anotar` was given: {' · '.join(got)[:300] or 'nothing'}; it should be: "
        f"{' · '.join(wanted)}.",
    )


@points(3)
@title(es="Empiezan todos antes de que termine ninguno", en="All begin before any ends")
@hint(
    es="Escribe una corrutina para un músico y ponlas todas en marcha con `asyncio.gather()`.",
    en="Write a coroutine for one musician and set them all going with `asyncio.gather()`.",
    after=2,
)
async def test_interleaved(solution: Solution, conductor: Conductor) -> None:
    concert = Concert(conductor, many=MANY)

    run = await solution.call("orquesta", concert.names, concert.esperar, concert.anotar)

    calls, line = run.evidence.of(concert.esperar.name), None
    if calls:
        line = calls[0].line
    es_at, en_at = (f" (línea {line})", f" (line {line})") if line else ("", "")
    require(
        concert.esperar.came_short != 1 or len(calls) < 2,
        f"El director se quedó con {concert.names[0]} hasta que acabó su silencio{es_at}, y solo "
        f"entonces empezó {concert.names[1]}. Pon a todos en marcha antes de esperar a ninguno: "
        "una tarea para cada músico, con `gather()` o `create_task()`.",
        f"The conductor stayed with {concert.names[0]} until its rest was over{en_at}, and only "
        f"then {concert.names[1]} began. Set all going before you wait for any: a task for each "
        "musician, by `gather()` or `create_task()`.",
        line=line,
    )
    many = len(concert.names)
    run.must_have_overlapped(concert.esperar, many)
    run.must_return()
    require_notes(
        run,
        concert.notes(run)[:many],
        [f"{name} empieza" for name in concert.names],
        "Los músicos deben empezar en el orden de la lista, y todos antes de que termine ninguno. "
        "`gather()` y `create_task()` los ponen en marcha en ese orden; `as_completed()`, en "
        "cualquiera.",
        "The musicians must begin in the order of the list, all of them before any ends. "
        "`gather()` and `create_task()` set them going in that order; `as_completed()` in any.",
    )


@points(5)
@needs("interleaved")
@title(es="Cada uno termina cuando acaba su silencio", en="Each ends when its own rest is over")
async def test_resumed(solution: Solution, conductor: Conductor) -> None:
    concert = Concert(conductor, hold_until=ONE_BY_ONE)

    run = await solution.call("orquesta", concert.names, concert.esperar, concert.anotar)

    require_restful(run)
    run.must_return()
    many = len(concert.names)
    ended = len(concert.notes(run)[many:])
    require(
        ended >= len(concert.names),
        f"`orquesta` volvió cuando habían terminado {ended} de {len(concert.names)} músicos: "
        "`create_task()` los pone en marcha, y hay que esperarlos antes de volver.",
        f"`orquesta` returned when {ended} of {len(concert.names)} musicians had ended: "
        "`create_task()` sets them going, and they are to be awaited before you return.",
    )
    require_notes(
        run,
        concert.notes(run)[many:],
        [f"{name} termina" for name in concert.over],
        "Cada músico debe anotar que termina en cuanto acaba su propio silencio, sin esperar a los "
        "de otros.",
        "Each musician must note its end as soon as its own rest is over, without waiting for "
        "those of others.",
    )
    require_at_once(run, concert)


def require_at_once(run: Run, concert: Concert) -> None:
    """Make sure that each end was noted before the next rest was over."""
    rests = sorted(call.ended_at or 0.0 for call in run.evidence.of(concert.esperar.name))
    if len(rests) != len(concert.names):
        # Whoever waits more than once is told so by `test_once`.
        return
    ends = run.evidence.of(concert.anotar.name)[len(concert.names) :]
    for name, end, following in zip(concert.over, ends, rests[1:], strict=False):
        require(
            end.asked_at <= following,
            f"El silencio de {name} acabó, y su fin no se anotó hasta que acabaron otros. Anótalo "
            "en la misma corrutina, justo después de su `await`.",
            f"The rest of {name} was over, and its end was not noted until others were over. Note "
            "it in the same coroutine, right after its `await`.",
            line=end.line,
        )


def require_restful(run: Run) -> None:
    """Make sure that it did not look every now and then whether a rest was over."""
    every = run.longest_sleep
    es, en = (f" (cada {every:.2g} s)", f" (every {every:.2g} s)") if every else ("", "")
    require(
        not run.evidence.was_polling and (every or REST_SECONDS) >= REST_SECONDS,
        f"Tu programa se despierta cada poco{es} a mirar qué silencios han acabado, y así ninguno "
        "termina en cuanto acaba el suyo. Escribe una corrutina por músico: su `await` la "
        "despierta.",
        f"Your program wakes every now and then{en} to look which rests are over, and so none "
        "ends as soon as its own is. Write a coroutine for each musician: its `await` wakes it.",
    )


@points(1)
@title(
    es="Cada músico espera una vez, y no se devuelve nada",
    en="Each musician rests once, and nothing is returned",
)
async def test_once(solution: Solution, conductor: Conductor) -> None:
    concert = Concert(conductor, hold_until=AFTER_TIMERS)

    run = await solution.call("orquesta", concert.names, concert.esperar, concert.anotar)

    run.must_have_waited_for(concert.esperar)
    value = run.must_return()
    run.must_have_asked(concert.esperar, *((name,) for name in concert.names))
    require(
        value is None,
        f"`orquesta` no debía devolver nada, y devolvió {value!r:.200}: `await` basta, sin "
        "`return`.",
        f"`orquesta` should return nothing, and returned {value!r:.200}: `await` is enough, "
        "without `return`.",
    )


@points(1)
@title(es="Sin músicos, y con uno solo", en="Without musicians, and with a single one")
async def test_few(solution: Solution, conductor: Conductor) -> None:
    concert = Concert(conductor, hold_until=ONE_BY_ONE)
    wanted: list[str] = []

    # The same once more: it plays again.
    for names in ([], [concert.names[0]], [concert.names[1]], [concert.names[1]]):
        run = await solution.call("orquesta", names, concert.esperar, concert.anotar)
        run.must_return()
        wanted += [f"{name} {does}" for name in names for does in ("empieza", "termina")]
        require_notes(
            run,
            concert.notes(run),
            wanted,
            "Sin músicos no se anota nada; con uno solo, su principio y su fin, cada vez que se "
            "llama, y nada de antes.",
            "Without musicians nothing is noted; with a single one its beginning and its end, in "
            "every call, and nothing of before.",
        )


@points(1)
@needs("resumed")
@title(es="Si un silencio falla, su error sale", en="If a rest fails, its error comes out")
async def test_error(solution: Solution, conductor: Conductor) -> None:
    concert = Concert(conductor, hold_until=ONE_BY_ONE)
    # The last whose rest is over, so that all others have ended; at each place among the others.
    concert.fails = max(concert.names[:4], key=concert.over.index)
    others = [name for name in concert.names[:4] if name != concert.fails]

    for failed, concert.error in enumerate(ERRORS, start=1):
        names = [*others[: failed % 4], concert.fails, *others[failed % 4 :]]
        run = await solution.call("orquesta", names, concert.esperar, concert.anotar)

        run.must_raise(concert.error.__name__, concert.words)
        calls = run.evidence.of(concert.esperar.name)
        many = sum(concert.fails in (*call.arguments, *call.named.values()) for call in calls)
        require(
            many <= failed,
            f"El silencio de un músico falló con `{concert.error.__name__}`, y lo esperaste otra "
            "vez: espera cada uno una sola vez, y deja salir su error.",
            f"A musician's rest failed with `{concert.error.__name__}`, and you waited for it "
            "again: wait for each just once, and let its error out.",
        )


@points(1)
@needs("resumed")
@nothing_blocks
@title(es="Nada para al director", en="Nothing stops the conductor")
async def test_loop_is_free(solution: Solution, conductor: Conductor) -> None:
    concert = Concert(conductor, hold_until=QUIET)

    run = await solution.call("orquesta", concert.names, concert.esperar, concert.anotar)

    run.must_not_have_blocked()
    run.must_return()
    await run.must_settle()

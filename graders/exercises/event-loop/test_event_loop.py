"""event-loop: many waits and one thread (class, section 2)."""

from secrets import token_hex
from typing import Any

from graders.kit import ONE_BY_ONE, Conductor, Run, Solution, hint, needs, points, require, title


class Concert:
    """The musicians, of names that are new in every check, and their two services."""

    def __init__(self, conductor: Conductor, *, hold_until: Any, fails: bool = False) -> None:
        self.names = [f"{letter}-{token_hex(2)}" for letter in "ABC"]
        # Neither as they began, nor the other way round.
        self.over = [self.names[2], self.names[0], self.names[1]]
        self.words = f"cuerda rota {token_hex(3)}"
        self._fails = fails
        self.esperar = conductor.service(
            "esperar", self._rest, hold_until=hold_until, release_order=self.over
        )
        self.anotar = conductor.service("anotar", lambda *arguments, **named: None, kind="blocking")

    def _rest(self, nombre: object = None) -> None:
        if self._fails and nombre == self.names[1]:
            raise ValueError(self.words)

    def notes(self, run: Run) -> list[str]:
        """Return what was noted, in order."""
        return [str((*c.arguments, *c.named.values())[:1][0]) if c.arguments or c.named else ""
                for c in run.evidence.of(self.anotar.name)]  # fmt: skip


def require_notes(got: list[str], wanted: list[str], es: str, en: str) -> None:
    """Make sure that these lines were noted, in this order; `es` and `en` say what is wrong."""
    require(
        got == wanted,
        f"{es} Se anotó: {' · '.join(got)[:300] or 'nada'}. Debía anotarse: {' · '.join(wanted)}.",
        f"{en} Noted was: {' · '.join(got)[:300] or 'nothing'}. It should be: "
        f"{' · '.join(wanted)}.",
    )


@points(4)
@title(es="Empiezan todos antes de que termine ninguno", en="All begin before any ends")
@hint(
    es="Escribe una corrutina para un músico y ponlas todas en marcha con asyncio.gather().",
    en="Write a coroutine for one musician and set them all going with asyncio.gather().",
    after=2,
)
async def test_interleaved(solution: Solution, conductor: Conductor) -> None:
    concert = Concert(conductor, hold_until=3)

    run = await solution.call("orquesta", concert.names, concert.esperar, concert.anotar)

    calls, line = run.evidence.of(concert.esperar.name), None
    if calls:
        line = calls[0].line
    es_at, en_at = (f" (línea {line})", f" (line {line})") if line else ("", "")
    require(
        concert.esperar.came_short != 1 or len(calls) < 2,
        f"El director se quedó con {concert.names[0]} hasta que acabó su silencio{es_at}, y solo "
        f"entonces empezó {concert.names[1]}. Pon a todos en marcha antes de esperar a ninguno: "
        "una tarea para cada músico.",
        f"The conductor stayed with {concert.names[0]} until its rest was over{en_at}, and only "
        f"then {concert.names[1]} began. Set all going before you wait for any: a task for each "
        "musician.",
        line=line,
    )
    run.must_have_overlapped(concert.esperar, 3)
    run.must_return()
    require_notes(
        concert.notes(run)[:3],
        [f"{name} empieza" for name in concert.names],
        "Los músicos deben empezar en el orden de la lista, y todos antes de que termine ninguno. "
        "gather() y create_task() los ponen en marcha en ese orden; as_completed(), en cualquiera.",
        "The musicians must begin in the order of the list, all of them before any ends. gather() "
        "and create_task() set them going in that order; as_completed() in any.",
    )


@points(3)
@needs("interleaved")
@title(es="Cada uno termina cuando acaba su silencio", en="Each ends when its own rest is over")
async def test_resumed(solution: Solution, conductor: Conductor) -> None:
    concert = Concert(conductor, hold_until=ONE_BY_ONE)

    run = await solution.call("orquesta", concert.names, concert.esperar, concert.anotar)

    run.must_return()
    ended = len(concert.notes(run)[3:])
    require(
        ended >= len(concert.names),
        f"orquesta volvió cuando habían terminado {ended} de {len(concert.names)} músicos: "
        "create_task() los pone en marcha, y hay que esperarlos antes de volver.",
        f"orquesta returned when {ended} of {len(concert.names)} musicians had ended: "
        "create_task() sets them going, and they are to be awaited before you return.",
    )
    require_notes(
        concert.notes(run)[3:],
        [f"{name} termina" for name in concert.over],
        "Cada músico debe anotar que termina en cuanto acaba su propio silencio, sin esperar a los "
        "de otros.",
        "Each musician must note its end as soon as its own rest is over, without waiting for "
        "those of others.",
    )


@points(1)
@title(es="Cada músico espera una vez", en="Each musician rests once")
async def test_once(solution: Solution, conductor: Conductor) -> None:
    concert = Concert(conductor, hold_until=1)

    run = await solution.call("orquesta", concert.names, concert.esperar, concert.anotar)

    run.must_return()
    run.must_have_asked(concert.esperar, *((name,) for name in concert.names))


@points(1)
@title(es="Sin músicos, y con uno solo", en="Without musicians, and with a single one")
async def test_few(solution: Solution, conductor: Conductor) -> None:
    concert = Concert(conductor, hold_until=ONE_BY_ONE)
    soloist = concert.names[0]

    run = await solution.call("orquesta", [], concert.esperar, concert.anotar)
    run.must_return()
    require_notes(
        concert.notes(run),
        [],
        "Sin músicos no se anota nada.",
        "Without musicians nothing is noted.",
    )
    run = await solution.call("orquesta", [soloist], concert.esperar, concert.anotar)

    run.must_return()
    require_notes(
        concert.notes(run),
        [f"{soloist} empieza", f"{soloist} termina"],
        "Con un solo músico se anotan su principio y su fin.",
        "With a single musician its beginning and its end are noted.",
    )


@points(1)
@title(es="Si un silencio falla, su error sale", en="If a rest fails, its error comes out")
async def test_error(solution: Solution, conductor: Conductor) -> None:
    concert = Concert(conductor, hold_until=3, fails=True)

    run = await solution.call("orquesta", concert.names, concert.esperar, concert.anotar)

    run.must_raise("ValueError", concert.words)

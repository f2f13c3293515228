"""cpu: a heavy computation in several processes, the event loop free (class, section 10).

Ranges, their number and order are drawn anew for each call; there are never more than four.
A right program may keep a timer (polling, a time limit, a Manager's process) and is never quiet: a
second call beside its first, if it goes through, proves that the loop is free.
"""

import asyncio
from secrets import SystemRandom, token_hex
from typing import Any

from graders.kit import (
    ONE_BY_ONE,
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

RANDOM = SystemRandom()
MOST = 4
# How a pool ends whose processes could not be started, by the type of the error or by its words:
# the last is for who hands in work just when the pool finds out.
NOT_STARTED = ("BrokenProcessPool", "BrokenPipeError", "PermissionError", "handle is closed")
NO_PROCESSES = ("max_workers must be greater than 0", "Number of processes must be at least 1")


class Counts:
    """Ranges in any order, and how many primes there are said to be, none in one of them.

    New for every call, nothing to be worked out. `fails` are places of ranges that fail.
    """

    def __init__(
        self, many: int = MOST, fails: tuple[int, ...] = (), kind: Any = ValueError
    ) -> None:
        starts = [0, 1]
        while many > 1 and starts == sorted(starts):  # in the order given, and not of their numbers
            starts = RANDOM.sample(range(9), many)
        self.ranges = [(1000 * start, 1000 * start + RANDOM.randint(1, 999)) for start in starts]
        self.of = {pair: int(token_hex(4), 16) for pair in self.ranges}
        self.of[self.ranges[-1]] = 0 if many > 1 else 1
        self.error = kind(f"desbordamiento ({token_hex(3)})")
        self._fails = [self.ranges[place] for place in fails]

    @property
    def wanted(self) -> list[int]:
        """The counts in the order of the ranges."""
        return [self.of[pair] for pair in self.ranges]

    def __call__(self, desde: Any = None, hasta: Any = None) -> int:
        if (desde, hasta) in self._fails:
            raise self.error
        return self.of.get((desde, hasta), -1)


def counter(conductor: Conductor, counts: Counts, name: str = "contar", **how: Any) -> Service:
    return conductor.service(name, counts, kind="blocking", from_processes=True, **how)


def returned(run: Run) -> list[object]:
    """Return the list it returned."""
    error = run.outcome.error
    require(
        error is None or not {error.type_name, error.message} & set(NOT_STARTED),
        "Un proceso no llegó a empezar, o murió antes de contestar. Aquí solo se pueden crear con "
        "`fork`: quita `mp_context`, `set_start_method()`, `get_context()` o `subprocess`.",
        "A process did not get to start, or died before it answered. Here they can be made with "
        "`fork` only: take out `mp_context`, `set_start_method()`, `get_context()` or "
        "`subprocess`.",
        line=error.line if error else None,
    )
    value = run.must_return()
    require(
        isinstance(value, list | tuple),
        f"`contar_primos` debía devolver la lista de cuentas, y devolvió {value!r:.200}.",
        f"`contar_primos` should return the list of counts, and returned {value!r:.200}.",
    )
    return list(value)


def require_counts(value: list[object], wanted: list[int]) -> None:
    """Make sure that these are the counts, in whatever order."""
    require(
        sorted(map(str, value)) == sorted(map(str, wanted)),
        f"`contar()` dio {wanted}, y `contar_primos` devolvió {value!r:.200}.",
        f"`contar()` gave {wanted}, and `contar_primos` returned {value!r:.200}.",
    )


def require_processes(run: Run, contar: Service) -> None:
    """Make sure that as many processes as can be counted at once; say who did if they did not."""
    calls, width = run.evidence.of(contar.name), run.evidence.width(contar.name)
    processes, line = run.evidence.processes(contar.name), next((c.line for c in calls), None)
    own = [call for call in calls if call.process == 1]
    require(
        not calls or width <= processes,
        f"Hubo {width} llamadas a `contar()` a la vez y menos procesos ({processes}): son hilos, "
        "y por el GIL solo uno calcula a la vez. Usa un `ProcessPoolExecutor` con "
        "`run_in_executor()`.",
        f"There were {width} calls of `contar()` at once and fewer processes ({processes}): "
        "threads, of which only one computes at a time (GIL). Use a `ProcessPoolExecutor`.",
        line=line,
    )
    require(
        not calls or len(own) < len(calls),
        "`contar()` se calcula en tu propio proceso, y un rango detrás de otro: una corrutina que "
        "calcula no deja avanzar a nadie. Usa un `ProcessPoolExecutor` con `run_in_executor()`.",
        "`contar()` is computed in your own process, one range after another: a coroutine that "
        "computes lets nobody go on. Use a `ProcessPoolExecutor` with `run_in_executor()`.",
        line=line,
    )
    require(
        not calls or processes >= MOST,
        f"Hay {MOST} rangos, y nunca calcularon a la vez más procesos que {processes}: ¿esperas a "
        "cada uno antes de dar trabajo al siguiente, o creaste menos procesos que rangos? Da todo "
        "el trabajo primero, y espera después con `asyncio.gather()`.",
        f"There are {MOST} ranges, and never more processes than {processes} computed at once: do "
        "you wait for each before you give work to the next, or make fewer processes than ranges? "
        "Give out all the work first, and wait for it afterwards with `asyncio.gather()`.",
        line=line,
    )
    require(
        not own,
        "Uno de los rangos lo calcula tu propio programa, donde vive el event loop, y le "
        "quita el sitio. Da todos, también el primero, a otros procesos, con `run_in_executor()`.",
        "One of the ranges is computed by your own program, where the event loop lives, and takes "
        "its place. Give all, the first as well, to other processes, by `run_in_executor()`.",
        line=next((call.line for call in own), None),
    )
    run.must_have_overlapped(contar, MOST)


@points(1)
@title(es="Devuelve las cuentas", en="Returns the counts")
async def test_counts(solution: Solution, conductor: Conductor) -> None:
    for many, name in ((3, "contar"), (RANDOM.randint(2, MOST), "contar_otra_vez")):
        counts = Counts(many)
        contar = counter(conductor, counts, name)
        run = await solution.call("contar_primos", counts.ranges, contar)
        require_counts(returned(run), counts.wanted)
        run.must_have_asked(contar, *counts.ranges)
    # The same once more: nothing of an earlier call is kept.
    run = await solution.call("contar_primos", counts.ranges, contar)
    require_counts(returned(run), counts.wanted)
    run.must_have_asked(contar, *counts.ranges * 2)


@points(4)
@title(es="Cuatro procesos calculan a la vez", en="Four processes compute at once")
@needs("counts")
@hint(
    es="`run_in_executor()` da el trabajo al llamarla; `await` solo espera el resultado.",
    en="`run_in_executor()` gives out the work when it is called; `await` only waits for the "
    "result.",
    after=2,
)
async def test_processes(solution: Solution, conductor: Conductor) -> None:
    counts = Counts()
    contar = counter(conductor, counts, hold_until=MOST)

    run = await solution.call("contar_primos", counts.ranges, contar)

    require_processes(run, contar)
    returned(run)


@points(2)
@title(es="El event loop sigue libre mientras tanto", en="The event loop stays free meanwhile")
@needs("counts")
@hint(
    es="¿Quién espera a los procesos: un `await`, o `result()`, `map()`, `starmap()` o `join()`?",
    en="Who waits for the processes: an `await`, or `result()`, `map()`, `starmap()` or `join()`?",
)
async def test_loop_is_free(solution: Solution, conductor: Conductor) -> None:
    counts = Counts(3)
    contar = counter(conductor, counts, hold_until=QUIET)

    run = await solution.call("contar_primos", counts.ranges, contar)

    run.must_not_have_blocked()
    returned(run)
    # Two calls, of two ranges each, side by side.
    shared = Counts(4)
    contar = counter(conductor, shared, "contar_a_la_vez", hold_until=MOST)
    halves = (shared.ranges[:2], shared.ranges[2:])
    runs = await asyncio.gather(*[solution.call("contar_primos", half, contar) for half in halves])
    first, second = (
        [call for call in runs[0].evidence.of(contar.name) if call.arguments in half]
        for half in halves
    )
    require(
        not (first and second)
        or any(are_together(one, other) for one in first for other in second),
        "Con una llamada a `contar_primos` en marcha, otra no calculó nada hasta que acabó la "
        "primera. Algo las pone en cola: un `Lock` o un `Semaphore` global, o procesos que "
        "comparten. Crea los procesos dentro de cada llamada.",
        "While one call of `contar_primos` was under way, another computed nothing until the "
        "first was over. Something makes them queue: a global `Lock` or `Semaphore`, or processes "
        "that they share. Make the processes inside each call.",
        line=next((call.line for call in [*first, *second]), None),
    )
    for run, half in zip(runs, halves, strict=True):
        require_counts(returned(run), [shared.of[pair] for pair in half])


def are_together(one: Any, other: Any) -> bool:
    """Return whether there was a moment when both were in flight."""
    ends = [call.ended_at for call in (one, other) if call.ended_at is not None]
    return max(one.asked_at, other.asked_at) < min(ends, default=float("inf"))


@points(1)
@title(es="Las cuentas van en el orden de los rangos", en="Counts in the order of the ranges")
@needs("counts", "processes")
async def test_order(solution: Solution, conductor: Conductor) -> None:
    counts = Counts()
    # Of those that count at once, one of the last ranges is done first, and the first last.
    first, *others = [pair[0] for pair in counts.ranges]
    order = [others.pop(), *RANDOM.sample(others, len(others)), first]
    contar = counter(conductor, counts, hold_until=ONE_BY_ONE, release_order=order)

    run = await solution.call("contar_primos", counts.ranges, contar)

    value = returned(run)
    require_counts(value, counts.wanted)
    require(
        value == counts.wanted,
        "Están todas las cuentas, pero según acabaron y no en el orden de `rangos`. "
        "`asyncio.gather()` las devuelve en el orden en que diste el trabajo.",
        "All the counts are there, but as they were done and not in the order of `rangos`. "
        "`asyncio.gather()` returns them in the order in which you gave out the work.",
    )


@points(1)
@title(es="El error de un cálculo pasa a quien llama", en="An error reaches the caller")
@needs("counts")
async def test_error(solution: Solution, conductor: Conductor) -> None:
    # Any of them, the last, and all.
    for kind, fails in (
        (ValueError, (RANDOM.randint(0, 2),)),
        (ZeroDivisionError, (3,)),
        (TimeoutError, (0, 1, 2, 3)),
    ):
        counts = Counts(fails=fails, kind=kind)
        contar = counter(conductor, counts, f"contar_{kind.__name__}")
        run = await solution.call("contar_primos", counts.ranges, contar)
        run.must_raise(kind.__name__, str(counts.error))


@points(1)
@title(es="Ningún rango, uno, y cuatro con repetidos", en="No range, one, and four, some the same")
@needs("counts")
async def test_edges(solution: Solution, conductor: Conductor) -> None:
    counts = Counts(3)
    contar = counter(conductor, counts)
    wanted = []
    for places in ([], [1], [2, 0, 2, 1]):
        pairs = [counts.ranges[place] for place in places]
        run = await solution.call("contar_primos", pairs, contar)
        error = run.outcome.error
        require(
            error is None or error.message not in NO_PROCESSES,
            "Sin rangos pediste un grupo de 0 procesos, y eso es un error. Devuelve `[]` antes, o "
            "no digas cuántos: `ProcessPoolExecutor()` tiene bastantes.",
            "Without ranges you asked for a pool of 0 processes, which is an error. Return `[]` "
            "before, or do not say how many: `ProcessPoolExecutor()` has enough.",
            line=error.line if error else None,
        )
        # Their order is another check's.
        require_counts(returned(run), [counts.of[pair] for pair in pairs])
        wanted += pairs
        run.must_have_asked(contar, *wanted)

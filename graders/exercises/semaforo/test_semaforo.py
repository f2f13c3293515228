"""semaforo: never more than n tasks in flight, and never fewer while one waits (beyond the class).

Every task is a service. A limit is proven by what is in flight when the program is proven to start
nothing more; that another starts as soon as one ends, by leaving one unfinished beside the rest.
Limits and numbers of tasks are drawn anew for each call.
"""

from collections.abc import Iterator, Sequence
from secrets import SystemRandom, token_hex
from typing import Any, NamedTuple

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

RANDOM = SystemRandom()


class Crowd(NamedTuple):
    """How many tasks were in flight at one moment, how many had not started, who started last."""

    running: int
    unstarted: int
    line: int | None


def new(words: str) -> str:
    return f"{words} ({token_hex(3)})"


def shuffled(things: Sequence[Any]) -> list[Any]:
    return RANDOM.sample(things, len(things))


def calls_of(run: Run, tasks: Sequence[Service]) -> list[Any]:
    """Return the calls of these tasks, in the order in which they started."""
    names = {task.name for task in tasks}
    return [call for call in run.evidence.calls if call.service in names]


def crowds(run: Run, tasks: Sequence[Service]) -> Iterator[Crowd]:
    """Give the crowd each time that we began to answer; last, the one that waits for ever."""
    calls, total = calls_of(run, tasks), len(tasks)
    answered = sorted(c.ended_at for c in calls if c.ended_at and c.how in ("answered", "failed"))
    last_seen = 0
    for moment in answered:
        here = [call for call in calls if call.asked_at <= moment]
        if len(here) > last_seen:  # else it was answered together with the one before
            last_seen = len(here)
            running = [c for c in here if c.ended_at is None or c.ended_at >= moment]
            yield Crowd(len(running), total - len(here), here[-1].line)
    if run.outcome.ending.value == "stuck" and calls:
        running = [call for call in calls if not call.how]
        yield Crowd(len(running), total - len(calls), calls[-1].line)


def require_each_once(run: Run, tasks: Sequence[Service]) -> None:
    started, total = len(calls_of(run, tasks)), len(tasks)
    if run.outcome.ending.value != "returned" or started == total:
        return
    run.must_return()
    require(
        False,
        f"De {total} tareas empezaste {started}: cada función de la lista es una tarea, y se hace "
        "una sola vez, en cada llamada a `con_limite`.",
        f"Of {total} tasks you started {started}: each function in the list is a task, to be done "
        "just once, in each call of `con_limite`.",
    )


def require_room(crowd: Crowd, n: int, total: int) -> None:
    require(
        crowd.running < total,
        f"Empezaste las {total} tareas a la vez, y el límite es {n}. Si usas un semáforo: tiene "
        "que ser uno solo para todas, y `await tarea()` va dentro de su `async with`.",
        f"You started all {total} tasks at once, and the limit is {n}. If you use a semaphore: it "
        "must be one for all of them, and `await tarea()` goes inside its `async with`.",
        line=crowd.line,
    )
    require(
        crowd.running <= n,
        f"Hubo {crowd.running} tareas en marcha a la vez, y el límite es {n}. ¿Hay un `>` donde "
        "debía ir `>=`, o empiezas varias cuando solo terminó una?",
        f"There were {crowd.running} tasks in flight at once, and the limit is {n}. Is there a "
        "`>` where `>=` should be, or do you start several when only one has ended?",
        line=crowd.line,
    )


def require_full(crowd: Crowd, n: int, *, is_first: bool) -> None:
    running, unstarted, line = crowd
    if running == n or not unstarted:
        return
    if is_first and running == 1:
        es = "Esperaste a que terminara una tarea antes de empezar la siguiente: había sitio para "
        es += f"{n} y solo una en marcha. Empieza cada una por su cuenta (`gather`, "
        es += "`create_task`) y que sea ella quien espere su sitio."
        en = "You waited for one task to end before you started the next: there was room for "
        en += f"{n} and only one in flight. Start each on its own (`gather`, `create_task`), "
        en += "and let it be the one that waits for its place."
    elif is_first:
        es = f"Con sitio para {n} tareas y {unstarted} sin empezar, solo había {running} en marcha."
        es += " El límite es `n`, ni uno más ni uno menos: ¿hay otro número escrito a mano?"
        en = f"With room for {n} tasks and {unstarted} not started, only {running} were in flight."
        en += " The limit is `n`, not one more or less: is there a number of your own?"
    elif not running:
        es = f"Terminaron {n} tareas, quedan {unstarted} y ninguna empieza: nadie devolvió los "
        es += "sitios. `async with` los devuelve solo; con `acquire()`, llama a `release()`."
        en = f"{n} tasks ended, {unstarted} are left and none of them starts: nobody gave the "
        en += "places back. `async with` does so by itself; after `acquire()`, call `release()`."
    else:
        es = f"Terminaron varias tareas y quedaban {unstarted} sin empezar, pero con sitio para "
        es += f"{n} solo había {running} en marcha. `asyncio.wait()` puede dar varias hechas: "
        es += "empieza otra por cada una."
        en = f"Several tasks ended and {unstarted} had not started, but with room for {n} only "
        en += f"{running} in flight. `asyncio.wait()` may give several that are done: start "
        en += "another for each."
    require(False, es, en, line=line)


@points(3)
@title(es="Mientras quede trabajo hay justo n en marcha", en="While work is left, just n run")
@hint(
    es="`asyncio.Semaphore(n)` tiene `n` sitios: con `async with` ocupas uno y al salir lo dejas.",
    en="`asyncio.Semaphore(n)` has `n` places: `async with` takes one, and leaving gives it back.",
)
async def test_exactly_n(solution: Solution, conductor: Conductor) -> None:
    first = RANDOM.randint(4, 6)
    for n in (first, RANDOM.choice([first - 2, first + 2]), 1):
        total = 2 * n + RANDOM.randint(1, n)
        tareas = [conductor.service(f"tarea_{n}_{i}", hold_until=QUIET) for i in range(total)]

        run = await solution.call("con_limite", n, tareas)

        require_exact(run, n, tareas)


def require_exact(run: Run, n: int, tasks: list[Service]) -> None:
    """Make sure that just n were in flight, while there were any left, each time we looked."""
    require_each_once(run, tasks)
    for place, crowd in enumerate(crowds(run, tasks)):
        require_room(crowd, n, total=len(tasks))
        require_full(crowd, n, is_first=place == 0)
    require(
        not run.evidence.was_polling,
        "Tu programa no dejó de dar vueltas mirando si quedaba sitio. Deja que te despierten: "
        "`asyncio.Semaphore`, o `asyncio.wait` con `FIRST_COMPLETED`.",
        "Your program kept going round, looking for a free place. Have yourself woken: "
        "`asyncio.Semaphore`, or `asyncio.wait` with `FIRST_COMPLETED`.",
    )
    run.must_return()


@points(3)
@title(es="En cuanto una termina, empieza otra", en="As soon as one ends, another starts")
@hint(
    es="Si partes la lista en trozos de `n`, cada trozo espera a su tarea más lenta.",
    en="If you cut the list into pieces of `n`, each piece waits for its slowest task.",
)
@needs("exactly_n")
async def test_no_batches(solution: Solution, conductor: Conductor) -> None:
    n = RANDOM.randint(3, 5)
    # All that start in its company end while the slow one goes on; then, one at a time.
    for hold in (QUIET, ONE_BY_ONE):
        tasks = beside_a_slow_one(conductor, hold, 3 * n + RANDOM.randint(0, n))
        run = await solution.call("con_limite", n, tasks)
        require_each_once(run, tasks)
        for crowd in crowds(run, tasks):
            require_room(crowd, n, total=len(tasks))
            require_refilled(crowd, n)
        run.must_return()


def beside_a_slow_one(conductor: Conductor, hold: Any, quick: int) -> list[Service]:
    """Return tasks: a slow one, among the first, ends when all the quick ones have."""
    left = quick
    lenta = conductor.service(f"lenta_{hold.value}", lambda: "lenta", hold_until=NEVER)

    def answer() -> str:
        nonlocal left
        left -= 1
        if not left:
            lenta.hold_until = 1
            lenta.release()
        return "rápida"

    rapida = conductor.service(f"rapida_{hold.value}", answer, hold_until=hold)
    tasks = [rapida] * quick
    tasks.insert(RANDOM.randint(0, 2), lenta)
    return tasks


def require_refilled(crowd: Crowd, n: int) -> None:
    running, unstarted, line = crowd
    require(
        running == n or not unstarted,
        f"Una tarea lenta seguía en marcha, otras habían terminado y {unstarted} no empezaban: "
        f"había sitio para {n} y {running} en marcha. No esperes a la tanda entera, ni repartas "
        "la lista de antemano: que cada una, al terminar, deje su sitio a la siguiente, como con "
        "`asyncio.Semaphore`.",
        f"A slow task was still in flight, others had ended, and {unstarted} did not start: room "
        f"for {n}, and {running} in flight. Do not wait for the whole batch, nor share out the "
        "list beforehand: let each one that ends leave its place to the next, as with "
        "`asyncio.Semaphore`.",
        line=line,
    )


@points(1)
@title(es="Los resultados van en el orden de la lista", en="Results are in the order of the list")
async def test_order(solution: Solution, conductor: Conductor) -> None:
    for n, most in ((RANDOM.randint(2, 4), 9), (RANDOM.randint(8, 9), 7)):
        wanted = shuffled(
            [new("uno"), new("dos"), new("tres"), "", None, 0, *["igual"] * (most - 6)]
        )
        tareas = ending_with(conductor, wanted, f"tarea_{n}")
        run = await solution.call("con_limite", n, tareas)
        require_results(run, wanted)
        for service in tareas:
            run.must_have_asked(service, ())


def ending_with(conductor: Conductor, results: list[object], name: str) -> list[Service]:
    """Return a task for each; those in flight end together, in another order than the list's."""
    made = {
        place: conductor.service(f"{name}_{place}", lambda at=place: results[at], hold_until=QUIET)
        for place in shuffled(range(len(results)))
    }
    return [made[place] for place in range(len(results))]


def require_results(run: Run, wanted: list[object]) -> None:
    value = run.must_return()
    got = list(value) if isinstance(value, list | tuple) else value
    require(
        got == wanted or not isinstance(got, list) or as_text(got) != as_text(wanted),
        "Devolviste los resultados en el orden en que terminaron las tareas. Deben ir en el de la "
        "lista: guarda cada uno en su posición, o deja que `gather()` lo haga.",
        "You returned the results in the order in which the tasks ended. They must be in that of "
        "the list: keep each at its place, or let `gather()` do so.",
    )
    require(
        got == wanted,
        f"`con_limite` debía devolver los resultados de estas {len(wanted)} tareas, "
        f"{wanted!r:.200}, y devolvió {value!r:.300}. Cada llamada devuelve solo los suyos.",
        f"`con_limite` should return the results of these {len(wanted)} tasks, {wanted!r:.200}, "
        f"and returned {value!r:.300}. Each call returns only its own.",
    )


def as_text(results: Sequence[object]) -> list[str]:
    return sorted(map(repr, results))


@points(1)
@title(es="Sirve con pocas tareas, o con ninguna", en="It works for few tasks, or for none")
async def test_few(solution: Solution, conductor: Conductor) -> None:
    nothing = (await solution.call("con_limite", 3, [])).must_return()
    require(
        isinstance(nothing, list | tuple) and not nothing,
        "Sin tareas, `con_limite` debía devolver una lista vacía, y devolvió "
        f"{str(nothing)[:200]}.",
        "Without tasks `con_limite` should return an empty list, and returned "
        f"{str(nothing)[:200]}.",
    )
    # More than anybody writes down as a number of his own.
    few = RANDOM.randint(21, 24)
    limit = few + RANDOM.randint(1, 3)
    given: list[str] = []

    def answer() -> str:
        given.append(new("una"))
        return given[-1]

    tarea = conductor.service("tarea", answer, hold_until=few)

    # The same call once more is as many tasks more.
    for many in (few, 2 * few):
        run = await solution.call("con_limite", limit, [tarea] * few)
        value = run.must_return()
        require_each_once(run, [tarea] * many)
        require(
            as_text(value) == as_text(given[-few:]),
            f"La misma función estaba {few} veces, dio {given[-few:]!r:.200} y `con_limite` "
            f"devolvió {value!r:.200}. Cada aparición es una tarea más, con su resultado: no los "
            "guardes por función.",
            f"The same function was there {few} times, gave {given[-few:]!r:.200}, and "
            f"`con_limite` returned {value!r:.200}. Each time is one more task, with a result of "
            "its own: do not keep them by function.",
        )
    run.must_have_overlapped(tarea, few)


@points(1)
@title(es="El error de una tarea no se esconde", en="A task's error is not hidden")
async def test_error(solution: Solution, conductor: Conductor) -> None:
    bien = conductor.service("bien", lambda: "bien")
    # Any one of them, the last, one that is alone, and one that has the only place.
    for kind, n, many, place in (
        (ConnectionError, 3, 8, RANDOM.randint(0, 6)),
        (ValueError, 3, 8, 7),
        (TimeoutError, 3, 1, 0),
        (LookupError, 1, 8, RANDOM.randint(0, 6)),
    ):
        error = kind(new("aforo completo"))
        falla = conductor.service(f"falla_{kind.__name__}", lambda error=error: fail(error))
        tareas = [bien] * many
        tareas[place] = falla
        run = await solution.call("con_limite", n, tareas)
        started, line = len(calls_of(run, [falla])), calls_of(run, [bien, falla])[-1:]
        require(
            run.outcome.ending.value != "stuck" or not started,
            f"Una tarea falló y no devolvió su sitio: con límite {n}, las que no han empezado lo "
            "esperan para siempre, y el error no sale. `async with` lo devuelve también si hay un "
            "error; con `acquire()`, pon `release()` en un `finally`.",
            f"A task failed and did not give its place back: with a limit of {n}, those that have "
            "not started wait for it for ever, and the error does not come out. `async with` "
            "gives it back on an error too; after `acquire()`, put `release()` into a `finally`.",
            line=line[0].line if line else None,
        )
        require(
            started <= 1,
            f"Una tarea falló con `{kind.__name__}`, y la hiciste {started} veces: llama a "
            "`tarea()` una sola vez, y deja salir su error.",
            f"A task failed with `{kind.__name__}`, and you did it {started} times: call "
            "`tarea()` just once, and let its error out.",
            line=line[0].line if line else None,
        )
        if run.outcome.ending.value == "returned":
            run.must_have_overlapped(falla, 1)
        run.must_raise(kind.__name__, str(error))


def fail(error: Exception) -> None:
    raise error


@points(1)
@nothing_blocks
@title(es="El event loop no se bloquea nunca", en="The event loop is never blocked")
@needs("exactly_n")
async def test_nothing_blocks(solution: Solution, conductor: Conductor) -> None:
    tareas = [conductor.service(f"tarea_{i}", hold_until=QUIET) for i in range(7)]

    await solution.call("con_limite", 3, tareas)

"""semaforo: never more than n tasks in flight, and never fewer while one waits (beyond the class).

Every task is a service. A limit is proven by what is in flight when the program is proven to start
nothing more; that another starts as soon as one ends, by leaving one unfinished beside the rest.
"""

from collections.abc import Iterator
from secrets import token_hex
from typing import NamedTuple

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


class Crowd(NamedTuple):
    """How many tasks were in flight at one moment, how many had not started, who started last."""

    running: int
    unstarted: int
    line: int | None


def crowds(run: Run, total: int) -> Iterator[Crowd]:
    """Give the crowd each time that we began to answer; last, the one that waits for ever."""
    calls = run.evidence.calls
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


def require_each_once(run: Run, total: int) -> None:
    started = len(run.evidence.calls)
    if run.outcome.ending.value != "returned" or started == total:
        return
    run.must_return()
    require(
        False,
        f"De {total} tareas empezaste {started}: cada función de la lista es una tarea, y se hace "
        "una sola vez.",
        f"Of {total} tasks you started {started}: each function in the list is a task, to be done "
        "just once.",
    )


def require_room(crowd: Crowd, n: int, total: int) -> None:
    require(
        crowd.running < total,
        f"Empezaste las {total} tareas a la vez, y el límite es {n}. Si usas un semáforo: tiene "
        "que ser uno solo para todas, y «await tarea()» va dentro de su async with.",
        f"You started all {total} tasks at once, and the limit is {n}. If you use a semaphore: "
        "it must be one for all of them, and “await tarea()” goes inside its async with.",
        line=crowd.line,
    )
    require(
        crowd.running <= n,
        f"Hubo {crowd.running} tareas en marcha a la vez, y el límite es {n}. ¿Hay un «>» donde "
        "debía ir «>=», o empiezas varias cuando solo terminó una?",
        f"There were {crowd.running} tasks in flight at once, and the limit is {n}. Is there a "
        "“>” where “>=” should be, or do you start several when only one has ended?",
        line=crowd.line,
    )


def require_full(crowd: Crowd, n: int, *, is_first: bool) -> None:
    running, unstarted, line = crowd
    if running == n or not unstarted:
        return
    if is_first and running == 1:
        es = "Esperaste a que terminara una tarea antes de empezar la siguiente: había sitio para "
        es += f"{n} y solo una en marcha. Empieza cada una por su cuenta (gather, create_task) y "
        es += "que sea ella quien espere su sitio."
        en = "You waited for one task to end before you started the next: there was room for "
        en += f"{n} and only one in flight. Start each on its own (gather, create_task), and let "
        en += "it be the one that waits for its place."
    elif is_first:
        es = f"Con sitio para {n} tareas y {unstarted} sin empezar, solo había {running} en marcha."
        es += " El límite es n, ni uno más ni uno menos: ¿hay otro número escrito a mano?"
        en = f"With room for {n} tasks and {unstarted} not started, only {running} were in flight."
        en += " The limit is n, not one more or less: is there a number of your own?"
    elif not running:
        es = f"Terminaron {n} tareas, quedan {unstarted} y ninguna empieza: nadie devolvió los "
        es += "sitios. «async with» los devuelve solo; con acquire(), llama a release()."
        en = f"{n} tasks ended, {unstarted} are left and none of them starts: nobody gave the "
        en += "places back. “async with” does so by itself; after acquire(), call release()."
    else:
        es = f"Terminaron varias tareas y quedaban {unstarted} sin empezar, pero con sitio para "
        es += f"{n} solo había {running} en marcha. Empieza otra por cada una que termine."
        en = f"Several tasks ended and {unstarted} had not started, but with room for {n} only "
        en += f"{running} in flight. Start another for each one that ends."
    require(False, es, en, line=line)


def let_end(service: Service) -> None:
    """Answer what waits for it, and from now on at once."""
    service.hold_until = 1
    service.release()


@points(4)
@title(es="Mientras quede trabajo hay justo n en marcha", en="While work is left, just n run")
@hint(
    es="asyncio.Semaphore(n) tiene n sitios: con «async with» ocupas uno y al salir lo dejas.",
    en="asyncio.Semaphore(n) has n places: “async with” takes one, and leaving gives it back.",
)
async def test_exactly_n(solution: Solution, conductor: Conductor) -> None:
    tareas = [conductor.service(f"tarea_{i}", hold_until=QUIET) for i in range(1, 9)]

    run = await solution.call("con_limite", 4, tareas)

    require_each_once(run, total=8)
    for place, crowd in enumerate(crowds(run, total=8)):
        require_room(crowd, 4, total=8)
        require_full(crowd, 4, is_first=place == 0)
    require(
        not run.evidence.was_polling,
        "Tu programa no dejó de dar vueltas mirando si quedaba sitio. Deja que te despierten: "
        "asyncio.Semaphore, o asyncio.wait con FIRST_COMPLETED.",
        "Your program kept going round, looking for a free place. Have yourself woken: "
        "asyncio.Semaphore, or asyncio.wait with FIRST_COMPLETED.",
    )
    run.must_return()


@points(3)
@title(es="En cuanto una termina, empieza otra", en="As soon as one ends, another starts")
@hint(
    es="Si partes la lista en trozos de n, cada trozo espera a su tarea más lenta.",
    en="If you cut the list into pieces of n, each piece waits for its slowest task.",
)
@needs("exactly_n")
async def test_no_batches(solution: Solution, conductor: Conductor) -> None:
    done = 0
    lenta = conductor.service("lenta", lambda: "lenta", hold_until=NEVER)

    def answer() -> str:
        nonlocal done
        done += 1
        if done == 4:
            rapida.hold_until = 1
            let_end(lenta)
        return "rápida"

    rapida = conductor.service("rapida", answer, hold_until=QUIET)

    run = await solution.call("con_limite", 3, [lenta, *[rapida] * 5])

    require_each_once(run, total=6)
    for crowd in crowds(run, total=6):
        require_room(crowd, 3, total=6)
        require(
            crowd.running == 3 or not crowd.unstarted,
            "Una tarea lenta seguía en marcha, las de su tanda habían terminado y las otras "
            f"{crowd.unstarted} no empezaban: había sitio para 3 y {crowd.running} en marcha. No "
            "esperes a la tanda entera: que cada una, al terminar, deje su sitio a la siguiente.",
            "A slow task was still in flight, those of its batch had ended, and the other "
            f"{crowd.unstarted} did not start: room for 3, and {crowd.running} in flight. Do not "
            "wait for the whole batch: let each one that ends leave its place to the next.",
            line=crowd.line,
        )
    run.must_return()


@points(1)
@title(es="Los resultados van en el orden de la lista", en="Results are in the order of the list")
async def test_order(solution: Solution, conductor: Conductor) -> None:
    wanted = [f"{name} ({token_hex(3)})" for name in ("lenta", "uno", "dos", "tres")]
    left = set(wanted[1:])
    lenta = conductor.service("lenta", lambda: wanted[0], hold_until=QUIET)

    def answer(result: str) -> str:
        left.discard(result)
        if not left:
            let_end(lenta)
        return result

    others = [conductor.service(r.split()[0], lambda r=r: answer(r)) for r in wanted[1:]]

    run = await solution.call("con_limite", 2, [lenta, *others])

    value = run.must_return()
    for service in (lenta, *others):
        run.must_have_asked(service, ())
    got = list(value) if isinstance(value, list | tuple) else value
    require(
        got == wanted or not isinstance(got, list) or sorted(map(str, got)) != sorted(wanted),
        "Devolviste los resultados en el orden en que terminaron las tareas. Deben ir en el de la "
        "lista: guarda cada uno en su posición, o deja que gather() lo haga.",
        "You returned the results in the order in which the tasks ended. They must be in that of "
        "the list: keep each at its place, or let gather() do so.",
    )
    require(
        got == wanted,
        f"Debías devolver la lista de los cuatro resultados, y devolviste {str(value)[:200]}.",
        f"You should return the list of the four results, and returned {str(value)[:200]}.",
    )


@points(1)
@title(es="Sirve con pocas tareas, o con ninguna", en="It works for few tasks, or for none")
async def test_few(solution: Solution, conductor: Conductor) -> None:
    nothing = (await solution.call("con_limite", 3, [])).must_return()
    require(
        isinstance(nothing, list | tuple) and not nothing,
        f"Sin tareas debías devolver una lista vacía, y devolviste {str(nothing)[:200]}.",
        f"Without tasks you should return an empty list, and returned {str(nothing)[:200]}.",
    )
    tarea = conductor.service("tarea", hold_until=2)

    run = await solution.call("con_limite", 5, [tarea, tarea])

    run.must_return()
    require_each_once(run, total=2)
    run.must_have_overlapped(tarea, 2)


@points(1)
@title(es="El error de una tarea no se esconde", en="A task's error is not hidden")
async def test_error(solution: Solution, conductor: Conductor) -> None:
    words = f"aforo completo {token_hex(3)}"

    def fail() -> None:
        raise ConnectionError(words)

    bien = conductor.service("bien", lambda: "bien")
    falla = conductor.service("falla", fail)

    run = await solution.call("con_limite", 2, [bien, falla, bien])

    if run.outcome.ending.value == "returned":
        run.must_have_overlapped(falla, 1)
    run.must_raise("ConnectionError", words)

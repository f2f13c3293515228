"""depurar: names of tasks, which are pending, a limit for a whole program (class, section 7).

What is pending is known from the service that the tasks wait for. No check races two clocks.
"""

import asyncio
from functools import partial
from secrets import token_hex
from typing import Any

from graders.kit import (
    NEVER,
    Conductor,
    Run,
    Service,
    Solution,
    hint,
    may_block,
    needs,
    nothing_blocks,
    points,
    require,
    title,
)

AMPLE_SECONDS = 30
SHORT_SECONDS = 0.3
# TimeoutError among them: it is the program's own, and not that of the limit.
KINDS = (ConnectionError, ValueError, LookupError, TimeoutError, AssertionError)
# As many as the statement allows: whoever limits how many run at once limits them to fewer.
MOST = 30


def new_names(count: int) -> list[str]:
    """Return names that nobody knows beforehand, from the last to the first in the alphabet.

    With more than four there is one that comes before those that asyncio gives, "Task-1", and one
    that stands elsewhere if capitals count like small letters.
    """
    firsts = ["tarea", "zeta", "tarea", "Copias", "Zona", *["tarea"] * count][:count]
    return sorted((f"{first}-{token_hex(3)}" for first in firsts), reverse=True)


async def launch(solution: Solution, names: list[str], trabajo: Service) -> None:
    """Have the program start its tasks, and make sure that it did not wait for them."""
    run = await solution.call("lanzar", names, trabajo)
    waits = run.outcome.reported.waiting
    require(
        not waits,
        "`lanzar` esperó a las tareas, que no terminan. Devuélvelas sin esperarlas (ni `await`, "
        "ni `gather()`, ni `TaskGroup`): eso lo hará quien la llama.",
        "`lanzar` waited for the tasks, which do not end. Return them without waiting (no "
        "`await`, no `gather()`, no `TaskGroup`): who calls it will do that.",
        line=waits[-1].line if waits else None,
    )
    limit = run.longest_sleep
    require(
        limit is None,
        f"`lanzar` puso un temporizador ({limit or 0:.2g} s) para esperar un poco a las tareas. "
        "Devuélvelas sin esperarlas nada: ni `sleep()`, ni `wait()` con `timeout`.",
        f"`lanzar` set a timer ({limit or 0:.2g} s) to wait for the tasks a little. Return them "
        "without waiting at all: no `sleep()`, no `wait()` with a `timeout`.",
    )
    require_tasks(run, len(names))
    await require_all_work(run, names, trabajo)


def require_tasks(run: Run, many: int) -> None:
    """Make sure that it returned as many tasks, or what stands for them."""
    value = run.outcome.value
    items = value if isinstance(value, list | tuple) else ()
    kinds = [getattr(item, "type_name", "") for item in items]
    require(
        "coroutine" not in kinds,
        "`lanzar` devolvió corrutinas: llamar a `trabajo(nombre)` no pone nada en marcha. "
        "Conviértelas en tareas: `asyncio.create_task(trabajo(nombre), name=nombre)`.",
        "`lanzar` returned coroutines: calling `trabajo(nombre)` sets nothing going. Make them "
        "tasks: `asyncio.create_task(trabajo(nombre), name=nombre)`.",
    )
    value = run.must_return()
    require(
        len(kinds) == many and all(kinds),
        f"`lanzar` debía devolver una lista con {many} tareas, y devolvió {value!r:.200}.",
        f"`lanzar` should return a list of {many} tasks, and returned {value!r:.200}.",
    )


async def require_all_work(run: Run, names: list[str], trabajo: Service) -> None:
    """Make sure that every task has come to ask for its work."""
    for _ in range(5):
        if await run.settled() != "working":
            break
    asked = len(run.evidence.of(trabajo.name))
    require(
        not 0 < asked < len(names),
        f"Lanzaste {len(names)} tareas, y solo {asked} ejecutan `trabajo(nombre)`: las demás "
        "esperan turno. Quita el límite (un `Semaphore`, un grupo de pocas): cada tarea empieza "
        "por su lado.",
        f"You started {len(names)} tasks, and only {asked} run `trabajo(nombre)`: the others wait "
        "for their turn. Take out the limit (a `Semaphore`, batches): each task starts by itself.",
    )
    run.must_have_asked(trabajo, *[(name,) for name in names])


def fail(error: Exception) -> None:
    raise error


def names_of(run: Run) -> list[Any]:
    """Return what `pendientes` returned, a list of texts; what is none gets words."""
    value = run.must_return()
    es = en = f"{value!r:.200}"
    if isinstance(value, list | tuple):
        kinds = {getattr(item, "type_name", type(item).__name__) for item in value}
        shown = ", ".join(f"`{kind}`" for kind in sorted(kinds))
        es, en = f"una de {shown}", f"one of {shown}"
    require(
        isinstance(value, list | tuple) and all(isinstance(item, str) for item in value),
        f"`pendientes` debía devolver una lista de nombres, y devolvió {es}. El nombre "
        "de una tarea es `tarea.get_name()`; imprimirlo no basta.",
        f"`pendientes` should return a list of names, and returned {en}. The name of a "
        "task is `task.get_name()`; to print it is not enough.",
    )
    return list(value)


def require_names(got: list[Any], wanted: list[str]) -> None:
    """Make sure that these are the names, sorted, and no others."""
    extra = [name for name in got if name not in wanted]
    require(
        not (len(extra) == 1 and len(got) == len(wanted) + 1),
        f"`pendientes` se contó a sí misma: {extra!r} es la tarea que pregunta. Quita "
        "`asyncio.current_task()` de lo que da `asyncio.all_tasks()`.",
        f"`pendientes` counted itself: {extra!r} is the task that asks. Take "
        "`asyncio.current_task()` out of what `asyncio.all_tasks()` gives.",
    )
    require(
        got == wanted or sorted(got) != wanted,
        f"Son los nombres que debían ser, pero en otro orden: {got!r:.300}. Va como lo hace "
        "`sorted()`, sin `key`: las mayúsculas, antes que las minúsculas.",
        f"The names are those that they should be, but in another order: {got!r:.300}. It is as "
        "`sorted()` does it, without `key`: capitals before small letters.",
    )
    require(
        got == wanted,
        f"`pendientes` debía devolver {wanted!r:.300}, por orden, y devolvió {got!r:.300}.",
        f"`pendientes` should return {wanted!r:.300}, sorted, and returned {got!r:.300}.",
    )


@points(2)
@title(es="Las tareas llevan el nombre que les toca", en="The tasks bear the names they should")
async def test_named(solution: Solution, conductor: Conductor) -> None:
    names = new_names(3)
    trabajo = conductor.service("trabajo", hold_until=NEVER)

    await launch(solution, names, trabajo)
    got = names_of(await solution.call("pendientes"))

    require(
        set(names) <= set(got),
        f"Lanzaste {names!r}, siguen en marcha, y `pendientes` devolvió {got!r:.200}. ¿Les "
        "pusiste nombre? `asyncio.create_task(trabajo(nombre), name=nombre)`.",
        f"You started {names!r}, they are still running, and `pendientes` returned {got!r:.200}. "
        "Did you name them? `asyncio.create_task(trabajo(nombre), name=nombre)`.",
    )


@points(1)
@title(es="Lista ordenada, sin la tarea que pregunta", en="Sorted, without the task that asks")
@needs("named")
@hint(
    es="`asyncio.all_tasks()` da un conjunto, y `asyncio.current_task()` la tarea en la que estás.",
    en="`asyncio.all_tasks()` gives a set, and `asyncio.current_task()` the task that you are in.",
)
async def test_exact(solution: Solution, conductor: Conductor) -> None:
    names = new_names(MOST - 1)
    trabajo = conductor.service("trabajo", hold_until=NEVER)

    require_names(names_of(await solution.call("pendientes")), [])
    # One name twice: that is two tasks.
    names.append(names[3])
    await launch(solution, names, trabajo)

    require_names(names_of(await solution.call("pendientes")), sorted(names))


@points(1)
@title(es="Las que han terminado ya no salen", en="Those that are done are not listed any more")
@needs("exact")
async def test_done(solution: Solution, conductor: Conductor) -> None:
    names = new_names(5)
    lento = conductor.service("lento", hold_until=NEVER)

    # One ends well, one fails.
    await launch(solution, names[:1], conductor.service("rapido"))
    await launch(
        solution, names[1:2], conductor.service("roto", lambda nombre: fail(ValueError(nombre)))
    )
    await launch(solution, names[2:], lento)
    got = names_of(await solution.call("pendientes"))

    require(
        not set(got) & set(names[:2]),
        f"{names[:2]!r} ya habían terminado, y salen: {got!r:.200}. Usa `asyncio.all_tasks()`.",
        f"{names[:2]!r} were done, and are listed: {got!r:.200}. Use `asyncio.all_tasks()`.",
    )
    require_names(got, sorted(names[2:]))


@points(1)
@title(es="Salen también las que no creaste tú", en="Those that you did not make are listed too")
@needs("exact")
async def test_others(solution: Solution, conductor: Conductor) -> None:
    names = new_names(2)
    trabajo = conductor.service("trabajo", hold_until=NEVER)
    tasks = await solution.make("lanzar", names, trabajo)

    # A call that waits for one of them is a task of its own, and none that `lanzar` made.
    _, run = await asyncio.gather(tasks.call("__getitem__", 0), solution.call("pendientes"))

    got = names_of(run)
    extra = [name for name in got if name not in names]
    require(
        set(names) <= set(got) and len(extra) == 1,
        f"Había otra tarea pendiente, creada por nosotros, y devolviste {got!r:.200}. No lleves "
        "tú la cuenta ni filtres por el nombre: `asyncio.all_tasks()` las conoce todas.",
        f"There was another task pending, one of ours, and you returned {got!r:.200}. Do not keep "
        "count yourself, nor filter by name: `asyncio.all_tasks()` knows them all.",
    )
    await require_own_name(solution, conductor, extra[0])


async def require_own_name(solution: Solution, conductor: Conductor, other: str) -> None:
    """Make sure that a task is listed which bears the name of the one that asks.

    That name is asyncio's own, "Task-" and a number soon after that of `other`. Up to Python 3.11
    a task takes a number also if it gets another name.
    """
    last = int(other.rpartition("-")[2]) if other.startswith("Task-") else 0
    soon = [*range(last + 1, last + 7), *range(last + MOST - 10, last + MOST + 14)]
    same = [f"Task-{number}" for number in soon]
    await launch(solution, same, conductor.service("otro", hold_until=NEVER))
    got = names_of(await solution.call("pendientes"))
    missing = [name for name in same if name not in got]
    require(
        not missing,
        f"{missing!r:.200} sigue pendiente, y no sale: se llama como la tarea que pregunta, pero "
        "es otra. Compara las tareas, no sus nombres: `tarea is not asyncio.current_task()`.",
        f"{missing!r:.200} is pending, and not listed: it bears the name of the task that asks, "
        "but is another. Compare the tasks, not their names: `task is not asyncio.current_task()`.",
    )


def require_called_well(run: Run) -> None:
    """Explain the errors of those who call asyncio.run() as it cannot be called."""
    error = run.outcome.error
    message, line = (error.message, error.line) if error else ("", None)
    es, en = (f"Línea {line}: ", f"Line {line}: ") if line else ("", "")
    require(
        "unexpected keyword argument 'timeout'" not in message,
        f"{es}`asyncio.run()` no tiene `timeout`, aunque se lea así. El límite va "
        "dentro: `asyncio.run(asyncio.wait_for(corrutina(), timeout=segundos))`.",
        f"{en}`asyncio.run()` has no `timeout`, whatever one reads. Set the limit "
        "inside: `asyncio.run(asyncio.wait_for(corrutina(), timeout=segundos))`.",
        line=line,
    )
    require(
        "a coroutine was expected, got <function" not in message and "is required" not in message,
        f"{es}`{message}`. `corrutina` es una función: llámala con `corrutina()`.",
        f"{en}`{message}`. `corrutina` is a function: call it with `corrutina()`.",
        line=line,
    )


@may_block
@points(1)
@title(es="El programa que acaba a tiempo da su resultado", en="A program in time gives its result")
async def test_in_time(solution: Solution, conductor: Conductor) -> None:
    answers = [f"hecho {token_hex(3)}", 0, f"hecho {token_hex(3)}", None, ""]
    for number, answer in enumerate(answers):
        corrutina = conductor.service(f"corrutina{'_' * number}", lambda answer=answer: answer)

        run = await solution.call_main("ejecutar_con_limite", corrutina, AMPLE_SECONDS)

        require_called_well(run)
        error = run.outcome.error
        require(
            not (error and error.type_name == "TimeoutError"),
            f"El programa terminó a tiempo y devolvió {answer!r}, y salió `TimeoutError`. También "
            "`None` es un resultado: que se acabó el tiempo no se sabe por lo que devuelve.",
            f"The program ended in time and returned {answer!r}, and `TimeoutError` came out. "
            "`None` is a result, too: what it returns does not tell whether time was over.",
            line=error.line if error else None,
        )
        value = run.must_return()
        run.must_have_asked(corrutina, ())
        require(
            value == answer,
            f"El programa devolvió {answer!r}, y `ejecutar_con_limite`, {value!r:.200}. ¿Falta "
            "`return`, o guardaste algo de una llamada anterior?",
            f"The program returned {answer!r}, and `ejecutar_con_limite` {value!r:.200}. Is a "
            "`return` missing, or was something kept from an earlier call?",
        )


@may_block
@points(2)
@title(
    es="El que no acaba se corta con TimeoutError", en="One that is not is cut with TimeoutError"
)
@needs("in_time")
async def test_too_late(solution: Solution, conductor: Conductor) -> None:
    corrutina = conductor.service("corrutina", hold_until=NEVER)

    run = await solution.call_main("ejecutar_con_limite", corrutina, SHORT_SECONDS)

    error = run.outcome.error
    came = error or run.must_return()
    require(
        error and error.type_name == "TimeoutError",
        f"Se acabó el tiempo y salió `{came!r:.200}`: debía ser `TimeoutError`. No lo captures.",
        f"Time was over and `{came!r:.200}` came out: it should be `TimeoutError`. Do not catch "
        "it.",
        line=error.line if error else None,
    )
    require(
        not run.evidence.in_flight(corrutina.name),
        "Salió `TimeoutError`, pero el programa sigue esperando: nadie lo canceló. "
        "`asyncio.wait_for()` lo hace.",
        "`TimeoutError` came out, but the program is still waiting: nobody cancelled it. "
        "`asyncio.wait_for()` does.",
    )
    run.must_have_taken(SHORT_SECONDS)


@may_block
@points(1)
@title(es="El error del programa no se esconde", en="The program's own error is not hidden")
@needs("in_time")
async def test_error(solution: Solution, conductor: Conductor) -> None:
    for number, kind in enumerate(KINDS):
        words = f"sin espacio {token_hex(3)}"
        corrutina = conductor.service(f"corrutina{'_' * number}", partial(fail, kind(words)))

        run = await solution.call_main("ejecutar_con_limite", corrutina, AMPLE_SECONDS)

        run.must_raise(kind.__name__, words)


@nothing_blocks
@points(1)
@title(es="lanzar y pendientes no bloquean el loop", en="lanzar and pendientes block no loop")
async def test_nothing_blocks(solution: Solution, conductor: Conductor) -> None:
    await launch(solution, new_names(3), conductor.service("trabajo", hold_until=NEVER))
    run = await solution.call("pendientes")
    run.must_not_have_blocked()

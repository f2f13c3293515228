"""errores: all tasks at once, and one that fails stops no other (class, section 4.3)."""

from collections.abc import Callable, Sequence
from secrets import token_hex

from graders.kit import Conductor, Run, Service, Solution, hint, needs, points, require, title

# A task is asked once, so that two of it at once never come: it ends when the program is proven to
# start nothing more by itself, and not before.
WHEN_ALL_STARTED, AT_ONCE = 2, 1
TRY_ES = "Pon un try en cada tarea, o usa gather() con return_exceptions=True."
TRY_EN = "Give each task its own try, or use gather() with return_exceptions=True."
NOT_CALLED = ("awaitable is required", "coroutine was expected", "can't be used in 'await'")
EMOJI_STYLE = "\ufe0f"


def new(words: str) -> str:
    return f"{words} {token_hex(3)}"


def ending(how: object) -> Callable[[], object]:
    def answer() -> object:
        if isinstance(how, Exception):
            raise how
        return how

    return answer


def make_tasks(
    conductor: Conductor, endings: Sequence[object], *order: int, early: int | None = None
) -> list[Service]:
    """Return a task for each ending: what it returns, or the exception it fails with.

    They end in that order of places, all but `early`, which ends as soon as it is started.
    """
    made = {}
    for place in order or range(len(endings)):
        hold = AT_ONCE if place == early else WHEN_ALL_STARTED
        made[place] = conductor.service(f"tarea_{place}", ending(endings[place]), hold_until=hold)
    return [made[place] for place in sorted(made)]


def returned(run: Run) -> object:
    """Return what it returned; for tasks that nobody called there are words of their own."""
    error = run.outcome.error
    require(
        not error or not any(words in error.message for words in NOT_CALLED),
        f"No llegaste a empezar las tareas ({error}). Cada una es una función: hay que llamarla, "
        "tarea(), para tener su corrutina.",
        f"You did not get to start the tasks ({error}). Each is a function: it must be called, "
        "tarea(), to have its coroutine.",
        line=error.line if error else None,
    )
    value = run.must_return()
    require(
        run.evidence.calls,
        "No llamaste a ninguna tarea: sus resultados solo los da tarea().",
        "You called no task at all: only tarea() gives their results.",
    )
    return value


def require_lines(value: object, endings: Sequence[object]) -> None:
    """Make sure that these are the lines, however white space and emoji are written."""
    require(
        value is not None,
        "Devolviste None. No imprimas las líneas: guárdalas en una lista y acaba con return.",
        "You returned None. Do not print the lines: keep them in a list and end with return.",
    )
    items = value if isinstance(value, list | tuple) else ()
    texts = [item for item in items if isinstance(item, str)]
    require(
        items is value and len(texts) == len(items) == len(endings),
        f"Debías devolver una lista de {len(endings)} líneas de texto, una por tarea, y devolviste "
        f"{value!r:.200}.",
        f"You should return a list of {len(endings)} lines of text, one for each task, and "
        f"returned {value!r:.200}.",
    )
    got = [" ".join(text.replace(EMOJI_STYLE, "").split()) for text in texts]
    wanted = [line_of(place, how) for place, how in enumerate(endings)]
    require_order(got, wanted)
    for line, mine, how in zip(got, wanted, endings, strict=True):
        fails = isinstance(how, Exception)
        require(
            line == mine,
            f"Una tarea {'falló con' if fails else 'terminó bien y devolvió'} {how!r}. Su línea "
            f"debía ser «{mine}», y es «{line}».",
            f"A task {'failed with' if fails else 'ended well and returned'} {how!r}. Its line "
            f"should be “{mine}”, and is “{line}”.",
        )


def line_of(place: int, how: object) -> str:
    sign = "❌ Error -" if isinstance(how, Exception) else "✅"
    return " ".join(f"Tarea {place}: {sign} {how}".split())


def require_order(got: list[str], wanted: list[str]) -> None:
    """Make sure that the tasks are not in another order, whatever their numbers."""
    ends, wanted_ends = ([line.partition(": ")[2] for line in lines] for lines in (got, wanted))
    require(
        ends == wanted_ends or sorted(ends) != sorted(wanted_ends),
        f"Las líneas van en el orden en que terminaron las tareas, no en el de la lista: "
        f"{got!r:.200}. gather() lo conserva; as_completed() no.",
        f"The lines are in the order in which the tasks ended, not in that of the list: "
        f"{got!r:.200}. gather() keeps it; as_completed() does not.",
    )


@points(2)
@title(es="Empieza todas las tareas a la vez", en="Starts all tasks at once")
async def test_all_at_once(solution: Solution, conductor: Conductor) -> None:
    tasks = make_tasks(conductor, [new("OK") for _ in range(3)])

    run = await solution.call("manejar_errores", tasks)

    calls = run.evidence.calls
    first_end = min((call.ended_at for call in calls if call.ended_at is not None), default=None)
    late = [call for call in calls if first_end is not None and call.asked_at >= first_end]
    line = late[0].line if late else None
    require(
        not late,
        f"Esperaste a una tarea antes de empezar otra (línea {line or '?'}): hubo "
        f"{len(calls) - len(late)} de {len(tasks)} en marcha. Empiézalas todas, con gather() o "
        "create_task(), y espera después.",
        f"You awaited a task before starting another (line {line or '?'}): "
        f"{len(calls) - len(late)} of {len(tasks)} were under way. Start all of them, with "
        "gather() or create_task(), and wait afterwards.",
        line=line,
    )
    returned(run)
    for task in tasks:
        run.must_have_asked(task, ())


@points(3)
@title(es="Que falle una no detiene a las demás", en="That one fails stops none of the others")
@hint(
    es="Puedes envolver cada tarea en una corrutina tuya, con su try y su except.",
    en="You may wrap each task in a coroutine of your own, with its try and its except.",
    after=2,
)
async def test_failure_stops_nobody(solution: Solution, conductor: Conductor) -> None:
    error = ConnectionError(new("sin conexión"))
    tasks = make_tasks(conductor, [new("OK"), error, new("OK")], early=1)

    run = await solution.call("manejar_errores", tasks)

    require_not_let_through(run, str(error))
    how = {task.name: {call.how for call in run.evidence.of(task.name)} for task in tasks}
    left = {name: ends for name, ends in how.items() if not ends & {"answered", "failed"}}
    names = ", ".join(left)
    require(
        {"cancelled"} not in left.values(),
        f"Al fallar una tarea se cancelaron las demás ({names}). {TRY_ES}",
        f"When a task failed, the others were cancelled ({names}). {TRY_EN}",
    )
    returned(run)
    require(
        set() not in left.values(),
        f"Una tarea falló y dejó a otras sin empezar ({names}). {TRY_ES}",
        f"A task failed and left others without a start ({names}). {TRY_EN}",
    )
    require(
        not left,
        f"Una tarea falló y devolviste sin esperar a las que seguían en marcha ({names}). {TRY_ES}",
        f"A task failed and you returned with others still under way ({names}). {TRY_EN}",
    )


def require_not_let_through(run: Run, words: str) -> None:
    """Make sure that the task's error did not come out, alone or in a group."""
    error = run.outcome.error
    line = error.line if error else None
    require(
        not (error and error.type_name.endswith("ExceptionGroup")),
        f"Al fallar una, el grupo canceló a las demás y lanzó un ExceptionGroup. {TRY_ES}",
        f"When one failed, the group cancelled the others and raised an ExceptionGroup. {TRY_EN}",
        line=line,
    )
    require(
        not (error and error.message == words),
        f"Una tarea falló con {error!r}, y el error salió de manejar_errores: línea {line or '?'}. "
        f"Por sí solo, gather() lanza el primero que ve. {TRY_ES} Captura cualquier Exception.",
        f"A task failed with {error!r}, and it came out of manejar_errores: line {line or '?'}. "
        f"By itself gather() raises the first it sees. {TRY_EN} Catch any Exception.",
        line=line,
    )


@points(2)
@title(es="Una línea por tarea, con su resultado o su error", en="A line for each, result or error")
@needs("failure_stops_nobody")
async def test_lines(solution: Solution, conductor: Conductor) -> None:
    same = new("OK")
    endings = [same, ValueError(new("salió mal")), same, TimeoutError(new("tarde")), new("Ana")]
    tasks = make_tasks(conductor, endings)

    run = await solution.call("manejar_errores", tasks)

    require_lines(returned(run), endings)
    for task in tasks:
        run.must_have_asked(task, ())


@points(1)
@title(es="En el orden de la lista, acaben como acaben", en="In the order of the list, always")
@needs("lines")
async def test_order(solution: Solution, conductor: Conductor) -> None:
    endings = [new("primera"), new("segunda"), new("tercera")]

    run = await solution.call("manejar_errores", make_tasks(conductor, endings, 2, 0, 1))

    require_lines(returned(run), endings)


@points(1)
@title(es="Cualquier resultado vale, también None o 0", en="Any result counts, None and 0 too")
@needs("lines")
@hint(
    es="Pregunta por el tipo: isinstance(resultado, Exception).",
    en="Ask for the type: isinstance(resultado, Exception).",
)
async def test_any_result(solution: Solution, conductor: Conductor) -> None:
    endings: list[object] = [
        0,
        None,
        [],
        new("Error - no es un error"),
        False,
        KeyError(new("clave")),
    ]

    run = await solution.call("manejar_errores", make_tasks(conductor, endings))

    require_lines(returned(run), endings)


@points(1)
@title(es="Una sola tarea, o ninguna", en="A single task, or none")
@needs("lines")
async def test_few(solution: Solution, conductor: Conductor) -> None:
    endings = [new("sola")]

    one = await solution.call("manejar_errores", make_tasks(conductor, endings))
    none = await solution.call("manejar_errores", [])

    require_lines(returned(one), endings)
    require_lines(none.must_return(), [])

"""errores: all tasks at once, and one that fails stops no other (class, section 4.3)."""

from collections.abc import Callable, Iterator, Sequence
from secrets import token_hex

from graders.kit import (
    AFTER_TIMERS,
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

# A task ends when the program is proven to start nothing more by itself, and not before.
WHEN_ALL_STARTED, AT_ONCE = QUIET, 1
# As many as the statement allows: whoever limits how many go at once limits them to fewer.
MOST = 30
TRY_ES = "Pon un `try` en cada tarea, o usa `gather()` con `return_exceptions=True`."
TRY_EN = "Give each task its own `try`, or use `gather()` with `return_exceptions=True`."
NOT_CALLED = ("awaitable is required", "coroutine was expected")
NOT_CALLED += ("can't be used in 'await'", "can't be awaited")  # up to Python 3.13, and later
EMOJI_STYLE = "\ufe0f"


def new(words: str) -> str:
    return f"{words} {token_hex(3)}"


def at(line: int | None) -> tuple[str, str]:
    """Return where that is, in brackets; nothing if the line is unknown."""
    return (f" (línea {line})", f" (line {line})") if line else ("", "")


def ending(how: object) -> Callable[[], object]:
    """Return the body of a task that ends so; an iterator gives the end of each of its calls."""

    def answer() -> object:
        if isinstance(how, Iterator):
            return next(how, None)
        if isinstance(how, Exception):
            raise how
        return how

    return answer


def make_tasks(
    conductor: Conductor, endings: Sequence[object], *later: int, name: str = "tarea"
) -> list[Service]:
    """Return a task for each ending: what it returns, or the exception it fails with.

    Those at the places `later` end in that order, when all have been started; the others as soon as
    they are. Without any, all end later.
    """
    made = {}
    early = [place for place in range(len(endings)) if later and place not in later]
    for place in early + list(later or range(len(endings))):
        hold = AT_ONCE if place in early else WHEN_ALL_STARTED
        made[place] = conductor.service(f"{name}_{place}", ending(endings[place]), hold_until=hold)
    return [made[place] for place in sorted(made)]


def returned(run: Run) -> object:
    """Return what it returned; for tasks that nobody called there are words of their own."""
    error = run.outcome.error
    require(
        not error or not any(words in error.message for words in NOT_CALLED),
        f"No llegaste a empezar las tareas (`{error}`). Cada una es una función: hay que "
        "llamarla, `tarea()`, para tener su corrutina.",
        f"You did not get to start the tasks (`{error}`). Each is a function: it must be called, "
        "`tarea()`, to have its coroutine.",
        line=error.line if error else None,
    )
    value = run.must_return()
    require(
        run.evidence.calls,
        "No llamaste a ninguna tarea: sus resultados solo los da `tarea()`.",
        "You called no task at all: only `tarea()` gives their results.",
    )
    return value


def require_lines(value: object, endings: Sequence[object]) -> None:
    """Make sure that these are the lines, however white space and emoji are written."""
    require(
        value is not None,
        "`manejar_errores` devolvió `None`. No imprimas las líneas: guárdalas en una lista y "
        "acaba con `return`.",
        "`manejar_errores` returned `None`. Do not print the lines: keep them in a list and end "
        "with `return`.",
    )
    items = value if isinstance(value, list | tuple) else ()
    texts = [item for item in items if isinstance(item, str)]
    require(
        items is value and len(texts) == len(items) == len(endings),
        f"`manejar_errores` debía devolver una lista de {len(endings)} líneas de texto, una por "
        f"tarea, y devolvió {value!r:.200}.",
        f"`manejar_errores` should return a list of {len(endings)} lines of text, one for each "
        f"task, and returned {value!r:.200}.",
    )
    got = [" ".join(text.replace(EMOJI_STYLE, "").split()) for text in texts]
    wanted = [line_of(place, how) for place, how in enumerate(endings)]
    require_order(got, wanted)
    for line, mine, how in zip(got, wanted, endings, strict=True):
        fails = isinstance(how, Exception)
        require(
            line == mine,
            f"Una tarea {'falló con' if fails else 'terminó bien y devolvió'} `{how!r}`. Su línea "
            f"debía ser «{mine}», y es «{line}».",
            f"A task {'failed with' if fails else 'ended well and returned'} `{how!r}`. Its line "
            f"should be “{mine}”, and is “{line}”.",
        )


def line_of(place: int, how: object) -> str:
    sign = "❌ Error -" if isinstance(how, Exception) else "✅"
    return " ".join(f"Tarea {place}: {sign} {how}".split())


def require_each_once(run: Run, tasks: Sequence[Service]) -> None:
    """Make sure that each task was started just once."""
    times = [len(run.evidence.of(task.name)) for task in tasks]
    require(
        not (0 in times and max(times) > 1),
        f"`{tasks[times.index(max(times))].name}` se hizo {max(times)} veces, y otras ninguna: "
        "una función o `lambda` creada en un bucle ve la última vuelta. Dale la suya: `lambda "
        "t=tarea: …` o pásala como argumento.",
        f"`{tasks[times.index(max(times))].name}` was done {max(times)} times, and others never: "
        "a function or `lambda` made in a loop sees its last round. Give it its own: `lambda "
        "t=tarea: …`, or pass it as an argument.",
    )
    for task in tasks:
        run.must_have_asked(task, ())


def require_order(got: list[str], wanted: list[str]) -> None:
    """Make sure that the tasks are not in another order, whatever their numbers."""
    require(
        got == wanted or got != sorted(wanted),
        "Ordenaste las líneas como textos, y así «Tarea 10» va antes que «Tarea 2». Guarda cada "
        "línea con su número y ordena por él, o usa `gather()`, que conserva el orden.",
        "You sorted the lines as texts, and so “Tarea 10” comes before “Tarea 2”. Keep each line "
        "with its number and sort by that, or use `gather()`, which keeps the order.",
    )
    ends, wanted_ends = ([line.partition(": ")[2] for line in lines] for lines in (got, wanted))
    require(
        ends == wanted_ends or sorted(ends) != sorted(wanted_ends),
        "Las líneas van en el orden en que terminaron las tareas, no en el de la lista: "
        f"{got!r:.200}. `gather()` lo conserva; `as_completed()` no.",
        "The lines are in the order in which the tasks ended, not in that of the list: "
        f"{got!r:.200}. `gather()` keeps it; `as_completed()` does not.",
    )


@points(3)
@title(es="Empieza todas las tareas a la vez", en="Starts all tasks at once")
async def test_all_at_once(solution: Solution, conductor: Conductor) -> None:
    tasks = make_tasks(conductor, [new("OK") for _ in range(MOST)])

    run = await solution.call("manejar_errores", tasks)

    calls = run.evidence.calls
    first_end = min((call.ended_at for call in calls if call.ended_at is not None), default=None)
    late = [call for call in calls if first_end is not None and call.asked_at >= first_end]
    line = late[0].line if late else None
    es, en = at(line)
    require(
        not late,
        f"Esperaste a una tarea antes de empezar otra{es}: hubo {len(calls) - len(late)} de "
        f"{len(tasks)} en marcha. Empiézalas todas, con `gather()` o `create_task()`, y espera "
        "después.",
        f"You awaited a task before starting another{en}: {len(calls) - len(late)} of "
        f"{len(tasks)} were under way. Start all of them, with "
        "`gather()` or `create_task()`, and wait afterwards.",
        line=line,
    )
    returned(run)
    require_each_once(run, tasks)


@points(2)
@title(es="Que falle una no detiene a las demás", en="That one fails stops none of the others")
@needs("all_at_once")
@hint(
    es="Puedes envolver cada tarea en una corrutina tuya, con su `try` y su `except`.",
    en="You may wrap each task in a coroutine of your own, with its `try` and its `except`.",
    after=2,
)
async def test_failure_stops_nobody(solution: Solution, conductor: Conductor) -> None:
    # One fails at once and another later, when one has ended well and others are still under way.
    errors: list[Exception] = [ConnectionError(new("sin conexión")), EOFError(new("se cortó"))]
    ends = [new("OK"), errors[0], new("OK"), errors[1], new("OK")]
    middle = make_tasks(conductor, ends, 0, 3, 4)
    run = await solution.call("manejar_errores", middle)
    require_not_let_through(run, errors)
    require_all_ended(run, middle)

    # The first fails, and so does the last.
    errors = [IndexError(new("no hay")), TimeoutError(new("tarde"))]
    ends = [errors[0], new("OK"), new("OK"), errors[1]]
    edges = make_tasks(conductor, ends, 1, 2, name="otra")
    run = await solution.call("manejar_errores", edges)
    require_not_let_through(run, errors)
    require_all_ended(run, edges)


def require_all_ended(run: Run, tasks: Sequence[Service]) -> None:
    """Make sure that a failure left no task cancelled, without a start, or under way."""
    how = {task.name: {call.how for call in run.evidence.of(task.name)} for task in tasks}
    left = {name: ends for name, ends in how.items() if not ends & {"answered", "failed"}}
    names = ", ".join(f"`{name}`" for name in left)
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


def require_not_let_through(run: Run, errors: Sequence[object]) -> None:
    """Make sure that no task's error came out, alone or in a group."""
    error = run.outcome.error
    line = error.line if error else None
    es, en = at(line)
    require(
        not (error and error.type_name.endswith("ExceptionGroup")),
        f"Al fallar una, el grupo canceló a las demás y lanzó un `ExceptionGroup`. {TRY_ES}",
        f"When one failed, the group cancelled the others and raised an `ExceptionGroup`. {TRY_EN}",
        line=line,
    )
    require(
        not (error and (error.type_name, error.message) in [_shown(one) for one in errors]),
        f"Una tarea falló con `{error!r}`, y el error salió de `manejar_errores`{es}: por sí "
        f"solo, `gather()` lanza el primero que ve. {TRY_ES} Captura cualquier `Exception`.",
        f"A task failed with `{error!r}`, and it came out of `manejar_errores`{en}: by itself "
        f"`gather()` raises the first it sees. {TRY_EN} Catch any `Exception`.",
        line=line,
    )


def _shown(error: object) -> tuple[str, str]:
    return type(error).__name__, str(error)


@points(1)
@title(es="Una línea por tarea, con su resultado o su error", en="A line for each, result or error")
async def test_lines(solution: Solution, conductor: Conductor) -> None:
    # One function may be two of the tasks, and either may be started first.
    good, bad = [new("OK"), new("OK")], ValueError(new("salió mal"))
    twice, fails = make_tasks(conductor, [iter(good), bad])
    run = await solution.call("manejar_errores", [twice, twice, fails])
    require_not_let_through(run, [bad])
    lines = str(returned(run))
    run.must_have_asked(twice, (), ())
    run.must_have_asked(fails, ())
    require(
        any(one in lines for one in good) <= all(one in lines for one in good),
        f"La misma función estaba dos veces y dio dos resultados, {good}, y devolviste "
        f"{lines:.200}. Cada vez es otra tarea: no guardes los resultados por función ni por su "
        "nombre (`__name__`).",
        f"The same function was there twice and gave two results, {good}, and you returned "
        f"{lines:.200}. Each time it is another task: do not keep results by function nor by its "
        "name (`__name__`).",
    )
    require_lines(run.outcome.value, [*sorted(good, key=lines.find), bad])

    endings = [
        KeyError(new("clave")),
        good[0],
        TimeoutError(new("tarde")),
        good[0],
        OSError(2, "x"),
        # An error may say nothing, or more than one line.
        TimeoutError(),
        RuntimeError(f"{new('línea')}\n{new('otra')}"),
        ExceptionGroup(new("varios"), [ValueError(new("uno")), KeyError(new("otro"))]),
    ]
    tasks = make_tasks(conductor, endings, name="otra")
    run = await solution.call("manejar_errores", tasks)
    require_all_told(run, endings)
    require_each_once(run, tasks)


def require_all_told(run: Run, endings: Sequence[object]) -> None:
    """Make sure that it returned a line for each, and let none of their errors through."""
    require_not_let_through(run, [how for how in endings if isinstance(how, Exception)])
    require_lines(returned(run), endings)


@points(1)
@title(es="En el orden de la lista, acaben como acaben", en="In the order of the list, always")
@needs("all_at_once", "lines")
async def test_order(solution: Solution, conductor: Conductor) -> None:
    # The last ones end as they are started; the first ones together, and later.
    words = ("cuarta", "quinta", "tercera", "primera", "segunda", *["pronto"] * 8)
    endings = [new(word) for word in words]

    run = await solution.call("manejar_errores", make_tasks(conductor, endings, 2, 0, 1))

    require_lines(returned(run), endings)
    # The statement's example, twice: the one in the middle fails at once.
    pair, error = (new("OK"), new("OK")), ValueError(new("salió mal"))
    results = iter([word for word in pair for _ in range(2)])
    good, bad = make_tasks(conductor, [results, error], 0, name="otra")
    for word in pair:
        run = await solution.call("manejar_errores", [good, bad, good])
        require_all_told(run, [word, error, word])


@points(1)
@title(es="Cualquier resultado vale, también None o 0", en="Any result counts, None and 0 too")
@needs("lines")
@hint(
    es="Pregunta por el tipo: `isinstance(resultado, Exception)`.",
    en="Ask for the type: `isinstance(resultado, Exception)`.",
)
async def test_any_result(solution: Solution, conductor: Conductor) -> None:
    endings: list[object] = [
        0,
        None,
        [],
        new("Error - no es un error"),
        "",
        False,
        KeyError(new("clave")),
    ]

    run = await solution.call("manejar_errores", make_tasks(conductor, endings))

    require_lines(returned(run), endings)


@points(1)
@title(es="Fallen todas, o haya una sola o ninguna", en="All may fail; there may be one, or none")
@needs("lines")
async def test_few(solution: Solution, conductor: Conductor) -> None:
    alone, errors = [new("sola")], [ZeroDivisionError(new("entre cero")) for _ in range(4)]

    slow = conductor.service("tarea_lenta", ending(alone[0]), hold_until=AFTER_TIMERS)

    one = await solution.call("manejar_errores", [slow])
    one.must_have_waited_for(slow)
    none = await solution.call("manejar_errores", [])
    all_fail = await solution.call("manejar_errores", make_tasks(conductor, errors, name="otra"))

    require_lines(returned(one), alone)
    require_lines(none.must_return(), [])
    require_all_told(all_fail, errors)


@nothing_blocks
@points(1)
@title(es="Nada bloquea el event loop", en="Nothing blocks the event loop")
async def test_nothing_blocks(solution: Solution, conductor: Conductor) -> None:
    endings = [new("OK"), ConnectionError(new("sin conexión")), new("OK")]

    run = await solution.call("manejar_errores", make_tasks(conductor, endings))

    require(
        run.evidence.calls,
        "No llamaste a ninguna tarea. Cada una es una función: `tarea()`.",
        "You called no task at all. Each is a function: `tarea()`.",
    )
    run.must_not_have_blocked()

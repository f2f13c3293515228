"""biblioteca-sync: queries of a blocking library, all at once in threads (class, section 10)."""

from secrets import token_hex

from graders.kit import (
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

# As many as the statement allows: whoever limits how many go at once limits them to fewer.
ARTICLES = ["tornillos", "tuercas", "arandelas", "clavos"]
ERRORS = [ConnectionError, ValueError, TimeoutError, RuntimeError]
UNAWAITABLE = ("or an awaitable is required", "coroutine was expected")
UNAWAITABLE += ("can't be used in 'await'", "can't be awaited")  # up to Python 3.13, and later


class Stock:
    """What the library answers: new in every check, so that it cannot be known beforehand."""

    def __init__(self, fails: str = "", error: type[Exception] = ValueError) -> None:
        self.of = {name: f"hay {token_hex(3)}\nde {name}" for name in ARTICLES}
        # An empty answer is an answer, too.
        self.of[ARTICLES[2]] = ""
        self.error = f"sin conexión ({token_hex(3)})"
        self._fails, self._kind = fails, error

    def __call__(self, consulta: object = None) -> str:
        if consulta == self._fails:
            raise self._kind(self.error)
        return self.of.get(str(consulta), "")


def at(line: int | None) -> tuple[str, str]:
    """Return where that is, in brackets; nothing if the line is unknown."""
    return (f" (línea {line})", f" (line {line})") if line else ("", "")


def returned(run: Run) -> list[object]:
    """Return the list it returned; what students await or call by mistake gets words of its own."""
    error = run.outcome.error
    message, line = (error.message, error.line) if error else ("", None)
    es, en = at(line)
    require(
        not any(words in message for words in UNAWAITABLE),
        f"`consultar()` no es una corrutina, y su respuesta no se espera con `await` ni con "
        f"`gather()`{es}: `{message}`. Dásela sin llamar a un hilo: "
        "`await asyncio.to_thread(consultar, consulta)`.",
        f"`consultar()` is no coroutine function, and its answer cannot be awaited or "
        f"gathered{en}: `{message}`. Give it to a thread without calling it: "
        "`await asyncio.to_thread(consultar, consulta)`.",
        line=line,
    )
    require(
        "'str' object is not callable" not in message,
        f"Llamaste a `consultar(consulta)` y diste al hilo su respuesta{es}. La "
        "función va sin llamar, y su argumento aparte: `asyncio.to_thread(consultar, consulta)`.",
        f"You called `consultar(consulta)` and gave the thread its answer{en}. "
        "The function goes without a call, its argument apart: `asyncio.to_thread(consultar, "
        "consulta)`.",
        line=line,
    )
    value = run.must_return()
    require(
        isinstance(value, list | tuple),
        f"`consultar_todo` debía devolver la lista de respuestas, y devolvió {value!r:.200}.",
        f"`consultar_todo` should return the list of answers, and returned {value!r:.200}.",
    )
    return list(value)


def require_answers(value: list[object], wanted: list[str]) -> None:
    """Make sure that these are the answers, in whatever order."""
    require(
        sorted(map(str, value)) == sorted(wanted),
        f"`consultar_todo` debía devolver {wanted}, y devolvió {value!r:.200}.",
        f"`consultar_todo` should return {wanted}, and returned {value!r:.200}.",
    )


def require_asked(run: Run, consultar: Service, wanted: list[str]) -> None:
    """Make sure that it was called with each of these once."""
    asked = [call.shown for call in run.evidence.of(consultar.name)]
    require(
        not (len(asked) == len(set(wanted)) > 1 == len(set(asked))),
        f"Preguntaste {len(asked)} veces por `{asked[:1]}`: una `lambda` creada en un bucle ve la "
        "última vuelta. Da la consulta como argumento: `to_thread(consultar, consulta)`.",
        f"You asked {len(asked)} times for `{asked[:1]}`: a `lambda` made in a loop sees its last "
        "round. Give the query as an argument: `to_thread(consultar, consulta)`.",
    )
    run.must_have_asked(consultar, *[(name,) for name in wanted])


def require_not_in_loop(run: Run, consultar: Service) -> None:
    """Explain a query made in the event loop's own thread: none other comes while it waits."""
    calls, line = run.evidence.of(consultar.name), next(iter(run.outcome.reported.blocked), None)
    require(
        consultar.came_short != 1 or len(calls) < 2 or line is None,
        f"La línea {line} espera a `consultar()` en el hilo del event loop: hasta que contestó "
        f"`{calls and calls[0].shown}` no pediste nada más ni avanzó nadie. Lleva cada llamada a "
        "un hilo con `asyncio.to_thread(consultar, consulta)`, y espéralas todas juntas con "
        "`gather()`.",
        f"Line {line} waits for `consultar()` in the event loop's thread: until it answered "
        f"`{calls and calls[0].shown}` you asked for nothing else, and nobody went on. Take each "
        "call to a thread with `asyncio.to_thread(consultar, consulta)`, and wait for all of them "
        "together with `gather()`.",
        line=line,
    )


@points(1)
@title(es="Devuelve las respuestas", en="Returns the answers")
async def test_answers(solution: Solution, conductor: Conductor) -> None:
    stock = Stock()
    consultar = conductor.service("consultar", stock, kind="blocking")

    run = await solution.call("consultar_todo", ARTICLES, consultar)

    value = returned(run)
    require_asked(run, consultar, ARTICLES)
    require_answers(value, list(stock.of.values()))


@points(4)
@title(es="Todas las consultas están en marcha a la vez", en="All queries are in flight at once")
@needs("answers")
@hint(
    es="`asyncio.to_thread()` no empieza hasta que alguien la espera: junta las tres con "
    "`gather()` o haz una tarea de cada una.",
    en="`asyncio.to_thread()` does not begin before it is awaited: bring the three together with "
    "`gather()`, or make each a task.",
    after=2,
)
async def test_all_at_once(solution: Solution, conductor: Conductor) -> None:
    consultar = conductor.service("consultar", Stock(), kind="blocking", hold_until=len(ARTICLES))

    run = await solution.call("consultar_todo", ARTICLES, consultar)

    require_not_in_loop(run, consultar)
    run.must_have_overlapped(consultar, len(ARTICLES))
    returned(run)


@nothing_blocks
@points(2)
@title(es="El event loop sigue libre mientras tanto", en="The event loop stays free meanwhile")
@needs("answers")
@hint(
    es="¿Quién espera a los hilos: un `await`, o `result()`, `join()`, `map()` o el final de un "
    "`with`?",
    en="Who waits for the threads: an `await`, or `result()`, `join()`, `map()` or the end of a "
    "`with`?",
)
async def test_loop_is_free(solution: Solution, conductor: Conductor) -> None:
    consultar = conductor.service("consultar", Stock(), kind="blocking", hold_until=QUIET)

    run = await solution.call("consultar_todo", ARTICLES, consultar)

    run.must_not_have_blocked()
    returned(run)


@points(1)
@title(es="Las respuestas van en el orden de las consultas", en="Answers in the queries' order")
@needs("answers", "all_at_once")
async def test_order(solution: Solution, conductor: Conductor) -> None:
    stock = Stock()
    consultar = conductor.service(
        "consultar", stock, kind="blocking", hold_until=ONE_BY_ONE, release_order=ARTICLES[::-1]
    )

    run = await solution.call("consultar_todo", ARTICLES, consultar)

    value = returned(run)
    require_answers(value, list(stock.of.values()))
    require(
        value == list(stock.of.values()),
        "Están todas las respuestas, pero según llegaron y no en el orden de `consultas`. "
        "`asyncio.gather()` las devuelve en el orden en que las pediste.",
        "All the answers are there, but as they came and not in the order of `consultas`. "
        "`asyncio.gather()` returns them in the order in which you asked.",
    )


@points(1)
@title(es="El error de una consulta pasa a quien llama", en="A query's error reaches the caller")
@needs("answers", "all_at_once")
async def test_error(solution: Solution, conductor: Conductor) -> None:
    for number, (name, kind) in enumerate(zip(ARTICLES, ERRORS, strict=True)):
        stock = Stock(name, kind)
        consultar = conductor.service(f"consultar{'_' * number}", stock, kind="blocking")

        run = await solution.call("consultar_todo", ARTICLES, consultar)

        run.must_raise(kind.__name__, stock.error)
        many = sum(name in call.shown for call in run.evidence.of(consultar.name))
        require(
            many == 1,
            f"La consulta «{name}» falló con `{kind.__name__}`, y la hiciste {many} veces: se hace "
            "una vez, también si falla. Deja pasar el error.",
            f"The query “{name}” failed with `{kind.__name__}`, and you made it {many} times: it "
            "is made once, also if it fails. Let the error through.",
        )
    # That is over by the next call.
    stock = Stock()
    consultar = conductor.service("consultar_bien", stock, kind="blocking")
    run = await solution.call("consultar_todo", ARTICLES, consultar)
    require_answers(returned(run), list(stock.of.values()))


@points(1)
@title(es="Ninguna consulta, una, y dos iguales", en="No query, one, and the same twice")
@needs("answers")
async def test_edges(solution: Solution, conductor: Conductor) -> None:
    stock, asked = Stock(), list[str]()
    consultar = conductor.service("consultar", lambda name: stock(name), kind="blocking")
    for places in ([], [1], [3, 0, 3], [1]):
        stock = Stock()
        names = [ARTICLES[place] for place in places]
        run = await solution.call("consultar_todo", names, consultar)
        asked += names
        # Their order is another check's.
        require_answers(returned(run), [stock.of[name] for name in names])
        run.must_have_asked(consultar, *[(name,) for name in asked])

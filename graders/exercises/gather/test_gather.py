"""gather: three slow tasks, one after another and all at once (class, section 4.1)."""

from secrets import token_hex

from graders.kit import QUIET, Conductor, Service, Solution, points, require, title

NAMES = ["Tarea 1", "Tarea 2", "Tarea 3"]
ASKED = [(name, 2) for name in NAMES]


class Results:
    """What the three tasks answer: new in every check, so that it cannot be known beforehand."""

    def __init__(self) -> None:
        self.of = {name: f"Resultado de {name} ({token_hex(3)})" for name in NAMES}

    def __call__(self, nombre: str, segundos: float) -> str:
        return self.of.get(nombre, "")


def require_results(value: object, results: Results, service: Service) -> None:
    wanted = list(results.of.values())
    got = list(value) if isinstance(value, list | tuple) else value
    if isinstance(got, list) and got != wanted and sorted(map(str, got)) == sorted(wanted):
        require(
            False,
            "Devolviste los tres resultados en el orden en que llegaron. Deben ir en el orden en "
            "que los pediste: asyncio.gather() lo conserva.",
            "You returned the three results in the order in which they came. They must be in the "
            "order in which you asked: asyncio.gather() keeps it.",
        )
    require(
        got == wanted,
        f"Debías devolver una lista con los tres resultados, y devolviste {str(value)[:200]}.",
        f"You should return a list of the three results, and returned {str(value)[:200]}.",
    )


@points(2)
@title(
    es="La forma secuencial pide una tarea detrás de otra",
    en="The sequential form asks for one task after another",
)
async def test_sequential(solution: Solution, conductor: Conductor) -> None:
    results = Results()
    tarea_lenta = conductor.service("tarea_lenta", results, hold_until=QUIET)

    run = await solution.call("ejemplo_secuencial", tarea_lenta)

    run.must_not_have_overlapped(tarea_lenta)
    value = run.must_return()
    run.must_have_asked(tarea_lenta, *ASKED)
    require_results(value, results, tarea_lenta)


@points(3)
@title(es="La forma paralela pide las tres a la vez", en="The other form asks for all at once")
async def test_all_at_once(solution: Solution, conductor: Conductor) -> None:
    results = Results()
    tarea_lenta = conductor.service("tarea_lenta", results, hold_until=3)

    run = await solution.call("ejemplo_paralelo", tarea_lenta)

    run.must_have_overlapped(tarea_lenta, 3)
    run.must_return()
    run.must_have_asked(tarea_lenta, *ASKED)


@points(2)
@title(
    es="Los resultados salen en orden, lleguen como lleguen",
    en="Results are in order, however they come",
)
async def test_order(solution: Solution, conductor: Conductor) -> None:
    results = Results()
    tarea_lenta = conductor.service(
        "tarea_lenta", results, hold_until=3, release_order=["Tarea 3", "Tarea 1", "Tarea 2"]
    )

    run = await solution.call("ejemplo_paralelo", tarea_lenta)

    require_results(run.must_return(), results, tarea_lenta)


@points(1)
@title(es="El error de una tarea no se esconde", en="A task's error is not hidden")
async def test_error(solution: Solution, conductor: Conductor) -> None:
    words = f"sin respuesta {token_hex(3)}"

    def fail_on_second(nombre: str, segundos: float) -> str:
        if nombre == "Tarea 2":
            raise ValueError(words)
        return nombre

    tarea_lenta = conductor.service("tarea_lenta", fail_on_second, hold_until=3)

    run = await solution.call("ejemplo_paralelo", tarea_lenta)

    run.must_raise("ValueError", words)


@points(1)
@title(es="Nada bloquea el event loop", en="Nothing blocks the event loop")
async def test_loop_is_free(solution: Solution, conductor: Conductor) -> None:
    tarea_lenta = conductor.service("tarea_lenta", Results(), hold_until=3)

    run = await solution.call("ejemplo_paralelo", tarea_lenta)

    run.must_not_have_blocked()
    run.must_return()
    run.must_have_asked(tarea_lenta, *ASKED)


@points(1)
@title(es="Al terminar no queda nada en marcha", en="Nothing is left running at the end")
async def test_nothing_left(solution: Solution, conductor: Conductor) -> None:
    tarea_lenta = conductor.service("tarea_lenta", Results(), hold_until=3)

    run = await solution.call("ejemplo_paralelo", tarea_lenta)

    run.must_return()
    run.must_have_asked(tarea_lenta, *ASKED)
    await run.must_settle()
    require(
        not run.evidence.in_flight("tarea_lenta"),
        "Devolviste el resultado con llamadas a tarea_lenta aún en marcha.",
        "You returned with calls of tarea_lenta still in flight.",
    )

"""gather: three slow tasks, one after another and all at once (class, section 4.1)."""

from secrets import randbelow, token_hex

from graders.kit import (
    ONE_BY_ONE,
    QUIET,
    Conductor,
    Solution,
    points,
    require,
    title,
)

NAMES = ["Tarea 1", "Tarea 2", "Tarea 3"]
ASKED = [(name, 2) for name in NAMES]
ERRORS = [ValueError, ConnectionError, LookupError, TimeoutError, ZeroDivisionError]


class Results:
    """What the three tasks answer: new in every call, so that it cannot be known beforehand.

    fails  The task that fails, and how.
    """

    def __init__(self) -> None:
        self.fails: tuple[str, Exception] | None = None
        self.renew()

    def renew(self) -> None:
        """Let other results come from now on; the second of them is empty."""
        self.of: dict[str, object] = {
            name: f"Resultado de {name} ({token_hex(3)})" for name in NAMES
        }
        self.of["Tarea 2"] = ""

    def __call__(self, nombre: str, segundos: float) -> object:
        if self.fails and nombre == self.fails[0]:
            raise self.fails[1]
        return self.of.get(nombre, "")


def require_results(value: object, results: Results, function: str) -> None:
    wanted = list(results.of.values())
    got = list(value) if isinstance(value, list | tuple) else value
    is_same = isinstance(got, list) and sorted(map(repr, got)) == sorted(map(repr, wanted))
    if is_same and got != wanted:
        require(
            False,
            f"`{function}` devolvió los tres resultados en otro orden: {value!r:.200}. Van en el "
            "de las tareas, y no en el orden en que llegaron: `asyncio.gather()` lo conserva.",
            f"`{function}` returned the three results in another order: {value!r:.200}. They are "
            "in that of the tasks, not in which they came: `asyncio.gather()` keeps it.",
        )
    require(
        got == wanted,
        f"`{function}` debía devolver una lista con los tres resultados, tal como llegan, "
        f"{wanted!r:.200}, y devolvió {value!r:.200}.",
        f"`{function}` should return a list of the three results, as they come, {wanted!r:.200}, "
        f"and returned {value!r:.200}.",
    )


@points(2)
@title(
    es="La forma secuencial pide una tarea detrás de otra",
    en="The sequential form asks for one task after another",
)
async def test_sequential(solution: Solution, conductor: Conductor) -> None:
    results = Results()
    tarea_lenta = conductor.service("tarea_lenta", results, hold_until=QUIET)

    for many in (1, 2):
        results.renew()
        run = await solution.call("ejemplo_secuencial", tarea_lenta)

        run.must_not_have_overlapped(tarea_lenta)
        value = run.must_return()
        run.must_have_asked(tarea_lenta, *ASKED * many)
        require_results(value, results, "ejemplo_secuencial")


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
    order = ["Tarea 3", "Tarea 1", "Tarea 2"]
    together = conductor.service("tarea_lenta", results, hold_until=3, release_order=order)
    function = "ejemplo_paralelo"
    require_results((await solution.call(function, together)).must_return(), results, function)
    results.renew()
    plain = conductor.service("tarea_lenta_otra", results)
    apart = conductor.service("tarea_lenta", results, hold_until=ONE_BY_ONE, release_order=order)
    require_results((await solution.call(function, apart)).must_return(), results, function)
    # Any value is a result, and two may be equal.
    number = 1 + randbelow(90)
    results.of = {"Tarea 1": number, "Tarea 2": None, "Tarea 3": number}
    for function in ("ejemplo_paralelo", "ejemplo_secuencial"):
        require_results((await solution.call(function, plain)).must_return(), results, function)


@points(1)
@title(es="El error de una tarea no se esconde", en="A task's error is not hidden")
async def test_error(solution: Solution, conductor: Conductor) -> None:
    results = Results()
    tarea_lenta = conductor.service("tarea_lenta", results, hold_until=3)

    before = 0
    for function in ("ejemplo_paralelo", "ejemplo_secuencial"):
        for name, error in zip([*NAMES, *NAMES], ERRORS, strict=False):
            words = f"sin respuesta {token_hex(3)}"
            results.fails = (name, error(words))
            run = await solution.call(function, tarea_lenta)

            run.must_raise(error.__name__, words)
            await run.settled()  # what is still on its way belongs to this call, not to the next
            since = run.evidence.of("tarea_lenta")[before:]
            before += len(since)
            names = [next(iter([*call.arguments, *call.named.values()]), "") for call in since]
            require(
                len(names) == len({*map(str, names)}),
                f"`{name}` falló con `{error.__name__}`, y en `{function}` volviste a pedir lo "
                "que ya habías pedido: deja pasar el error a la primera.",
                f"`{name}` failed with `{error.__name__}`, and in `{function}` you asked again "
                "for what you had asked for: let the error pass at the first.",
            )


@points(1)
@title(es="Nada bloquea el event loop", en="Nothing blocks the event loop")
async def test_loop_is_free(solution: Solution, conductor: Conductor) -> None:
    tarea_lenta = conductor.service("tarea_lenta", Results(), hold_until=QUIET)

    for many, function in enumerate(("ejemplo_paralelo", "ejemplo_secuencial"), start=1):
        run = await solution.call(function, tarea_lenta)

        run.must_not_have_blocked()
        run.must_return()
        run.must_have_asked(tarea_lenta, *ASKED * many)


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
        "Devolviste el resultado con llamadas a `tarea_lenta` aún en marcha. Espera todas con "
        "`await` antes de volver.",
        "You returned with calls of `tarea_lenta` still in flight. Await all of them before you "
        "return.",
    )

"""Every kind of service, and objects that stay inside."""

import asyncio

from graders.kit import AFTER_TIMERS, QUIET, Conductor, Solution, require

VALUES = [None, True, 1, 1.5, "ñ", b"\x00", (1, (2,)), [3], {"a": {1}}, {(1, 2): frozenset({3})}]


async def test_values(solution: Solution) -> None:
    run = await solution.call("tipos", VALUES)

    require(run.must_return() == VALUES, "otros", "others")


async def test_objects(solution: Solution) -> None:
    conexion = await solution.make("Conexion", "db", abierta=False)
    (await conexion.call("__aenter__")).must_return()
    during = (await conexion.call("estado")).must_return()
    (await conexion.call("__aexit__", None, None, None)).must_return()
    after = (await conexion.call("estado")).must_return()

    require(conexion.type_name == "Conexion", "tipo", "type")
    require((during, after) == (("db", True), ("db", False)), "estado", "state")


async def test_generator(solution: Solution) -> None:
    numbers = await solution.make("contar", 3)
    first = [(await numbers.call("__anext__")).must_return() for _ in range(3)]
    last = await numbers.call("__anext__")

    require(first == [0, 1, 2], "valores", "values")
    last.must_raise("StopAsyncIteration", "")


async def test_blocking_service_in_threads(solution: Solution, conductor: Conductor) -> None:
    consulta = conductor.service("consulta", str.upper, kind="blocking", hold_until=3)

    run = await solution.call("consultar", ["a", "b", "c"], consulta)

    run.must_have_overlapped(consulta, 3)
    require(run.must_return() == ["A", "B", "C"], "valores", "values")
    run.must_not_have_blocked()


async def released_together(solution: Solution, conductor: Conductor, *before: object) -> None:
    many = 30
    services = [conductor.service(f"preguntar_{n}", hold_until=QUIET) for n in range(many)]

    run = await solution.call("en_un_momento", services, *before)

    seen = run.must_return()
    require(seen == [*range(many), *["después"] * many], f"{seen}", f"{seen}")


async def test_released_together(solution: Solution, conductor: Conductor) -> None:
    await released_together(solution, conductor)


async def test_released_together_past_a_thread(solution: Solution, conductor: Conductor) -> None:
    """After a call from a thread, another thread of the agent reads the answers."""
    await released_together(solution, conductor, conductor.service("antes", kind="blocking"))


async def computed(
    solution: Solution, conductor: Conductor, times: int, seconds: float, *, thread: bool
) -> str:
    """Return what is said of a program that computes so often for so long, without an await."""
    before = conductor.service("antes", kind="blocking") if thread else None
    run = await solution.call("calcular", times, seconds, before)
    run.must_return()
    try:
        run.must_not_have_blocked()
    except AssertionError as said:
        return str(said)
    return ""


async def test_busy_loop(solution: Solution, conductor: Conductor) -> None:
    said = await computed(solution, conductor, 1, 1.0, thread=False)
    require("event loop busy" in said and "processor time in one go" in said, said, said)


async def test_busy_loop_past_a_thread(solution: Solution, conductor: Conductor) -> None:
    """After a call from a thread, another thread of the agent reads the pings."""
    said = await computed(solution, conductor, 1, 1.0, thread=True)
    require("event loop busy" in said, said, said)


async def test_as_many_clients_as_requests(solution: Solution, conductor: Conductor) -> None:
    """What ten of httpx's clients spend on certificates in one go is nobody's fault."""
    said = await computed(solution, conductor, 1, 0.35, thread=False)
    require("event loop busy" not in said, said, said)


async def test_computing_a_little(solution: Solution, conductor: Conductor) -> None:
    said = await computed(solution, conductor, 20, 0.02, thread=False)
    require("event loop busy" not in said, said, said)


async def test_computing_a_little_past_a_thread(solution: Solution, conductor: Conductor) -> None:
    said = await computed(solution, conductor, 20, 0.02, thread=True)
    require("event loop busy" not in said, said, said)


async def test_manager(solution: Solution, conductor: Conductor) -> None:
    sesion = conductor.service("sesion", str.upper, kind="manager")

    run = await solution.call("con_sesion", sesion)

    require(run.must_return() == ["A", "B"], "valores", "values")
    steps = [(call.part, call.instance) for call in run.evidence.of("sesion")]
    wanted = [("enter", 1), ("enter", 2), ("exit", 2), ("exit", 1)]
    require(steps == wanted, f"pasos {steps}", f"steps {steps}")


async def test_stream(solution: Solution, conductor: Conductor) -> None:
    lineas = conductor.service(
        "lineas", lambda word: [word + "1", word + "2"] * 9, kind="generator"
    )

    run = await solution.call("dos_primeros", lineas)

    require(run.must_return() == ["x1", "x2"], "valores", "values")
    steps = [call.part for call in run.evidence.of("lineas")]
    require(steps == ["next", "next", "close"], f"pasos {steps}", f"steps {steps}")


async def test_what_is_asked_after_the_end_waits_for_us(
    solution: Solution, conductor: Conductor
) -> None:
    consulta = conductor.service("consulta", str.upper)

    run = await solution.call("deja_en_marcha", consulta)
    while "preguntado" not in solution.output:  # noqa: ASYNC110  only looking at it reads it
        await asyncio.sleep(0.001)
    await asyncio.sleep(0)
    before = len(run.evidence.of("consulta"))
    state = await run.settled()
    after = [call.how for call in run.evidence.of("consulta")]

    require((before, state) == (0, "asleep"), f"{before} {state}", f"{before} {state}")
    require(after == ["answered"], f"{after}", f"{after}")


async def test_calls_side_by_side(solution: Solution) -> None:
    runs = await asyncio.gather(*[solution.call("tipos", number) for number in range(20)])

    require([run.must_return() for run in runs] == list(range(20)), "valores", "values")


async def test_application(solution: Solution) -> None:
    app = solution.app()
    client = asyncio.create_task(app.get("/espera"))
    first = await app.get("/?a=1")
    client.cancel()
    await asyncio.wait([client])
    await app.get("/")
    last = await app.request("POST", "/", body={"a": 1})

    require(first.json()[:2] == ["GET", "a=1"], "pregunta", "question")
    require((first.status, first.headers["x-a"]) == (201, "1"), "cabeza", "head")
    log = last.json()[2]
    require(log == ["startup", "http.request", "http.disconnect"], f"pasos {log}", f"steps {log}")


async def test_clients_that_leave_at_once(solution: Solution) -> None:
    app = solution.app()
    await app.get("/")
    clients = [asyncio.create_task(app.get("/espera")) for _ in range(20)]
    while not all(client.cancelling() for client in clients):
        await asyncio.sleep(0)
        for client in clients:
            client.cancel()
    await asyncio.wait(clients)
    await app.get("/")
    log = (await app.get("/")).json()[2]

    left = log.count("http.disconnect")
    require(left == log.count("http.request"), f"{left} de {log}", f"{left} of {log}")


async def test_application_with_services(solution: Solution, conductor: Conductor) -> None:
    consulta = conductor.service("consulta", str.upper, hold_until=3)
    app = (await solution.make("crear_app", consulta)).app()

    responses = await asyncio.gather(*[app.get(f"/{word}") for word in "abc"])

    require([r.body for r in responses] == [b"/A", b"/B", b"/C"], "cuerpos", "bodies")


async def answered_after_timers(
    solution: Solution, conductor: Conductor, function: str, seconds: float
) -> tuple[object, str]:
    """Return what a program with such a timer gives, and what is said of how it waited."""
    consulta = conductor.service("consulta", str.upper, hold_until=AFTER_TIMERS)
    run = await solution.call(function, consulta, seconds)
    value = run.must_return()
    try:
        run.must_have_waited_for(consulta)
    except AssertionError as said:
        return value, str(said)
    return value, ""


async def test_a_short_time_out_of_its_own_is_over_first(
    solution: Solution, conductor: Conductor
) -> None:
    value, said = await answered_after_timers(solution, conductor, "con_plazo", 1.5)
    require(value == "tarde", f"{value}", f"{value}")
    require("time limit of your own" in said, said, said)


async def test_a_long_time_out_of_its_own_is_not_waited_for(
    solution: Solution, conductor: Conductor
) -> None:
    found = await answered_after_timers(solution, conductor, "con_plazo", 60)
    require(found == ("X", ""), f"{found}", f"{found}")


async def test_one_that_polls_is_answered_after_timers(
    solution: Solution, conductor: Conductor
) -> None:
    found = await answered_after_timers(solution, conductor, "mirando", 0.5)
    require(found == ("X", ""), f"{found}", f"{found}")


async def test_one_that_spins_is_answered_after_timers(
    solution: Solution, conductor: Conductor
) -> None:
    found = await answered_after_timers(solution, conductor, "mirando", 0)
    require(found == ("X", ""), f"{found}", f"{found}")

"""timeout: wait for an operation within a limit, or cancel it (class, section 4.2).

No check races two clocks: an operation that must be in time answers at once under a limit of many
seconds, one that must not be never answers.
"""

from secrets import token_hex

from graders.kit import NEVER, Conductor, Solution, points, require, title

TOO_LATE = "Operación cancelada por timeout"
AMPLE_SECONDS = 30
SHORT_SECONDS = 0.3


@points(2)
@title(es="Devuelve el resultado si llega a tiempo", en="Returns the result if it is in time")
async def test_in_time(solution: Solution, conductor: Conductor) -> None:
    answer = f"Resultado {token_hex(3)}"
    operacion = conductor.service("operacion", lambda: answer)

    run = await solution.call("con_timeout", operacion, AMPLE_SECONDS)

    value = run.must_return()
    run.must_have_asked(operacion, ())
    require(
        value == answer,
        f"La operación contestó a tiempo «{answer}», y devolviste {value!r}.",
        f"The operation answered “{answer}” in time, and you returned {value!r}.",
    )


@points(2)
@title(es="Avisa cuando se acaba el tiempo", en="Says so when time is over")
async def test_too_late(solution: Solution, conductor: Conductor) -> None:
    operacion = conductor.service("operacion", hold_until=NEVER)

    run = await solution.call("con_timeout", operacion, SHORT_SECONDS)

    value = run.must_return()
    run.must_have_asked(operacion, ())
    require(
        value == TOO_LATE,
        f"Al agotarse el tiempo debías devolver «{TOO_LATE}», y devolviste {value!r}.",
        f"When time is over you should return “{TOO_LATE}”, and you returned {value!r}.",
    )


@points(3)
@title(es="Cancela de verdad la operación", en="Truly cancels the operation")
async def test_cancelled(solution: Solution, conductor: Conductor) -> None:
    operacion = conductor.service("operacion", hold_until=NEVER)

    run = await solution.call("con_timeout", operacion, SHORT_SECONDS)

    run.must_return()
    run.must_have_asked(operacion, ())
    await run.settled()
    require(
        not run.evidence.in_flight("operacion"),
        "Devolviste el aviso, pero la operación sigue esperando por detrás: nadie la canceló. "
        "asyncio.wait_for() y asyncio.timeout() cancelan; asyncio.shield() y asyncio.wait() no.",
        "You returned the notice, but the operation still waits behind your back: nobody cancelled "
        "it. asyncio.wait_for() and asyncio.timeout() cancel; asyncio.shield() and asyncio.wait() "
        "do not.",
    )


@points(2)
@title(es="No se rinde antes del límite", en="Does not give up before the limit")
async def test_patient(solution: Solution, conductor: Conductor) -> None:
    operacion = conductor.service("operacion", hold_until=NEVER)

    run = await solution.call("con_timeout", operacion, SHORT_SECONDS)

    run.must_return()
    run.must_have_asked(operacion, ())
    run.must_have_taken(SHORT_SECONDS)


@points(2)
@title(es="Deja pasar el error de la operación", en="Lets the operation's error through")
async def test_error(solution: Solution, conductor: Conductor) -> None:
    words = f"no disponible {token_hex(3)}"

    def fail() -> None:
        raise ConnectionError(words)

    operacion = conductor.service("operacion", fail)

    run = await solution.call("con_timeout", operacion, AMPLE_SECONDS)

    run.must_raise("ConnectionError", words)


@points(1)
@title(es="Al terminar no queda nada en marcha", en="Nothing is left running at the end")
async def test_nothing_left(solution: Solution, conductor: Conductor) -> None:
    operacion = conductor.service("operacion", lambda: "listo")

    run = await solution.call("con_timeout", operacion, AMPLE_SECONDS)

    run.must_return()
    run.must_have_asked(operacion, ())
    await run.must_settle()

"""timeout: wait for an operation within a limit, or cancel it (class, section 4.2).

No check races two clocks: an operation that must be in time answers at once under a limit of many
seconds, one that must not be never answers.
"""

from secrets import choice, token_hex

from graders.kit import (
    NEVER,
    QUIET,
    Conductor,
    Run,
    Solution,
    may_block,
    nothing_blocks,
    points,
    require,
    title,
)

TOO_LATE = "Operación cancelada por timeout"
AMPLE_SECONDS = 30
# Longer than most would think of as a limit to limits.
VERY_LONG_SECONDS = 9_000
SHORT_SECONDS = 0.3
# Whoever waits in steps of less asks for no sleep of the whole limit.
LONGEST_STEP_SECONDS = 1.1
ERRORS = [ConnectionError, ValueError, LookupError, ZeroDivisionError, PermissionError]
ANSWERS = [None, 0, "", []]


def require_limit(run: Run, seconds: float) -> None:
    """Make sure that the timer it set, if it was seen, is that of the limit."""
    asked = run.longest_sleep or seconds
    is_other = asked > 1.5 * seconds or LONGEST_STEP_SECONDS < asked < 0.8 * seconds
    require(
        not is_other,
        f"El límite era de {seconds:g} s, y tu programa puso otro. El límite es el parámetro "
        "`segundos`, y cambia en cada llamada.",
        f"The limit was {seconds:g} s, and your program set another. The limit is the parameter "
        "`segundos`, which is another in each call.",
    )


@points(2)
@title(es="Devuelve el resultado si llega a tiempo", en="Returns the result if it is in time")
async def test_in_time(solution: Solution, conductor: Conductor) -> None:
    answers: list[object] = [f"Resultado {token_hex(3)}", *ANSWERS]
    left = iter(answers)
    operacion = conductor.service("operacion", lambda: next(left, None), hold_until=QUIET)

    for many, answer in enumerate(answers, start=1):
        # Only the first limit can be seen: a clock that is left would cut short a later sleep.
        seconds = VERY_LONG_SECONDS if many == 1 else AMPLE_SECONDS
        run = await solution.call("con_timeout", operacion, seconds)

        value = run.must_return()
        run.must_have_asked(operacion, *[()] * many)
        if many == 1:
            require_limit(run, seconds)
        require(
            value == answer and type(value) is type(answer),
            f"La operación contestó a tiempo {answer!r}, y `con_timeout` devolvió {value!r:.200}.",
            f"The operation answered {answer!r} in time, and `con_timeout` returned "
            f"{value!r:.200}.",
        )


@points(2)
@may_block
@title(es="Avisa cuando se acaba el tiempo", en="Says so when time is over")
async def test_too_late(solution: Solution, conductor: Conductor) -> None:
    operacion = conductor.service("operacion", hold_until=NEVER)

    run = await solution.call("con_timeout", operacion, SHORT_SECONDS)

    value = run.must_return()
    run.must_have_asked(operacion, ())
    require(
        value == TOO_LATE,
        f"Al agotarse el tiempo, `con_timeout` debía devolver «{TOO_LATE}», y devolvió "
        f"{value!r:.200}.",
        f"When time is over `con_timeout` should return “{TOO_LATE}”, and returned {value!r:.200}.",
    )
    require_limit(run, SHORT_SECONDS)


@points(3)
@may_block
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
        "`asyncio.wait_for()` y `asyncio.timeout()` cancelan; `asyncio.shield()` y "
        "`asyncio.wait()` no.",
        "You returned the notice, but the operation still waits behind your back: nobody "
        "cancelled it. `asyncio.wait_for()` and `asyncio.timeout()` cancel; `asyncio.shield()` "
        "and `asyncio.wait()` do not.",
    )


@points(2)
@may_block
@title(es="No se rinde antes del límite", en="Does not give up before the limit")
async def test_patient(solution: Solution, conductor: Conductor) -> None:
    operacion = conductor.service("operacion", hold_until=NEVER)
    seconds = choice([1.4, 1.43, 1.46])
    # The call before had a longer limit.
    quick = conductor.service("operacion_rapida", lambda: "listo")
    (await solution.call("con_timeout", quick, AMPLE_SECONDS)).must_return()

    run = await solution.call("con_timeout", operacion, seconds)

    run.must_return()
    run.must_have_asked(operacion, ())
    run.must_have_taken(seconds)


@points(2)
@title(es="Deja pasar el error de la operación", en="Lets the operation's error through")
async def test_error(solution: Solution, conductor: Conductor) -> None:
    for number, error in enumerate(ERRORS):
        words = f"no disponible {token_hex(3)}"

        def fail(error: type[Exception] = error, words: str = words) -> None:
            raise error(words)

        operacion = conductor.service(f"operacion{number or ''}", fail)
        run = await solution.call("con_timeout", operacion, AMPLE_SECONDS)

        run.must_raise(error.__name__, words)
        many = len(run.evidence.of(operacion.name))
        require(
            many == 1,
            f"La operación falló con `{error.__name__}`, y la pediste {many} veces: deja pasar el "
            "error a la primera, sin otro intento.",
            f"The operation failed with `{error.__name__}`, and you asked for it {many} times: "
            "let the error pass at the first, without another try.",
        )


@points(1)
@title(es="Al terminar no queda nada en marcha", en="Nothing is left running at the end")
async def test_nothing_left(solution: Solution, conductor: Conductor) -> None:
    operacion = conductor.service("operacion", lambda: "listo")

    run = await solution.call("con_timeout", operacion, AMPLE_SECONDS)

    run.must_return()
    run.must_have_asked(operacion, ())
    await run.must_settle()
    # Nor after an error.
    falla = conductor.service("operacion_rota", broken)
    run = await solution.call("con_timeout", falla, AMPLE_SECONDS)
    await run.must_settle()


def broken() -> None:
    raise ConnectionError("no disponible")


@points(1)
@nothing_blocks
@title(es="Nada bloquea el event loop", en="Nothing blocks the event loop")
async def test_loop_is_free(solution: Solution, conductor: Conductor) -> None:
    operacion = conductor.service("operacion", lambda: "listo", hold_until=QUIET)

    run = await solution.call("con_timeout", operacion, AMPLE_SECONDS)

    run.must_return()
    run.must_not_have_blocked()
    run.must_have_asked(operacion, ())

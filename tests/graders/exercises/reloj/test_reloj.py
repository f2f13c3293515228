"""Calls that are cancelled, limits of width, and wall-clock assertions."""

from graders.kit import NEVER, QUIET, Clock, Conductor, Solution, require


async def test_cancelled(solution: Solution, conductor: Conductor) -> None:
    servicio = conductor.service("servicio", hold_until=NEVER)

    async with solution.started("espera", servicio) as call:
        run = await call.cancelled()

    run.must_be_cancelled()


async def test_cancelled_later(solution: Solution, conductor: Conductor) -> None:
    servicio = conductor.service("servicio", hold_until=NEVER)

    await solution.call("rapido")
    async with solution.started("espera", servicio) as call:
        run = await call.cancelled()

    run.must_be_cancelled()
    how = [call.how for call in run.evidence.of("servicio")]
    require(how == ["cancelled"], f"{how}", f"{how}")


async def test_free_while_a_thread_asks(solution: Solution, conductor: Conductor) -> None:
    antiguo = conductor.service("antiguo", lambda: 7, kind="blocking", hold_until=QUIET)

    run = await solution.call("en_hilo", antiguo)

    require(run.must_return() == 7, "valor", "value")
    run.must_not_have_blocked()


async def test_free_while_answered(solution: Solution, conductor: Conductor) -> None:
    servicio = conductor.service("servicio", lambda: 7)

    run = await solution.call("en_pausa", servicio)

    require(run.must_return() == 7, "valor", "value")
    run.must_not_have_blocked()


async def test_answered_though_it_polls(solution: Solution, conductor: Conductor) -> None:
    servicio = conductor.service("servicio", lambda: 7, hold_until=QUIET)

    run = await solution.call("sondea", servicio)

    require(run.must_return() == 7, "valor", "value")


async def test_same_twice(solution: Solution, conductor: Conductor) -> None:
    servicio = conductor.service("servicio")

    run = await solution.call("son_uno", servicio, [servicio])

    require(run.must_return() is True, "son dos", "two of them")


async def test_width(solution: Solution, conductor: Conductor) -> None:
    servicio = conductor.service("servicio", lambda number: number * 2, hold_until=QUIET)

    run = await solution.call("limitado", servicio)

    run.must_not_have_exceeded(servicio, 3)
    run.must_have_overlapped(servicio, 3)
    require(run.must_return() == [2 * number for number in range(10)], "valores", "values")


async def test_faster(solution: Solution, clock: Clock) -> None:
    await clock.faster(2, lambda: solution.call("lento"), lambda: solution.call("rapido"))


async def test_quick_enough(solution: Solution, clock: Clock) -> None:
    await clock.at_most(0.25, lambda: solution.call("rapido"))

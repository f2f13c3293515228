"""Calls that are cancelled, limits of width, and wall-clock assertions."""

from graders.kit import NEVER, Clock, Conductor, Solution, require


async def test_cancelled(solution: Solution, conductor: Conductor) -> None:
    servicio = conductor.service("servicio", hold_until=NEVER)

    async with solution.started("espera", servicio) as call:
        run = await call.cancelled()

    run.must_be_cancelled()


async def test_width(solution: Solution, conductor: Conductor) -> None:
    servicio = conductor.service("servicio", lambda number: number * 2, hold_until="quiet")

    run = await solution.call("limitado", servicio)

    run.must_not_have_exceeded(servicio, 3)
    run.must_have_overlapped(servicio, 3)
    require(run.must_return() == [2 * number for number in range(10)], "valores", "values")


async def test_faster(solution: Solution, clock: Clock) -> None:
    await clock.faster(2, lambda: solution.call("lento"), lambda: solution.call("rapido"))


async def test_quick_enough(solution: Solution, clock: Clock) -> None:
    await clock.at_most(0.25, lambda: solution.call("rapido"))

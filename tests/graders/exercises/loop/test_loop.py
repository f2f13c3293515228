"""One check promises that nothing blocks; the others are hidden, may block, or need it."""

from graders.kit import (
    Conductor,
    Solution,
    hidden,
    may_block,
    needs,
    nothing_blocks,
    points,
    require,
    title,
)


async def asks(solution: Solution, conductor: Conductor, function: str, number: int) -> None:
    pedir = conductor.service("pedir", lambda number: number * 10)
    value = (await solution.call(function, pedir)).must_return()
    require(value == number * 10, f"{value}", f"{value}")


@nothing_blocks
@points(2)
@title(es="Nada bloquea", en="Nothing blocks")
async def test_nothing_blocks(solution: Solution, conductor: Conductor) -> None:
    await asks(solution, conductor, "uno", 1)


@needs("nothing_blocks")
@title(es="Pide después", en="Asks afterwards")
async def test_afterwards(solution: Solution, conductor: Conductor) -> None:
    await asks(solution, conductor, "uno", 1)


@title(es="Pide dos", en="Asks for two")
async def test_two(solution: Solution, conductor: Conductor) -> None:
    await asks(solution, conductor, "dos", 2)


@hidden
@title(es="Pide tres", en="Asks for three")
async def test_three(solution: Solution, conductor: Conductor) -> None:
    await asks(solution, conductor, "tres", 3)


@may_block
@title(es="Pide cuatro", en="Asks for four")
async def test_four(solution: Solution, conductor: Conductor) -> None:
    await asks(solution, conductor, "cuatro", 4)

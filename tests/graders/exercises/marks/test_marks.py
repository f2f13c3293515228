"""Checks that need others, in a chain; hidden ones; hints."""

from graders.kit import Solution, hidden, hint, needs, points, require, title


@points(2)
@title(es="Es tres", en="It is three")
@needs("two")
@hidden
@hint(es="Después de dos.", en="After two.")
@hint(es="Antes de cuatro.", en="Before four.", after=3)
async def test_three(solution: Solution) -> None:
    value = (await solution.call("tres")).must_return()
    require(value == 3, f"{value} no es tres", f"{value} is not three")


@needs("one")
@hint(es="Uno más uno.", en="One and one.")
async def test_two(solution: Solution) -> None:
    assert (await solution.call("dos")).must_return() == 2


async def test_one(solution: Solution) -> None:
    assert (await solution.call("uno")).must_return() == 1

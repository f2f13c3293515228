"""The quarry: one check that honest work passes, one that only a thief can."""

from secrets import token_hex

from graders.kit import Conductor, Solution, require

EXPECTED = "hunter2-5eb0a1c77d-suite"


async def test_works(solution: Solution, conductor: Conductor) -> None:
    answers = [token_hex(4) for _ in range(3)]
    pide = conductor.service("pide", lambda number: answers[number], hold_until=3)

    run = await solution.call("trabaja", pide)

    run.must_have_overlapped(pide, 3)
    require(run.must_return() == answers, "otra cosa", "something else")


async def test_guesses(solution: Solution) -> None:
    run = await solution.call("adivina")

    require(run.must_return() == EXPECTED, "no", "no")

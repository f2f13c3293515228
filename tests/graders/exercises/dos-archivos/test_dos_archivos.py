"""One function, in two files."""

from graders.kit import Conductor, Solution, points, require


@points(2)
async def test_all_at_once(solution: Solution, conductor: Conductor) -> None:
    consulta = conductor.service("consulta", str.upper, hold_until=3)

    run = await solution.call("pedir_todo", ["a", "b", "c"], consulta)

    run.must_have_overlapped(consulta, 3)
    require(run.must_return() == ["A", "B", "C"], "valores", "values")


async def test_loop_is_free(solution: Solution, conductor: Conductor) -> None:
    consulta = conductor.service("consulta", str.upper)

    run = await solution.call("pedir_todo", ["a", "b", "c"], consulta)

    run.must_return()
    run.must_not_have_blocked()

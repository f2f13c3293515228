"""What must be true of a submission. Each function is a check, in a fresh process of the program.

`conductor` makes services whose bodies run here, out of the program's reach; `solution` calls the
program. Nothing here depends on how fast a machine is: a service with `hold_until=3` answers
nobody before three calls are in flight, or it is proven that no more will come.
"""

from secrets import token_hex

from graders.kit import Conductor, Solution, hidden, hint, needs, points, require, title

NAMES = ["Ana", "Luis", "Eva"]


def greetings() -> dict[str, str]:
    """New ones in every check, so that nobody can know them beforehand."""
    return {name: f"Hola, {name} ({token_hex(3)})" for name in NAMES}


@points(3)
@title(es="Los saludos se piden todos a la vez", en="All greetings are asked for at once")
@hint(
    es="`asyncio.gather()` espera a varias corrutinas juntas.",
    en="`asyncio.gather()` waits for several coroutines together.",
    after=2,  # shown from the second failed attempt on
)
async def test_at_once(solution: Solution, conductor: Conductor) -> None:
    saludar = conductor.service("saludar", greetings().get, hold_until=3)

    run = await solution.call("saludar_a_todos", NAMES, saludar)

    run.must_have_overlapped(saludar, 3)


@points(2)
@title(es="Los saludos salen en orden", en="The greetings are in order")
@needs("at_once")  # if that fails this is "not run", instead of saying the same once more
async def test_order(solution: Solution, conductor: Conductor) -> None:
    answers = greetings()
    order = ["Eva", "Ana", "Luis"]
    saludar = conductor.service("saludar", answers.get, hold_until=3, release_order=order)

    run = await solution.call("saludar_a_todos", NAMES, saludar)

    value = run.must_return()
    require(
        list(value) == list(answers.values()) if isinstance(value, list | tuple) else False,
        "`saludar_a_todos` debe dar los saludos en el orden de los nombres, y devolvió "
        f"{str(value)[:200]}.",
        "`saludar_a_todos` must give the greetings in the order of the names, and returned "
        f"{str(value)[:200]}.",
    )


@points(1)
@title(es="Los errores no se esconden", en="Errors are not hidden")
@hidden  # students are told whether it holds, and nothing else
async def test_errors(solution: Solution, conductor: Conductor) -> None:
    words = f"sin voz {token_hex(3)}"

    def fail(nombre: str) -> str:
        if nombre == "Luis":
            raise ValueError(words)
        return nombre

    saludar = conductor.service("saludar", fail, hold_until=3)

    run = await solution.call("saludar_a_todos", NAMES, saludar)

    run.must_raise("ValueError", words)

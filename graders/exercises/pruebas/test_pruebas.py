"""pruebas: the student's own tests, tried on right and broken code (class, section 8).

No verdict hangs on a clock: inside, time passes only when nothing else is to be done (stage.py),
and a test that nothing can wake fails at once. The versions come in random order, under names made
up for this check, so that only a program that tests them can tell them apart.
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex

from graders.kit import Conductor, Run, Solution, hint, needs, points, require, title

HERE = Path(__file__).parent
STAGE = (HERE / "stage.py").read_text("utf-8")
UNCAUGHT = tomllib.loads((HERE / "uncaught.toml").read_text("utf-8"))
RIGHT = ["right_group", "right_gather", "right_wait", "right_completed"]

MODULE = """
_used = []


def usar(version):
    _used[:] = [version]


async def traer_pedidos(abrir_sesion, ids, limite, pausa=0):
    return await _used[0](abrir_sesion, ids, limite, pausa)
"""
HEAD = "import asyncio\nimport contextlib\nimport time\nfrom typing import Any\n\n\n"


def _versions() -> Iterator[tuple[str, str]]:
    """Each function of versions.py as a module, without what would tell it from the others."""
    for node in ast.parse((HERE / "versions.py").read_text("utf-8")).body:
        if isinstance(node, ast.AsyncFunctionDef):
            name, node.name, node.body = node.name, "traer_pedidos", node.body[1:]
            yield name, HEAD + ast.unparse(node) + "\n"


SOURCES = dict(_versions())


ENDED = {
    "exits": (
        "Tus tests cierran el programa antes de terminar, con una versión que cumple todas las "
        "promesas. Quita `os._exit()` y similares.",
        "Your tests exit the program before they are done, with a version that keeps every "
        "promise. Take `os._exit()` and the like out.",
    ),
    "spins": (
        "Tus tests no terminan con una versión que cumple todas las promesas: gastaron todo su "
        "tiempo de procesador. ¿Hay un bucle sin `await`?",
        "Your tests do not end with a version that keeps every promise: they used up their "
        "processor time. Is there a loop without `await`?",
    ),
}
HUNG = {
    "conftest.Hung: waits": (
        "Espera algo que ya no puede llegar.",
        "It waits for something that can no longer come.",
    ),
    "conftest.Hung: goes round": (
        "Da vueltas al loop sin terminar nunca.",
        "It goes round the loop and never ends.",
    ),
}


class Trial:
    """What the student's tests said of each version."""

    def __init__(self, run: Run, tokens: dict[str, str]) -> None:
        self._tokens = tokens
        found = run.must_return()
        pairs = found if isinstance(found, list) else []
        self.outcomes = {str(name): str(outcome) for name, outcome in pairs}
        if "error" in self.outcomes.values():
            line, why = _why_not_collected(run.output)
            require(
                False,
                f"`pytest` no pudo cargar tu archivo: `{why}`.",
                f"`pytest` could not load your file: `{why}`.",
                line=line,
            )

    def of(self, version: str) -> list[tuple[str, str]]:
        """Return what each test said of that version, and how it ended."""
        start = self._tokens[version] + " "
        return [(n.removeprefix(start), o) for n, o in self.outcomes.items() if n.startswith(start)]

    def require_accepted(self, version: str) -> None:
        outcomes = self.of(version)
        for said in [said for said, outcome in outcomes if outcome == "failed"]:
            if said in ENDED:
                require(False, *ENDED[said])
            line, _, words = said.partition(" ")
            name, _, why = words.partition(" ")
            es, en = HUNG.get(why, (f"«{why}»", f"“{why}”"))
            require(
                False,
                f"`{name}` (línea {line}) rechaza una versión que cumple todas las "
                f"promesas:\n{es}\nRevisa si el test pide algo que el enunciado no promete.",
                f"`{name}` (line {line}) rejects a version that keeps every promise:\n{en}\nSee "
                "whether the test asks for something that the statement does not promise.",
                line=int(line) if line.isdecimal() else None,
            )
        require(
            "passed" in [outcome for _, outcome in outcomes],
            "Ningún test corrió hasta el final: sus nombres deben empezar por `test_`, y no vale "
            "saltárselos todos.",
            "No test ran to its end: their names must begin with `test_`, and skipping them all "
            "does not count.",
        )

    def require_caught(self, *versions: str) -> None:
        uncaught = [
            UNCAUGHT[version]
            for version in versions
            if "failed" not in [outcome for _, outcome in self.of(version)]
        ]
        require(
            not uncaught,
            "\n".join(words["es"] for words in uncaught),
            "\n".join(words["en"] for words in uncaught),
        )


def _why_not_collected(output: list[str]) -> tuple[int | None, str]:
    """Line and words of what pytest printed; they only explain."""
    places = [re.match(r"test_\w+\.py:(\d+):", text) for text in output]
    lines = [int(place[1]) for place in places if place]
    errors = [text[1:].strip() for text in output if text.startswith("E  ")]
    return (lines[-1] if lines else None), (errors or ["error"])[-1].rstrip(".")


async def try_on(solution: Solution, conductor: Conductor, *versions: str) -> Trial:
    tokens = {version: token_hex(4) for version in versions}
    conductor.file("conftest.py", STAGE)
    conductor.file("tienda.py", MODULE)
    for version, token in tokens.items():
        conductor.file(f"version_{token}.py", SOURCES[version])
    return Trial(await solution.run_tests(is_time_simulated=True), tokens)


async def require_catches(solution: Solution, conductor: Conductor, broken: list[str]) -> None:
    # As many versions as in accept_right: how many there are tells nobody which check this is.
    controls = RIGHT[len(broken) :]
    trial = await try_on(solution, conductor, *controls, *broken)
    for control in controls:
        trial.require_accepted(control)
    trial.require_caught(*broken)


@points(1)
@title(
    es="Aceptan el código correcto, esté escrito como esté",
    en="They accept right code, however it is written",
)
async def test_accept_right(solution: Solution, conductor: Conductor) -> None:
    trial = await try_on(solution, conductor, *RIGHT)

    for version in RIGHT:
        trial.require_accepted(version)


@points(1)
@title(
    es="Reciben algo de una fixture asíncrona", en="They are given something by an async fixture"
)
@needs("accept_right")
@hint(
    es="Una fixture asíncrona es `async def`, lleva `@pytest_asyncio.fixture`, y lo que va detrás "
    "de su `yield` se ejecuta al terminar cada test.",
    en="An async fixture is an `async def` under `@pytest_asyncio.fixture`; what follows its "
    "`yield` runs at the end of each test.",
)
async def test_async_fixture(solution: Solution, conductor: Conductor) -> None:
    trial = await try_on(solution, conductor, "right_group")

    require(
        "fixture without yield" not in trial.outcomes,
        "Tu fixture asíncrona no lleva `yield`: con `return` no queda nada detrás que apague o "
        "cierre al terminar el test. Cambia el `return` por un `yield`, y recoge después.",
        "Your async fixture has no `yield`: with a `return` nothing is left after it that puts "
        "out or closes when the test is over. Make the `return` a `yield`, and tidy up after it.",
    )
    require(
        "fixture" in trial.outcomes,
        "Ningún test tuyo recibe una fixture asíncrona de tu archivo. Escríbela con `async def` y "
        "`yield`, y pon su nombre entre los parámetros de los tests.",
        "No test of yours is given an async fixture of your file. Write it with `async def` and "
        "`yield`, and put its name among the parameters of the tests.",
    )


@points(2)
@title(
    es="Descubren resultados sin esperar o desordenados",
    en="They find out results that are not awaited or out of order",
)
@needs("accept_right")
async def test_catch_results(solution: Solution, conductor: Conductor) -> None:
    await require_catches(solution, conductor, ["not_awaited", "as_they_come"])


@points(2)
@title(
    es="Descubren consultas en fila y un loop bloqueado",
    en="They find out queries in a row and a blocked loop",
)
@needs("accept_right")
@hint(
    es="Con `time.sleep` la llamada tarda lo mismo: solo lo nota quien quería correr mientras "
    "tanto. Crea una tarea que cuente vueltas de `asyncio.sleep(0.1)` y mira cuántas dio.",
    en="With `time.sleep` the call takes just as long: only who wanted to run meanwhile notices. "
    "Make a task that counts rounds of `asyncio.sleep(0.1)`, and see how many it did.",
    after=2,
)
async def test_catch_waiting(solution: Solution, conductor: Conductor) -> None:
    await require_catches(solution, conductor, ["one_by_one", "blocking"])


@points(2)
@title(
    es="Descubren límites ignorados y errores escondidos",
    en="They find out ignored limits and hidden errors",
)
@needs("accept_right")
async def test_catch_failures(solution: Solution, conductor: Conductor) -> None:
    await require_catches(solution, conductor, ["no_limit", "quiet_error"])


@points(2)
@title(
    es="Descubren sesiones abiertas y cancelaciones tragadas",
    en="They find out open sessions and swallowed cancellations",
)
@needs("accept_right")
@hint(
    es="Cancela cuando la consulta ya esté en marcha: `create_task`, `await asyncio.sleep(1)`, "
    "`cancel()`, y dentro de `pytest.raises`, `await` de la tarea.",
    en="Cancel when the query is already in flight: `create_task`, `await asyncio.sleep(1)`, "
    "`cancel()`, and inside `pytest.raises`, wait for the task.",
    after=2,
)
async def test_catch_endings(solution: Solution, conductor: Conductor) -> None:
    broken = ["never_closed", "closed_if_good", "uncancelled"]
    await require_catches(solution, conductor, broken)

"""corrutinas: what a plain function gives, what a coroutine gives, and await (class, section 3).

Whether `saludar_async` is a coroutine is seen by what `main` prints of it: the kit awaits whatever
can be awaited, so that a call returns the same for both.
"""

import ast
from collections.abc import Iterator, Sequence
from secrets import token_hex
from typing import Any

from graders.kit import (
    QUIET,
    Conductor,
    Run,
    Service,
    Solution,
    Source,
    hint,
    needs,
    points,
    require,
    title,
)

# Timers are rounded.
MOST_EARLY_SECONDS = 0.99
COROUTINE, TASK = "<coroutine object ", "<Task "
TYPE_LINES = ["<class 'str'>", "<class 'coroutine'>"]
ERRORS = [ConnectionError, ValueError, LookupError, TimeoutError, ZeroDivisionError]
# Up to Python 3.13, and later.
NOT_AWAITABLE = ("can't be used in 'await'", "can't be awaited")


class Datum:
    """What comes while `esperar` waits, new for every call; and what was printed by then.

    fails  What esperar raises; None if it goes well.
    """

    def __init__(self, conductor: Conductor, solution: Solution) -> None:
        self._solution = solution
        self.fails: Exception | None = None
        self.printed_when_asked: list[str] = []
        # It answers when the program rests: a time limit of less than the wait is seen by then.
        self.esperar: Service = conductor.service("esperar", self.answer, hold_until=QUIET)
        self.renew(f"{token_hex(3)} grados")

    def renew(self, text: str) -> None:
        """Let another datum come from now on."""
        self.text = text
        self.wanted = [*TYPE_LINES, "Hola", f"Dato obtenido: {text}"]

    def answer(self, *arguments: object, **named: object) -> str:
        """Note what is printed by now, and bring the datum or fail."""
        self.printed_when_asked = lines_of(self._solution.output)
        if self.fails:
            raise self.fails
        return self.text


def lines_of(output: list[str]) -> list[str]:
    return [line.strip() for line in output if line.strip()]


def require_awaited(text: str, run: Run) -> None:
    """Make sure that no coroutine, and no task, stands where its result should be."""
    name = text.partition(COROUTINE)[2].partition(" ")[0]
    places = run.outcome.reported.forgotten
    line = next((place.line for place in places if place.name == name), None)
    es_at, en_at = (f" (línea {line})", f" (line {line})") if line else ("", "")
    require(
        COROUTINE not in text,
        f"Salió «{text:.200}»: ahí está la corrutina `{name}`{es_at}, y no su "
        f"resultado. Llamarla no la ejecuta; ponle `await` delante: `await {name}(…)`.",
        f"What came out is “{text:.200}”: there stands the coroutine `{name}`{en_at}, not its "
        f"result. To call it does not run it; put `await` before it: `await {name}(…)`.",
        line=line,
    )
    require(
        TASK not in text,
        f"Salió «{text:.200}»: es una tarea, y no su resultado. `create_task()` la pone en marcha "
        "y no la espera: falta `await`.",
        f"What came out is “{text:.200}”: that is a task, not its result. `create_task()` sets it "
        "going and does not wait for it: an `await` is missing.",
    )


def require_awaitable(run: Run) -> None:
    """Explain an await of what is no coroutine; nothing, if that did not happen."""
    error = run.outcome.error
    is_type_error = error and error.type_name == "TypeError"
    require(
        not (is_type_error and any(words in error.message for words in NOT_AWAITABLE)),
        f"Esperaste con `await` algo que no es una corrutina: `{error and error.message}`. ¿Le "
        "falta `async` a su `def`, o lo habías esperado ya?",
        f"You awaited something that is no coroutine: `{error and error.message}`. Is `async` "
        "missing before its `def`, or had you awaited it already?",
        line=error.line if error else None,
    )


def require_asked(run: Run, datum: Datum) -> None:
    name = datum.esperar.name
    calls = run.evidence.of(name)
    require(
        calls or any(p.name == name for p in run.outcome.reported.forgotten),
        "`esperar(1)` no llegó a ejecutarse. Es el parámetro que te damos y sustituye a "
        "`asyncio.sleep(1)`: espérala con `await`.",
        "`esperar(1)` never came to run. It is the parameter that we give you and stands for "
        "`asyncio.sleep(1)`: `await` it.",
    )
    require(
        len(calls) <= 1,
        f"Llamaste a `esperar` {len(calls)} veces, y debía ser una: la misma llamada espera y "
        "trae el dato. Guarda lo que devuelve `await esperar(1)`.",
        f"You called `esperar` {len(calls)} times, and it should be once: the same call both "
        "waits and brings the datum. Keep what `await esperar(1)` returns.",
        line=calls[-1].line if calls else None,
    )


def require_patient(run: Run) -> None:
    """Make sure that there was no time limit shorter than the second that esperar(1) takes."""
    limit = run.longest_sleep or 1.0
    require(
        limit >= MOST_EARLY_SECONDS,
        "`esperar(1)` tarda un segundo, y tu programa le puso un límite de menos tiempo: el dato "
        "no llegaría nunca. Espera con `await`, sin límite.",
        "`esperar(1)` takes a second, and your program set it a shorter limit: the datum would "
        "never come. Await it, without a limit.",
    )


@points(1)
@title(es="Las dos formas de saludar dicen «Hola»", en="Both ways of greeting say “Hola”")
async def test_greetings(solution: Solution, conductor: Conductor) -> None:
    for function in ("saludar", "saludar_async"):
        value = (await solution.call(function)).must_return()
        require(
            value == "Hola",
            f"`{function}()` debía devolver 'Hola', y devolvió {value!r:.200}.",
            f"`{function}()` should return 'Hola', and returned {value!r:.200}.",
        )


@points(3)
@title(es="obtener_dato espera y trae el dato", en="obtener_dato waits and brings the datum")
async def test_datum(solution: Solution, conductor: Conductor) -> None:
    datum = Datum(conductor, solution)

    run = await solution.call("obtener_dato", datum.esperar)

    value, wanted = run.outcome.value, datum.wanted[-1]
    require_awaited(str(value), run)
    value = run.must_return()
    require_asked(run, datum)
    run.must_have_asked(datum.esperar, (1,))
    require_patient(run)
    require_datum(value, wanted, datum)
    for text in ("", f"  {token_hex(3)} Grados "):
        datum.renew(text)
        run = await solution.call("obtener_dato", datum.esperar)
        require_datum(run.must_return(), datum.wanted[-1], datum)


def require_datum(value: object, wanted: str, datum: Datum) -> None:
    require(
        value == wanted,
        f"`esperar(1)` trajo {datum.text!r}. `obtener_dato` debía devolver {wanted!r}, y devolvió "
        f"{value!r:.200}.",
        f"`esperar(1)` brought {datum.text!r}. `obtener_dato` should return {wanted!r}, and "
        f"returned {value!r:.200}.",
    )


@points(3)
@title(es="main imprime las cuatro líneas", en="main prints the four lines")
@hint(
    es="Guarda la corrutina en una variable, `saludo = saludar_async()`. Así puedes mirar su tipo "
    "primero y esperarla después.",
    en="Keep the coroutine in a variable, `saludo = saludar_async()`. So you can look at its type "
    "first and `await` it afterwards.",
    after=2,
)
async def test_lines(solution: Solution, conductor: Conductor) -> None:
    datum = Datum(conductor, solution)

    run = await solution.call("main", datum.esperar)

    lines = lines_of(run.output)
    require_types(lines)
    for line in lines:
        require_awaited(line, run)
    require_awaitable(run)
    require_looked_at_awaited(run)
    run.must_return()
    require(
        lines,
        "`main` no imprimió nada: `return` no imprime; usa `print()`.",
        "`main` printed nothing: `return` does not print; use `print()`.",
    )
    require_asked(run, datum)
    require_lines(lines, datum.wanted)
    require(
        len(run.output) == len(lines),
        f"Además de las cuatro líneas imprimes {len(run.output) - len(lines)} en blanco, y debían "
        "ser exactamente cuatro. ¿Hay un `print()` o un `\\n` de más?",
        f"Besides the four lines you print {len(run.output) - len(lines)} blank ones, and it "
        "should be exactly four. Is there a `print()` or a `\\n` too many?",
    )
    run.must_have_asked(datum.esperar, (1,))
    require_patient(run)
    datum.renew(f"{token_hex(3)} grados")
    run = await solution.call("main", datum.esperar)
    require_lines(lines_of(run.output), datum.wanted)


def require_looked_at_awaited(run: Run) -> None:
    """Explain a coroutine made only to look at it."""
    places = [p for p in run.outcome.reported.forgotten if p.name == "saludar_async"]
    line = places[0].line if places else None
    es_at, en_at = (f" en la línea {line}", f" in line {line}") if line else ("", "")
    require(
        not places,
        f"Creaste{es_at} una corrutina `saludar_async` que nadie esperó. Cada "
        "llamada crea otra: guarda una sola en una variable, mira su tipo y espera esa misma.",
        f"You made{en_at} a coroutine `saludar_async` that nobody awaited. Each "
        "call makes another: keep a single one in a variable, look at its type and `await` that "
        "one.",
        line=line,
    )


def require_lines(lines: list[str], wanted: list[str]) -> None:
    shown, most = " / ".join(lines), len(wanted)
    require(
        len(lines) <= most,
        f"`main` debía imprimir {most} líneas, y se imprimieron {len(lines)}: {shown:.300}",
        f"`main` should print {most} lines, and {len(lines)} were printed: {shown:.300}",
    )
    for number, (got, line) in enumerate(zip(lines, wanted, strict=False), start=1):
        require(
            got == line,
            f"La línea {number} que imprime `main` debía ser «{line}», y es «{got:.200}».",
            f"Line {number} of what `main` prints should be “{line}”, and is “{got:.200}”.",
        )
    require(
        len(lines) == most,
        f"`main` debía imprimir {most} líneas, y solo imprimió {len(lines)}: {shown:.300}",
        f"`main` should print {most} lines, and printed only {len(lines)}: {shown:.300}",
    )


def require_types(lines: list[str]) -> None:
    """Explain a plain function where a coroutine should be, and the other way round."""
    types = [line for line in lines if line.startswith("<class ")]
    require(
        "<class 'function'>" not in types,
        "Imprimiste `<class 'function'>`: ese es el tipo de la función, no el de lo que da. Te "
        "faltan los paréntesis que la llaman: `saludar_async()`.",
        "You printed `<class 'function'>`: that is the type of the function, not of what it "
        "gives. The parentheses that call it are missing: `saludar_async()`.",
    )
    require(
        types[:1] != TYPE_LINES[1:],
        "Lo primero que imprimes es `<class 'coroutine'>`: `saludar()` te da una corrutina, y "
        "debe ser una función normal. Quítale `async` a su `def`.",
        "The first that you print is `<class 'coroutine'>`: `saludar()` gives you a coroutine, "
        "and it should be a plain function. Take `async` away from its `def`.",
    )
    require(
        types[1:] != TYPE_LINES[:1],
        "El tipo de lo que da `saludar_async()` te salió `<class 'str'>`, el de un texto ya "
        "hecho: o a su `def` le falta `async`, o lo esperaste con `await` antes de mirar el tipo.",
        "For the type of what `saludar_async()` gives you got `<class 'str'>`, that of a finished "
        "text: either `async` is missing before its `def`, or you awaited it before you looked.",
    )


@points(2)
@title(es="Cada paso empieza con el anterior impreso", en="Each step begins with the last printed")
@needs("lines")
async def test_step_by_step(solution: Solution, conductor: Conductor, source: Source) -> None:
    require_not_closed(source)
    datum = Datum(conductor, solution)

    run = await solution.call("main", datum.esperar)

    run.must_return()
    # What it prints while it is loaded is none of its four lines.
    loading = len(lines_of(solution.output)) - len(lines_of(run.output))
    require_printed_before(run.evidence.of(datum.esperar.name), datum, loading)
    await require_no_head_start(solution, conductor, datum)


def require_not_closed(source: Source) -> None:
    """Make sure that no coroutine is closed, which hides that nobody awaited it."""
    lines = sorted(line for tree in source.trees.values() for line in lines_that_close(tree))
    line = lines[0] if lines else None
    require(
        line is None,
        f"En la línea {line} llamas a `close()`: eso descarta la corrutina sin ejecutarla. El "
        "tercer paso espera, con `await`, la misma cuyo tipo imprime el segundo: quita `close()`.",
        f"In line {line} you call `close()`: that throws the coroutine away without running it. "
        "The third step awaits the same one whose type the second prints: take `close()` out.",
        line=line,
    )


def lines_that_close(tree: ast.Module) -> Iterator[int]:
    """Find what a function closes; an event loop by its name may be closed."""
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    for node in (node for function in functions for node in ast.walk(function)):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(name), attr="close")) if "loop" in name:
                continue
            case ast.Call(func=ast.Attribute(attr="close")):
                yield node.lineno


def require_printed_before(calls: Sequence[Any], datum: Datum, earlier: int) -> None:
    """Make sure that it had printed the first three lines when it asked, and `earlier` others."""
    printed = datum.printed_when_asked[earlier:]
    line, count = calls[0].line if calls else None, len(printed)
    require(
        calls and printed == datum.wanted[:3],
        f"Cuando `main` pidió el dato llevaba {count} líneas impresas, y debían ser 3: el dato es "
        "el último paso. Imprime cada línea en cuanto la tengas.",
        f"When `main` asked for the datum it had printed {count} lines, and it should be 3: the "
        "datum is the last step. Print each line as soon as you have it.",
        line=line,
    )


async def require_no_head_start(solution: Solution, conductor: Conductor, datum: Datum) -> None:
    """Make sure that it had printed them at the very moment when it asked.

    This one stops the thread that calls it, so that nothing is printed until we have looked. What
    else comes of the call is no matter: there is nothing to await.
    """
    earlier = len(lines_of(solution.output))
    stops = conductor.service("esperar_parado", datum.answer, kind="blocking")

    run = await solution.call("main", stops)

    calls = run.evidence.of(stops.name)
    if not calls:
        run.must_return()
    require_printed_before(calls, datum, earlier)


@points(1)
@title(es="Si esperar falla, el error pasa", en="If esperar fails, the error passes")
@needs("lines")
async def test_error(solution: Solution, conductor: Conductor) -> None:
    datum = Datum(conductor, solution)

    for error in ERRORS:
        words = f"sin señal {token_hex(3)}"
        datum.fails = error(words)
        run = await solution.call("main", datum.esperar)

        run.must_raise(error.__name__, words)

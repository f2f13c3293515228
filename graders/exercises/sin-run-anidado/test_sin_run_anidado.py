"""sin-run-anidado: one loop for the whole program (class, section 9).

`cuenta` is called on a loop that runs already, as by a server. That it leaves that loop to others
is proven by several tables whose files, FIFOs, are open together: a loop within the loop, a thread
that the loop waits for, or a plain read all let only one of them through. A loop in another thread
is seen as it sleeps while a file is held.
"""

from secrets import randbelow, token_hex

from graders.kit import (
    ONE_BY_ONE,
    QUIET,
    Conductor,
    Fifos,
    Run,
    Solution,
    hint,
    needs,
    points,
    require,
    title,
)


class Table:
    """A table and the prices of its dishes, by the name of each one's file."""

    def __init__(self, dishes: int = 3) -> None:
        self.number = str(10 + randbelow(90))
        self.prices = {f"plato-{token_hex(2)}": 5 + randbelow(20) for _ in range(dishes)}
        self.texts = {name: str(price) for name, price in self.prices.items()}
        self.bill = f"Mesa {self.number}: {sum(self.prices.values())} euros"

    def lay(self, conductor: Conductor) -> list[str]:
        """Put the files into the check's folder; returns their paths."""
        return [conductor.file(name, text) for name, text in self.texts.items()]


def require_no_usual_slip(run: Run) -> None:
    """End the check with words for the errors that students meet on the way."""
    error = run.outcome.error
    if error is None:
        return
    line, words = error.line, error.message
    require(
        "event loop" not in words,
        f"Línea {line}: aquí ya hay un event loop en marcha, y no cabe otro dentro. Quita ese "
        "`run`, haz `async def` la función que lo contiene y usa `await`; y lo mismo con quien la "
        "llame, hasta llegar a `cuenta`.",
        f"Line {line}: an event loop is running here already, and no other fits inside. Take that "
        "`run` out, make the function around it an `async def` and use `await`; and do the same "
        "with whoever calls it, up to `cuenta`.",
        line=line,
    )
    require(
        "async_generator" not in words,
        f"Línea {line}: con un `await` dentro, `(… for …)` es un generador asíncrono, y `sum()` "
        "no sabe recorrerlo. Haz primero una lista: `sum([await precio(ruta) for ruta in rutas])`.",
        f"Line {line}: with an `await` inside, `(… for …)` is an asynchronous generator, and "
        "`sum()` cannot go through it. Make a list first: `sum([await precio(ruta) for ruta in "
        "rutas])`.",
        line=line,
    )
    require_awaited(words, line)


def require_awaited(words: str, line: int | None) -> None:
    where_es, where_en = (f"Línea {line}: falta", f"Line {line}: an") if line else ("Falta", "An")
    require(
        "coroutine" not in words,
        f"{where_es} un `await`. Al hacer `async` una función, llamarla ya no da su valor, sino "
        f"una corrutina, y quien la llama tiene que esperarla (`{words[:120]}`).",
        f"{where_en} `await` is missing. Once a function is `async`, to call it gives a coroutine "
        f"and no longer its value, and whoever calls it must `await` it (`{words[:120]}`).",
        line=line,
    )


def require_bill(value: object, wanted: str) -> None:
    require(
        value == wanted,
        f"`cuenta()` debía devolver «{wanted}», y devolvió {str(value)[:200]!r}.",
        f"`cuenta()` should return “{wanted}”, and returned {str(value)[:200]!r}.",
    )


def require_together(run: Run, dishes: Fifos, many: int) -> None:
    """Make sure that every table's file was open at the same time."""
    line = next(iter(run.outcome.reported.blocked), None)
    why_es = "O `cuenta()` se queda con el event loop, o `servir()` ya no las pide juntas"
    why_en = "Either `cuenta()` keeps the event loop to itself, or `servir()` does not ask together"
    if line:
        why_es = f"La línea {line} se queda con el event loop"
        why_en = f"Line {line} keeps the event loop to itself"
    require(
        dishes.came_short is None,
        f"Pedimos {many} cuentas a la vez con `servir()`, y mientras se leía un archivo las demás "
        f"no pudieron avanzar. {why_es}. No sirve otro loop, ni aquí ni en otro hilo, ni una "
        "lectura síncrona: espera a `leer(ruta)` con `await`.",
        f"We asked for {many} bills at once with `servir()`, and while one file was read the "
        f"others could not go on. {why_en}. Neither another loop, here or in a thread, nor "
        "reading without `async` will do: `await leer(ruta)`.",
        line=line,
    )


@points(2)
@title(
    es="cuenta() funciona con un event loop ya en marcha",
    en="cuenta() works on an event loop that runs already",
)
@hint(
    es="Empieza por dentro: `precio` espera a `leer`, `total` a `precio` y `cuenta` a `total`. "
    "Las tres acaban siendo `async def`, y solo `main` conserva `asyncio.run`.",
    en="Begin inside: `precio` awaits `leer`, `total` awaits `precio`, `cuenta` awaits `total`. "
    "All three end up as `async def`, and only `main` keeps `asyncio.run`.",
    after=2,
)
async def test_in_loop(solution: Solution, conductor: Conductor) -> None:
    table = Table()
    paths = table.lay(conductor)
    example = [conductor.file("sopa", "9"), conductor.file("pan", "2\n")]

    for number, files, bill in (
        ("4", example, "Mesa 4: 11 euros"),
        (table.number, paths, table.bill),
        ("terraza 07", example, "Mesa terraza 07: 11 euros"),
    ):
        run = await solution.call("cuenta", number, files)

        require_no_usual_slip(run)
        require_awaited(str(run.outcome.value or ""), None)
        require_bill(run.must_return(), bill)


@points(1)
@title(es="No arranca ningún otro event loop", en="Starts no other event loop")
@needs("in_loop")
async def test_one_loop(solution: Solution, conductor: Conductor) -> None:
    table = Table()
    # A file is written to when the program rests: a loop that waits for it is seen.
    dishes = conductor.fifos("platos", table.texts, hold_until=QUIET)

    run = await solution.call("cuenta", table.number, dishes.paths)

    run.must_have_started_no_loop()
    require_bill(run.must_return(), table.bill)
    run = await solution.call("cuenta", table.number, dishes.paths)
    require_bill(run.must_return(), table.bill)
    opened = len(run.evidence.of(dishes.name))
    require(
        opened >= 2 * len(dishes.paths),
        "Llamamos dos veces a `cuenta` con los mismos platos, y la segunda no llamaste a `leer`: "
        "guardas los precios de una llamada a otra, y podían haber cambiado.",
        "We called `cuenta` twice with the same dishes, and the second time you did not call "
        "`leer`: you keep the prices from one call to another, and they may have changed.",
    )
    before = len(run.evidence.of(dishes.name))
    for _ in range(2):
        run = await solution.call("servir", [(table.number, dishes.paths)])
    # Whether `servir` works at all, other checks judge.
    opened = len(run.evidence.of(dishes.name)) - before
    require(
        run.outcome.ending.value != "returned" or opened >= 2 * len(dishes.paths),
        "Llamamos dos veces a `servir` con la misma mesa, y la segunda no llamaste a `leer`: "
        "guardas las cuentas de una llamada a otra, y los precios podían haber cambiado.",
        "We called `servir` twice with the same table, and the second time you did not call "
        "`leer`: you keep the bills from one call to another, and prices may have changed.",
    )


@points(1)
@title(
    es="El programa entero funciona desde la terminal", en="The whole program works from a terminal"
)
async def test_script(solution: Solution, conductor: Conductor) -> None:
    table = Table()
    paths = table.lay(conductor)

    run = await solution.run_script(table.number, *paths)

    require_no_usual_slip(run)
    run.must_return()
    require(
        run.output,
        'Tu programa no imprimió nada: ¿conserva el `if __name__ == "__main__"`, y `main()` '
        "arranca el loop con `asyncio.run`?",
        'Your program printed nothing: does it still have `if __name__ == "__main__"`, and does '
        "`main()` start the loop with `asyncio.run`?",
    )
    require_awaited(run.output[-1], None)
    require_bill(table.bill if table.bill in run.output else run.output[-1], table.bill)


@points(1)
@title(es="También sin platos imprime su cuenta", en="Without dishes it prints a bill, too")
@needs("script")
async def test_script_without_dishes(solution: Solution) -> None:
    table = Table()

    run = await solution.run_script(table.number)
    require_no_usual_slip(run)
    run.must_return()
    bill = f"Mesa {table.number}: 0 euros"
    require(
        bill in run.output,
        f"`python solution.py {table.number}`, sin platos, debía imprimir «{bill}», como antes, e "
        f"imprimió {run.output[-1:]!r:.100}. Deja `main` y lo que la llama como estaban.",
        f"`python solution.py {table.number}`, without dishes, should print “{bill}”, as before, "
        f"and printed {run.output[-1:]!r:.100}. Leave `main` and what calls it as they were.",
    )


@points(6)
@title(
    es="Mientras se lee un archivo, otras mesas avanzan",
    en="While a file is read, other tables go on",
)
@needs("in_loop", "one_loop")
@hint(
    es="No hace falta ningún hilo ni ningún loop nuevo: `leer` ya cede el loop a los demás. Basta "
    "con que todos los que la usan la esperen con `await`.",
    en="No thread and no new loop are needed: `leer` yields the loop to others already. It is "
    "enough that all who use it wait for it with `await`.",
)
async def test_free_loop(solution: Solution, conductor: Conductor) -> None:
    # A program has eight threads by default, and one may be busy.
    tables = [Table(dishes=1) for _ in range(7)]
    texts = {name: text for table in tables for name, text in table.texts.items()}
    dishes = conductor.fifos("platos", texts, hold_until=len(texts))
    late = [Table(dishes=1) for _ in range(2)]
    texts = {name: text for table in late for name, text in table.texts.items()}
    conductor.fifos("otros platos", texts, hold_until=ONE_BY_ONE, release_order=list(texts)[::-1])

    run = await solution.call("servir", [(table.number, list(table.texts)) for table in tables])

    require_together(run, dishes, len(tables))
    run.must_not_have_blocked()
    require_bills(run.must_return(), tables)
    run.must_have_asked(dishes, *[(name,) for name in dishes.paths])
    run = await solution.call("servir", [(table.number, list(table.texts)) for table in late])

    require_bills(run.must_return(), late)


def require_bills(value: object, tables: list[Table]) -> None:
    """Make sure that these are the tables' bills, in their order."""
    wanted = [table.bill for table in tables]
    bills = list(value) if isinstance(value, list | tuple) else value
    require(
        bills == wanted or not isinstance(bills, list) or sorted(map(str, bills)) != sorted(wanted),
        f"`servir()` devolvió las cuentas en el orden en que acabaron, {bills!r:.200}, y debía "
        "ser el de las mesas. `asyncio.gather()` lo conserva.",
        f"`servir()` returned the bills in the order in which they were done, {bills!r:.200}, and "
        "it should be that of the tables. `asyncio.gather()` keeps it.",
    )
    require(
        bills == wanted,
        f"`servir()` debía devolver {wanted!r:.200}, y devolvió {value!r:.200}.",
        f"`servir()` should return {wanted!r:.200}, and returned {value!r:.200}.",
    )


@points(1)
@title(
    es="Sin platos suma 0, los repetidos cuentan, y si falta un archivo es un error",
    en="No dishes add up to 0, repeated ones count, and a missing file is an error",
)
@needs("in_loop")
async def test_edges(solution: Solution, conductor: Conductor) -> None:
    table = Table()
    paths = table.lay(conductor)
    missing = f"plato-{token_hex(2)}"

    empty = await solution.call("cuenta", "7", [])
    require_bill(empty.must_return(), "Mesa 7: 0 euros")
    run = await solution.call("cuenta", "7", [paths[0], paths[1], paths[0]])
    one, other, *_ = table.prices.values()
    require_bill(run.must_return(), f"Mesa 7: {2 * one + other} euros")
    run = await solution.call("servir", [("7", paths[:1]), ("7", paths[1:2])])
    bills = list(run.must_return())
    require(
        # In any order: another check judges that.
        sorted(map(str, bills)) == sorted([f"Mesa 7: {one} euros", f"Mesa 7: {other} euros"]),
        "`servir()` recibió dos pares de la mesa 7, con platos distintos, y debía devolver dos "
        f"cuentas; devolvió {bills!r:.200}.",
        "`servir()` was given two pairs of table 7, of different dishes, and should return two "
        f"bills; it returned {bills!r:.200}.",
    )
    for function, arguments in (
        ("cuenta", ("7", [*paths, missing])),
        ("servir", ([(table.number, paths), ("7", [missing])],)),
    ):
        run = await solution.call(function, *arguments)
        run.must_raise("FileNotFoundError", f"[Errno 2] No such file or directory: '{missing}'")

"""dependencias: a session for each request, closed however it ends (class, section 5)."""

import asyncio
from secrets import token_hex
from typing import Any

from graders.kit import (
    QUIET,
    Conductor,
    Run,
    Solution,
    hint,
    needs,
    nothing_blocks,
    points,
    require,
    title,
)

TRIES, PATH = 20, "/usuarios"
# As many as the statement allows: whoever limits how many go at once limits them to fewer.
MANY = 30


class Database:
    """The three services of one check, and the application made with them."""

    def __init__(
        self, conductor: Conductor, hold: Any = 1, *errors: Exception, closing: Any = 1
    ) -> None:
        self.sessions: list[str] = []
        self.users: dict[object, list[str]] = {}
        self.opened, self._errors = asyncio.get_running_loop().create_future(), list(errors)
        asking = conductor.service("consultar", self._ask, hold_until=hold)
        opening = conductor.service("abrir", self._open)
        self.services = opening, conductor.service("cerrar", hold_until=closing), asking
        self.send = conductor.service("send")

    def _open(self) -> str:
        if not self.opened.done():
            self.opened.set_result(None)
        self.sessions.append(f"sesion-{token_hex(4)}")
        return self.sessions[-1]

    def _ask(self, sesion: object) -> list[str]:
        if self._errors:
            raise self._errors.pop(0)
        # The first one gets nobody: an empty list is an answer like any other.
        return self.users.setdefault(str(sesion), [token_hex(3), "Ñ"] if self.users else [])

    async def start(self, solution: Solution) -> "Database":
        self.made = await solution.make("crear_app", *self.services)
        require(
            self.made.type_name != "NoneType",
            "`crear_app` no devolvió la aplicación: ¿falta `return app`?",
            "`crear_app` did not return the application: is `return app` missing?",
        )
        self.seen = await self.made.call("__repr__")
        self.evidence = self.seen.evidence
        return self

    def calls(self, service: str) -> list[tuple[Any, int | None]]:
        calls = self.evidence.of(service)
        return [(next(iter([*c.arguments, *c.named.values()]), None), c.line) for c in calls]

    def line(self, service: str) -> int | None:
        return next((line for _, line in self.calls(service) if line), None)

    async def serve(self) -> Run:
        """Ask as a server does that looks at what is sent, and stops if this is cancelled."""
        return await self.made.app().run("GET", PATH, sends_to=self.send, cut_off=True)

    async def get(self) -> tuple[str, Any]:
        """Return the session and the users that the application answers."""
        try:
            response = await self.made.app().get(PATH)
        finally:
            self.require_used()
        found, code = response.json(), response.status
        require(
            isinstance(found, dict) and sorted(found) == ["db", "usuarios"],
            f'`{PATH}` debía responder {{"usuarios": …, "db": …}}, y respondió {code}, '
            f"{found!r:.150}\nCon 422 hay un parámetro sin `Depends()`, y FastAPI lo busca en la "
            "URL.",
            f'`{PATH}` should answer {{"usuarios": …, "db": …}}, and answered {code}, '
            f"{found!r:.150}\nWith 422 a parameter has no `Depends()`, and FastAPI looks for it "
            "in the URL.",
        )
        return str(found["db"]), found["usuarios"]

    def require_used(self) -> None:
        """Make sure that every query was made with a session of ours that was open."""
        closed: set[object] = set()
        for call in self.evidence.calls:
            given = next(iter([*call.arguments, *call.named.values()]), None)
            if call.service == "cerrar":
                closed.add(str(given))
            is_asking = call.service == "consultar"
            require(
                not is_asking or given in self.sessions,
                f"`consultar()` recibió {given!r:.99}, que no es una sesión de `abrir()`. Lo que "
                "hay en el `yield` te llega si el parámetro lleva `Depends(obtener_session_db)`.",
                f"`consultar()` was given {given!r:.99}, no session of `abrir()`. What is in the "
                "`yield` comes to you if the parameter has `Depends(obtener_session_db)`.",
                line=call.line,
            )
            require(
                not is_asking or given not in closed,
                "La sesión ya estaba cerrada cuando el endpoint preguntó con ella: ciérrala "
                "después del `yield`. Un `return` en su lugar ejecuta el `finally` en el acto.",
                "The session was closed by the time the endpoint asked with it: close it after "
                "the `yield`. A `return` in its place runs the `finally` at once.",
                line=self.line("cerrar"),
            )

    async def require_own(self, got: list[tuple[str, Any]]) -> None:
        """Make sure that each request opened, used, answered and closed a session of its own."""
        opened, asked = len(self.sessions), len(self.calls("consultar"))
        require(
            opened == asked == len(got),
            f"Peticiones: {len(got)}; llamadas a `abrir()`: {opened}; a `consultar()`: {asked}. "
            "Cada petición abre la suya en `obtener_session_db`, una vez, y pregunta una vez con "
            "ella.",
            f"Requests: {len(got)}; calls of `abrir()`: {opened}; of `consultar()`: {asked}. Each "
            "request opens its own in `obtener_session_db`, once, and asks once with it.",
            line=self.line("abrir"),
        )
        require(
            sorted(map(repr, got)) == sorted(repr((s, self.users.get(s))) for s in self.sessions),
            f"Cada una responde su sesión y lo que `consultar()` dijo con ella. Hubo: {got!r:.150}",
            "Each answers its session and what `consultar()` said with it. There were: "
            f"{got!r:.150}",
        )
        await self.require_closed(
            "al acabar la petición. Hazlo tras el `yield`; con `return` no hay después.",
            "when the request had ended. Do it after the `yield`; with `return` there is no after.",
        )

    async def require_closed(self, es: str, en: str) -> None:
        """Make sure that every session was closed, once each; `es` and `en`: when, and advice."""
        state = "timer"
        for _ in range(TRIES):
            if state == "timer" and len(self.calls("cerrar")) < len(self.sessions):
                state = await self.seen.settled()
        if state == "undecided":
            await self.seen.must_settle()
        opened, closed = self.sessions, [str(given) for given, _ in self.calls("cerrar")]
        require(
            len(closed) >= len(opened),
            f"Nadie cerró la sesión {es}",
            f"Nobody closed the session {en}",
            line=self.line("abrir"),
        )
        require(
            sorted(closed) == sorted(opened),
            f"Sesiones: {len(opened)}; llamadas a `cerrar()`: {len(closed)}. Cada una se cierra "
            "una vez, en un solo sitio. Si una se cierra por otra, ¿está en una variable "
            "compartida?",
            f"Sessions: {len(opened)}; calls of `cerrar()`: {len(closed)}. Each is closed once, "
            "in one place. If one is closed in another's stead, is it in a shared variable?",
            line=self.line("cerrar"),
        )


@points(1)
@title(es="Cada petición abre, usa y cierra su sesión", en="Each opens, uses and closes its own")
@hint(
    es="Lo de antes del `yield` corre antes del endpoint; lo de después, cuando la petición acaba.",
    en="What is before the `yield` runs before the endpoint; what is after, when the request ends.",
)
async def test_session(solution: Solution, conductor: Conductor) -> None:
    database = await Database(conductor).start(solution)
    await database.require_own([await database.get(), await database.get()])


@points(1)
@title(es="Varias a la vez, cada una con su sesión", en="Several at once, each with its session")
async def test_own(solution: Solution, conductor: Conductor) -> None:
    database = await Database(conductor, MANY).start(solution)
    got = await asyncio.gather(*[database.get() for _ in range(MANY)])

    widest = database.evidence.width("consultar")
    require(
        widest in (0, MANY),
        f"Solo {widest} de {MANY} esperaban su consulta a la vez: algo las pone en cola, ¿un "
        "`Lock`?",
        f"Only {widest} of {MANY} awaited their query at once: something queues them, a `Lock`?",
    )
    await database.require_own(got)


@points(1)
@title(es="La sesión sigue abierta hasta que se responde", en="It stays open until the response")
@needs("session")
async def test_until_sent(solution: Solution, conductor: Conductor) -> None:
    database = await Database(conductor, closing=QUIET).start(solution)
    run = await database.serve()
    is_done = any(call.how == "answered" for call in database.evidence.of("cerrar"))
    run.must_return()

    names = [c.service for c in database.evidence.calls if c.service in ("send", "cerrar")]
    order = list(dict.fromkeys(names))
    run.must_be_in_order(
        ["send", *(name for name in order if name != "send")],
        order,
        "La sesión se cerró antes de enviar la respuesta. Ciérrala en la dependencia, tras el "
        "`yield`, y no en el endpoint: sin `scope`, FastAPI lo ejecuta después de responder.",
        "The session was closed before the response was sent. Close it in the dependency, after "
        "the `yield`, not in the endpoint: without a `scope` FastAPI runs that once it has "
        "responded.",
        line=database.line("cerrar"),
    )
    require(
        is_done,
        "La petición acabó antes que `cerrar()`. Espérala con `await` en la dependencia, y no en "
        "una tarea que nadie espera.",
        "The request was over before `cerrar()` was. Await it in the dependency, not in a task "
        "that nobody awaits.",
        line=database.line("cerrar"),
    )


@points(3)
@title(es="Si el endpoint falla, se cierra y el error sale", en="If it fails: closed, error out")
@needs("session")
async def test_error(solution: Solution, conductor: Conductor) -> None:
    words = "se cayó la base de datos"
    errors = ValueError(words), ConnectionError(words), TimeoutError(words), KeyError(words)
    database = await Database(conductor, 1, *errors).start(solution)

    for wanted in errors:
        error = (await database.serve()).outcome.error
        await database.require_closed(
            f"cuando `consultar()` falló (`{type(wanted).__name__}`): lo que sigue al `yield` se "
            "salta entonces, salvo en un `finally`.",
            f"when `consultar()` failed (`{type(wanted).__name__}`): what follows the `yield` is "
            "skipped then, unless in a `finally`.",
        )
        statuses = [m["status"] for m, _ in database.calls("send") if "status" in m]
        status = statuses[-1] if statuses else 0
        require(
            status == 500 and not (error and error.type_name == "FastAPIError"),
            f"`consultar()` falló (`{type(wanted).__name__}`), y un `except` escondió el error: "
            f"la respuesta fue {status}, y no 500. Déjalo salir: tras el `except`, `raise`; o "
            "`finally`. Si la dependencia se lo calla, FastAPI protesta.",
            f"`consultar()` failed (`{type(wanted).__name__}`), and an `except` hid the error: "
            f"the answer was {status}, not 500. Let it out: `raise` in the `except`; or "
            "`finally`. If the dependency keeps it quiet, FastAPI protests.",
        )


@points(1)
@title(es="Si el cliente se va, también se cierra", en="If the client leaves it closes too")
@needs("session")
async def test_left(solution: Solution, conductor: Conductor) -> None:
    # The first client leaves before the second one's query lets both go on.
    database = await Database(conductor, 2).start(solution)

    client = asyncio.create_task(database.made.app().get(PATH))
    await asyncio.wait([client, database.opened], return_when=asyncio.FIRST_COMPLETED)
    client.cancel()
    await asyncio.wait([client])
    await database.get()
    await database.require_closed(
        "de un cliente que se fue: llega al `yield` como un error, y sin `finally` nadie cierra.",
        "of a client that left: it comes to the `yield` as an error; without `finally` nobody "
        "closes.",
    )


@points(2)
@title(es="Si cancelan la petición, también se cierra", en="If cancelled it closes too")
@needs("session")
async def test_cancelled(solution: Solution, conductor: Conductor) -> None:
    database = await Database(conductor, QUIET).start(solution)

    # The query is answered if it is proven to wait before we have come to cancel it.
    for _ in range(TRIES):
        request = asyncio.create_task(database.serve())
        while not (request.done() or database.evidence.in_flight("consultar")):  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        request.cancel()
        await asyncio.wait([request])
        await database.seen.settled()
        if any(call.how != "answered" for call in database.evidence.of("consultar")):
            break
    await database.require_closed(
        "de una petición cancelada: `except Exception` no ve `CancelledError`, y un `finally` sí.",
        "of a cancelled request: `except Exception` misses `CancelledError`, and a `finally` does "
        "not.",
    )


@nothing_blocks
@points(1)
@title(es="Nada bloquea el event loop", en="Nothing blocks the event loop")
async def test_nothing_blocks(solution: Solution, conductor: Conductor) -> None:
    database = await Database(conductor, QUIET).start(solution)

    await asyncio.gather(database.get(), database.get())

    database.seen.must_not_have_blocked()

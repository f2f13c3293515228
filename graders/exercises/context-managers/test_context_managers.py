"""context-managers: what is opened is closed, however one leaves (class, section 9).

Several sessions are open in one program, and `cerrar` answers when the program does nothing more
without it: closing the session of another, or without waiting, shows.
"""

import asyncio
from secrets import token_hex
from typing import Any

from graders.kit import (
    NEVER,
    QUIET,
    Conductor,
    Run,
    Service,
    Solution,
    hint,
    points,
    require,
    title,
)

ERRORS = ["ValueError", "ConnectionError", "LookupError", "TimeoutError", "ArithmeticError"]
BUILT_IN = {error.__name__: error for error in Exception.__subclasses__()}
BUILT_IN |= {error.__name__: error for error in OSError.__subclasses__()}
FALSY = ["", 0, None, []]


class Database:
    """The three services: a new session each time, and an answer for each session.

    empty  What is given for a session instead, if not None.
    """

    def __init__(
        self, conductor: Conductor, *, broken: str = "", opening: Any = 1, asking: Any = 1
    ) -> None:
        self.words, self.error = f"se cayó ({token_hex(3)})", ERRORS[0]
        self.sessions: list[str] = []
        self.answers: dict[Any, Any] = {}
        self.empty: Any = None
        self._broken = broken
        self.abrir = conductor.service("abrir", self._open, hold_until=opening)
        self.preguntar = conductor.service("preguntar", self._ask, hold_until=asking)
        # What it answers is true: an __aexit__ that returns it swallows the error.
        self.cerrar = conductor.service("cerrar", lambda *given, **named: True, hold_until=QUIET)

    def _open(self, *given: object, **named: object) -> Any:
        if self._broken == "abrir":
            raise BUILT_IN[self.error](self.words)
        if self.empty is not None:
            return self.empty
        session = f"sesion-{token_hex(4)}"
        many = len(self.sessions)
        self.answers[session] = FALSY[many] if many < len(FALSY) else f"respuesta {token_hex(4)}"
        self.sessions.append(session)
        return session

    def _ask(self, *given: object, **named: object) -> Any:
        if self._broken == "preguntar":
            raise BUILT_IN[self.error](self.words)
        return self.answers.get(next(iter([*given, *named.values()]), None))

    @property
    def services(self) -> tuple[Service, Service, Service]:
        return self.abrir, self.cerrar, self.preguntar

    def require_closed(self, run: Run, when_es: str, when_en: str, *sessions: str) -> None:
        """Make sure that these sessions were closed, each once, to the end; by default all."""
        wanted = list(sessions or self.sessions)
        self._require_all_closed(run, when_es, when_en, len(wanted))
        closed = run.evidence.of(self.cerrar.name)
        line = closed[-1].line
        es_at, en_at = (f" (línea {line})", f" (line {line})") if line else ("", "")
        require(
            all(call.how == "answered" for call in closed),
            f"No esperaste a que la sesión se cerrara {when_es}{es_at}: "
            "`cerrar(…)` seguía a medias. Ponle `await` delante, y no lo dejes en una tarea.",
            f"You did not wait until the session was closed {when_en}{en_at}: "
            "`cerrar(…)` was still half done. Put `await` before it, and do not leave it to a "
            "task.",
            line=line,
        )
        given = [next(iter([*call.arguments, *call.named.values()]), None) for call in closed]
        require(
            set(map(str, given)) != set(wanted) or len(given) == len(wanted),
            f"Cerraste una misma sesión dos veces {when_es}: ciérrala solo en `__aexit__`.",
            f"You closed one session twice {when_en}: close it in `__aexit__` only.",
            line=line,
        )
        require(
            sorted(map(str, given)) == sorted(wanted),
            f"Cada sesión la cierra quien la abrió: {when_es} debían haberse cerrado "
            f"{', '.join(wanted)}, y se cerraron {', '.join(map(str, given))}. ¿Guardas la sesión "
            "en `self`, o donde la comparten todas las conexiones?",
            f"Each session is closed by who opened it: {when_en} {', '.join(wanted)} should have "
            f"been closed, and closed were {', '.join(map(str, given))}. Do you keep the session "
            "in `self`, or where all connections share it?",
            line=line,
        )

    def _require_all_closed(self, run: Run, when_es: str, when_en: str, many: int) -> None:
        closed = run.evidence.of(self.cerrar.name)
        opened = run.evidence.of(self.abrir.name)
        if not opened:
            run.must_return()
        require(
            opened,
            "No se abrió ninguna sesión: nadie llamó a `abrir()`. Llámala en `__aenter__`, con "
            "`await`.",
            "No session was opened: nobody called `abrir()`. Await it in `__aenter__`.",
        )
        line = next((call.line for call in opened[many - 1 :]), None)
        es_at, en_at = (f" en la línea {line}", f" at line {line}") if line else ("", "")
        made = next((p.line for p in run.outcome.reported.forgotten if p.name == "cerrar"), None)
        require(
            not made,
            f"`cerrar(sesion)` se creó en la línea {made} y nunca se esperó: la sesión sigue "
            f"abierta {when_es}. Falta `await`.",
            f"`cerrar(sesion)` was created in line {made} and never awaited: the session is still "
            f"open {when_en}. An `await` is missing.",
            line=made,
        )
        require(
            len(closed) >= many,
            f"Nadie cerró la sesión {when_es}: se abrió{es_at} y "
            "`cerrar(sesion)` no se llegó a llamar. Ciérrala en `__aexit__`, que se ejecuta "
            "salgas como salgas.",
            f"Nobody closed the session {when_en}: it was opened{en_at} and "
            "`cerrar(sesion)` was never called. Close it in `__aexit__`, which runs however you "
            "leave.",
            line=line,
        )


def require_inside(run: Run, abrir: Service) -> None:
    """Make sure that the session of `consultar` was opened where `Conexion` opens, the last."""
    *lines, own = [call.line for call in run.evidence.of(abrir.name)]
    line = next((line for line in lines if line and own and line != own), None)
    require(
        line is None,
        f"`consultar` abrió la sesión por su cuenta (línea {line}) y no con tu clase (línea "
        f"{own}). Usa `async with Conexion(abrir, cerrar) as sesion`.",
        f"`consultar` opened the session by itself (line {line}) and not by your class (line "
        f"{own}). Use `async with Conexion(abrir, cerrar) as sesion`.",
        line=line,
    )


@points(2)
@title(
    es="Conexion abre al entrar y cierra al salir",
    en="Conexion opens on entering, closes on leaving",
)
@hint(
    es="`async with` llama a `__aenter__` al entrar y a `__aexit__(tipo, error, traza)` al salir.",
    en="`async with` calls `__aenter__` on entering and `__aexit__(type, error, trace)` on "
    "leaving.",
    after=2,
)
async def test_connection(solution: Solution, conductor: Conductor) -> None:
    database = Database(conductor)

    made = [await solution.make("Conexion", database.abrir, database.cerrar) for _ in range(2)]
    entered = await made[0].call("__aenter__")
    session = entered.must_return()
    opened = entered.evidence.of("abrir")
    require(
        len(opened) <= 1,
        f"Se construyeron dos `Conexion(...)` y se entró en una, y hay {len(opened)} sesiones "
        "abiertas. Construirla no abre nada todavía: llama a `abrir()` en `__aenter__`.",
        f"Two `Conexion(...)` were made and one was entered, and {len(opened)} sessions are open. "
        "To make one opens nothing yet: call `abrir()` in `__aenter__`.",
        line=opened[-1].line if opened else None,
    )
    require(
        [session] == database.sessions,
        f"`async with … as sesion` debe dar lo que devuelve `abrir()`, y dio {str(session)[:200]}.",
        "`async with … as sesion` must give what `abrir()` returns, and gave "
        f"{str(session)[:200]}.",
    )
    entered = await made[1].call("__aenter__")
    entered.must_return()
    require(
        not entered.evidence.of("cerrar"),
        "La sesión se cerró al entrar: ciérrala en `__aexit__`.",
        "The session was closed on entering: close it in `__aexit__`.",
    )
    for many, connection in enumerate(made, start=1):
        left = await connection.leave()
        left.must_return()
        database.require_closed(left, "al salir", "on leaving", *database.sessions[:many])
    for database.empty in ("", 0):
        await require_empty_closed(solution, database)


async def require_empty_closed(solution: Solution, database: Database) -> None:
    """Make sure that a session which counts as false is given and closed as any other."""
    connection = await solution.make("Conexion", database.abrir, database.cerrar)
    session = (await connection.call("__aenter__")).must_return()
    left = await connection.leave()
    left.must_return()
    closed = left.evidence.of("cerrar")
    given = [next(iter([*call.arguments, *call.named.values()]), None) for call in closed]
    require(
        session == database.empty and len(closed) == len(left.evidence.of("abrir")),
        f"`abrir()` dio la sesión {database.empty!r}, y no se cerró al salir. Una sesión puede "
        "ser cualquier cosa: no preguntes si es verdadera (`if sesion`).",
        f"`abrir()` gave the session {database.empty!r}, and it was not closed on leaving. A "
        "session may be anything: do not ask whether it is true (`if sesion`).",
    )
    require(
        given[-1] == database.empty,
        f"`abrir()` dio la sesión {database.empty!r}, y `cerrar` recibió {given[-1]!r:.80}.",
        f"`abrir()` gave the session {database.empty!r}, and `cerrar` was given {given[-1]!r:.80}.",
    )


@points(1)
@title(es="Conexion no se come los errores", en="Conexion does not swallow errors")
async def test_not_swallowed(solution: Solution, conductor: Conductor) -> None:
    database = Database(conductor)

    for error in (*ERRORS, "CancelledError"):
        connection = await solution.make("Conexion", database.abrir, database.cerrar)
        (await connection.call("__aenter__")).must_return()
        left = await connection.leave(error, database.words)

        ended = left.outcome.error
        is_out = ended and (ended.type_name, ended.message) == (error, database.words)
        swallows = False if is_out else left.must_return()
        require(
            not swallows,
            f"Se salió del `async with` con `{error}` y `__aexit__` devolvió algo verdadero, "
            f"{swallows!r:.80}: eso se come el error. No devuelvas nada.",
            f"The `async with` was left by `{error}` and `__aexit__` returned something true, "
            f"{swallows!r:.80}: that swallows the error. Return nothing.",
        )
        database.require_closed(left, f"al salir con `{error}`", f"on leaving by `{error}`")


@points(2)
@title(es="Si todo va bien, se cierra y se devuelve", en="If all goes well it closes and returns")
async def test_success(solution: Solution, conductor: Conductor) -> None:
    database = Database(conductor, asking=QUIET)

    answers = []
    for _ in FALSY:
        one = await solution.call("consultar", *database.services)
        answers.append(one.must_return())
        database.require_closed(one, "al acabar", "at the end")
    asked, closed = one.evidence.of("preguntar"), one.evidence.of("cerrar")[0]
    require(
        asked and (asked[0].ended_at or closed.asked_at) < closed.asked_at,
        "Cerraste la sesión antes de preguntar: llama a `preguntar` dentro del `async with`.",
        "You closed the session before asking: call `preguntar` inside the `async with`.",
    )
    calls = [solution.call("consultar", *database.services) for _ in range(2)]
    runs = await asyncio.gather(*calls)

    answers += [run.must_return() for run in runs]
    runs[0].must_have_asked(database.preguntar, *[(session,) for session in database.sessions])
    wanted = [database.answers[session] for session in database.sessions]
    require(
        sorted(map(repr, answers)) == sorted(map(repr, wanted)),
        "`consultar` debe devolver lo que responde `preguntar(sesion)`, sea lo que sea: debía ser "
        f"{wanted!r:.200}, y devolvió {answers!r:.200}.",
        "`consultar` must return what `preguntar(sesion)` answers, whatever it is: it should be "
        f"{wanted!r:.200}, and it returned {answers!r:.200}.",
    )
    database.require_closed(runs[0], "de dos consultas a la vez", "of two queries at once")
    connection = await solution.make("Conexion", database.abrir, database.cerrar)
    require_inside(await connection.call("__aenter__"), database.abrir)


@points(2)
@title(
    es="Si la pregunta falla, se cierra y el error sale", en="If asking fails it closes, error out"
)
async def test_error(solution: Solution, conductor: Conductor) -> None:
    database = Database(conductor, broken="preguntar")

    for database.error in ERRORS:
        run = await solution.call("consultar", *database.services)

        database.require_closed(run, "cuando preguntar falló", "when asking failed")
        run.must_raise(database.error, database.words, alone=True)
        many, sessions = len(run.evidence.of("preguntar")), len(database.sessions)
        require(
            many == sessions,
            f"`preguntar` falló con `{database.error}`, y volviste a preguntar: pregunta una sola "
            "vez, y deja salir el error.",
            f"`preguntar` failed with `{database.error}`, and you asked again: ask just once, and "
            "let the error out.",
        )


@points(2)
@title(es="Si la cancelan, también se cierra", en="If it is cancelled, it closes all the same")
@hint(
    es="`CancelledError` no es una `Exception`: `except Exception` no la ve; `finally` sí.",
    en="`CancelledError` is no `Exception`: `except Exception` does not see it; `finally` does.",
    after=2,
)
async def test_cancelled(solution: Solution, conductor: Conductor) -> None:
    database = Database(conductor, asking=NEVER)

    async with solution.started("consultar", *database.services) as call:
        run = await call.cancelled()

    database.require_closed(
        run, "cuando cancelaron a mitad de la pregunta", "when it was cancelled while asking"
    )
    run.must_be_cancelled()


@points(1)
@title(es="Si abrir falla, no se cierra nada", en="If opening fails nothing is closed")
async def test_not_opened(solution: Solution, conductor: Conductor) -> None:
    database = Database(conductor, broken="abrir")

    for database.error in ERRORS:
        run = await solution.call("consultar", *database.services)

        run.must_raise(database.error, database.words, alone=True)
        require(
            not run.evidence.of("cerrar"),
            "`abrir()` falló, no hay sesión, y aun así llamaste a `cerrar()`. Abre antes del "
            "`try`, o solo en `__aenter__`.",
            "`abrir()` failed, there is no session, and you called `cerrar()` all the same. Open "
            "before the `try`, or in `__aenter__` only.",
        )


@points(1)
@title(es="Nada bloquea el event loop", en="Nothing blocks the event loop")
async def test_loop_is_free(solution: Solution, conductor: Conductor) -> None:
    database = Database(conductor, opening=QUIET, asking=QUIET)

    run = await solution.call("consultar", *database.services)

    run.must_not_have_blocked()
    run.must_return()
    run.must_have_asked(database.preguntar, *[(session,) for session in database.sessions])

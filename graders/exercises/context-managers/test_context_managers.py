"""context-managers: what is opened is closed, however one leaves (class, section 9)."""

from secrets import token_hex

from graders.kit import NEVER, Conductor, Run, Service, Solution, hint, points, require, title


class Database:
    """The three services and what they answer: new in every check."""

    def __init__(self, conductor: Conductor, *, broken: str = "", hangs: bool = False) -> None:
        self.session, self.answer = f"sesion-{token_hex(4)}", f"respuesta {token_hex(4)}"
        self.words = f"se cayó ({token_hex(3)})"
        self._broken = broken
        self.abrir = conductor.service(
            "abrir", lambda *given, **named: self._do("abrir", self.session)
        )
        self.cerrar = conductor.service("cerrar")
        self.preguntar = conductor.service(
            "preguntar",
            lambda *given, **named: self._do("preguntar", self.answer),
            hold_until=NEVER if hangs else 1,
        )

    def _do(self, name: str, answer: str) -> str:
        if name == self._broken:
            raise ValueError(self.words)
        return answer

    @property
    def services(self) -> tuple[Service, Service, Service]:
        return self.abrir, self.cerrar, self.preguntar

    def require_closed(self, run: Run, when_es: str, when_en: str) -> None:
        """Make sure that the session was closed, once and after it was asked with."""
        closed = run.evidence.of(self.cerrar.name)
        opened = run.evidence.of(self.abrir.name)
        line = opened[0].line if opened else None
        require(
            bool(closed),
            f"Nadie cerró la sesión {when_es}: se abrió en la línea {line or '?'} y cerrar(sesion) "
            "no se llegó a llamar. Ciérrala en __aexit__, que se ejecuta salgas como salgas.",
            f"Nobody closed the session {when_en}: it was opened at line {line or '?'} and "
            "cerrar(sesion) was never called. Close it in __aexit__, which runs however you leave.",
            line=line,
        )
        run.must_have_asked(self.cerrar, (self.session,))


@points(3)
@title(
    es="Conexion abre al entrar y cierra al salir",
    en="Conexion opens on entering, closes on leaving",
)
@hint(
    es="async with llama a __aenter__ al entrar y a __aexit__(tipo, error, traza) al salir.",
    en="async with calls __aenter__ on entering and __aexit__(type, error, trace) on leaving.",
    after=2,
)
async def test_connection(solution: Solution, conductor: Conductor) -> None:
    database = Database(conductor)

    connection = await solution.make("Conexion", database.abrir, database.cerrar)
    entered = await connection.call("__aenter__")
    session = entered.must_return()
    too_early = entered.evidence.of("cerrar")
    left = await connection.call("__aexit__", None, None, None)
    swallows = left.must_return()

    require(
        session == database.session,
        f"`async with … as sesion` debe dar lo que devuelve abrir(), y dio {str(session)[:200]}.",
        f"`async with … as sesion` must give what abrir() returns, and gave {str(session)[:200]}.",
    )
    require(
        not too_early,
        "La sesión se cerró al entrar: ciérrala en __aexit__.",
        "The session was closed on entering: close it in __aexit__.",
    )
    require(
        not swallows,
        "__aexit__ devolvió algo verdadero: eso se come el error que haya. No devuelvas nada.",
        "__aexit__ returned something true: that swallows an error. Return nothing.",
    )
    left.must_have_asked(database.abrir, ())
    database.require_closed(left, "al salir", "on leaving")


@points(2)
@title(es="Si todo va bien, se cierra y se devuelve", en="If all goes well it closes and returns")
async def test_success(solution: Solution, conductor: Conductor) -> None:
    database = Database(conductor)

    run = await solution.call("consultar", *database.services)

    answer = run.must_return()
    run.must_have_asked(database.preguntar, (database.session,))
    database.require_closed(run, "al acabar", "at the end")
    require(
        answer == database.answer,
        f"consultar debe devolver lo que responde preguntar(sesion), y devolvió {answer!r:.200}.",
        f"consultar must return what preguntar(sesion) answers, and returned {answer!r:.200}.",
    )
    asked, closed = run.evidence.of("preguntar")[0], run.evidence.of("cerrar")[0]
    require(
        asked.number and asked.asked_at <= closed.asked_at and bool(asked.ended_at),
        "Cerraste la sesión antes de preguntar.",
        "You closed the session before asking.",
    )


@points(2)
@title(
    es="Si la pregunta falla, se cierra y el error sale", en="If asking fails it closes, error out"
)
async def test_error(solution: Solution, conductor: Conductor) -> None:
    database = Database(conductor, broken="preguntar")

    run = await solution.call("consultar", *database.services)

    database.require_closed(run, "cuando preguntar falló", "when asking failed")
    run.must_raise("ValueError", database.words)


@points(2)
@title(es="Si la cancelan, también se cierra", en="If it is cancelled, it closes all the same")
@hint(
    es="CancelledError no es un Exception: `except Exception` no la ve; `finally` sí.",
    en="CancelledError is no Exception: `except Exception` does not see it; `finally` does.",
    after=2,
)
async def test_cancelled(solution: Solution, conductor: Conductor) -> None:
    database = Database(conductor, hangs=True)

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

    run = await solution.call("consultar", *database.services)

    run.must_raise("ValueError", database.words)
    require(
        not run.evidence.of("cerrar"),
        "abrir() falló, no hay sesión, y aun así llamaste a cerrar().",
        "abrir() failed, there is no session, and you called cerrar() all the same.",
    )

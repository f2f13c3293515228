"""endpoints: three endpoints of an API, none of which stops the others (class, section 5).

No check looks at a clock: what is in flight at the same time shows who stops whom.
"""

import asyncio
from secrets import SystemRandom, token_hex
from typing import Any

from graders.kit import App, Conductor, Run, Service, Solution, hint, needs, points, require, title

draw = SystemRandom()
MANY = 5
NEW, OLD = "consultar", "consultar_antigua"
NO_APPLICATIONS = ("NoneType", "str", "dict", "list", "tuple")


class Answers:
    """What a query answers: new for every call, so that nobody can know it or keep it."""

    def __init__(self, query: str) -> None:
        self.query = query
        self.given: list[str] = []

    def __call__(self) -> str:
        self.given.append(f"{self.query} {token_hex(4)}")
        return self.given[-1]


class Shop:
    """Three users with an order each; others for every report."""

    def __init__(self) -> None:
        self.reports: list[list[dict[str, Any]]] = []
        self.orders: dict[Any, list[dict[str, Any]]] = {}

    def users(self) -> list[dict[str, Any]]:
        users = [{"id": i, "nombre": token_hex(4)} for i in draw.sample(range(10**9), 3)]
        new = {user["id"]: [{"id": draw.randrange(9999), "total": 50.5}] for user in users}
        self.orders |= new
        self.reports.append([{"usuario": u["nombre"], "pedidos": new[u["id"]]} for u in users])
        return users

    def orders_of(self, usuario_id: Any) -> object:
        return self.orders.get(usuario_id, []) if isinstance(usuario_id, int) else []


class Backend:
    """The four queries of one check, and the application that is made with them."""

    def __init__(self, conductor: Conductor, new: int = 1, old: int = 1, orders: int = 1) -> None:
        self.shop, self.answers, self.old_answers = Shop(), Answers(NEW), Answers(OLD)
        self.query = conductor.service(NEW, self.answers, hold_until=new)
        self.old = conductor.service(OLD, self.old_answers, hold_until=old, kind="blocking")
        self.users = conductor.service("obtener_usuarios", self.shop.users, hold_until=new)
        self.orders = conductor.service("obtener_pedidos", self.shop.orders_of, hold_until=orders)

    async def open(self, solution: Solution) -> tuple[App, Run]:
        """Return the application, and a run that bears the evidence of all that is asked of it."""
        made = await solution.make("crear_app", self.query, self.old, self.users, self.orders)
        require(
            made.type_name not in NO_APPLICATIONS,
            f"crear_app devolvió un {made.type_name}, y no la aplicación: ¿falta «return app»?",
            f"crear_app returned a {made.type_name}, no application: is “return app” missing?",
        )
        return made.app(), await made.call("__repr__")


def place_of(run: Run, service: Service) -> tuple[str, str, int | None]:
    """Return where it was first called, in words and as a number; empty and None if unknown."""
    line = next((call.line for call in run.evidence.of(service.name) if call.line), None)
    return (f" (línea {line})", f" (line {line})", line) if line else ("", "", None)


async def ask(app: App, path: str) -> Any:
    """Return what the application answers; what went wrong is told in words about endpoints."""
    try:
        response = await app.get(path)
    except AssertionError as error:
        require(
            "'coroutine' object" not in str(error),
            f"En {path} usaste una corrutina como si fuera su resultado. Falta un await, que solo "
            "cabe en un async def.",
            f"In {path} you used a coroutine as if it were its result. An await is missing, which "
            "only fits into an async def.",
            line=getattr(error, "line", None),
        )
        raise
    require(
        response.status not in (404, 422),
        f"FastAPI respondió {response.status} a GET {path}. Con 404, falta su @app.get; con 422, "
        "su función lleva parámetros, y no los necesita.",
        f"FastAPI answered {response.status} to GET {path}. With 404, its @app.get is missing; "
        "with 422, its function has parameters, and needs none.",
    )
    return response.json()


def require_messages(path: str, got: list[Any], answers: Answers) -> None:
    """Make sure that each response is the answer of a query of its own."""
    for one in got:
        require(
            isinstance(one, dict) and list(one) == ["mensaje"],
            f'{path} debía responder {{"mensaje": …}}, y respondió {one!r:.200}.',
            f'{path} should answer {{"mensaje": …}}, and answered {one!r:.200}.',
        )
    told = [str(one["mensaje"]) for one in got]
    for one in told:
        require(
            one in answers.given,
            f"{path} respondió «{one:.100}», y eso no lo contestó {answers.query}().",
            f"{path} answered “{one:.100}”, and {answers.query}() did not say that.",
        )
    require(
        sorted(told) == sorted(answers.given),
        f"Peticiones de {path}: {len(told)}; llamadas a {answers.query}(): {len(answers.given)}. "
        "Cada petición pregunta una vez, y responde lo que le digan a ella.",
        f"Requests of {path}: {len(told)}; calls of {answers.query}(): {len(answers.given)}. Each "
        "request asks once, and answers what it was told itself.",
    )


@points(2)
@title(es="/async atiende muchas peticiones a la vez", en="/async serves many requests at once")
async def test_async(solution: Solution, conductor: Conductor) -> None:
    backend = Backend(conductor, new=MANY)
    app, run = await backend.open(solution)

    got = await asyncio.gather(*[ask(app, "/async") for _ in range(MANY)])

    require_messages("/async", got, backend.answers)
    widest = run.evidence.width(NEW)
    require(
        widest == MANY,
        f"De {MANY} peticiones de /async, solo {widest} esperaban su consulta a la vez: algo en tu "
        "endpoint las pone en cola, por ejemplo un Lock. Cada petición va por su cuenta.",
        f"Of {MANY} requests of /async, only {widest} awaited their query at once: something in "
        "your endpoint makes them queue, a Lock for example. Each request goes its own way.",
        line=place_of(run, backend.query)[2],
    )
    run.must_not_have_blocked()


@points(1)
@title(es="/sync responde lo que dice la consulta antigua", en="/sync answers the old query's word")
async def test_sync(solution: Solution, conductor: Conductor) -> None:
    backend = Backend(conductor)
    app, _ = await backend.open(solution)

    got = [await ask(app, path) for path in ("/sync", "/sync")]

    require_messages("/sync", got, backend.old_answers)


@points(4)
@title(es="Mientras un /sync espera, todos siguen", en="While one /sync waits, all go on")
@needs("sync")
@hint(
    es="Un async def corre en el hilo del event loop. ¿Quién más vive en ese hilo mientras "
    "consultar_antigua() no contesta?",
    en="An async def runs in the event loop's thread. Who else lives in that thread while "
    "consultar_antigua() does not answer?",
)
async def test_nobody_stopped(solution: Solution, conductor: Conductor) -> None:
    # The first /sync gets no answer before the second waits as well, and that one is requested
    # when /async has been answered.
    backend = Backend(conductor, old=2)
    app, run = await backend.open(solution)
    went_on = False

    async def ask_others() -> list[Any]:
        nonlocal went_on
        answer = await ask(app, "/async")
        went_on = not any(call.how for call in run.evidence.of(OLD))
        return [answer, await ask(app, "/sync")]

    first, (_, second) = await asyncio.gather(ask(app, "/sync"), ask_others())
    require_nobody_stopped(run, backend, went_on=went_on)
    require_messages("/sync", [first, second], backend.old_answers)


def require_nobody_stopped(run: Run, backend: Backend, *, went_on: bool) -> None:
    es, en, line = place_of(run, backend.old)
    are_together = run.evidence.width(OLD) > 1
    require(
        are_together or not went_on,
        f"Con un /sync esperando{es}, /async siguió, pero otro /sync hizo cola, por un Lock, un "
        "solo hilo o un async def que bloquea. Con def, FastAPI da un hilo a cada uno.",
        f"With one /sync waiting{en}, /async went on, but another /sync queued: because of a Lock, "
        "a single thread or an async def that blocks. With def, FastAPI gives each a thread.",
        line=line,
    )
    require(
        are_together,
        f"/sync llamó a consultar_antigua(){es} y bloqueó el event loop: hasta que contestó no "
        "avanzó ninguna otra petición. Una llamada que bloquea no va en un async def: escribe el "
        "endpoint con def, y FastAPI lo ejecutará en un hilo aparte.",
        f"/sync called consultar_antigua(){en} and blocked the event loop: until it answered no "
        "other request went on. A blocking call does not belong into an async def: write the "
        "endpoint with def, and FastAPI will run it in a thread of its own.",
        line=line,
    )


@points(2)
@title(es="/reporte pide los pedidos de todos a la vez", en="/reporte asks for all orders at once")
async def test_report(solution: Solution, conductor: Conductor) -> None:
    backend = Backend(conductor, orders=3)
    app, run = await backend.open(solution)

    got = await ask(app, "/reporte")

    wanted = backend.shop.reports
    require(
        [got] == [{"reportes": reports} for reports in wanted],
        f"/reporte respondió {got!r:.300}, y los reportes eran {wanted!r:.300}.",
        f"/reporte answered {got!r:.300}, and the reports were {wanted!r:.300}.",
    )
    es, en, line = place_of(run, backend.orders)
    require(
        run.evidence.width(backend.orders.name) == 3,
        f"/reporte esperó los pedidos de un usuario antes de pedir los del siguiente{es}. "
        "Espéralos juntos, por ejemplo con asyncio.gather().",
        f"/reporte awaited one user's orders before it asked for the next one's{en}. Await them "
        "together, for example with asyncio.gather().",
        line=line,
    )


@points(1)
@title(es="Dos reportes a la vez no se mezclan", en="Two reports at once do not mix")
async def test_reports_apart(solution: Solution, conductor: Conductor) -> None:
    backend = Backend(conductor, new=2)
    app, _ = await backend.open(solution)

    got = await asyncio.gather(ask(app, "/reporte"), ask(app, "/reporte"))

    wanted = [{"reportes": reports} for reports in backend.shop.reports]
    require(
        len(wanted) == 2 and all(report in got for report in wanted),
        f"Pedimos dos reportes a la vez, y no salió cada uno con lo suyo: {got!r:.250}… La lista "
        "debe nacer dentro del endpoint: lo que está fuera lo comparten todas las peticiones.",
        f"We requested two reports at once, and each did not get its own: {got!r:.250}… The list "
        "must be born inside the endpoint: what is outside is shared by all requests.",
    )

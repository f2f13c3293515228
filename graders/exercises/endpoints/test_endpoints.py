"""endpoints: three endpoints of an API, none of which stops the others (class, section 5).

No check looks at a clock: what is in flight at the same time shows who stops whom.
"""

import asyncio
from secrets import SystemRandom, token_hex
from typing import Any

from graders.kit import (
    QUIET,
    App,
    Conductor,
    Run,
    Service,
    Solution,
    hint,
    needs,
    nothing_blocks,
    points,
    require,
    title,
)

draw = SystemRandom()
# As many as the statement allows: whoever limits how many go at once limits them to fewer.
MANY_ASYNC, MANY_USERS, MANY_SYNC = 30, 30, 4
NEW, OLD = "consultar", "consultar_antigua"
NO_APPLICATIONS = ("NoneType", "str", "dict", "list", "tuple")


class Answers:
    """What a query answers: new for every call, so that nobody can know it or keep it."""

    def __init__(self, query: str) -> None:
        self.query = query
        self.given: list[str] = []

    def __call__(self) -> str:
        self.given.append(f"{self.query}\n«año» {token_hex(4)}")
        return self.given[-1]


class Shop:
    """Some users with their orders; others for every report. Two bear one name, one has none."""

    def __init__(self, size: int) -> None:
        self.ids = draw.sample(range(10**9), 3 * size)
        self.reports: list[list[dict[str, Any]]] = []
        self.orders: dict[Any, list[dict[str, Any]]] = {}
        self._size, self._left = size, list(self.ids)

    def users(self) -> list[dict[str, Any]]:
        ids, self._left = self._left[: self._size], self._left[self._size :]
        users = [{"id": i, "nombre": token_hex(4)} for i in ids]
        users[1]["nombre"] = users[0]["nombre"]
        new: dict[Any, Any] = {i: [{"id": draw.randrange(9999), "total": 50.5}] for i in ids}
        new[ids[-1]] = []
        self.orders |= new
        self.reports.append([{"usuario": u["nombre"], "pedidos": new[u["id"]]} for u in users])
        return users

    def orders_of(self, usuario_id: Any) -> object:
        return self.orders.get(usuario_id, []) if isinstance(usuario_id, int) else []


class SameUsers(Shop):
    """The same users in every report, by other names, and with new orders in every query."""

    def users(self) -> list[dict[str, Any]]:
        self._left = list(self.ids)
        self._places = {number: place for place, number in enumerate(self.ids[: self._size])}
        users = super().users()
        for report in self.reports[-1]:
            report["pedidos"] = None
        return users

    def orders_of(self, usuario_id: Any) -> object:
        place = self._places.get(usuario_id, 0) if isinstance(usuario_id, int) else 0
        new = [] if place == self._size - 1 else [{"id": draw.randrange(10**9)}]
        # Which report asks does not show.
        left = [report for report in self.reports if report[place]["pedidos"] is None]
        if left:
            left[0][place]["pedidos"] = new
        return new


def parts_of(reports: list[Any]) -> list[str]:
    """Return the names of each report, and all orders, in any order; nothing if one is unlike."""
    try:
        found = [list(report["reportes"]) for report in reports]
        names = [sorted(user["usuario"] for user in report) for report in found]
        orders = [user["pedidos"] for report in found for user in report]
    except (KeyError, TypeError):
        return []
    return sorted(map(repr, [*names, *orders]))


class Backend:
    """The four queries of one check, and the application that is made with them."""

    def __init__(
        self,
        conductor: Conductor,
        *,
        new: Any = 1,
        old: Any = 1,
        orders: Any = 1,
        shop: Shop | None = None,
    ) -> None:
        self.shop, self.answers, self.old_answers = shop or Shop(3), Answers(NEW), Answers(OLD)
        self.query = conductor.service(NEW, self.answers, hold_until=new)
        self.old = conductor.service(OLD, self.old_answers, hold_until=old, kind="blocking")
        self.users = conductor.service("obtener_usuarios", self.shop.users, hold_until=new)
        # The last ones come first.
        self.orders = conductor.service(
            "obtener_pedidos",
            self.shop.orders_of,
            hold_until=orders,
            release_order=self.shop.ids[::-1],
        )

    async def open(self, solution: Solution) -> tuple[App, Run]:
        """Return the application, and a run that bears the evidence of all that is asked of it."""
        made = await solution.make("crear_app", self.query, self.old, self.users, self.orders)
        require(
            made.type_name not in NO_APPLICATIONS,
            f"`crear_app` devolvió un `{made.type_name}`, y no la aplicación: ¿falta `return app`?",
            f"`crear_app` returned a `{made.type_name}`, no application: is `return app` missing?",
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
            f"En `{path}` usaste una corrutina como si fuera su resultado. Falta un `await`, que "
            "solo cabe en un `async def`.",
            f"In `{path}` you used a coroutine as if it were its result. An `await` is missing, "
            "which only fits into an `async def`.",
            line=getattr(error, "line", None),
        )
        raise
    require(
        response.status not in (404, 422),
        f"FastAPI respondió {response.status} a `GET {path}`. Con 404, falta su `@app.get`; con "
        "422, su función lleva parámetros, y no los necesita.",
        f"FastAPI answered {response.status} to `GET {path}`. With 404, its `@app.get` is "
        "missing; with 422, its function has parameters, and needs none.",
    )
    return response.json()


def require_messages(path: str, got: list[Any], answers: Answers) -> None:
    """Make sure that each response is the answer of a query of its own."""
    for one in got:
        require(
            isinstance(one, dict) and list(one) == ["mensaje"],
            f'`{path}` debía responder {{"mensaje": …}}, y respondió {one!r:.200}.',
            f'`{path}` should answer {{"mensaje": …}}, and answered {one!r:.200}.',
        )
    told = [str(one["mensaje"]) for one in got]
    for one in told:
        require(
            one in answers.given,
            f"`{path}` respondió «{one:.100}», y eso no lo contestó `{answers.query}()`.",
            f"`{path}` answered “{one:.100}”, and `{answers.query}()` did not say that.",
        )
    require(
        sorted(told) == sorted(answers.given),
        f"Peticiones de `{path}`: {len(told)}; llamadas a `{answers.query}()`: "
        f"{len(answers.given)}. Cada petición pregunta una vez, y responde lo que le digan a ella.",
        f"Requests of `{path}`: {len(told)}; calls of `{answers.query}()`: {len(answers.given)}. "
        "Each request asks once, and answers what it was told itself.",
    )


@points(1)
@title(es="/async atiende muchas peticiones a la vez", en="/async serves many requests at once")
async def test_async(solution: Solution, conductor: Conductor) -> None:
    backend = Backend(conductor, new=MANY_ASYNC)
    app, run = await backend.open(solution)

    got = await asyncio.gather(*[ask(app, "/async") for _ in range(MANY_ASYNC)])
    # And one more afterwards: what was answered before is of no use.
    got.append(await ask(app, "/async"))

    require_messages("/async", got, backend.answers)
    widest = run.evidence.width(NEW)
    require(
        widest == MANY_ASYNC,
        f"De {MANY_ASYNC} peticiones de `/async`, solo {widest} esperaban su consulta a la vez: "
        "algo en tu endpoint las pone en cola, por ejemplo un `Lock` o un `Semaphore`. Cada "
        "petición va por su cuenta.",
        f"Of {MANY_ASYNC} requests of `/async`, only {widest} awaited their query at once: "
        "something in your endpoint makes them queue, a `Lock` or a `Semaphore` for example. Each "
        "request goes its own way.",
        line=place_of(run, backend.query)[2],
    )


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
    es="Un `async def` corre en el hilo del event loop. ¿Quién más vive en ese hilo mientras "
    "`consultar_antigua()` no contesta?",
    en="An `async def` runs in the event loop's thread. Who else lives in that thread while "
    "`consultar_antigua()` does not answer?",
)
async def test_nobody_stopped(solution: Solution, conductor: Conductor) -> None:
    # The first /sync gets no answer before three others wait as well, and those are requested when
    # /async and /reporte have been answered.
    backend = Backend(conductor, old=MANY_SYNC)
    app, run = await backend.open(solution)
    went_on = False

    async def ask_others() -> list[Any]:
        nonlocal went_on
        await ask(app, "/async")
        await ask(app, "/reporte")
        went_on = not any(call.how for call in run.evidence.of(OLD))
        return await asyncio.gather(*[ask(app, "/sync") for _ in range(MANY_SYNC - 1)])

    first, others = await asyncio.gather(ask(app, "/sync"), ask_others())
    require_nobody_stopped(run, backend, went_on=went_on)
    require_messages("/sync", [first, *others], backend.old_answers)


def require_nobody_stopped(run: Run, backend: Backend, *, went_on: bool) -> None:
    es, en, line = place_of(run, backend.old)
    are_together = run.evidence.width(OLD) == MANY_SYNC
    require(
        are_together or not went_on,
        f"Con un `/sync` esperando{es}, `/async` siguió, pero otro `/sync` hizo cola (eran "
        f"{MANY_SYNC}), por un `Lock`, pocos hilos o un `async def` que bloquea. Con `def`, "
        "FastAPI da un hilo a cada uno.",
        f"With one `/sync` waiting{en}, `/async` went on, but another `/sync` queued (of "
        f"{MANY_SYNC}): because of a `Lock`, too few threads or an `async def` that blocks. With "
        "`def`, FastAPI gives each a thread.",
        line=line,
    )
    require(
        are_together,
        f"`/sync` llamó a `consultar_antigua()`{es} y bloqueó el event loop: hasta que contestó "
        "no avanzó ninguna otra petición. Una llamada que bloquea no va en un `async def`: "
        "escribe el endpoint con `def`, y FastAPI lo ejecutará en un hilo aparte.",
        f"`/sync` called `consultar_antigua()`{en} and blocked the event loop: until it answered "
        "no other request went on. A blocking call does not belong into an `async def`: write the "
        "endpoint with `def`, and FastAPI will run it in a thread of its own.",
        line=line,
    )


@points(1)
@title(es="/reporte pide los pedidos de todos a la vez", en="/reporte asks for all orders at once")
async def test_report(solution: Solution, conductor: Conductor) -> None:
    backend = Backend(conductor, orders=MANY_USERS, shop=Shop(MANY_USERS))
    app, run = await backend.open(solution)

    got = await ask(app, "/reporte")

    wanted = backend.shop.reports
    reports = got.get("reportes") if isinstance(got, dict) else None
    is_in_order = [got] == [{"reportes": reports} for reports in wanted]
    require(
        is_in_order
        or not isinstance(reports, list)
        or len(wanted) != 1
        or sorted(map(repr, reports)) != sorted(map(repr, wanted[0])),
        "`/reporte` respondió los reportes en otro orden que el de `obtener_usuarios()`: según "
        "llegaron los pedidos. `gather()` devuelve los resultados en el orden en que los pediste.",
        "`/reporte` answered the reports in another order than that of `obtener_usuarios()`: as "
        "the orders came. `gather()` returns the results in the order in which you asked.",
    )
    require(
        is_in_order,
        f"`/reporte` respondió {got!r:.300}, y los reportes eran {wanted!r:.300}.",
        f"`/reporte` answered {got!r:.300}, and the reports were {wanted!r:.300}.",
    )
    es, en, line = place_of(run, backend.orders)
    widest = run.evidence.width(backend.orders.name)
    require(
        widest > 1,
        f"`/reporte` esperó los pedidos de un usuario antes de pedir los del siguiente{es}. "
        "Espéralos juntos, por ejemplo con `asyncio.gather()`.",
        f"`/reporte` awaited one user's orders before it asked for the next one's{en}. Await them "
        "together, for example with `asyncio.gather()`.",
        line=line,
    )
    run.must_have_overlapped(backend.orders, MANY_USERS)
    run.must_have_asked(backend.orders, *[(i,) for i in backend.shop.ids[:MANY_USERS]])


@points(1)
@title(es="Dos reportes a la vez ni se esperan ni se mezclan", en="Two reports do not wait or mix")
async def test_reports_apart(solution: Solution, conductor: Conductor) -> None:
    backend = Backend(conductor, new=2, orders=QUIET, shop=SameUsers(3))
    app, run = await backend.open(solution)

    got = list(await asyncio.gather(ask(app, "/reporte"), ask(app, "/reporte")))
    got.append(await ask(app, "/reporte"))

    wanted = [{"reportes": reports} for reports in backend.shop.reports]
    require(
        len(wanted) == 3,
        f"Hubo 3 peticiones de `/reporte` y {len(wanted)} llamadas a `obtener_usuarios()`. Cada "
        "petición hace sus propias consultas: no guardes las respuestas de una para otra.",
        f"There were 3 requests of `/reporte` and {len(wanted)} calls of `obtener_usuarios()`. "
        "Each request makes its own queries: do not keep the answers of one for another.",
    )
    require(
        parts_of(got) == parts_of(wanted),
        f"Pedimos dos `/reporte` a la vez, y no salió cada uno con lo suyo: {got!r:.250}… La "
        "lista debe nacer dentro del endpoint: lo que está fuera lo comparten todas las "
        "peticiones.",
        f"We requested `/reporte` twice at once, and each did not get its own: {got!r:.250}… The "
        "list must be born inside the endpoint: what is outside is shared by all requests.",
    )
    require(
        run.evidence.width("obtener_usuarios") == 2,
        "Pedimos dos `/reporte` a la vez, y el segundo esperó a que acabara el primero: algo los "
        "pone en cola, por ejemplo un `Lock` o un `Semaphore`. Cada petición va por su cuenta.",
        "We requested `/reporte` twice at once, and the second waited for the end of the first: "
        "something makes them queue, a `Lock` or a `Semaphore` for example. Each goes its own way.",
        line=place_of(run, backend.users)[2],
    )


@nothing_blocks
@points(2)
@title(es="Nada bloquea el event loop", en="Nothing blocks the event loop")
async def test_nothing_blocks(solution: Solution, conductor: Conductor) -> None:
    backend = Backend(conductor, new=QUIET, old=QUIET, orders=QUIET)
    app, run = await backend.open(solution)

    await asyncio.gather(*[ask(app, path) for path in ("/async", "/sync", "/reporte")])

    run.must_not_have_blocked()

"""api-externa: real HTTP requests, all under way at once (class, section 6.1).

That all share one client cannot be seen from outside: with all of them in flight each has a
connection of its own, whoever opened it. What can be seen is that none stays open.
"""

from collections.abc import Sequence
from http import HTTPStatus
from secrets import SystemRandom, token_hex
from typing import Any

from graders.kit import (
    ONE_BY_ONE,
    QUIET,
    Conductor,
    Reply,
    Run,
    Solution,
    hint,
    needs,
    nothing_blocks,
    points,
    require,
    title,
)

# As many as the statement allows: whoever limits how many go at once limits them to fewer.
NAMES = ["usuarios", "productos", "pedidos", "ventas", "avisos"]
# Each with its place among the URLs.
STATUSES = {
    HTTPStatus.NOT_FOUND: 0,
    HTTPStatus.SERVICE_UNAVAILABLE: 2,
    HTTPStatus.BAD_REQUEST: 1,
    HTTPStatus.INTERNAL_SERVER_ERROR: 1,
}
NOT_YET = ("'_GatheringFuture' obj", "'coroutine' obj", "Future' obj", "Task' obj")
draw = SystemRandom()


class Api:
    """An API with new data in every check, at five URLs; at some more, an error."""

    def __init__(self, conductor: Conductor, hold_until: Any = 1) -> None:
        self.paths = [f"/{name}-{token_hex(2)}" for name in NAMES]
        # The last ones are data like any other, too.
        self.data = [{"total": draw.randrange(10**6), "clave": token_hex(3)}, *new_lists(), {}, 0]
        answers: dict[str, object] = dict(zip(self.paths, self.data, strict=True))
        # Bad by their status only: they hold JSON like any other.
        answers |= {f"/{bad.value}": Reply(b"{}", bad, (), "application/json") for bad in STATUSES}
        self.tries = [
            conductor.http(name, answers, hold_until=hold_until, release_order=self.paths[::-1])
            for name in ("API", "API, otra vez")
        ]
        self.http, self.answers = self.tries[0], answers

    async def asked_for(self, solution: Solution, paths: Sequence[str]) -> Run:
        """Have the program ask for these; once more, if its client's own clock was quicker."""
        run = await solution.call("obtener_datos", [self.http.url + path for path in paths])
        if is_timeout(run.outcome.error):
            self.http = self.tries[1]
            run = await solution.call("obtener_datos", [self.http.url + path for path in paths])
        return run


def new_lists() -> list[Any]:
    return [[{"id": draw.randrange(10**6)}, {"id": draw.randrange(10**6)}], []]


def is_timeout(error: Any) -> bool:
    """Return whether a client gave up by its own clock; one of a group is enough.

    If our machine keeps it waiting so long (httpx: 5 s), it is asked again, with a fresh API.
    """
    return error is not None and (
        "Timeout" in getattr(error, "type_name", "")
        or any(is_timeout(member) for member in getattr(error, "members", ()))
    )


def require_at_once(run: Run, api: Api) -> None:
    """Make sure that all the requests were in flight together."""
    blocked = next(iter(run.outcome.reported.blocked), None)
    require(
        not (blocked and api.http.came_short == 1),
        f"La línea {blocked} bloqueó el event loop hasta que llegó la respuesta: nadie pudo pedir "
        "nada más. `requests` y `urllib` son síncronos: usa `httpx.AsyncClient` o "
        "`aiohttp.ClientSession`, o lleva cada petición a un hilo con `asyncio.to_thread()`.",
        f"Line {blocked} blocked the event loop until the answer came: nobody could ask for "
        "anything else. `requests` and `urllib` are synchronous: use `httpx.AsyncClient` or "
        "`aiohttp.ClientSession`, or take each request to a thread with `asyncio.to_thread()`.",
        line=blocked,
    )
    require(
        not (api.http.came_short == 1 and len(run.evidence.of(api.http.name)) > 1),
        "Esperaste la respuesta de una URL antes de pedir la siguiente. ¿Hay un `await` (o un "
        "`async with`) dentro del bucle? Haz una lista con todas las peticiones, sin esperarlas, "
        "y espera después a todas juntas con `asyncio.gather()`.",
        "You awaited the response of one URL before asking for the next. Is there an `await` (or "
        "an `async with`) inside the loop? Make a list of all the requests, without awaiting "
        "them, and then wait for all of them together with `asyncio.gather()`.",
    )
    returned(run)
    run.must_have_overlapped(api.http, len(api.paths))


def require_data(value: Any, wanted: list[Any]) -> None:
    """Make sure that it is a list of all the data, in whatever order."""
    require(
        isinstance(value, list | tuple),
        "`obtener_datos` debía devolver una lista con los datos de cada URL, y devolvió "
        f"{value!r:.200}.",
        "`obtener_datos` should return a list with the data of each URL, and returned "
        f"{value!r:.200}.",
    )
    kinds = {getattr(item, "type_name", type(item).__name__) for item in value}
    require(
        not kinds & {"Response", "ClientResponse", "str", "bytes"},
        f"La lista lleva respuestas o textos ({value!r:.120}), y no sus datos: llama a `.json()` "
        "en cada respuesta.",
        f"The list holds responses or texts ({value!r:.120}), not their data: call `.json()` on "
        "each response.",
    )
    require(
        len(value) == len(wanted) and all(value.count(x) == wanted.count(x) for x in wanted),
        f"Con {len(wanted)} URL, `obtener_datos` debía devolver {wanted!r:.300}, y devolvió "
        f"{value!r:.300}.",
        f"With {len(wanted)} URLs `obtener_datos` should return {wanted!r:.300}, and returned "
        f"{value!r:.300}.",
    )


def returned(run: Run) -> Any:
    """Return what it returned; what was used without being awaited gets words of its own."""
    error = run.outcome.error
    line = error.line if error else None
    es, en = (f" (línea {line})", f" (line {line})") if line else ("", "")
    require(
        not (error and any(words in error.message for words in NOT_YET)),
        f"Usaste como respuesta{es} lo que aún no ha llegado: falta un "
        "`await` delante de `asyncio.gather()`, de la tarea o de la petición "
        f"(`{error and error.message}`).",
        f"You used as a response{en} what has not come yet: an `await` is "
        "missing before `asyncio.gather()`, the task or the request "
        f"(`{error and error.message}`).",
        line=line,
    )
    return run.must_return()


@points(4)
@title(es="Pide todas las URL a la vez", en="Asks for all URLs at once")
async def test_all_at_once(solution: Solution, conductor: Conductor) -> None:
    api = Api(conductor, hold_until=len(NAMES))

    run = await api.asked_for(solution, api.paths)

    require_at_once(run, api)
    run.must_have_asked(api.http, *[(path,) for path in api.paths])


@points(1)
@title(es="Devuelve los datos de cada respuesta", en="Returns the data of each response")
async def test_data(solution: Solution, conductor: Conductor) -> None:
    api = Api(conductor)

    run = await api.asked_for(solution, api.paths)

    require_data(returned(run), api.data)


@points(1)
@title(es="Los datos van en el orden de las URL", en="The data are in the order of the URLs")
@needs("all_at_once", "data")
async def test_order(solution: Solution, conductor: Conductor) -> None:
    api = Api(conductor, hold_until=ONE_BY_ONE)

    run = await api.asked_for(solution, api.paths[:3])

    value = returned(run)
    require_data(value, api.data[:3])
    require(
        list(value) == api.data[:3],
        "Están todos los datos, pero no en el orden de `urls`: van según llegaron. "
        "`asyncio.gather()` los devuelve en el orden en que los pediste.",
        "All the data are there, but not in the order of `urls`: they are as they came. "
        "`asyncio.gather()` returns them in the order in which you asked.",
    )


@points(1)
@title(es="Una respuesta con error no pasa por buena", en="An error response is not taken for good")
@needs("data")
async def test_bad_status(solution: Solution, conductor: Conductor) -> None:
    api = Api(conductor)
    for status, place in STATUSES.items():
        paths = api.paths[:2]
        paths.insert(place, f"/{status.value}")
        run = await api.asked_for(solution, paths)
        if run.outcome.error is None or is_timeout(run.outcome.error):
            value = returned(run)
            require(
                False,
                f"Una URL contestó {status.value} ({status.phrase}) y `obtener_datos` devolvió "
                f"{value!r:.300}. Llama a `raise_for_status()` en cada respuesta y deja pasar su "
                "excepción.",
                f"A URL answered {status.value} ({status.phrase}) and `obtener_datos` returned "
                f"{value!r:.300}. Call `raise_for_status()` on each response and let its "
                "exception through.",
            )
        # By the API that it was asked for at last; a client that gave up may have asked another.
        asked = [call.arguments[0] for call in run.evidence.of(api.http.name)]
        require(
            asked.count(f"/{status.value}") <= 1,
            f"La URL que contestó {status.value} la pediste {asked.count(f'/{status.value}')} "
            "veces: es una petición por URL, también si falla. Deja pasar el error de "
            "`raise_for_status()` sin repetirla.",
            f"You asked {asked.count(f'/{status.value}')} times for the URL that answered "
            f"{status.value}: it is one request per URL, also if it fails. Let the error of "
            "`raise_for_status()` through without another.",
        )


@points(1)
@title(es="Ninguna URL, una, y repetidas", en="No URL, one, and the same twice")
@needs("data")
async def test_edges(solution: Solution, conductor: Conductor) -> None:
    api = Api(conductor)
    for places in ([], [2], [0, 1, 0]):
        run = await api.asked_for(solution, [api.paths[place] for place in places])
        value = returned(run)
        require_data(value, [api.data[place] for place in places])
    # What it answers may change from one call to the next.
    api.data[2] = api.answers[api.paths[2]] = [{"id": draw.randrange(10**6)}]
    run = await api.asked_for(solution, [api.paths[2]])
    require_data(returned(run), [api.data[2]])


@points(1)
@title(es="No queda ninguna conexión abierta", en="No connection stays open")
@needs("all_at_once", "data")
async def test_closed(solution: Solution, conductor: Conductor) -> None:
    api = Api(conductor)

    run = await api.asked_for(solution, api.paths)

    returned(run)
    for _ in range(5):
        # While it still works, as under a heavy load, it may be about to close them.
        if await run.settled() != "working":
            break
    left = api.http.open_connections
    require(
        not left,
        f"Devolviste los datos y nadie cerró el cliente: conexiones que siguen abiertas, {left}. "
        "Ábrelo con `async with`, que lo cierra al salir, o ciérralo tú con `await "
        "client.aclose()` (`httpx`) o `await session.close()` (`aiohttp`).",
        f"You returned the data and nobody closed the client: connections that stay open, {left}. "
        "Open it with `async with`, which closes it at the end, or close it yourself with `await "
        "client.aclose()` (`httpx`) or `await session.close()` (`aiohttp`).",
    )
    # A session of aiohttp that nobody has closed closes by itself when it is thrown away, and says
    # so to an event loop that is nobody's but the program's.
    run = await solution.call_main("obtener_datos", [api.http.url + api.paths[0]])
    require(
        not any("Unclosed client session" in line for line in run.printed),
        "Nadie cerró la sesión de `aiohttp` (él mismo avisa: «Unclosed client session»): se cerró "
        "sola al perderse. Ábrela con `async with`, que la cierra al salir.",
        "Nobody closed the session of `aiohttp` (it says so itself: “Unclosed client session”): "
        "it closed by itself when it was lost. Open it with `async with`, which closes it at the "
        "end.",
    )


@nothing_blocks
@points(1)
@title(es="Nada bloquea el event loop", en="Nothing blocks the event loop")
@needs("data")
@hint(
    es="¿Hilos? Un `ThreadPoolExecutor` con `map()` para el event loop mientras espera. Usa `await "
    "asyncio.to_thread(...)` o `await loop.run_in_executor(...)`.",
    en="Threads? A `ThreadPoolExecutor` with `map()` stops the event loop while it waits. Use "
    "`await asyncio.to_thread(...)` or `await loop.run_in_executor(...)`.",
)
async def test_loop_is_free(solution: Solution, conductor: Conductor) -> None:
    # Answered on proven quiet only: whoever blocks meanwhile is seen to.
    api = Api(conductor, hold_until=QUIET)

    run = await api.asked_for(solution, api.paths)

    run.must_not_have_blocked()
    require_data(returned(run), api.data)

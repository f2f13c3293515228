"""reporte: the users first, then everybody's orders together (class, section 5)."""

import json
from collections.abc import Sequence
from secrets import SystemRandom, token_hex
from typing import Any

from graders.kit import Conductor, Run, Service, Solution, hint, needs, points, require, title

# Users are asked for once, so that two such calls at once never come: they are given when the
# program is proven to ask for nothing before it has them.
WHEN_NOTHING_ELSE = 2
NOT_YET = ("coroutine' obj", "Future' obj", "Task' obj", "await wasn't", "<coroutine", "<Task ")
draw = SystemRandom()


class Shop:
    """Users and orders: new in every check, so that they cannot be known beforehand."""

    def __init__(self, *names: str, without_orders: int | None = None) -> None:
        ids = draw.sample(range(100, 10_000), len(names))
        new = {name: f"{name} {token_hex(2)}" for name in names}
        self.users = [{"id": i, "nombre": new[name]} for i, name in zip(ids, names, strict=True)]
        self.orders: dict[Any, list[dict[str, Any]]] = {
            i: [] if at == without_orders else new_orders(i) for at, i in enumerate(ids)
        }

    def orders_of(self, usuario_id: Any = None) -> object:
        return self.orders.get(usuario_id, []) if isinstance(usuario_id, int) else []

    @property
    def reports(self) -> list[dict[str, Any]]:
        return [{"usuario": u["nombre"], "pedidos": self.orders[u["id"]]} for u in self.users]

    def services(
        self, conductor: Conductor, *, hold_until: int = 1, order: Sequence[int] = ()
    ) -> tuple[Service, Service]:
        """Return who gives users, and who gives orders, in that order of users' places."""
        ids = [self.users[place]["id"] for place in order]
        return conductor.service("obtener_usuarios", lambda: self.users), conductor.service(
            "obtener_pedidos", self.orders_of, hold_until=hold_until, release_order=ids
        )


def new_orders(usuario_id: int) -> list[dict[str, Any]]:
    return [
        {"id": draw.randrange(100_000), "usuario_id": usuario_id, "total": draw.randrange(900) / 4}
        for _ in range(2)
    ]


def returned(run: Run) -> object:
    """Return what it returned; what was used without being awaited gets words of its own."""
    error = run.outcome.error
    told = f"{error or run.outcome.value!r}"
    line = error.line if error else None
    require(
        not any(words in told for words in NOT_YET),
        f"{f'Línea {line}: u' if line else 'U'}saste una llamada como si ya fuera su resultado. Le "
        f"falta un await: {told:.200}",
        f"{f'Line {line}: y' if line else 'Y'}ou used a call as if it were its result already. It "
        f"lacks an await: {told:.200}",
        line=line,
    )
    return run.must_return()


def require_asked(run: Run, shop: Shop, obtener_pedidos: Service) -> None:
    """Make sure that the orders of each user were asked for once, by their id."""
    for call in run.evidence.of(obtener_pedidos.name):
        given = next(iter([*call.arguments, *call.named.values()]), None)
        require(
            given not in shop.users and given not in [user["nombre"] for user in shop.users],
            f'Pediste los pedidos con {given!r}, y obtener_pedidos espera el id: usuario["id"].',
            f"You asked for the orders with {given!r}, and obtener_pedidos wants the id: "
            'usuario["id"].',
            line=call.line,
        )
    run.must_have_asked(obtener_pedidos, *[(user["id"],) for user in shop.users])


def plain(value: Any) -> Any:
    """Return a value with every tuple as a list, and what is no data by what it prints."""
    return json.loads(json.dumps(value, default=repr, skipkeys=True))


def require_report(value: Any, shop: Shop) -> None:
    require(
        isinstance(value, dict) and isinstance(value.get("reportes"), list | tuple),
        f'Debías devolver un diccionario {{"reportes": [...]}}, y devolviste {value!r:.200}.',
        f'You should return a dictionary {{"reportes": [...]}}, and returned {value!r:.200}.',
    )
    got, wanted = plain(value["reportes"]), shop.reports
    require(
        len(got) == len(wanted),
        f"Hay {len(wanted)} usuarios y {len(got)} reportes: {got!r:.200}.",
        f"There are {len(wanted)} users and {len(got)} reports: {got!r:.200}.",
    )
    for mine, right in zip(got, wanted, strict=True):
        require_one(mine, right, shop)


def require_one(got: Any, wanted: dict[str, Any], shop: Shop) -> None:
    """Make sure that one user's report is right."""
    name, orders = (got.get("usuario"), got.get("pedidos")) if isinstance(got, dict) else ("", None)
    is_swapped = name == wanted["usuario"] and orders in shop.orders.values()
    require(
        got == wanted or not is_swapped,
        f"Le diste a {name} los pedidos de otro: {orders!r:.150}. Llegan en cualquier orden; "
        "gather() los devuelve en el orden en que los pediste.",
        f"You gave {name} the orders of somebody else: {orders!r:.150}. They come in any order; "
        "gather() returns them in the order in which you asked.",
    )
    require(
        got == wanted or got not in shop.reports,
        f"Los reportes no van en el orden en que llegaron los usuarios: {name} no toca ahí.",
        f"The reports are not in the order in which the users came: {name} is out of place.",
    )
    require(
        got == wanted,
        f"Un reporte debía ser {wanted!r}, y es {got!r:.300}.",
        f"A report should be {wanted!r}, and is {got!r:.300}.",
    )


@points(1)
@title(es="Pide los usuarios primero, y una sola vez", en="Asks for the users first, and once")
async def test_users_first(solution: Solution, conductor: Conductor) -> None:
    shop = Shop("Ana", "Luis")
    users = conductor.service("obtener_usuarios", lambda: shop.users, hold_until=WHEN_NOTHING_ELSE)
    orders = conductor.service("obtener_pedidos", shop.orders_of)

    run = await solution.call("reporte", users, orders)

    returned(run)
    run.must_have_asked(users, ())
    came_at = run.evidence.of(users.name)[0].ended_at or 0
    for call in run.evidence.of(orders.name):
        require(
            call.asked_at >= came_at,
            f"Llamaste a obtener_pedidos({call.shown}) antes de tener los usuarios: sus id solo "
            "los sabe obtener_usuarios().",
            f"You called obtener_pedidos({call.shown}) before you had the users: only "
            "obtener_usuarios() knows their ids.",
            line=call.line,
        )


@points(3)
@title(es="Pide los pedidos de todos a la vez", en="Asks for everybody's orders at once")
@hint(
    es="Un await dentro de un bucle lo detiene. Junta antes las llamadas en una lista, sin await.",
    en="An await inside a loop stops it. Put the calls into a list first, without await.",
    after=2,
)
async def test_orders_together(solution: Solution, conductor: Conductor) -> None:
    shop = Shop("Ana", "Luis", "Marta")
    users, orders = shop.services(conductor, hold_until=3)

    run = await solution.call("reporte", users, orders)

    require_not_one_by_one(run, orders)
    returned(run)
    require_asked(run, shop, orders)
    run.must_have_overlapped(orders, 3)


def require_not_one_by_one(run: Run, orders: Service) -> None:
    calls = run.evidence.of(orders.name)
    line = next((call.line for call in calls if call.line), None)
    require(
        len(calls) < 2 or run.evidence.width(orders.name) > 1,
        "Esperaste los pedidos de cada usuario antes de pedir los del siguiente: `reporte`"
        f"{f', línea {line}' if line else ''}. Crea primero todas las llamadas y espéralas juntas, "
        "por ejemplo con asyncio.gather().",
        "You awaited each order before asking for the next: `reporte`"
        f"{f' line {line}' if line else ''}. Make all the calls first and await them together, for "
        "example with asyncio.gather().",
        line=line,
    )


@points(2)
@title(es="Devuelve a cada usuario con sus pedidos", en="Returns each user with their orders")
async def test_report(solution: Solution, conductor: Conductor) -> None:
    shop = Shop("Ana", "Luis")
    users, orders = shop.services(conductor, hold_until=2, order=[0, 1])

    run = await solution.call("reporte", users, orders)

    value = returned(run)
    require_asked(run, shop, orders)
    require_report(value, shop)


@points(1)
@title(es="No importa en qué orden llegan los pedidos", en="Orders may come in any order")
@needs("report")
async def test_order(solution: Solution, conductor: Conductor) -> None:
    shop = Shop("Ana", "Luis", "Marta")
    users, orders = shop.services(conductor, hold_until=3, order=[2, 0, 1])

    run = await solution.call("reporte", users, orders)

    require_report(returned(run), shop)


@points(1)
@title(es="Con nombres repetidos y sin pedidos", en="With equal names and no orders")
@needs("report")
async def test_everybody(solution: Solution, conductor: Conductor) -> None:
    shop = Shop("Ana", "Luis", "Ana", without_orders=1)
    users, orders = shop.services(conductor, hold_until=3, order=[0, 1, 2])

    run = await solution.call("reporte", users, orders)

    require_report(returned(run), shop)


@points(1)
@title(es="Sin usuarios, un reporte vacío", en="Without users, an empty report")
@needs("report")
async def test_nobody(solution: Solution, conductor: Conductor) -> None:
    shop = Shop()
    users, orders = shop.services(conductor)

    run = await solution.call("reporte", users, orders)

    require_report(returned(run), shop)
    run.must_have_asked(orders)


@points(1)
@title(es="El error de una consulta no se esconde", en="A query's error is not hidden")
@needs("report")
async def test_error(solution: Solution, conductor: Conductor) -> None:
    words = f"base de datos ocupada {token_hex(3)}"
    shop = Shop("Ana", "Luis", "Marta")

    def fail_on_second(usuario_id: object = None) -> object:
        if usuario_id == shop.users[1]["id"]:
            raise ConnectionError(words)
        return shop.orders_of(usuario_id)

    users, _ = shop.services(conductor)
    orders = conductor.service("obtener_pedidos", fail_on_second, hold_until=3)

    run = await solution.call("reporte", users, orders)

    run.must_raise("ConnectionError", words)

"""reporte: the users first, then everybody's orders together (class, section 5)."""

import json
from collections.abc import Sequence
from secrets import SystemRandom, token_hex
from typing import Any

from graders.kit import (
    AFTER_TIMERS,
    ONE_BY_ONE,
    QUIET,
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

# As many as the statement allows: whoever limits how many go at once limits them to fewer.
MOST = 30
NOT_YET = ("coroutine' obj", "Future' obj", "Task' obj", "await wasn't", "<coroutine", "<Task ")
draw = SystemRandom()


class Shop:
    """Users and orders: new in every check, so that they cannot be known beforehand."""

    def __init__(self, *names: str, without_orders: int | None = None) -> None:
        ids = draw.sample(range(100, 10_000), len(names))
        while len(ids) > 1 and ids == sorted(ids):
            ids = draw.sample(range(100, 10_000), len(names))
        if without_orders is not None:
            ids[-1] = 0
        new = {name: f"{name} McCoy {token_hex(2)}" for name in names}
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
        self, conductor: Conductor, *, hold_until: Any = 1, order: Sequence[int] = ()
    ) -> tuple[Service, Service]:
        """Return who gives users, and who gives orders, in that order of users' places."""
        ids = [self.users[place]["id"] for place in order]
        return conductor.service("obtener_usuarios", lambda: self.users), conductor.service(
            "obtener_pedidos", self.orders_of, hold_until=hold_until, release_order=ids
        )

    def broken(self, conductor: Conductor, place: int | None, error: Exception) -> list[Service]:
        """Return the same two; the orders of the user at that place fail, or the users if None."""
        failing = None if place is None else self.users[place]["id"]

        def users() -> object:
            if place is None:
                raise error
            return self.users

        def orders_of(usuario_id: Any = None) -> object:
            if usuario_id == failing:
                raise error
            return self.orders_of(usuario_id)

        return [
            conductor.service("obtener_usuarios", users),
            conductor.service("obtener_pedidos", orders_of, hold_until=len(self.users)),
        ]


def new_orders(usuario_id: int) -> list[dict[str, Any]]:
    return [
        {"id": draw.randrange(100_000), "usuario_id": usuario_id, "total": draw.randrange(900) / 4}
        for _ in range(2)
    ] * 2


def returned(run: Run) -> object:
    """Return what it returned; what was used without being awaited gets words of its own."""
    error = run.outcome.error
    told = f"{error or run.outcome.value!r}"
    line = error.line if error else None
    require(
        not any(words in told for words in NOT_YET),
        f"{f'Línea {line}: u' if line else 'U'}saste una llamada como si ya fuera su resultado. "
        f"Le falta un `await`: `{told:.200}`",
        f"{f'Line {line}: y' if line else 'Y'}ou used a call as if it were its result already. It "
        f"lacks an `await`: `{told:.200}`",
        line=line,
    )
    return run.must_return()


def require_asked(run: Run, obtener_pedidos: Service, *shops: Shop) -> None:
    """Make sure that the orders of each user were asked for once, by their id."""
    people = [user for shop in shops for user in shop.users]
    asked = []
    for call in run.evidence.of(obtener_pedidos.name):
        given = next(iter([*call.arguments, *call.named.values()]), None)
        asked.append(given)
        require(
            given not in people and given not in [user["nombre"] for user in people],
            f"Pediste los pedidos con {given!r}, y `obtener_pedidos` espera el id: "
            '`usuario["id"]`.',
            f"You asked for the orders with {given!r}, and `obtener_pedidos` wants the id: "
            '`usuario["id"]`.',
            line=call.line,
        )
    require(
        not (len(people) == len(asked) > 1 and all(one == asked[0] for one in asked)),
        f"Pediste {len(asked)} veces los pedidos del mismo usuario: una función o `lambda` creada "
        "en un bucle ve la última vuelta. Pásale el suyo como argumento.",
        f"You asked {len(asked)} times for the orders of the same user: a function or `lambda` "
        "made in a loop sees its last round. Give it its own as an argument.",
    )
    run.must_have_asked(obtener_pedidos, *[(user["id"],) for user in people])


def plain(value: Any) -> Any:
    """Return a value with every tuple as a list, and what is no data by what it prints."""
    return json.loads(json.dumps(value, default=repr, skipkeys=True))


def require_report(value: Any, shop: Shop) -> None:
    require(
        isinstance(value, dict) and isinstance(value.get("reportes"), list | tuple),
        '`reporte` debía devolver un diccionario {"reportes": [...]}, y devolvió '
        f"{value!r:.200}.",
        f'`reporte` should return a dictionary {{"reportes": [...]}}, and returned {value!r:.200}.',
    )
    got, wanted = plain(value["reportes"]), shop.reports
    require(
        len(got) == len(wanted),
        f"`reporte` debía dar {len(wanted)} reportes, uno por usuario, y dio {len(got)}: "
        f"{got!r:.200}.",
        f"`reporte` should give {len(wanted)} reports, one for each user, and gave {len(got)}: "
        f"{got!r:.200}.",
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
        "`gather()` los devuelve en el orden en que los pediste.",
        f"You gave {name} the orders of somebody else: {orders!r:.150}. They come in any order; "
        "`gather()` returns them in the order in which you asked.",
    )
    require(
        got == wanted or got not in shop.reports,
        f"Los reportes no van en el orden en que llegaron los usuarios: {name} no toca ahí. "
        "`gather()` conserva el orden en que los pediste.",
        f"The reports are not in the order in which the users came: {name} is out of place. "
        "`gather()` keeps the order in which you asked.",
    )
    require(
        got == wanted,
        f'Un elemento de `"reportes"` debía ser {wanted!r}, y es {got!r:.300}.',
        f'An item of `"reportes"` should be {wanted!r}, and is {got!r:.300}.',
    )


@points(1)
@title(es="Pide los usuarios primero, y una sola vez", en="Asks for the users first, and once")
async def test_users_first(solution: Solution, conductor: Conductor) -> None:
    shop = Shop("Ana", "Luis")
    users = conductor.service("obtener_usuarios", lambda: shop.users, hold_until=QUIET)
    orders = conductor.service("obtener_pedidos", shop.orders_of)

    run = await solution.call("reporte", users, orders)

    returned(run)
    run.must_have_asked(users, ())
    came_at = run.evidence.of(users.name)[0].ended_at or 0
    for call in run.evidence.of(orders.name):
        asked, came = f"{orders.name}({call.shown})", f"{users.name}() ●"
        run.must_be_in_order(
            [came, asked],
            [came, asked] if call.asked_at >= came_at else [asked, came],
            f"Llamaste a `obtener_pedidos({call.shown})` antes de tener los usuarios: sus id solo "
            "los sabe `obtener_usuarios()`.",
            f"You called `obtener_pedidos({call.shown})` before you had the users: only "
            "`obtener_usuarios()` knows their ids.",
            line=call.line,
        )


@points(4)
@title(es="Pide los pedidos de todos a la vez", en="Asks for everybody's orders at once")
@hint(
    es="Un `await` dentro de un bucle lo detiene. Junta antes las llamadas en una lista, sin "
    "`await`.",
    en="An `await` inside a loop stops it. Put the calls into a list first, without `await`.",
    after=2,
)
async def test_orders_together(solution: Solution, conductor: Conductor) -> None:
    shop = Shop(*[f"Ana {place}" for place in range(MOST)])
    users, orders = shop.services(conductor, hold_until=MOST)

    run = await solution.call("reporte", users, orders)

    require_not_one_by_one(run, orders)
    returned(run)
    require_asked(run, orders, shop)
    run.must_have_overlapped(orders, MOST)


def require_not_one_by_one(run: Run, orders: Service) -> None:
    calls = run.evidence.of(orders.name)
    line = next((call.line for call in calls if call.line), None)
    require(
        len(calls) < 2 or run.evidence.width(orders.name) > 1,
        "Esperaste los pedidos de cada usuario antes de pedir los del siguiente: "
        f"`reporte`{f', línea {line}' if line else ''}. Crea primero todas las llamadas y "
        "espéralas juntas, por ejemplo con `asyncio.gather()`.",
        "You awaited each order before asking for the next: "
        f"`reporte`{f' line {line}' if line else ''}. Make all the calls first and wait for all "
        "of them together, for example with `asyncio.gather()`.",
        line=line,
    )


@points(1)
@title(es="Devuelve a cada usuario con sus pedidos", en="Returns each user with their orders")
async def test_report(solution: Solution, conductor: Conductor) -> None:
    # Twice, of other users: nothing may be left from one call to the next.
    shops = Shop("Zoe", "Ana", "Luis"), Shop("Eva", "Blas")
    for shop in shops:
        size = len(shop.users)
        users, orders = shop.services(conductor, hold_until=size, order=range(size))

        run = await solution.call("reporte", users, orders)

        require_report(returned(run), shop)
    # The same users once more, with other orders.
    shop, old = shops[1], shops[1].reports
    shop.orders = {number: new_orders(number) for number in shop.orders}
    size = len(shop.users)
    users, orders = shop.services(conductor, hold_until=size, order=range(size))
    run = await solution.call("reporte", users, orders)
    value = returned(run)
    require(
        not (isinstance(value, dict) and plain(value).get("reportes") == old),
        "Devolviste los pedidos de la llamada anterior, y habían cambiado: no los guardes de una "
        "llamada a otra (un diccionario global, `lru_cache`).",
        "You returned the orders of the call before, and they had changed: do not keep them from "
        "one call to another (a global dictionary, `lru_cache`).",
    )
    require_report(value, shop)
    require_asked(run, orders, *shops, shop)


@points(1)
@title(es="Los pedidos llegan cuando quieren", en="Orders may come in any order, and late")
@needs("orders_together", "report")
async def test_order(solution: Solution, conductor: Conductor) -> None:
    # All at the same moment, one after the other, and later than a time limit of one's own.
    holds: list[Any] = [4, ONE_BY_ONE, AFTER_TIMERS]
    for hold_until, order in zip(holds, ([2, 0, 3, 1], [1, 3, 2, 0], []), strict=True):
        shop = Shop("Ana", "Luis", "Marta", "Eva")
        users, orders = shop.services(conductor, hold_until=hold_until, order=order)

        run = await solution.call("reporte", users, orders)

        run.must_have_waited_for(orders)
        require_report(returned(run), shop)


@points(1)
@title(es="Con nombres repetidos, sin pedidos, sin nadie", en="Equal names, no orders, no users")
@needs("report")
async def test_everybody(solution: Solution, conductor: Conductor) -> None:
    for shop in Shop("Ana", "Luis", "Ana", without_orders=1), Shop():
        size = len(shop.users)
        users, orders = shop.services(conductor, hold_until=size or 1, order=range(size))

        run = await solution.call("reporte", users, orders)

        require_report(returned(run), shop)


@points(1)
@title(es="El error de una consulta no se esconde", en="A query's error is not hidden")
@needs("orders_together", "report")
async def test_error(solution: Solution, conductor: Conductor) -> None:
    for place, kind in (None, TimeoutError), (0, ConnectionError), (-1, LookupError):
        words = f"base de datos ocupada {token_hex(3)}"
        shop = Shop("Ana", "Luis", "Marta")
        users, orders = shop.broken(conductor, place, kind(words))

        run = await solution.call("reporte", users, orders)

        run.must_raise(kind.__name__, words)


@nothing_blocks
@points(1)
@title(es="Nada bloquea el event loop", en="Nothing blocks the event loop")
async def test_nothing_blocks(solution: Solution, conductor: Conductor) -> None:
    shop = Shop("Ana", "Luis", "Marta")
    users, orders = shop.services(conductor, hold_until=QUIET)

    run = await solution.call("reporte", users, orders)

    returned(run)
    run.must_have_overlapped(users, 1)
    run.must_not_have_blocked()

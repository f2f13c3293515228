"""camarero: everything ordered at once, each dish served as it is ready (class, section 1).

Where order counts, dishes come out one by one, the next when the program is proven to sleep again:
of several that came at once, asyncio.wait() could not tell which came first.
"""

from random import sample
from secrets import choice, token_hex
from signal import SIGXCPU
from typing import Any

from graders.kit import (
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

MENU = ["paella", "sopa", "flan", "gazpacho", "tortilla", "arroz", "merluza", "queso", "natillas"]
MENU += ["croquetas", "lentejas", "pisto"]
ERRORS = [ValueError, ConnectionError, LookupError, TimeoutError, ZeroDivisionError]
# Whoever sets a timer of less looks every now and then, or loses patience before the 2 s of paella.
REST_SECONDS = 2.5
UNAWAITED = "<coroutine object "


class Kitchen:
    """`cocinar`, its orders, and the dishes in the order in which they came out; all by chance.

    hold_until  When dishes come out; None: when all that has been ordered is in the kitchen.
    ready       The whole menu in the order in which its dishes come out.
    same        What all its dishes bear, so that two of one order are equal; or "".
    """

    def __init__(
        self, conductor: Conductor, *, hold_until: Any = None, many: int | None = None
    ) -> None:
        self.ready = sample(MENU, len(MENU))
        self.out: list[str] = []
        self.orders = self.new_orders(many)
        self.burnt = f"se quemó ({token_hex(3)})"
        self.burns: dict[str, type[Exception]] = {}
        self.same = ""
        self.cocinar = conductor.service(
            "cocinar",
            self._cook,
            hold_until=hold_until or len(self.orders),
            release_order=self.ready,
        )

    def new_orders(self, many: int | None = None) -> list[str]:
        """Return that many dishes, or from six up; they do not come out by name.

        Neither the one ordered first nor the one ordered last comes out first or last.
        """
        many = many or choice([6, 7, 8])
        while True:
            orders = sample(MENU, many)
            ready = [dish for dish in self.ready if dish in orders]
            if ready != sorted(ready) and not ends_of(ready) & ends_of(orders):
                return orders

    def _cook(self, *arguments: object, **named: object) -> str:
        pedido = str(next(iter([*arguments, *named.values()]), "nada"))
        if error := self.burns.get(pedido):
            raise error(self.burnt)
        # An empty plate is a dish as well.
        mark = self.same or token_hex(3)
        self.out.append(f"{pedido} de la casa ({mark})" if pedido != "agua" else "")
        return self.out[-1]

    def require_served(self, run: Run, value: object) -> None:
        """Make sure that these are the dishes, in the order in which they came out."""
        got = list(value) if isinstance(value, list | tuple) else value
        if isinstance(got, list) and sorted(map(str, got)) == sorted(self.out):
            run.must_be_in_order(
                map(_name, self.out),
                map(_name, got),
                "Sirves los platos en el orden en que se pidieron, o en otro, y no en el que salen "
                f"de la cocina: salieron {_named(self.out)} y serviste {_named(got)}. Recógelos "
                "con `asyncio.as_completed()`, o apunta cada uno cuando termina su tarea.",
                "You serve the dishes as they were ordered, or otherwise, and not as they come out "
                f"of the kitchen: out came {_named(self.out)} and you served {_named(got)}. Pick "
                "them up with `asyncio.as_completed()`, or note each when its task ends.",
            )
        require(
            not isinstance(got, list) or len(got) <= len(self.out),
            f"Serviste {_count(got)} platos, y se habían pedido {len(self.out)}: los de más son "
            "de otra llamada. ¿Los guardas en una lista que está fuera de `atender`?",
            f"You served {_count(got)} dishes, and {len(self.out)} had been ordered: the others "
            "are from another call. Do you keep them in a list outside `atender`?",
        )
        require(
            got == self.out,
            f"`atender` debía devolver la lista de los platos y devolvió {str(value)[:200]}.",
            f"`atender` should return the list of the dishes and returned {str(value)[:200]}.",
        )


def ends_of(dishes: list[str]) -> set[str]:
    return {dishes[0], dishes[-1]}


def _count(dishes: Any) -> int:
    return len(dishes) if isinstance(dishes, list) else 0


def _name(dish: object) -> str:
    return str(dish).partition(" de la casa")[0]


def _named(dishes: list[Any]) -> str:
    return ", ".join(map(_name, dishes))[:200]


def require_all_in_kitchen(run: Run, cocinar: Service, many: int) -> None:
    """Make sure that all was ordered before a dish came out."""
    calls = run.evidence.of(cocinar.name)
    line = calls[0].line if calls else None
    first = calls[0].shown if calls else ""
    es_at, en_at = (f" (línea {line})", f" (line {line})") if line else ("", "")
    require(
        cocinar.came_short != 1 or len(calls) < 2,
        "El camarero se quedó delante de la cocina: no pediste el siguiente plato hasta que salió "
        f"{first}{es_at}. Lleva primero todas las comandas, con `create_task()` o "
        "`as_completed()`, y recoge después los platos.",
        f"The waiter stood at the kitchen door: you did not order the next dish until {first} "
        f"came out{en_at}. Take in all the orders first, with `create_task()` or "
        "`as_completed()`, and pick up the dishes afterwards.",
        line=line,
    )
    run.must_have_overlapped(cocinar, many)


def require_picked_up(run: Run) -> None:
    """Explain what comes of as_completed() when Python before 3.13 is given async for."""
    error, value = run.outcome.error, run.outcome.value
    require(
        not (error and error.type_name == "TypeError" and "'async for'" in error.message),
        "Antes de Python 3.13, `asyncio.as_completed()` no se recorre con `async for`, y este "
        "servidor tiene una versión anterior. Usa un `for` normal y un `await` dentro: `plato = "
        "await siguiente`.",
        "Before Python 3.13, `asyncio.as_completed()` is not gone through with `async for`, and "
        "this server has an older one. Use a plain `for` and an `await` inside: `plato = await "
        "siguiente`.",
        line=error.line if error else None,
    )
    require(
        UNAWAITED not in str(value),
        f"Sirves corrutinas y no platos: {value!s:.150}. Cada una es un plato que aún no has "
        "recogido; ponle `await`, también a las que te da `asyncio.as_completed()`.",
        f"You serve coroutines, not dishes: {value!s:.150}. Each is a dish that you have not "
        "picked up; put `await` before it, also before those that `asyncio.as_completed()` gives "
        "you.",
    )


def is_restful(run: Run) -> bool:
    """Return whether it slept until something came, and did not wake to look or go round."""
    status = run.outcome.status or 0
    went_round = run.outcome.ending.value == "timed_out" or status & 0x7F == SIGXCPU
    has_short_timer = (run.longest_sleep or REST_SECONDS) < REST_SECONDS
    return not went_round and not run.evidence.was_polling and not has_short_timer


@points(2)
@title(es="Todas las comandas llegan a la cocina a la vez", en="All orders are in at once")
@hint(
    es="Llamar a `cocinar(pedido)` solo crea la corrutina: `create_task()` la pone en marcha.",
    en="Calling `cocinar(pedido)` only makes the coroutine: `create_task()` sets it going.",
    after=2,
)
async def test_all_at_once(solution: Solution, conductor: Conductor) -> None:
    # More than people type as a limit of their own.
    kitchen = Kitchen(conductor, many=len(MENU))

    run = await solution.call("atender", kitchen.orders, kitchen.cocinar)

    require_picked_up(run)
    require_all_in_kitchen(run, kitchen.cocinar, len(kitchen.orders))
    run.must_return()
    run.must_have_asked(kitchen.cocinar, *((order,) for order in kitchen.orders))


@points(6)
@needs("all_at_once")
@title(es="Cada plato se sirve cuando sale", en="Each dish is served as it comes out")
async def test_as_ready(solution: Solution, conductor: Conductor) -> None:
    kitchen = Kitchen(conductor, hold_until=ONE_BY_ONE)

    asked = 0
    for orders in (kitchen.orders, kitchen.new_orders(), kitchen.orders):
        kitchen.out = []
        run = await solution.call("atender", orders, kitchen.cocinar)

        require_restful(run, kitchen, len(orders))
        value = run.must_return()
        many = len(run.evidence.of(kitchen.cocinar.name))
        require(
            many > asked,
            "La segunda vez que te pidieron lo mismo no pediste nada a la cocina, y serviste los "
            "platos de la primera: llama a `cocinar` en cada llamada de `atender`.",
            "The second time that you were asked for the same you ordered nothing, and served the "
            "dishes of the first: call `cocinar` in every call of `atender`.",
        )
        asked = many
        came = len(kitchen.out)
        require(
            came == len(orders),
            f"Te fuiste con {came} de los {len(orders)} platos fuera de la cocina: sirve también "
            "los demás, según salgan de `as_completed()`.",
            f"You left with {came} of the {len(orders)} dishes out of the kitchen: serve the "
            "others, too, as `as_completed()` gives them.",
        )
        kitchen.require_served(run, value)


def require_restful(run: Run, kitchen: Kitchen, many: int) -> None:
    """Make sure that it waited without looking every now and then."""
    came = len(kitchen.out)
    every = run.longest_sleep
    es, en = (f" (cada {every:.2g} s)", f" (every {every:.2g} s)") if every else ("", "")
    require(
        is_restful(run),
        f"Salieron {came} platos de {many} y tu programa no descansa mientras espera: se "
        f"despierta cada poco a mirar si hay algo, o pierde la paciencia{es}. Deja que sea "
        "`asyncio` quien te despierte, con `as_completed()` o `wait()`.",
        f"{came} dishes of {many} came out and your program does not rest as it waits: it wakes "
        f"every now and then to look, or loses patience{en}. Let `asyncio` wake you, with "
        "`as_completed()` or `wait()`.",
    )


@points(1)
@title(es="Sin pedidos, y con uno repetido", en="Without orders, and with one twice")
async def test_few_and_twice(solution: Solution, conductor: Conductor) -> None:
    kitchen = Kitchen(conductor, hold_until=1)
    kitchen.same = token_hex(3)
    orders = ["sopa", "agua", "sopa"]

    nothing = (await solution.call("atender", [], kitchen.cocinar)).must_return()
    run = await solution.call("atender", orders, kitchen.cocinar)
    served = run.must_return()

    require(
        nothing in ([], ()),
        f"Sin pedidos `atender` debe devolver una lista vacía, y devolvió {str(nothing)[:200]}.",
        f"Without orders `atender` should return an empty list, and returned {str(nothing)[:200]}.",
    )
    run.must_have_asked(kitchen.cocinar, *((order,) for order in orders))
    got = list(served) if isinstance(served, list | tuple) else served
    require(
        isinstance(got, list) and sorted(map(str, got)) == sorted(kitchen.out),
        "Se pidieron dos sopas iguales y un agua, un texto vacío, y hay que servir las tres "
        f"cosas; `atender` devolvió {str(served)[:200]}.",
        "Two equal soups were ordered and a water, an empty text, and all three are to be served; "
        f"`atender` returned {str(served)[:200]}.",
    )


@points(1)
@needs("as_ready")
@title(es="Si un plato falla, su error sale", en="If a dish fails, its error comes out")
async def test_error(solution: Solution, conductor: Conductor) -> None:
    kitchen = Kitchen(conductor, hold_until=ONE_BY_ONE)

    asked = 0
    for number, error in enumerate(ERRORS):
        # The last that comes out, so that all others have been served; at each place among them.
        *orders, last = sorted(kitchen.new_orders()[:4], key=kitchen.ready.index)
        orders.insert(number % 4, last)
        kitchen.burns = {last: error}
        run = await solution.call("atender", orders, kitchen.cocinar)

        run.must_raise(error.__name__, kitchen.burnt)
        many = len(run.evidence.of(kitchen.cocinar.name))
        asked += len(orders)
        require(
            many <= asked,
            f"Un plato falló con `{error.__name__}`, y lo pediste otra vez: llama a `cocinar` una "
            "vez por cada pedido, y deja pasar el error.",
            f"A dish failed with `{error.__name__}`, and you ordered it again: call `cocinar` "
            "once for each order, and let the error pass.",
        )


@points(1)
@needs("as_ready")
@nothing_blocks
@title(es="Mientras espera, el event loop está libre", en="While it waits the event loop is free")
async def test_loop_is_free(solution: Solution, conductor: Conductor) -> None:
    kitchen = Kitchen(conductor, hold_until=QUIET)

    run = await solution.call("atender", kitchen.orders, kitchen.cocinar)

    run.must_not_have_blocked()
    run.must_return()
    await run.must_settle()

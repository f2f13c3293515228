"""camarero: everything ordered at once, each dish served as it is ready (class, section 1).

Where order counts, dishes come out one by one, the next when the program is proven to sleep again:
of several that came at once, asyncio.wait() could not tell which came first.
"""

from secrets import token_hex
from signal import SIGXCPU
from typing import Any

from graders.kit import (
    ONE_BY_ONE,
    Conductor,
    Run,
    Service,
    Solution,
    hint,
    needs,
    points,
    require,
    title,
)

ORDERS = ["paella", "sopa", "flan"]
# Neither as ordered, nor the other way round, nor by name.
AS_READY = ["sopa", "flan", "paella"]
UNAWAITED = "<coroutine object "


class Kitchen:
    """`cocinar`, and the dishes in the order in which they came out; new in every check."""

    def __init__(self, conductor: Conductor, *, hold_until: Any = 1, burns: str = "") -> None:
        self.out: list[str] = []
        self.burnt = f"se quemó ({token_hex(3)})"
        self._burns = burns
        self.cocinar = conductor.service(
            "cocinar", self._cook, hold_until=hold_until, release_order=AS_READY
        )

    def _cook(self, *arguments: object, **named: object) -> str:
        pedido = next(iter([*arguments, *named.values()]), "nada")
        if pedido == self._burns:
            raise ValueError(self.burnt)
        self.out.append(f"{pedido} de la casa ({token_hex(3)})")
        return self.out[-1]

    def require_served(self, value: object) -> None:
        """Make sure that these are the dishes, in the order in which they came out."""
        got = list(value) if isinstance(value, list | tuple) else value
        if isinstance(got, list) and got != self.out:
            require(
                sorted(map(str, got)) != sorted(self.out),
                "Sirves los platos en el orden en que se pidieron, o en otro, y no en el que salen "
                f"de la cocina: salieron {_named(self.out)} y serviste {_named(got)}. Recógelos "
                "con asyncio.as_completed(), o apunta cada uno cuando termina su tarea.",
                "You serve the dishes as they were ordered, or otherwise, and not as they come out "
                f"of the kitchen: out came {_named(self.out)} and you served {_named(got)}. Pick "
                "them up with asyncio.as_completed(), or note each when its task ends.",
            )
        require(
            got == self.out,
            f"Debías devolver la lista de los platos y devolviste {str(value)[:200]}.",
            f"You should return the list of the dishes and returned {str(value)[:200]}.",
        )


def _named(dishes: list[Any]) -> str:
    return ", ".join(str(dish).partition(" de la casa")[0] for dish in dishes)[:200]


def require_all_in_kitchen(run: Run, cocinar: Service) -> None:
    """Make sure that all was ordered before a dish came out."""
    calls = run.evidence.of(cocinar.name)
    line = calls[0].line if calls else None
    first = calls[0].shown if calls else ""
    es_at, en_at = (f" (línea {line})", f" (line {line})") if line else ("", "")
    require(
        cocinar.came_short != 1 or len(calls) < 2,
        "El camarero se quedó delante de la cocina: no pediste el siguiente plato hasta que salió "
        f"{first}{es_at}. Lleva primero todas las comandas, con create_task() o "
        "as_completed(), y recoge después los platos.",
        "The waiter stood at the kitchen door: you did not order the next dish until "
        f"{first} came out{en_at}. Take in all the orders first, with "
        "create_task() or as_completed(), and pick up the dishes afterwards.",
        line=line,
    )
    run.must_have_overlapped(cocinar, len(ORDERS))


def require_picked_up(run: Run) -> None:
    """Explain what comes of as_completed() when Python before 3.13 is given async for."""
    error, value = run.outcome.error, run.outcome.value
    require(
        not (error and error.type_name == "TypeError" and "'async for'" in error.message),
        "Antes de Python 3.13, asyncio.as_completed() no se recorre con async for, y este servidor "
        "tiene una versión anterior. Usa un for normal y un await dentro: plato = await siguiente.",
        "Before Python 3.13, asyncio.as_completed() is not gone through with async for, and this "
        "server has an older one. Use a plain for and an await inside: plato = await siguiente.",
        line=error.line if error else None,
    )
    require(
        UNAWAITED not in str(value),
        f"Sirves corrutinas y no platos: {value!s:.150}. Cada una es un plato que aún no has "
        "recogido; ponle await, también a las que te da asyncio.as_completed().",
        f"You serve coroutines, not dishes: {value!s:.150}. Each is a dish that you have not "
        "picked up; put await before it, also before those that asyncio.as_completed() gives you.",
    )


def is_restful(run: Run) -> bool:
    """Return whether it slept until something came, and did not wake to look or go round."""
    status = run.outcome.status or 0
    went_round = run.outcome.ending.value == "timed_out" or status & 0x7F == SIGXCPU
    return not went_round and not run.evidence.was_polling


@points(4)
@title(es="Todas las comandas llegan a la cocina a la vez", en="All orders are in at once")
@hint(
    es="Llamar a cocinar(pedido) solo crea la corrutina: create_task() la pone en marcha.",
    en="Calling cocinar(pedido) only makes the coroutine: create_task() sets it going.",
    after=2,
)
async def test_all_at_once(solution: Solution, conductor: Conductor) -> None:
    kitchen = Kitchen(conductor, hold_until=len(ORDERS))

    run = await solution.call("atender", ORDERS, kitchen.cocinar)

    require_picked_up(run)
    require_all_in_kitchen(run, kitchen.cocinar)
    run.must_return()
    run.must_have_asked(kitchen.cocinar, *((order,) for order in ORDERS))


@points(3)
@needs("all_at_once")
@title(es="Cada plato se sirve cuando sale", en="Each dish is served as it comes out")
async def test_as_ready(solution: Solution, conductor: Conductor) -> None:
    kitchen = Kitchen(conductor, hold_until=ONE_BY_ONE)

    run = await solution.call("atender", ORDERS, kitchen.cocinar)

    came = len(kitchen.out)
    require(
        is_restful(run),
        f"Salieron {came} platos de {len(ORDERS)} y tu programa no descansa mientras espera: se "
        "despierta cada poco a mirar si hay algo. Deja que sea asyncio quien te despierte, con "
        "as_completed() o wait().",
        f"{came} dishes of {len(ORDERS)} came out and your program does not rest as it waits: it "
        "wakes every now and then to look. Let asyncio wake you, with as_completed() or wait().",
    )
    value = run.must_return()
    require(
        came == len(ORDERS),
        f"Te fuiste con {came} de los {len(ORDERS)} platos fuera de la cocina: sirve también los "
        "demás, según vayan saliendo.",
        f"You left with {came} of the {len(ORDERS)} dishes out of the kitchen: serve the others, "
        "too, as they come.",
    )
    kitchen.require_served(value)


@points(1)
@title(es="Sin pedidos, y con uno repetido", en="Without orders, and with one twice")
async def test_few_and_twice(solution: Solution, conductor: Conductor) -> None:
    kitchen = Kitchen(conductor)

    nothing = (await solution.call("atender", [], kitchen.cocinar)).must_return()
    run = await solution.call("atender", ["sopa", "sopa"], kitchen.cocinar)
    served = run.must_return()

    require(
        nothing in ([], ()),
        f"Sin pedidos se devuelve una lista vacía, y devolviste {str(nothing)[:200]}.",
        f"Without orders an empty list is returned, and you returned {str(nothing)[:200]}.",
    )
    run.must_have_asked(kitchen.cocinar, ("sopa",), ("sopa",))
    got = list(served) if isinstance(served, list | tuple) else served
    require(
        isinstance(got, list) and sorted(map(str, got)) == sorted(kitchen.out),
        "Se pidieron dos sopas y hay que servir las dos, cada una la suya; devolviste "
        f"{str(served)[:200]}.",
        f"Two soups were ordered and both are to be served; you returned {str(served)[:200]}.",
    )


@points(1)
@title(es="Si un plato falla, su error sale", en="If a dish fails, its error comes out")
async def test_error(solution: Solution, conductor: Conductor) -> None:
    kitchen = Kitchen(conductor, hold_until=len(ORDERS), burns="sopa")

    run = await solution.call("atender", ORDERS, kitchen.cocinar)

    run.must_raise("ValueError", kitchen.burnt)


@points(1)
@needs("all_at_once")
@title(es="Mientras espera, el event loop está libre", en="While it waits the event loop is free")
async def test_loop_is_free(solution: Solution, conductor: Conductor) -> None:
    kitchen = Kitchen(conductor, hold_until=len(ORDERS))

    run = await solution.call("atender", ORDERS, kitchen.cocinar)

    run.must_not_have_blocked()
    run.must_return()
    await run.must_settle()

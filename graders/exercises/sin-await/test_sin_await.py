"""sin-await: mend a program that forgets to await (class, section 7).

Each check looks at one symptom, so that each repair counts; the last one wants all of them.
"""

from secrets import randbelow, token_hex
from typing import Any

from graders.kit import QUIET, Conductor, Run, Solution, hint, needs, points, require, title

# An order is saved once, so that two such calls at once never come: it is answered when the program
# is proven to do nothing more without the answer.
WHEN_NOTHING_ELSE = 2
COROUTINE = "<coroutine object "
ERRORS = [OSError, ValueError, LookupError, TimeoutError, ZeroDivisionError]


class Shop:
    """A book, its price, and the three coroutines that know of it; new in every check.

    fails  What saving an order raises; None if it goes well.
    """

    def __init__(self, conductor: Conductor, *, copies: bool = True, save_at: int = 1) -> None:
        self.book, price = f"El Aleph {token_hex(3)}", 1001 + randbelow(900) * 10
        self.price: float = price
        self.fails: Exception | None = None
        self.has_copies = copies
        self.copies = conductor.service("hay_ejemplares", lambda libro: self.has_copies)
        self.prices = conductor.service("obtener_precio", lambda libro: self.price)
        self.orders = conductor.service("guardar_pedido", self._save, hold_until=save_at)

    def _save(self, libro: object) -> None:
        if self.fails:
            raise self.fails

    async def sell(self, solution: Solution) -> Run:
        return await solution.call("comprar", self.book, self.copies, self.prices, self.orders)


def value_of(run: Run) -> Any:
    """Return what it returned, whatever it forgot on the way: the last check speaks of that."""
    return run.must_return() if run.outcome.value is None else run.outcome.value


def forgotten_at(run: Run, name: str) -> int | None:
    """Return the line where a coroutine of that name was made and not awaited, if it says so."""
    return next(
        (place.line for place in run.outcome.reported.forgotten if place.name == name), None
    )


@points(3)
@title(es="El recibo lleva el precio", en="The receipt bears the price")
async def test_receipt(solution: Solution, conductor: Conductor) -> None:
    shop = Shop(conductor)

    run = await shop.sell(solution)

    told = f"{value_of(run)}"
    name = told.partition(COROUTINE)[2].partition(" ")[0]
    line = forgotten_at(run, name)
    where_es, where_en = (f" (línea {line})", f" (line {line})") if line else ("", "")
    require(
        COROUTINE not in told,
        f"Devolviste «{told:.200}». La corrutina `{name}` se creó{where_es} y nadie la esperó: "
        "ocupa el sitio de su resultado. Ponle `await` delante.",
        f"You returned “{told:.200}”. The coroutine `{name}` was made{where_en} and nobody "
        "awaited it: it takes the place of its result. Put `await` before it.",
        line=line,
    )
    run.must_have_asked(shop.prices, (shop.book,))
    require_receipt(told, shop)
    # Another book in the same program, that of the example; then other prices of that.
    shop.book = "Ficciones"
    for shop.price in (12, 0, 1_000_001 + randbelow(90_000) * 10, 12.5 + randbelow(90)):
        require_receipt(f"{value_of(await shop.sell(solution))}", shop)
    # A price that comes after the order has been saved, if they are asked together.
    shop.prices.hold_until = QUIET
    require_receipt(f"{value_of(await shop.sell(solution))}", shop)


def require_receipt(told: str, shop: Shop) -> None:
    require(
        told == f"{shop.book}: {shop.price} euros",
        f"`comprar` debía devolver «{shop.book}: {shop.price} euros», y devolvió «{told:.200}».",
        f"`comprar` should return “{shop.book}: {shop.price} euros”, and returned “{told:.200}”.",
    )


@points(3)
@title(
    es="El pedido queda guardado antes de dar el recibo",
    en="The order is saved before the receipt is given",
)
@hint(
    es="Busca una línea que llame a `guardar_pedido` y no use lo que devuelve: ahí no se nota que "
    "falte algo.",
    en="Look for a line that calls `guardar_pedido` and makes no use of what it returns: nothing "
    "seems to be missing there.",
    after=2,
)
async def test_saved(solution: Solution, conductor: Conductor) -> None:
    shop = Shop(conductor, save_at=WHEN_NOTHING_ELSE)

    run = await shop.sell(solution)

    value_of(run)
    calls = run.evidence.of(shop.orders.name)
    line = forgotten_at(run, shop.orders.name)
    require(
        calls or not line,
        f"`guardar_pedido` (línea {line}) no llegó a ejecutarse: llamarla solo crea la corrutina, "
        "y sin `await` nadie la pone en marcha. El pedido se perdió sin un solo error.",
        f"`guardar_pedido` (line {line}) never ran: to call it only makes the coroutine, and "
        "without `await` nobody sets it going. The order was lost without a single error.",
        line=line,
    )
    require(
        calls,
        "Quedaban ejemplares, y `comprar` terminó sin que `guardar_pedido(libro)` se ejecutara. "
        "Llámala con `await` antes de `return`.",
        "There were copies left, and `comprar` ended without `guardar_pedido(libro)` having run. "
        "Call it with `await` before `return`.",
    )
    require(
        all(call.how == "answered" for call in calls),
        "Devolviste el recibo con `guardar_pedido` a medias. `create_task()` la pone en marcha y "
        "no la espera: hace falta un `await` antes de `return`.",
        "You returned the receipt with `guardar_pedido` half done. `create_task()` sets it going "
        "and does not wait for it: an `await` is needed before `return`.",
        line=calls[0].line if calls else None,
    )
    run.must_have_asked(shop.orders, (shop.book,))
    shop.price = 0
    run = await shop.sell(solution)
    value_of(run)
    require(
        len(run.evidence.of(shop.orders.name)) == 2,
        "Un libro que cuesta 0 euros también se vende, y no llamaste a `guardar_pedido`.",
        "A book of 0 euros is sold, too: there were copies, and you did not call `guardar_pedido`.",
    )


@points(2)
@title(es="No vende lo que está agotado", en="Does not sell what is sold out")
async def test_sold_out(solution: Solution, conductor: Conductor) -> None:
    shop = Shop(conductor, copies=False)

    run = await shop.sell(solution)

    value = value_of(run)
    line = forgotten_at(run, shop.copies.name)
    require(
        run.evidence.of(shop.copies.name) or not line,
        f"La línea {line} no llegó a preguntar nada: sin `await`, `hay_ejemplares(libro)` es una "
        "corrutina, y un objeto así vale siempre como verdadero. Vendes aunque no quede ninguno.",
        f"Line {line} did not get to ask anything: without `await`, `hay_ejemplares(libro)` is a "
        "coroutine, and such an object always counts as true. You sell though none is left.",
        line=line,
    )
    for call in run.evidence.calls:
        require(
            call.service == shop.copies.name,
            f"El libro estaba agotado, y aun así llamaste a `{call.service}({call.shown})`.",
            f"The book was sold out, and still you called `{call.service}({call.shown})`.",
            line=call.line,
        )
    run.must_have_asked(shop.copies, (shop.book,))
    require(
        value == f"{shop.book}: agotado",
        f"`comprar` debía devolver «{shop.book}: agotado», y devolvió «{value!s:.200}».",
        f"`comprar` should return “{shop.book}: agotado”, and returned “{value!s:.200}”.",
    )


@points(1)
@title(es="Si no se pudo guardar, el error pasa", en="If it could not be saved, the error passes")
@needs("saved")
async def test_error(solution: Solution, conductor: Conductor) -> None:
    shop = Shop(conductor)

    for sold, error in enumerate(ERRORS, start=1):
        words = f"disco lleno {token_hex(3)}"
        shop.fails = error(words)
        run = await shop.sell(solution)

        run.must_raise(error.__name__, words, alone=True)
        many = len(run.evidence.of(shop.orders.name))
        require(
            many == sold,
            f"`guardar_pedido` falló con `{error.__name__}`, y la llamaste otra vez: llámala una "
            "sola vez, y deja pasar el error.",
            f"`guardar_pedido` failed with `{error.__name__}`, and you called it again: call it "
            "just once, and let the error pass.",
        )


@points(1)
@title(es="No queda ninguna corrutina sin esperar", en="No coroutine is left without an await")
@needs("receipt", "saved", "sold_out")
async def test_nothing_forgotten(solution: Solution, conductor: Conductor) -> None:
    shop = Shop(conductor)

    run = await shop.sell(solution)

    run.must_return()
    for service in (shop.copies, shop.prices, shop.orders):
        run.must_have_asked(service, (shop.book,))
    require(
        not any(run.evidence.in_flight(s.name) for s in (shop.copies, shop.prices, shop.orders)),
        "`comprar` devolvió su resultado con algo todavía en marcha: espéralo con `await`.",
        "`comprar` returned its result with something still under way: `await` it.",
    )
    # Nor where it turns back half way, or cannot save.
    shop.has_copies = False
    (await shop.sell(solution)).must_return()
    shop.has_copies, shop.fails = True, OSError("disco lleno")
    run = await shop.sell(solution)
    left = next(iter(run.outcome.reported.forgotten), None)
    require(
        not left,
        f"Guardar falló, y la corrutina `{left and left.name}`, ya creada, se quedó sin esperar. "
        "No la crees hasta que vayas a esperarla: en la misma línea que su `await`.",
        f"Saving failed, and the coroutine `{left and left.name}`, made before, was never "
        "awaited. Do not make it until you are going to wait for it: in the same line as its "
        "`await`.",
        line=left.line if left else None,
    )

"""productor-consumidor: a bounded queue, several consumers, a clean end (beyond the class).

How far the producer runs ahead is what it has taken when no dish is done yet and the program is
proven to take no more. That a consumer has ended is seen by its stove, which it puts out. How many
cooks, places and orders there are is drawn anew for each call.
"""

from collections.abc import Sequence
from secrets import SystemRandom, token_hex
from typing import Any

from graders.kit import (
    ONE_BY_ONE,
    QUIET,
    Conductor,
    Run,
    Solution,
    hint,
    needs,
    nothing_blocks,
    points,
    require,
    title,
)

RANDOM = SystemRandom()
# An order is any text: none of these is the end.
ODD_ORDERS = ("", "FIN", "None", "0")


class Kitchen:
    """Orders, stoves, and dishes that are new in every check.

    If `is_slow` no dish is done, if `is_late` no order comes before the program is asleep. If
    `one_by_one`, one dish is done each time that the program is asleep, that of the first order
    last of all. `burnt` maps orders to the errors of those who cook them.
    """

    def __init__(
        self,
        conductor: Conductor,
        *orders: str,
        is_slow: bool = False,
        is_late: bool = False,
        one_by_one: bool = False,
        burnt: dict[str, Exception] | None = None,
    ) -> None:
        self.orders, self.dishes = list(orders), list[str]()
        self._burnt, self._is_slow = burnt or {}, is_slow
        # Nobody asks for two orders at once: the first comes when that is proven.
        self.pedidos = conductor.service(
            "pedidos", lambda: self.orders, kind="generator", hold_until=2 if is_late else 1
        )
        self.fogon = conductor.service("fogon", kind="manager")
        self.cocinar = conductor.service(
            "cocinar",
            self._cook,
            hold_until=ONE_BY_ONE if one_by_one else QUIET if is_slow else 1,
            release_order=[*shuffled(self.orders[1:]), *self.orders[:1]],
        )
        self.services = self.pedidos, self.fogon, self.cocinar

    def _cook(self, pedido: str) -> str:
        if self._is_slow:
            self.cocinar.hold_until = 1
        if pedido in self._burnt:
            raise self._burnt[pedido]
        self.dishes.append(f"{pedido} ({token_hex(3)})")
        return self.dishes[-1]


def shuffled(things: Sequence[Any]) -> list[Any]:
    return RANDOM.sample(things, len(things))


def draw_orders(count: int) -> list[str]:
    """Return that many orders, no two equal."""
    return [f"plato {token_hex(2)} {number}" for number in range(count)]


def stoves(run: Run, part: str) -> int:
    return sum(call.part == part for call in run.evidence.of("fogon"))


def require_dishes(value: object, wanted: list[str]) -> None:
    got = str(value)[:200]
    require(
        isinstance(value, list | tuple) and sorted(map(str, value)) == sorted(wanted),
        f"`restaurante` debía devolver los platos que dio `cocinar()`, {wanted}, y devolvió {got}.",
        f"`restaurante` should return what `cocinar()` gave, {wanted}, and returned {got}.",
    )


def require_asleep(run: Run) -> None:
    require(
        run.outcome.ending.value != "timed_out",
        "Mientras no pasaba nada, tu programa siguió despertándose para mirar (`sleep`, o un "
        "límite de tiempo) y nunca acabó. Espera con `await cola.get()`: despierta si hay un "
        "pedido.",
        "While nothing happened your program kept waking up to have a look (`sleep`, or a time "
        "limit), and never ended. Wait with `await cola.get()`: it wakes when there is an order.",
    )


def require_cooks_stay(run: Run, orders: int, done: int) -> None:
    """Say so if cooks were there and left before all was cooked."""
    lit = stoves(run, "enter")
    ending, is_deserted = run.outcome.ending.value, stoves(run, "exit") == lit
    has_ended = ending == "returned" or (ending == "stuck" and is_deserted)
    require(
        done >= orders or not lit or not has_ended,
        f"Los cocineros se fueron con {done} pedidos cocinados de {orders}. Ni la cola vacía, ni "
        "un rato sin pedidos, ni un pedido que es un texto vacío dicen que no vendrán más; quien "
        "es cancelado deja a medias su `cocinar()`.",
        f"The cooks left when {done} orders of {orders} were cooked. Neither an empty queue, nor "
        "a while without orders, nor an order that is an empty text says that no more will come; "
        "who is cancelled leaves its `cocinar()` undone.",
    )


def require_end(run: Run, orders: int, cooks: int, calls: Sequence[Any]) -> None:
    """Say what is wrong if all is cooked and the program waits for ever."""
    done = sum(call.service == "cocinar" and call.how == "answered" for call in calls)
    if run.outcome.ending.value != "stuck" or done < orders:
        return
    gone = sum(call.service == "fogon" and call.part == "exit" for call in calls)
    if 0 < gone < cooks:
        es = f"Todo está cocinado, pero solo {gone} de {cooks} cocineros supo que ya no habrá más: "
        es += "los demás esperan en `get()` para siempre. Hace falta un aviso de fin para cada uno."
        en = f"Everything is cooked, but only {gone} of {cooks} cooks learnt that no more will "
        en += "come: the others wait in `get()` for ever. It takes one end notice for each cook."
    else:
        es = "Todo está cocinado y tu programa espera para siempre. Da a todos un aviso de fin, "
        es += "o espera a `cola.join()`, que pide un `task_done()` por cada `get()`, y cancélalos."
        en = "Everything is cooked and your program waits for ever. Give each cook an end notice, "
        en += "or `await cola.join()` and cancel them; it wants a `task_done()` for each `get()`."
    waiting = [place.line for place in run.outcome.reported.waiting if place.line]
    require(False, es, en, line=max(waiting, default=None))


def require_taken(run: Run, taken: int, cooks: int, places: int, line: int | None) -> None:
    room = cooks + places
    if taken > room + 1:
        es = f"Recogiste {taken} pedidos antes de que saliera el primer plato, con {cooks} en los "
        es += f"fogones y {places} sitios en la barra: en la mano debe llevarse uno como mucho. "
        es += "Ponle a la cola su límite (`maxsize`) y lee un pedido cuando cuelgues otro."
        en = f"You took {taken} orders before the first dish was done, with {cooks} on the stoves "
        en += f"and {places} places on the rail: the waiter should have one in his hand at most. "
        en += "Give the queue its limit (`maxsize`), and read an order when you have hung the last."
    else:
        es = f"Con {cooks} pedidos en los fogones y {places} sitios en la barra solo recogiste "
        es += f"{taken}: quedaba sitio y no apuntabas más. ¿La cola tiene justo `sitios`?"
        en = f"With {cooks} orders on the stoves and {places} places on the rail you took only "
        en += f"{taken}: there was room, and you took no more. Does the queue hold `sitios`?"
    # The waiter may have one in his hand, or not.
    wanted = min(max(taken, room), room + 1)
    run.must_be_in_order(up_to_first_dish(wanted), up_to_first_dish(taken), es, en, line=line)


def up_to_first_dish(taken: int) -> list[str]:
    """Return what comes one after another until the first dish is done."""
    return [*(f"pedidos · {number}" for number in range(1, taken + 1)), "cocinar ●"]


@points(1)
@title(es="Cocina cada pedido una vez y termina", en="It cooks each order once, and ends")
async def test_each_once(solution: Solution, conductor: Conductor) -> None:
    before = 0
    for cooks in (3, RANDOM.randint(4, 6)):
        same = f"paella {token_hex(2)}"
        names = shuffled([same, same, same, *ODD_ORDERS, *draw_orders(cooks)])
        kitchen = Kitchen(conductor, *names, is_slow=True)

        run = await solution.call("restaurante", *kitchen.services, cooks, len(names))

        require_all_cooked(run, kitchen, cooks, before)
        before = len(run.evidence.calls)


def require_all_cooked(run: Run, kitchen: Kitchen, cooks: int, before: int) -> None:
    """Make sure that it ended, and that each order was taken, cooked and served just once."""
    new = run.evidence.calls[before:]
    cooked = [call for call in new if call.service == "cocinar"]
    done = sum(call.how == "answered" for call in cooked)
    require_asleep(run)
    require_cooks_stay(run, len(kitchen.orders), done)
    require_end(run, len(kitchen.orders), cooks, new)
    value = run.must_return()
    got = sorted(str((*call.arguments, *call.named.values(), None)[0]) for call in cooked)
    require(
        got == sorted(kitchen.orders),
        f"Los pedidos eran {sorted(kitchen.orders)}, cada uno para cocinarlo una vez, y `cocinar` "
        f"recibió {got}. Un pedido es cualquier texto, también vacío; dos pueden ser iguales.",
        f"The orders were {sorted(kitchen.orders)}, each to be cooked once, and `cocinar()` was "
        f"given {got}. An order is any text, an empty one too; two may be equal.",
    )
    require_dishes(value, kitchen.dishes)
    readers = {call.instance for call in new if call.service == "pedidos"}
    require(
        len(readers) == 1,
        f"Llamaste a `pedidos()` y lo recorriste {len(readers)} veces: se recorre una sola vez.",
        f"You called `pedidos()` and went through it {len(readers)} times: once is enough.",
    )


@points(2)
@title(es="Todos los cocineros trabajan a la vez", en="All cooks work at the same time")
async def test_several(solution: Solution, conductor: Conductor) -> None:
    cooks, places = RANDOM.randint(4, 6), RANDOM.randint(2, 5)
    kitchen = Kitchen(conductor, *draw_orders(3 * cooks), one_by_one=True)

    run = await solution.call("restaurante", *kitchen.services, cooks, places)

    require_asleep(run)
    error = run.outcome.error
    require(
        error is None or error.type_name != "QueueFull",
        "La barra estaba llena y `put_nowait()` no espera: `QueueFull`. Usa `await cola.put()`.",
        "The rail was full and `put_nowait()` does not wait: `QueueFull`. Use `await cola.put()`.",
        line=error.line if error else None,
    )
    run.must_have_overlapped(kitchen.cocinar, cooks)
    widest = run.evidence.width("cocinar")
    require(
        widest == cooks,
        f"Con {cooks} cocineros se cocinaban {widest} pedidos a la vez, y cada uno los cocina de "
        f"uno en uno. Crea {cooks} tareas con `create_task()`, no una por pedido.",
        f"With {cooks} cooks, {widest} orders were being cooked at once, and each cook does one "
        "at a time. By `create_task()` make a task for each cook, not for each order.",
    )
    require_busy(run, cooks, len(kitchen.orders))


def require_busy(run: Run, cooks: int, orders: int) -> None:
    """Make sure that no cook waited for another while there were orders."""
    calls = run.evidence.of("cocinar")
    for end in (call.ended_at for call in calls if call.ended_at is not None):
        started = [call for call in calls if call.asked_at <= end]
        cooking = [call for call in started if call.ended_at is None or call.ended_at >= end]
        require(
            len(cooking) >= cooks or len(started) >= orders,
            f"Un plato tardaba, otros estaban listos, y con {orders - len(started)} pedidos por "
            f"cocinar solo había {len(cooking)} de {cooks} cocineros trabajando. Los cocineros no "
            "se esperan entre sí: en cuanto uno acaba un plato, descuelga otro pedido con `get()`.",
            f"One dish took long, others were done, and with {orders - len(started)} orders to "
            f"cook only {len(cooking)} of {cooks} cooks were at work. No cook waits for the "
            "others: as soon as a dish is done, he takes the next order by `get()`.",
            line=started[-1].line,
        )


@points(2)
@title(es="La barra se llena y el camarero espera", en="The rail fills, and the waiter waits")
@hint(
    es="`asyncio.Queue()` no tiene límite; `asyncio.Queue(maxsize=…)` sí, y su `put()` espera.",
    en="`asyncio.Queue()` has no limit; `asyncio.Queue(maxsize=…)` has, and its `put()` waits.",
)
@needs("several")
async def test_back_pressure(solution: Solution, conductor: Conductor) -> None:
    cooks, before = RANDOM.randint(2, 4), 0
    # A large rail and a small one: no number of one's own, nor of the cooks, suits both.
    for more, places in ((0, cooks + RANDOM.randint(3, 5)), (1, 2)):
        kitchen = Kitchen(conductor, *draw_orders(cooks + more + places + 5), is_slow=True)
        run = await solution.call("restaurante", *kitchen.services, cooks + more, places)
        require_rail(run, kitchen, cooks + more, places, before)
        before = len(run.evidence.calls)


def require_rail(run: Run, kitchen: Kitchen, cooks: int, places: int, before: int) -> None:
    """Make sure that the rail, and nothing else, held up the waiter before a dish was done."""
    require_asleep(run)
    run.must_have_overlapped(kitchen.cocinar, cooks)
    calls = run.evidence.calls[before:]
    done = [c.ended_at or 0 for c in calls if (c.service, c.how) == ("cocinar", "answered")]
    if not done:
        run.must_return()
    reading = [call for call in calls if (call.service, call.part) == ("pedidos", "next")]
    taken = sum(call.asked_at <= min(done, default=0) for call in reading)
    line = reading[0].line if reading else None
    require_taken(run, min(taken, len(kitchen.orders)), cooks, places, line)


@points(2)
@title(es="Al final no queda ningún fogón encendido", en="At the end no stove is left burning")
@hint(
    es="Quien espera en `get()` no se entera de que has terminado: cancélalo y espéralo.",
    en="Whoever waits in `get()` does not learn that you are done: cancel it, and wait for it.",
)
@needs("each_once", "several")
async def test_clean_end(solution: Solution, conductor: Conductor) -> None:
    cooks = RANDOM.randint(4, 6)
    kitchen = Kitchen(conductor, *draw_orders(2 * cooks), is_slow=True)

    run = await solution.call("restaurante", *kitchen.services, cooks, RANDOM.randint(2, 4))

    run.must_return()
    lit, put_out = stoves(run, "enter"), stoves(run, "exit")
    await run.settled()
    late = stoves(run, "exit") - put_out
    require(
        lit == cooks,
        f"Con {cooks} cocineros se encendieron {lit} fogones: cada uno abre un solo `async with "
        "fogon()`, fuera de su bucle.",
        f"With {cooks} cooks, {lit} stoves were lit: each opens just one `async with fogon()`, "
        "outside its loop.",
    )
    require(
        not late,
        f"Devolviste los platos con {late} fogones encendidos, y se apagaron después: `cancel()` "
        "solo lo pide. Espera a los cocineros con `gather(*tareas, return_exceptions=True)`.",
        f"You returned the dishes with {late} stoves burning, which were put out afterwards: "
        "`cancel()` only asks for it. Await them: `gather(*tareas, return_exceptions=True)`.",
    )
    require(
        put_out == lit,
        f"Devolviste los platos con {lit - put_out} fogones encendidos: esos cocineros siguen "
        "esperando en `get()`. Avísales de que no habrá más pedidos, o cancélalos y espéralos.",
        f"You returned the dishes with {lit - put_out} stoves burning: those cooks still wait in "
        "`get()`. Tell them that no more orders will come, or cancel them and wait for their end.",
    )
    require_stoves_on(run)
    await run.must_settle()


def require_stoves_on(run: Run) -> None:
    """Make sure that each dish was cooked while a stove burnt for it."""
    cooking = burning = 0
    for call, is_start in in_time(run):
        if call.service == "fogon":
            burning += (call.part == "enter") - (call.part == "exit")
        else:
            cooking += 1 if is_start else -1
        require(
            cooking <= burning,
            f"Se cocinaban {cooking} platos con {burning} fogones encendidos: el trabajo va "
            "dentro de `async with fogon()`.",
            f"{cooking} dishes were being cooked with {burning} stoves burning: the work goes "
            "inside `async with fogon()`.",
            line=call.line,
        )


def in_time(run: Run) -> list[tuple[Any, bool]]:
    """Return starts and ends of cooking, and what was asked of the stoves, in order of time."""
    moments = [(c.asked_at, c, True) for c in run.evidence.calls if c.service != "pedidos"]
    cooked = run.evidence.of("cocinar")
    moments += [(c.ended_at, c, False) for c in cooked if c.ended_at is not None]
    return [(call, is_start) for _, call, is_start in sorted(moments, key=lambda m: m[0])]


@points(1)
@title(es="Sirve un solo pedido que tarda, o ninguno", en="It serves one late order, or none")
@needs("each_once")
async def test_few(solution: Solution, conductor: Conductor) -> None:
    kitchen = Kitchen(conductor, "fabada", is_late=True)

    run = await solution.call("restaurante", *kitchen.services, 3, 1)

    require_asleep(run)
    require_cooks_stay(run, orders=1, done=len(kitchen.dishes))
    require_dishes(run.must_return(), kitchen.dishes)
    kitchen.orders.clear()
    nothing = await solution.call("restaurante", *kitchen.services, 3, 1)
    require_dishes(nothing.must_return(), [])


@points(1)
@title(es="El error de un cocinero no se esconde", en="A cook's error is not hidden")
async def test_error(solution: Solution, conductor: Conductor) -> None:
    # All of them, of many; the last, when the waiter has nothing more to do; and a single one.
    for kind, count, last in ((ValueError, 12, 12), (ConnectionError, 7, 1), (TimeoutError, 1, 1)):
        orders, error = draw_orders(count), kind(f"se quemó {token_hex(3)}")
        kitchen = Kitchen(conductor, *orders, burnt=dict.fromkeys(orders[-last:], error))

        run = await solution.call("restaurante", *kitchen.services, 3, RANDOM.randint(2, 4))

        if run.outcome.ending.value == "returned":
            run.must_have_overlapped(kitchen.cocinar, 1)
        require(
            run.outcome.ending.value != "stuck" or not run.evidence.of("cocinar"),
            "`cocinar()` falló, sus cocineros murieron con el error y tu programa espera para "
            "siempre: a una cola que ya nadie vacía, o a un `join()` que ya nadie completa. Espera "
            "juntas todas las tareas: `TaskGroup`, `gather()`, o `wait()` con `FIRST_COMPLETED`.",
            "`cocinar()` failed, its cooks died of the error, and your program waits for ever: at "
            "a queue that nobody empties any more, or a `join()` that nobody completes. Await all "
            "tasks together: `TaskGroup`, `gather()`, or `wait()` with `FIRST_COMPLETED`.",
        )
        run.must_raise(kind.__name__, str(error))


@points(1)
@nothing_blocks
@title(es="El event loop no se bloquea nunca", en="The event loop is never blocked")
@needs("several")
async def test_nothing_blocks(solution: Solution, conductor: Conductor) -> None:
    kitchen = Kitchen(conductor, *draw_orders(6), one_by_one=True)

    await solution.call("restaurante", *kitchen.services, 3, 2)

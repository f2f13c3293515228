"""productor-consumidor: a bounded queue, several consumers, a clean end (beyond the class).

How far the producer runs ahead is what it has taken when no dish is done yet and the program is
proven to take no more. That a consumer has ended is seen by its stove, which it puts out.
"""

from secrets import token_hex

from graders.kit import QUIET, Conductor, Run, Solution, hint, needs, points, require, title


class Kitchen:
    """Orders, stoves, and dishes that are new in every check.

    If `is_slow` no dish is done, if `is_late` no order comes before the program is asleep.
    """

    def __init__(
        self, conductor: Conductor, *orders: str, is_slow: bool = False, is_late: bool = False
    ) -> None:
        self.orders, self.dishes = list(orders), list[str]()
        # Nobody asks for two orders at once: the first comes when that is proven.
        self.pedidos = conductor.service(
            "pedidos", lambda: self.orders, kind="generator", hold_until=2 if is_late else 1
        )
        self.fogon = conductor.service("fogon", kind="manager")
        self.cocinar = conductor.service("cocinar", self._cook, hold_until=QUIET if is_slow else 1)
        self.services = self.pedidos, self.fogon, self.cocinar

    def _cook(self, pedido: str) -> str:
        self.cocinar.hold_until = 1
        self.dishes.append(f"{pedido} ({token_hex(3)})")
        return self.dishes[-1]


def stoves(run: Run, part: str) -> int:
    return sum(call.part == part for call in run.evidence.of("fogon"))


def dishes(run: Run) -> int:
    return sum(call.how == "answered" for call in run.evidence.of("cocinar"))


def require_dishes(value: object, wanted: list[str]) -> None:
    got = str(value)[:200]
    require(
        isinstance(value, list | tuple) and sorted(map(str, value)) == sorted(wanted),
        f"Debías devolver los platos que dio cocinar(), {wanted}, y devolviste {got}.",
        f"You should return the dishes that cocinar() gave, {wanted}, and returned {got}.",
    )


def require_asleep(run: Run) -> None:
    require(
        run.outcome.ending.value != "timed_out",
        "Mientras no pasaba nada, tu programa siguió despertándose para mirar (sleep, o un límite "
        "de tiempo) y nunca acabó. Espera con «await cola.get()»: despierta cuando hay un pedido.",
        "While nothing happened your program kept waking up to have a look (sleep, or a time "
        "limit), and never ended. Wait with “await cola.get()”: it wakes when there is an order.",
    )


def require_cooks_stay(run: Run, orders: int) -> None:
    """Say so if cooks were there and left before all was cooked."""
    done, lit = dishes(run), stoves(run, "enter")
    ending, is_deserted = run.outcome.ending.value, stoves(run, "exit") == lit
    has_ended = ending == "returned" or (ending == "stuck" and is_deserted)
    require(
        done >= orders or not lit or not has_ended,
        f"Los cocineros se fueron con {done} pedidos cocinados de {orders}. Ni la cola vacía ni "
        "un rato sin pedidos dicen que no vendrán más; quien es cancelado deja el plato a medias.",
        f"The cooks left when {done} orders of {orders} were cooked. Neither an empty queue nor a "
        "while without orders says that no more will come; who is cancelled leaves a dish undone.",
    )


def require_end(run: Run, orders: int, cooks: int) -> None:
    """Say what is wrong if all is cooked and the program waits for ever."""
    if run.outcome.ending.value != "stuck" or dishes(run) < orders:
        return
    gone = stoves(run, "exit")
    if 0 < gone < cooks:
        es = f"Todo está cocinado, pero solo {gone} de {cooks} cocineros supo que ya no habrá más: "
        es += "los demás esperan en la cola para siempre. Hace falta un aviso de fin por cocinero."
        en = f"Everything is cooked, but only {gone} of {cooks} cooks learnt that no more will "
        en += "come: the others wait at the queue for ever. It takes one end notice for each cook."
    else:
        es = "Todo está cocinado y tu programa espera para siempre. Da a cada cocinero un aviso de "
        es += "fin, o espera a cola.join() y cancélalos; join() pide un task_done() por cada get()."
        en = "Everything is cooked and your program waits for ever. Give each cook an end notice, "
        en += "or await cola.join() and cancel them; join() wants a task_done() for each get()."
    waiting = [place.line for place in run.outcome.reported.waiting if place.line]
    require(False, es, en, line=max(waiting, default=None))


def require_taken(taken: int, cooks: int, places: int, line: int | None) -> None:
    if taken > cooks + places + 1:
        es = f"Recogiste {taken} pedidos antes de que saliera el primer plato, con {cooks} en los "
        es += f"fogones y {places} sitios en la barra: el camarero debe llevar uno en la mano como "
        es += "mucho. Ponle a la cola su límite (maxsize) y lee un pedido cuando cuelgues otro."
        en = f"You took {taken} orders before the first dish was done, with {cooks} on the stoves "
        en += f"and {places} places on the rail: the waiter should have one in his hand at most. "
        en += "Give the queue its limit (maxsize), and read an order when you have hung the last."
    else:
        es = f"Con {cooks} pedidos en los fogones y {places} sitios en la barra solo recogiste "
        es += f"{taken}: quedaba sitio y el camarero no apuntaba. ¿La cola tiene justo `sitios`?"
        en = f"With {cooks} orders on the stoves and {places} places on the rail you took only "
        en += f"{taken}: there was room, and the waiter took none. Does the queue hold `sitios`?"
    require(cooks + places <= taken <= cooks + places + 1, es, en, line=line)


@points(1)
@title(es="Cocina cada pedido una vez y termina", en="It cooks each order once, and ends")
async def test_each_once(solution: Solution, conductor: Conductor) -> None:
    names = ["paella", "sopa", "paella", "flan", "tortilla", "paella"]
    kitchen = Kitchen(conductor, *names, is_slow=True)

    run = await solution.call("restaurante", *kitchen.services, 3, 6)

    require_asleep(run)
    require_cooks_stay(run, len(names))
    require_end(run, len(names), cooks=3)
    value = run.must_return()
    run.must_have_asked(kitchen.cocinar, *[(name,) for name in names])
    require_dishes(value, kitchen.dishes)


@points(2)
@title(es="Todos los cocineros trabajan a la vez", en="All cooks work at the same time")
async def test_several(solution: Solution, conductor: Conductor) -> None:
    kitchen = Kitchen(conductor, *"abcdefg", is_slow=True)

    run = await solution.call("restaurante", *kitchen.services, 3, 2)

    require_asleep(run)
    error = run.outcome.error
    require(
        error is None or error.type_name != "QueueFull",
        "La barra estaba llena y put_nowait() no espera: lanzó QueueFull. Usa «await cola.put()».",
        "The rail was full and put_nowait() does not wait: QueueFull. Use “await cola.put()”.",
        line=error.line if error else None,
    )
    run.must_have_overlapped(kitchen.cocinar, 3)
    widest = run.evidence.width("cocinar")
    require(
        widest == 3,
        f"Con 3 cocineros se cocinaban {widest} pedidos a la vez, y cada uno los cocina de uno en "
        "uno. Crea una tarea por cocinero, no una por pedido.",
        f"With 3 cooks, {widest} orders were being cooked at once, and each cook does one at a "
        "time. Create a task for each cook, not for each order.",
    )


@points(3)
@title(es="La barra se llena y el camarero espera", en="The rail fills, and the waiter waits")
@hint(
    es="asyncio.Queue() no tiene límite; asyncio.Queue(maxsize=…) sí, y su put() espera.",
    en="asyncio.Queue() has no limit; asyncio.Queue(maxsize=…) has, and its put() waits.",
)
@needs("several")
async def test_back_pressure(solution: Solution, conductor: Conductor) -> None:
    kitchen = Kitchen(conductor, *"abcdefghijkl", is_slow=True)

    run = await solution.call("restaurante", *kitchen.services, 2, 4)

    require_asleep(run)
    run.must_have_overlapped(kitchen.cocinar, 2)
    done = [call.ended_at or 0 for call in run.evidence.of("cocinar") if call.how == "answered"]
    if not done:
        run.must_return()
    reading = [call for call in run.evidence.of("pedidos") if call.part == "next"]
    taken = min(12, sum(call.asked_at <= min(done, default=0) for call in reading))
    require_taken(taken, 2, 4, line=reading[0].line if reading else None)


@points(2)
@title(es="Al final no queda ningún fogón encendido", en="At the end no stove is left burning")
@hint(
    es="Quien espera en get() no se entera de que has terminado: avísale, o cancélalo y espéralo.",
    en="Whoever waits in get() does not learn that you are done: tell it, or cancel and await it.",
)
@needs("each_once", "several")
async def test_clean_end(solution: Solution, conductor: Conductor) -> None:
    kitchen = Kitchen(conductor, "sopa", "flan", "pulpo", "arroz", "sopa")

    run = await solution.call("restaurante", *kitchen.services, 3, 2)

    run.must_return()
    await run.settled()
    lit, put_out = stoves(run, "enter"), stoves(run, "exit")
    require(
        lit == 3,
        f"Con 3 cocineros se encendieron {lit} fogones: cada uno enciende el suyo, una sola vez.",
        f"With 3 cooks, {lit} stoves were lit: each lights one of his own, and only once.",
    )
    require(
        put_out == lit,
        f"Devolviste los platos con {lit - put_out} fogones encendidos: esos cocineros siguen "
        "esperando en la cola. Avísales de que no habrá más pedidos, o cancélalos y espéralos.",
        f"You returned the dishes with {lit - put_out} stoves burning: those cooks still wait at "
        "the queue. Tell them that no more orders will come, or cancel and await them.",
    )
    last = max((call.ended_at or 0 for call in run.evidence.of("cocinar")), default=0)
    early = [c for c in run.evidence.of("fogon") if c.part == "exit" and c.asked_at < last]
    require(
        len(early) < lit,
        "Se cocinó con todos los fogones apagados: el trabajo va dentro de «async with fogon()».",
        "Dishes were cooked with every stove out: the work goes inside “async with fogon()”.",
    )


@points(1)
@title(es="Sirve un solo pedido que tarda, o ninguno", en="It serves one late order, or none")
@needs("each_once")
async def test_few(solution: Solution, conductor: Conductor) -> None:
    kitchen = Kitchen(conductor, "fabada", is_late=True)

    run = await solution.call("restaurante", *kitchen.services, 3, 1)

    require_asleep(run)
    require_cooks_stay(run, orders=1)
    require_dishes(run.must_return(), kitchen.dishes)
    kitchen.orders.clear()
    nothing = await solution.call("restaurante", *kitchen.services, 3, 1)
    require_dishes(nothing.must_return(), [])


@points(1)
@title(es="El error de un cocinero no se esconde", en="A cook's error is not hidden")
async def test_error(solution: Solution, conductor: Conductor) -> None:
    words = f"se quemó {token_hex(3)}"

    def burn(pedido: str) -> str:
        raise ValueError(words)

    kitchen = Kitchen(conductor, *"abcdefgh")
    cocinar = conductor.service("cocinar", burn)

    run = await solution.call("restaurante", kitchen.pedidos, kitchen.fogon, cocinar, 2, 2)

    if run.outcome.ending.value == "returned":
        run.must_have_overlapped(cocinar, 1)
    require(
        run.outcome.ending.value != "stuck" or not run.evidence.of("cocinar"),
        "cocinar() falló, sus cocineros murieron con el error y tu programa espera para siempre a "
        "una cola que ya nadie vacía. Espera juntos a camarero y cocineros: TaskGroup o gather().",
        "cocinar() failed, its cooks died of the error, and your program waits for ever at a queue "
        "that nobody empties any more. Await waiter and cooks together: TaskGroup or gather().",
    )
    run.must_raise("ValueError", words)

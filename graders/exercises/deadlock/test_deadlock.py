"""deadlock: a program that waits for itself, and one that calls itself for ever (section 7).

Balances, amounts and their number are drawn anew for each call, and each function is called twice.
"""

import asyncio
from itertools import pairwise
from secrets import SystemRandom

from graders.kit import (
    NEVER,
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

RANDOM = SystemRandom()


class Account:
    """A balance and several amounts, two of them equal and one 0, in any order: always new."""

    def __init__(self) -> None:
        self.balance = RANDOM.randint(100, 999)
        amounts = [RANDOM.randint(1, 900) for _ in range(RANDOM.randint(3, 6))]
        self.amounts = RANDOM.sample([*amounts, amounts[0], 0], len(amounts) + 2)
        self.total = self.balance + sum(self.amounts)

    def require_saved(self, run: Run, guardar: Service) -> None:
        """Make sure that each deposit was saved once, with the balance by then."""
        saved = _first_arguments(run, guardar)
        steps = [self.balance, *(number for number in saved if isinstance(number, int))]
        differences = sorted(after - before for before, after in pairwise(steps))
        require(
            differences == sorted(self.amounts) and len(saved) == len(self.amounts),
            f"De {self.balance}, con ingresos de {self.amounts}, `guardar` recibió "
            f"{str(saved)[:200]}: debía guardarse el saldo tras cada ingreso, también si es de 0, "
            "sin perder ninguno.",
            f"From {self.balance}, with deposits of {self.amounts}, `guardar` was given "
            f"{str(saved)[:200]}: the balance was to be saved after each deposit, one of 0 too, "
            "and none of them lost.",
        )


def _first_arguments(run: Run, service: Service) -> list[object]:
    calls = run.evidence.of(service.name)
    return [next(iter([*call.arguments, *call.named.values()]), None) for call in calls]


def require_alive(run: Run) -> None:
    """Make sure that the program does not wait for itself."""
    if run.outcome.has_blocked_its_loop:
        run.must_return()
    waiting = run.outcome.reported.waiting
    lines = ", ".join(str(line) for line in sorted({place.line for place in waiting if place.line}))
    es_at, en_at = (f" (líneas {lines})", f" (lines {lines})") if lines else ("", "")
    require(
        run.outcome.ending.name != "STUCK",
        f"Tu programa está parado y nada puede despertarlo: todas sus tareas esperan{es_at}. "
        "¿Pide en una de ellas un cerrojo que ya tiene, o algo que solo él "
        "mismo podría completar? Coge el `Lock` en un solo sitio.",
        f"Your program stands still and nothing can wake it: all its tasks wait{en_at}. "
        "Does it ask in one of them for a lock that it holds, or for what only "
        "it could complete? Take the `Lock` in a single place.",
    )


@points(3)
@title(
    es="Los ingresos terminan: nadie se espera a sí mismo",
    en="Deposits end: nobody waits for itself",
)
@hint(
    es="`asyncio.Lock` no es reentrante: quien lo tiene no puede volver a cogerlo. ¿Dónde se pide?",
    en="`asyncio.Lock` is not reentrant: who holds it cannot take it again. Where is it asked for?",
    after=2,
)
async def test_alive(solution: Solution, conductor: Conductor) -> None:
    for account, name in ((Account(), "guardar"), (Account(), "guardar_otra")):
        # What it answers is no balance.
        guardar = conductor.service(name, lambda *_: RANDOM.randint(1, 9))
        run = await solution.call("ingresar", account.balance, account.amounts, guardar)
        require_alive(run)
        total = run.must_return()
        require(
            total not in range(1, 10),
            f"`ingresar` devolvió {total}, que es lo que contestó `guardar`, y no el saldo final, "
            f"{account.total}. La respuesta de `guardar` no se usa: devuelve tu saldo.",
            f"`ingresar` returned {total}, which is what `guardar` answered, and not the final "
            f"balance, {account.total}. The answer of `guardar` is of no use: return your balance.",
        )
        require(
            total == account.total,
            f"De {account.balance}, con ingresos de {account.amounts}, el saldo final es "
            f"{account.total}, e `ingresar` devolvió {str(total)[:100]}.",
            f"From {account.balance}, with deposits of {account.amounts}, the final balance is "
            f"{account.total}, and `ingresar` returned {str(total)[:100]}.",
        )
        account.require_saved(run, guardar)
    # The same account once more: what it saved before is no reason not to save.
    saved = len(run.evidence.of(guardar.name))
    run = await solution.call("ingresar", account.balance, account.amounts, guardar)
    require(
        len(run.evidence.of(guardar.name)) == 2 * saved,
        "Repetimos la misma llamada e `ingresar` no volvió a guardar cada saldo. ¿Guardas algo de "
        "una llamada a otra?",
        "We made the same call again and `ingresar` did not save each balance again. Do you keep "
        "anything between calls?",
    )


@points(2)
@needs("alive")
@title(es="Nunca se guarda dos veces a la vez", en="It never saves twice at once")
async def test_one_at_a_time(solution: Solution, conductor: Conductor) -> None:
    account = Account()
    guardar = conductor.service("guardar", hold_until=QUIET)

    run = await solution.call("ingresar", account.balance, account.amounts, guardar)

    run.must_not_have_overlapped(guardar)
    run.must_return()
    account.require_saved(run, guardar)
    # As long as one is not answered, it is under way; whoever gives it up goes on to the next.
    slow = conductor.service("guardar_lento", hold_until=NEVER)
    run = await solution.call("ingresar", account.balance, account.amounts, slow)
    require_not_given_up(run, slow)
    run.must_not_have_overlapped(slow)


def require_not_given_up(run: Run, service: Service) -> None:
    """Make sure that it waits for a call that is never answered, for as long as we look."""
    calls = run.evidence.of(service.name)
    given_up = next((call for call in calls if call.how == "cancelled"), None)
    require(
        not given_up,
        f"`{given_up and given_up.shown}` aún no había acabado, y la cancelaste y seguiste "
        "adelante. No le pongas un límite de tiempo (`wait_for`, `timeout`): espera a que termine.",
        f"`{given_up and given_up.shown}` was not done yet, and you cancelled it and went on. Set "
        "no time limit (`wait_for`, `timeout`): wait until it is done.",
        line=given_up.line if given_up else None,
    )


@points(1)
@needs("alive")
@title(es="Dos cuentas a la vez no se mezclan", en="Two accounts at once do not mix")
async def test_apart(solution: Solution, conductor: Conductor) -> None:
    accounts = {"guardar_una": Account(), "guardar_otra": Account()}
    services = [conductor.service(name, hold_until=QUIET) for name in accounts]

    runs = await asyncio.gather(
        *[
            solution.call("ingresar", account.balance, account.amounts, service)
            for account, service in zip(accounts.values(), services, strict=True)
        ]
    )

    for account, service, run in zip(accounts.values(), services, runs, strict=True):
        total, saved = run.must_return(), _first_arguments(run, service)
        require(
            total == account.total and saved[-1:] == [account.total],
            f"Llamamos dos veces a la vez a `ingresar`. De {account.balance}, con ingresos de "
            f"{account.amounts}, `guardar` recibió {str(saved)[:200]} e `ingresar` devolvió "
            f"{str(total)[:50]}: el saldo de una cuenta se mezcló con el de la otra. Que viva "
            "dentro de `ingresar`, y no en una variable global.",
            f"We called `ingresar` twice at once. From {account.balance}, with deposits of "
            f"{account.amounts}, `guardar` was given {str(saved)[:200]} and `ingresar` returned "
            f"{str(total)[:50]}: the balance of one account got mixed with the other's. Let it "
            "live inside `ingresar`, not in a global variable.",
        )
        account.require_saved(run, service)
    await require_no_queue(solution, conductor)


async def require_no_queue(solution: Solution, conductor: Conductor) -> None:
    """Make sure that two calls save at the same time: neither waits for the other."""
    accounts = Account(), Account()
    both = conductor.service("guardar_de_ambas", hold_until=2)
    runs = await asyncio.gather(
        *[solution.call("ingresar", one.balance, one.amounts, both) for one in accounts]
    )
    calls = runs[0].evidence.of(both.name)
    require(
        runs[0].evidence.width(both.name) >= 2,
        "Llamamos dos veces a la vez a `ingresar`, y una no guardó nada mientras la otra esperaba "
        "a su `guardar`. ¿Comparten el cerrojo? Crea el `Lock` dentro de `ingresar`, uno por "
        "llamada, y no fuera.",
        "We called `ingresar` twice at once, and one saved nothing while the other waited for its "
        "`guardar`. Do they share the lock? Make the `Lock` inside `ingresar`, one for each call, "
        "not outside.",
        line=calls[0].line if calls else None,
    )
    for run, account in zip(runs, accounts, strict=True):
        total = run.must_return()
        require(
            total == account.total,
            f"Dos llamadas a la vez: de {account.balance}, con ingresos de {account.amounts}, "
            f"`ingresar` devolvió {str(total)[:50]}.",
            f"Two calls at once: from {account.balance}, with deposits of {account.amounts}, "
            f"`ingresar` returned {str(total)[:50]}.",
        )


@points(2)
@title(es="La cuenta atrás llega a cero y termina", en="The countdown comes to zero and ends")
async def test_countdown(solution: Solution, conductor: Conductor) -> None:
    start = RANDOM.randint(3, 6)
    for first, hold in ((start, 1), (start + RANDOM.randint(1, 3), QUIET)):
        # What it answers is no reason to stop.
        answer = "basta" if hold is QUIET else None
        avisar = conductor.service(
            f"avisar_{first}", lambda *_, answer=answer: answer, hold_until=hold
        )
        run = await solution.call("cuenta_atras", first, avisar)
        require_countdown(run, avisar, first)
    # The same once more: nothing of an earlier call is kept.
    run = await solution.call("cuenta_atras", first, avisar)
    run.must_return()
    run.must_have_asked(avisar, *[(number,) for number in range(first + 1)] * 2)
    slow = conductor.service("avisar_lento", hold_until=NEVER)
    require_not_given_up(await solution.call("cuenta_atras", first, slow), slow)


def require_countdown(run: Run, avisar: Service, first: int) -> None:
    """Make sure that it announced the numbers in their order, one at a time, and returned None."""
    asked = _first_arguments(run, avisar)
    require(
        len(asked) <= first + 2,
        f"`cuenta_atras` avisó de {str(asked[:6])[:60]}… y siguió llamándose: a la recursión le "
        "falta un final, o no se acerca a él. Llámala con 1 menos, y no la llames desde 0.",
        f"`cuenta_atras` announced {str(asked[:6])[:60]}… and went on calling itself: the "
        "recursion has no end, or comes no nearer to it. Call it with one less, and do not call "
        "it from 0.",
    )
    value = run.must_return()
    wanted = list(range(first, -1, -1))
    require(
        asked == wanted,
        f"`cuenta_atras` desde {first} debía avisar de {wanted}, en ese orden, y avisó de "
        f"{str(asked)[:200]}.",
        f"`cuenta_atras` from {first} should announce {wanted}, in that order, and announced "
        f"{str(asked)[:200]}.",
    )
    run.must_not_have_overlapped(avisar)
    require(
        value is None,
        f"`cuenta_atras` no devuelve nada, y devolvió {value!r:.100}.",
        f"`cuenta_atras` returns nothing, and it returned {value!r:.100}.",
    )


@points(1)
@title(es="Sin ingresos, y desde cero", en="Without deposits, and from zero")
async def test_edges(solution: Solution, conductor: Conductor) -> None:
    guardar, avisar = conductor.service("guardar"), conductor.service("avisar")

    run = await solution.call("ingresar", 50, [], guardar)
    balance = run.must_return()
    require(
        balance == 50 and not run.evidence.of("guardar"),
        "Sin ingresos no se guarda nada y el saldo, 50, se queda igual; `ingresar` devolvió "
        f"{balance!r:.100}.",
        "Without deposits nothing is saved and the balance, 50, stays; `ingresar` returned "
        f"{balance!r:.100}.",
    )
    run = await solution.call("cuenta_atras", 0, avisar)
    run.must_return()
    run.must_have_asked(avisar, (0,))


@points(1)
@nothing_blocks
@title(es="El event loop no se bloquea nunca", en="The event loop is never blocked")
@needs("alive")
async def test_nothing_blocks(solution: Solution, conductor: Conductor) -> None:
    account = Account()
    guardar, avisar = (conductor.service(name, hold_until=QUIET) for name in ("guardar", "avisar"))

    await solution.call("ingresar", account.balance, account.amounts, guardar)
    await solution.call("cuenta_atras", 3, avisar)

"""no-bloquees: a station whose heart must beat while it measures (class, section 9).

The sensors that must not block are FIFOs, and a heartbeat is a printed line, which takes no answer
from us. A sensor answers when the heart has beaten three times since it was opened; if reading it
holds up the loop, the program provably sleeps for good, and the barrier comes short.
"""

import asyncio
from secrets import SystemRandom, token_hex

from graders.kit import NEVER, Conductor, Fifos, Run, Solution, hint, needs, points, require, title

# A barrier of more calls than there may be: it opens by heartbeats, or because no more can come.
BY_HEARTBEAT = 1001
BEATS = 3
# For a sensor that takes its time: longer than most would think of as a limit of their own.
MANY_BEATS = 105
HEART = "♥"
PAUSE_SECONDS = 0.4
# A loop kept busy for so long computes for long enough to be told, on a busy machine too.
LONG_PAUSE_SECONDS = 1.0
LOOK_SECONDS = 0.02
# More than anybody reads in one go without saying so.
MANY_LETTERS = 70_000
RANDOM = SystemRandom()


def make_values(many: int = 2) -> dict[str, str]:
    return {f"sensor-{token_hex(4)}": f"{token_hex(3)} °C" for _ in range(many)}


def make_odd_values() -> dict[str, str]:
    """Return texts of several lines, an empty one, a long one and two equal ones, in any order."""
    same = f"{token_hex(3)} grados"
    lines = f"  viento {token_hex(3)}\n\nlluvia {token_hex(3)}  \n"
    long = "".join(f"{token_hex(3)} año\n" for _ in range(MANY_LETTERS // 11))
    texts = RANDOM.sample([same, same, lines, "", long, *make_values(1).values()], 6)
    return dict(zip(make_values(6), texts, strict=True))


def beats_of(lines: list[str]) -> int:
    return sum(line.count(HEART) for line in lines)


async def measure_by_heartbeat(
    solution: Solution, sensors: Fifos, beats_held: int = BEATS, *, pause: float = 0.0
) -> Run:
    """Measure; a sensor that is open answers after heartbeats."""
    call = asyncio.create_task(solution.call("estacion", sensors.paths, pause))
    before: int | None = None
    while not call.done():
        beats = beats_of(solution.output)
        if not sensors._held():
            before = None
        elif before is None:
            before = beats
        elif beats >= before + beats_held:
            sensors.release()
        await asyncio.sleep(LOOK_SECONDS)
    return call.result()


def require_opened_outside(run: Run, sensors: Fifos) -> None:
    """Make sure that the event loop's thread opened no sensor itself: that waits, too."""
    line = next(iter(run.outcome.reported.blocked), None)
    es, en = (f", en la línea {line}", f", in line {line}") if line else ("", "")
    require(
        not sensors.was_opened_by_main,
        f"El event loop estuvo bloqueado al abrir un sensor{es}. Un sensor que no "
        "contesta hace esperar ya a `open()`, antes de `read()`: lleva las dos cosas al mismo "
        "hilo, con `await asyncio.to_thread(...)`, o usa `aiofiles`.",
        f"The event loop was blocked while it opened a sensor{en}. A sensor that "
        "does not answer makes `open()` wait already, before `read()`: take both to the same "
        "thread, by `await asyncio.to_thread(...)`, or use `aiofiles`.",
        line=line,
    )


def require_values(value: object, wanted: list[str]) -> None:
    got = list(value) if isinstance(value, tuple) else value
    texts = got if isinstance(got, list) and len(got) == len(wanted) else []
    for text, whole in zip(texts, wanted, strict=bool(texts)):
        ascii_only = "".join(filter(str.isascii, whole))
        require(
            not (isinstance(text, str) and text != whole and (text in whole or text == ascii_only)),
            f"De un texto de {len(whole)} caracteres, `estacion` devolvió {len(text)}, "
            f"{str(text)[:40]!r}…: debía estar entero. Léelo hasta el final, con `read()` sin "
            "número, y en UTF-8: ° y ñ también son texto.",
            f"Of a text of {len(whole)} characters `estacion` returned {len(text)}, "
            f"{str(text)[:40]!r}…: it should be whole. Read it to its end, by `read()` without a "
            "number, and as UTF-8: ° and ñ are text, too.",
        )
    require(
        got == wanted,
        f"`estacion` debía devolver {str(wanted)[:200]}, y devolvió {str(got)[:200]}.",
        f"`estacion` should return {str(wanted)[:200]}, and returned {str(got)[:200]}.",
    )


def require_heart(run: Run) -> None:
    require(
        beats_of(run.output),
        f"Tu programa no imprimió ni un {HEART}: ¿sigue `latir()` en marcha como tarea?",
        f"Your program did not print one {HEART}: is `latir()` still running as a task?",
    )
    many = max(line.count(HEART) for line in run.output)
    require(
        many == 1,
        f"En una misma línea hay {many} latidos: cada {HEART} va en una línea suya, como las "
        "imprime `latir()`, con `print()` y sin `end`.",
        f"In one line there are {many} heartbeats: each {HEART} has a line of its own, as "
        "`latir()` prints them, with `print()` and without `end`.",
    )


def require_free_loop(run: Run) -> None:
    """End the check: while a sensor was open, the heart provably could not beat."""
    line = next(iter(run.outcome.reported.blocked), None)
    if line is None:
        require_heart(run)
    where_es, where_en = (f" en la línea {line}", f" in line {line}") if line else ("", "")
    require(
        False,
        "Mientras se leía un sensor, el corazón se paró: el event loop estaba "
        f"bloqueado{where_es}. Leer así ocupa su hilo, también dentro de una `async def`; y "
        "esperar a otro hilo con `join()` o `result()`, igual. Usa `await asyncio.to_thread(...)` "
        "o `aiofiles`.",
        "While a sensor was read, the heart stopped beating: the event loop was "
        f"blocked{where_en}. To read like that takes up its thread, inside an `async def` too; "
        "and so does waiting for another thread with `join()` or `result()`. Use `await "
        "asyncio.to_thread(...)` or `aiofiles`.",
        line=line,
    )


@points(1)
@title(es="Mide todos los sensores, en orden", en="Measures all sensors, in order")
@hint(
    es="`asyncio.to_thread` recibe una función sin llamar y sus argumentos aparte: "
    "`asyncio.to_thread(leer, sensor)`, no `asyncio.to_thread(leer(sensor))`.",
    en="`asyncio.to_thread` takes a function without calling it, and its arguments apart: "
    "`asyncio.to_thread(leer, sensor)`, not `asyncio.to_thread(leer(sensor))`.",
)
async def test_measures(solution: Solution, conductor: Conductor) -> None:
    stations = [make_odd_values(), make_values(3), {}]
    paths = [[conductor.file(*sensor) for sensor in values.items()] for values in stations]

    for values, sensors in zip(stations, paths, strict=True):
        run = await solution.call("estacion", sensors, 0.0)
        require_values(run.must_return(), list(values.values()))
    # One of them is there twice.
    run = await solution.call("estacion", [*paths[1], paths[1][0]], 0.0)
    texts = list(stations[1].values())
    value = run.must_return()
    require(
        not isinstance(value, list | tuple) or list(value) != texts,
        "Un sensor estaba dos veces en `sensores` y `estacion` lo devolvió una sola vez: la lista "
        "de textos lleva uno por elemento. No los guardes en un diccionario por sensor.",
        "A sensor was in `sensores` twice, and `estacion` returned it once: the list of texts has "
        "one for each item. Do not keep them in a dictionary by sensor.",
    )
    require_values(value, [*texts, texts[0]])


@points(3)
@title(es="El corazón late durante la pausa", en="The heart beats during the pause")
async def test_beats_in_pause(solution: Solution, conductor: Conductor) -> None:
    paths = [conductor.file(name, value) for name, value in make_values(1).items()]

    run = await solution.call("estacion", paths, LONG_PAUSE_SECONDS)

    run.must_not_have_blocked()
    run.must_return()
    require_heart(run)
    slept = run.longest_sleep or 0.0
    require(
        slept < LONG_PAUSE_SECONDS / 2 or beats_of(run.output) > BEATS,
        f"El event loop durmió {slept:.1f} s seguidos y el corazón no latió: durante la pausa no "
        "había ninguna tarea `latir()` en marcha. Empieza el corazón, con `create_task()`, antes "
        "de llamar a `medir`.",
        f"The event loop slept for {slept:.1f} s on end and the heart did not beat: during the "
        "pause there was no task `latir()` running. Start the heart, by `create_task()`, before "
        "you call `medir`.",
    )


@points(3)
@title(es="El corazón late mientras se lee", en="The heart beats while a sensor is read")
@hint(
    es="`open()` y `read()` no se pueden esperar con `await`. ¿Qué función de `asyncio` las corre "
    "en otro hilo y te da algo que sí se puede esperar?",
    en="`open()` and `read()` cannot be awaited. Which function of `asyncio` runs them in another "
    "thread and gives you something that can be?",
)
async def test_beats_while_reading(solution: Solution, conductor: Conductor) -> None:
    values = make_values(RANDOM.randint(2, 4))
    sensors = conductor.fifos("sensores", values, hold_until=BY_HEARTBEAT, hold_opening=True)

    run = await measure_by_heartbeat(solution, sensors)

    require_read_once(run, sensors)
    require_opened_outside(run, sensors)
    if sensors.came_short is not None:
        require_free_loop(run)
    value = run.must_return()
    run.must_have_asked(sensors, *[(path,) for path in values])
    require_values(value, list(values.values()))


@points(1)
@title(es="Lee cada vez, tarde lo que tarde", en="Reads each time, however long it takes")
@needs("beats_while_reading")
async def test_patient(solution: Solution, conductor: Conductor) -> None:
    slow = conductor.fifos("sensores lentos", make_values(1), hold_until=NEVER)

    run = await measure_by_heartbeat(solution, slow, MANY_BEATS)
    beats = beats_of(run.output)
    require(
        beats >= MANY_BEATS or run.outcome.ending.value not in ("returned", "raised"),
        f"Un sensor aún no había contestado, y a los {beats} latidos dejaste de esperarlo "
        f"({str(run.outcome.error or run.outcome.value)[:100]}). Quita tu límite de tiempo "
        "(`wait_for`, `timeout`): leerlo tarda hasta que el sensor quiera.",
        f"A sensor had not answered yet, and after {beats} heartbeats you stopped waiting for it "
        f"({str(run.outcome.error or run.outcome.value)[:100]}). Take out your time limit "
        "(`wait_for`, `timeout`): reading takes until the sensor likes to answer.",
    )
    require(
        run.outcome.ending.value != "stuck",
        f"Tras {beats} latidos el corazón se paró, y aún se estaba leyendo un sensor. Late "
        "mientras dure la estación, con `while True`.",
        f"After {beats} heartbeats the heart stopped beating, and a sensor was still being read. "
        "It beats as long as the station lasts, with `while True`.",
    )
    run.must_return()
    await require_read_anew(solution, slow)


async def require_read_anew(solution: Solution, sensors: Fifos) -> None:
    """Make sure that a sensor which was read in an earlier call is read once more."""
    call = asyncio.create_task(solution.call("estacion", sensors.paths, 0.0))
    while not call.done():
        sensors.on_quiet()  # which looks for those that are opened again
        sensors.release()
        await asyncio.sleep(LOOK_SECONDS)
    call.result().must_return()
    opened = len(call.result().evidence.of(sensors.name))
    # More than two may be one opening served twice: it was looked for again at once.
    require(
        opened >= 2,
        f"En dos llamadas con el mismo sensor lo abriste {opened} vez. No guardes lecturas de una "
        "llamada a otra (`lru_cache`, un diccionario): lo que dice un sensor cambia; léelo cada "
        "vez.",
        f"In two calls with the same sensor you opened it {opened} time. Keep no readings from "
        "one call to another (`lru_cache`, a dictionary): what a sensor says changes; read it "
        "each time.",
    )


def require_read_once(run: Run, sensors: Fifos) -> None:
    """Make sure that no sensor was opened a second time."""
    opened = [call.arguments[0] for call in run.evidence.of(sensors.name)]
    again = sorted({path for path in opened if opened.count(path) > 1} | {*sensors.opened_again})
    require(
        not again,
        f"Abriste más de una vez el mismo sensor ({', '.join(again)}): cada uno se lee una vez. "
        "Para saber si existe no hace falta abrirlo antes: `open()` lanza el error.",
        f"You opened the same sensor more than once ({', '.join(again)}): each is read once. To "
        "know whether it exists it need not be opened before: `open()` raises the error.",
    )


@points(1)
@title(es="La pausa se sigue respetando", en="The pause is still kept")
@needs("measures", "beats_in_pause")
async def test_keeps_pause(solution: Solution, conductor: Conductor) -> None:
    values = make_values(2)
    sensors = conductor.fifos("sensores", values, hold_until=BY_HEARTBEAT)

    run = await measure_by_heartbeat(solution, sensors, pause=PAUSE_SECONDS)

    require_values(run.must_return(), list(values.values()))
    # On a busy machine a program without a pause may end later than the pause: one is proof enough.
    early = min((call.asked_at for call in run.evidence.of(sensors.name)), default=PAUSE_SECONDS)
    require(
        min(early, run.wall_seconds) >= PAUSE_SECONDS - 0.001,
        f"Con una pausa de {PAUSE_SECONDS} s, abriste el sensor, o terminaste, antes de que "
        "pasara: la pausa ha desaparecido. Espérala primero, con `await asyncio.sleep(pausa)`, y "
        "lee después.",
        f"With a pause of {PAUSE_SECONDS} s, you opened the sensor, or ended, before it was over: "
        "the pause is gone. Wait for it first, with `await asyncio.sleep(pausa)`, and read "
        "afterwards.",
    )
    run.must_have_taken(PAUSE_SECONDS)
    require_pause_for_each(run, sensors)


def require_pause_for_each(run: Run, sensors: Fifos) -> None:
    """Make sure that a sensor opened after another had answered has had its pause, too."""
    first, second = sorted(run.evidence.of(sensors.name), key=lambda call: call.asked_at)
    answered = first.ended_at or 0.0
    between = second.asked_at - answered
    require(
        second.asked_at < answered or between >= PAUSE_SECONDS - 0.001,
        f"Con una pausa de {PAUSE_SECONDS} s, abriste el segundo sensor {between:.2f} s después "
        "de que contestara el primero: cada sensor tiene su pausa, no una para todos. Espera en "
        "`medir`, antes de leer.",
        f"With a pause of {PAUSE_SECONDS} s, you opened the second sensor {between:.2f} s after "
        "the first had answered: each sensor has its pause, not one for all. Wait in `medir`, "
        "before you read.",
    )


@points(1)
@title(
    es="Si un sensor no existe, el error pasa y el corazón se para",
    en="If a sensor does not exist, the error passes and the heart stops",
)
@needs("measures", "beats_while_reading")
async def test_error(solution: Solution, conductor: Conductor) -> None:
    missing = f"sensor-{token_hex(2)}"
    paths = [conductor.file(name, value) for name, value in make_values(3).items()]

    well = await solution.call("estacion", paths, 0.0)
    well.must_return()
    await well.must_settle()
    run = await solution.call("estacion", [paths[0], missing, paths[1]], 0.0)

    run.must_raise("FileNotFoundError", f"[Errno 2] No such file or directory: '{missing}'")
    await run.must_settle()

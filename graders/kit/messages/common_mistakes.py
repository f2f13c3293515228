"""Common mistakes in asynchronous Python, recognised by the interpreter's messages: what to try.

The patterns are messages of CPython 3.11 to 3.13; each is produced for real by
tests/graders/test_common_mistakes.py.
"""

import re
import sys

from graders.kit.messages.unreadable import HERE
from graders.kit.wire import Failure, Opaque
from graders.text import Text


def find_advice(error: Failure) -> Text | None:
    """Return what to try about a well-known error, or about one grouped in it; None if unknown."""
    if newer := _find_newer(error):
        return newer
    for types, pattern, words in _SLIPS:
        if error.type_name in types.split() and re.search(pattern, error.message):
            return words
    found = (find_advice(member) for member in error.members if isinstance(member, Failure))
    return next((words for words in found if words), None)


def _find_newer(error: Failure) -> Text | None:
    """Return that the name which is missing came with a later Python than ours, if so."""
    if match := _NO_NAME.search(error.message):
        since = _NEW_NAMES.get(match[1])
        if since and sys.version_info < since:
            version = ".".join(map(str, since))
            return _NEWER_NAME.format(name=match[1], version=version, here=HERE)
    return None


def format_advice(error: Failure) -> Text:
    """Return the same as a line to follow what is said of the error; nothing if it is unknown."""
    words = find_advice(error)
    return Text.same("\n") + words if words else Text("", "")


def find_unawaited(value: object, *, within: bool = True) -> Text | None:
    """Return what to try if a value is what somebody had to await; None if not.

    `within` looks for such, tasks too, inside lists and the like. A task by itself may be meant.
    """
    if isinstance(value, Opaque):
        starts = _LEFT | _TASK if within else _LEFT
        return next(
            (words for start, words in starts.items() if value.shown.startswith(start)), None
        )
    if within and isinstance(value, dict):
        value = list(value.values())
    if within and isinstance(value, list | tuple | set | frozenset):
        found = (find_unawaited(item) for item in value)
        return next((words for words in found if words), None)
    return None


def find_errors_as_values(value: object) -> Text | None:
    """Return what to try if a value is, or holds, exceptions that were not raised; None if not."""
    if isinstance(value, Failure):
        return _ERRORS_AS_VALUES
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple | set | frozenset):
        return next((words for words in map(find_errors_as_values, value) if words), None)
    return None


# Names of the standard library that asynchronous programs use, and the Python they came with
# (docs.python.org, "What's New"). `shutdown` is asyncio.Queue's.
_NEW_NAMES = {
    "batched": (3, 12),
    "override": (3, 12),
    "eager_task_factory": (3, 12),
    "create_eager_task_factory": (3, 12),
    "QueueShutDown": (3, 13),
    "shutdown": (3, 13),
    "TypeIs": (3, 13),
    "ReadOnly": (3, 13),
    "deprecated": (3, 13),
    "process_cpu_count": (3, 13),
    "capture_call_graph": (3, 14),
    "print_call_graph": (3, 14),
    "InterpreterPoolExecutor": (3, 14),
    "annotationlib": (3, 14),
}
_NO_NAME = re.compile(
    r"(?:module '[\w.]+' has no attribute|cannot import name|No module named|"
    r"'\w*Queue' object has no attribute) '(\w+)'"
)
_NEWER_NAME = Text(
    "`{name}` es de Python {version} o posterior, y aquí corre {here}.",
    "`{name}` is of Python {version} or later, and {here} runs here.",
)
_LOOP_ARGUMENT = Text(
    "El argumento `loop=` se quitó de asyncio en Python 3.10: quítalo; se usa el event loop en "
    "marcha.",
    "The argument `loop=` was taken out of asyncio in Python 3.10: leave it out; the running event "
    "loop is used.",
)
_COROUTINE_DECORATOR = Text(
    "`@asyncio.coroutine` se quitó en Python 3.11: escribe `async def`, y `await` en vez de "
    "`yield from`.",
    "`@asyncio.coroutine` was taken out in Python 3.11: write `async def`, and `await` for "
    "`yield from`.",
)
_ALL_TASKS = Text(
    "`Task.all_tasks()` y `Task.current_task()` son ahora `asyncio.all_tasks()` y "
    "`asyncio.current_task()`.",
    "`Task.all_tasks()` and `Task.current_task()` are `asyncio.all_tasks()` and "
    "`asyncio.current_task()` now.",
)
_WINDOWS = Text(
    "Las políticas Windows… solo existen en Windows, y el programa corre aquí en Linux: quita esa "
    "línea, o ponla tras `if sys.platform == 'win32':`.",
    "The policies Windows… exist only on Windows, and the program runs on Linux here: take that "
    "line out, or put it below `if sys.platform == 'win32':`.",
)
_RELATIVE = Text(
    "Tu archivo se carga solo, no como parte de un paquete: escribe el `import` sin el punto.",
    "Your file is loaded by itself, not as part of a package: write the `import` without the dot.",
)
_NEST = Text(
    "`nest_asyncio` solo hace falta en cuadernos: quítalo. Aquí se usa `await`, o un solo "
    "`asyncio.run()` al final.",
    "`nest_asyncio` is only needed in notebooks: take it out. Here, use `await`, or a single "
    "`asyncio.run()` at the end.",
)
_THREAD_HAS_NO_LOOP = Text(
    "Ese código corre en otro hilo, donde no hay event loop. A `to_thread()` y "
    "`run_in_executor()` se les da una función normal que bloquea; lo asíncrono se espera con "
    "`await`.",
    "That code runs in another thread, where there is no event loop. `to_thread()` and "
    "`run_in_executor()` take a plain function that blocks; what is asynchronous is awaited.",
)
_NOT_IN_A_THREAD = Text(
    "A `to_thread()` y `run_in_executor()` se les da una función normal y sus argumentos, sin "
    "llamarla: `to_thread(f, x)`. Una corrutina se espera con `await`.",
    "`to_thread()` and `run_in_executor()` take a plain function and its arguments, not called: "
    "`to_thread(f, x)`. A coroutine is awaited.",
)
_CLOSED_LOOP = Text(
    "Ese event loop ya se cerró, por ejemplo al terminar otro `asyncio.run()`: crea lo asíncrono "
    "dentro de la función que lo usa.",
    "That event loop is closed, for example because another `asyncio.run()` has ended: make what "
    "is asynchronous inside the function that uses it.",
)
_STOP_ITERATION = Text(
    "Dentro de una función async, `next()` sin valor por defecto no puede acabar en "
    "`StopIteration`: usa `next(iterador, valor)` o un `for`.",
    "Inside an async function `next()` without a default may not end in `StopIteration`: use "
    "`next(iterator, value)` or a `for`.",
)
_AS_COMPLETED = Text(
    "Si recorres `asyncio.as_completed()`, antes de Python 3.13 se hace con `for`, y `await` "
    "dentro.",
    "If you go through `asyncio.as_completed()`: before Python 3.13 that takes a plain `for`, with "
    "an `await` inside.",
)

_ERRORS_AS_VALUES = Text(
    "Entre los resultados hay excepciones: con `return_exceptions=True`, `gather()` las devuelve "
    "en vez de lanzarlas. Quítalo, o lanza tú la que encuentres.",
    "There are exceptions among the results: with `return_exceptions=True` `gather()` returns "
    "them instead of raising. Leave it out, or raise the one you find.",
)
_NESTED_RUN = Text(
    "Esa línea arranca un event loop (`asyncio.run`, `run_until_complete`) dentro de código que "
    "ya corre en uno. Usa `await`.",
    "That line starts an event loop (`asyncio.run`, `run_until_complete`) inside code that "
    "already runs on one. Use `await`.",
)
_NOT_AWAITED = Text(
    "Hay una corrutina donde debía estar su resultado: falta `await` al llamar a una función "
    "async.",
    "There is a coroutine where its result should be: an `await` is missing at the call of an "
    "async function.",
)
_TASK_NOT_AWAITED = Text(
    "Hay una tarea donde debía estar su resultado: falta `await`.",
    "There is a task where its result should be: an `await` is missing.",
)
_NOT_AWAITABLE = Text(
    "`await` espera corrutinas, tareas y futuros. Si la función es normal (`def`), llámala sin "
    "`await`; si lo que esperas es una lista de ellas, usa `asyncio.gather(*lista)`; si es un "
    "generador asíncrono, recórrelo con `async for`.",
    "`await` takes coroutines, tasks and futures. If the function is a plain one (`def`), call it "
    "without `await`; if it is a list of them, use `asyncio.gather(*list)`; if it is an "
    "asynchronous generator, go through it with `async for`.",
)
_UNPACK = Text(
    "Si ahí llamas a `asyncio.gather()` con una lista, desempaquétala: `asyncio.gather(*lista)`.",
    "If that is a call of `asyncio.gather()` with a list, unpack it: `asyncio.gather(*list)`.",
)
_CALL_IT = Text(
    "Ahí va una corrutina, que es lo que da llamar a una función async: `f()`, y no `f` ni su "
    "resultado.",
    "A coroutine goes there, which is what the call of an async function gives: `f()`, and "
    "neither `f` nor its result.",
)
_ONCE = Text(
    "Una corrutina se espera una sola vez: llama otra vez a la función, o guarda el resultado.",
    "A coroutine is awaited only once: call the function again, or keep the result.",
)
_WAIT_TAKES_TASKS = Text(
    "`asyncio.wait()` quiere tareas: hazlas antes con `asyncio.create_task()`.",
    "`asyncio.wait()` takes tasks: make them first with `asyncio.create_task()`.",
)
_WAIT_FOR_NOTHING = Text(
    "`asyncio.wait()` no acepta una lista vacía: ocúpate antes de ese caso.",
    "`asyncio.wait()` takes no empty list: treat that case before.",
)
_ASYNC_FOR = Text(
    "`async for` recorre generadores asíncronos (`async def` con `yield`). Para una lista, `for`; "
    "para una corrutina, `await`.",
    "`async for` goes through asynchronous generators (`async def` with `yield`). For a list, "
    "`for`; for a coroutine, `await`.",
)
_NEEDS_ASYNC_FOR = Text(
    "Un generador asíncrono se recorre con `async for`.",
    "An asynchronous generator is gone through with `async for`.",
)
_ASYNC_WITH = Text(
    "`async with` quiere un gestor de contexto asíncrono: una clase con `__aenter__` y "
    "`__aexit__`, o una función con `@asynccontextmanager`. Para uno normal, `with`.",
    "`async with` takes an asynchronous context manager: a class with `__aenter__` and "
    "`__aexit__`, or a function with `@asynccontextmanager`. For a plain one, `with`.",
)
_NEEDS_ASYNC_WITH = Text(
    "Si es un gestor de contexto asíncrono (`timeout`, `Lock`, `Semaphore`…), se usa con "
    "`async with`.",
    "If it is an asynchronous context manager (`timeout`, `Lock`, `Semaphore`…), it is used with "
    "`async with`.",
)
_NOT_DONE = Text(
    "Pides el resultado de una tarea que no ha terminado: espérala antes con `await`.",
    "You ask for the result of a task that is not done: `await` it first.",
)
_NO_LOOP = Text(
    "Eso necesita un event loop en marcha: hazlo dentro de una función `async def`.",
    "That takes a running event loop: do it inside an `async def` function.",
)
_OTHER_LOOP = Text(
    "Los locks, colas, futuros y tareas son del event loop que los usó primero: créalos dentro de "
    "la función async, no al cargar el módulo.",
    "Locks, queues, futures and tasks belong to the event loop that used them first: make them "
    "inside the async function, not when the module is loaded.",
)
_UNPICKLABLE = Text(
    "A otro proceso solo viajan funciones definidas en el nivel del módulo y datos simples: ni "
    "lambdas, ni funciones anidadas, ni corrutinas.",
    "Only functions of the module's top level and plain data travel to another process: no "
    "lambdas, no nested functions, no coroutines.",
)
_NEEDS_ASYNC_DEF = Text(
    "La función que la contiene debe empezar por `async def`.",
    "The function around it must begin with `async def`.",
)
_AWAIT_AT_TOP = Text(
    "`await` solo vale dentro de una función `async def`.",
    "`await` is only for the inside of an `async def` function.",
)
_GENERATOR_RETURNS = Text(
    "Una función async con `yield` es un generador y no puede devolver un valor: quita `yield` o "
    "el valor del `return`.",
    "An async function with `yield` is a generator and cannot return a value: take out the "
    "`yield` or the value of the `return`.",
)
_YIELD_FROM = Text(
    "En una función async no hay `yield from`: usa `async for` con `yield` dentro, o `await`.",
    "There is no `yield from` in an async function: use `async for` with a `yield` inside, or "
    "`await`.",
)

_TABS = Text(
    "Mezclas tabuladores y espacios: usa solo espacios, cuatro por nivel.",
    "You mix tabs and spaces: use only spaces, four for each level.",
)
_A_GENERATOR = Text(
    "Con `yield` dentro es un generador asíncrono: para dar un resultado, usa `return`.",
    "With a `yield` in it, it is an asynchronous generator: to give a result, use `return`.",
)
_PENDING = Text(
    "Eso es trabajo por hacer, no su resultado: espéralo con `await` antes de devolverlo.",
    "That is work to be done, not its result: `await` it before you return it.",
)

# How Python shows what somebody had to await.
_LEFT = {
    "<async_generator object ": _A_GENERATOR,
    "<coroutine object ": _PENDING,
    "<Future pending": _PENDING,
    "<_GatheringFuture pending": _PENDING,
}
_TASK = {"<Task pending ": _PENDING}
# The exception's name, or several; what its message holds; what to try. The first that fits.
_SLIPS = (
    (
        "RuntimeError",
        r"asyncio\.run\(\) cannot be called|event loop is already running|while another loop is",
        _NESTED_RUN,
    ),
    ("RuntimeError", "no current event loop in thread", _THREAD_HAS_NO_LOOP),
    ("RuntimeError", "Event loop is closed", _CLOSED_LOOP),
    ("RuntimeError", "coroutine raised StopIteration", _STOP_ITERATION),
    ("TypeError", "unexpected keyword argument 'loop'", _LOOP_ARGUMENT),
    ("TypeError", "'coroutine' object is not callable", _NOT_IN_A_THREAD),
    ("TypeError", "'async for' requires .* got generator", _AS_COMPLETED),
    (
        "AttributeError ImportError",
        "'asyncio' .*'coroutine'|'coroutine' from 'asyncio'",
        _COROUTINE_DECORATOR,
    ),
    ("AttributeError", "_asyncio.Task' has no attribute '(all_tasks|current_task)'", _ALL_TASKS),
    ("AttributeError ImportError", "'Windows\\w+Policy'", _WINDOWS),
    ("ImportError", "attempted relative import", _RELATIVE),
    ("ModuleNotFoundError", "'nest_asyncio'", _NEST),
    ("RuntimeError", "cannot reuse already awaited coroutine", _ONCE),
    ("RuntimeError", "no running event loop", _NO_LOOP),
    ("RuntimeError", "to a different (event )?loop", _OTHER_LOOP),
    ("RuntimeError", "await wasn't used with future", _TASK_NOT_AWAITED),
    ("InvalidStateError", "Result is not set", _NOT_DONE),
    ("ValueError", "Set of Tasks/Futures is empty", _WAIT_FOR_NOTHING),
    (
        "AttributeError PicklingError TypeError",
        "(Can't|cannot) (pickle|get local object)",
        _UNPICKLABLE,
    ),
    (
        "TypeError",
        "object (function|method) can't be used in 'await'|"
        "'(function|method)' object can't be awaited",
        _CALL_IT,
    ),
    ("TypeError", "can't be used in 'await' expression|can't be awaited", _NOT_AWAITABLE),
    ("TypeError", "unhashable type: 'list'", _UNPACK),
    ("TypeError", "a coroutine or an awaitable is required|a coroutine was expected", _CALL_IT),
    ("TypeError", "Passing coroutines is forbidden", _WAIT_TAKES_TASKS),
    ("TypeError", "'async for' requires", _ASYNC_FOR),
    ("TypeError", "'async_generator' object is not", _NEEDS_ASYNC_FOR),
    ("TypeError", "support the asynchronous context manager protocol", _ASYNC_WITH),
    ("TypeError", "support the context manager protocol", _NEEDS_ASYNC_WITH),
    ("TypeError AttributeError", r"\bcoroutine\b", _NOT_AWAITED),
    (
        "TypeError AttributeError",
        r"'(_asyncio\.)?(Task|Future|_GatheringFuture)'",
        _TASK_NOT_AWAITED,
    ),
    ("TabError", "", _TABS),
    ("SyntaxError", "outside (of an asynchronous|async) function", _NEEDS_ASYNC_DEF),
    ("SyntaxError", "'await' outside function", _AWAIT_AT_TOP),
    ("SyntaxError", "'return' with value in async generator", _GENERATOR_RETURNS),
    ("SyntaxError", "'yield from' inside async function", _YIELD_FROM),
)

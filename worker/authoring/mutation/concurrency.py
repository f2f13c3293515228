"""Operators on what happens at the same time, but for those on asyncio.gather."""

import ast
from collections.abc import Iterator
from typing import Final

from worker.authoring.mutation.gathers import WIDTH
from worker.authoring.mutation.operators import Change, awaits, last_name, operator
from worker.authoring.mutation.source import Source

_REPEATED: Final = (
    *(ast.For, ast.AsyncFor, ast.While),
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
)
_BOUNDED: Final = f"""
_widths = {{}}


async def _bounded(awaitable):
    async with _widths.setdefault(asyncio.get_running_loop(), asyncio.Semaphore({WIDTH})):
        return await awaitable

"""
_FINISHED: Final = """
async def _finished(task):
    await asyncio.wait([task])
    return task

"""


@operator(
    "bounded-tasks",
    es=f"Limita las tareas a {WIDTH} a la vez.",
    en=f"Limits the tasks to {WIDTH} at a time.",
)
def bounded_tasks(source: Source) -> Iterator[Change]:
    """`create_task(f())` → `create_task(_bounded(f()))`."""
    for call in _task_calls(source):
        if not any(isinstance(one, _REPEATED) for one in source.around(call)):
            continue
        made = call.args[0]
        text = f"_bounded({source.text_of(made)})"
        yield Change(call, (source.replace(made, text),), ("asyncio",), _BOUNDED)


@operator(
    "sequential-tasks",
    es="Espera cada tarea en cuanto la crea.",
    en="Awaits each task as soon as it is made.",
)
def sequential_tasks(source: Source) -> Iterator[Change]:
    """`create_task(f())` → `await _finished(create_task(f()))`."""
    for call in _task_calls(source):
        if source.is_in_async(call):
            text = f"(await _finished({source.text_of(call)}))"
            yield Change(call, (source.replace(call, text),), ("asyncio",), _FINISHED)


@operator(
    "sequential-start",
    es="Espera lo que se empezaba con start_soon.",
    en="Awaits what was started with start_soon.",
)
def sequential_start(source: Source) -> Iterator[Change]:
    """`group.start_soon(f, x)` → `await f(x)`."""
    for call in source.nodes(ast.Call):
        if last_name(call) == "start_soon" and call.args and source.is_in_async(call):
            function, *given = (source.text_of(argument) for argument in call.args)
            text = f"await {function}({', '.join(given)})"
            yield Change(call, (source.replace(call, text),))


@operator(
    "concurrent-list",
    es="Pide a la vez lo que una lista pedía una cosa tras otra.",
    en="Asks at once for what a list asked for one after another.",
)
def concurrent_list(source: Source) -> Iterator[Change]:
    """`[await f(x) for x in xs]` → `await asyncio.gather(*[f(x) for x in xs])`."""
    for made in source.nodes(ast.ListComp):
        is_plain = not any(one.is_async for one in made.generators)
        # What is a name has been started before, as a task.
        if is_plain and isinstance(made.elt, ast.Await) and isinstance(made.elt.value, ast.Call):
            inner = source.text_of(made).replace(
                source.text_of(made.elt), source.text_of(made.elt.value), 1
            )
            text = f"list(await asyncio.gather(*{inner}))"
            yield Change(made, (source.replace(made, text),), ("asyncio",))


@operator(
    "concurrent-loop",
    es="Hace a la vez las vueltas de un bucle.",
    en="Makes the rounds of a loop at once.",
)
def concurrent_loop(source: Source) -> Iterator[Change]:
    """`for x in xs:` → `async def _round(x):`, with a gather of all rounds after it."""
    for loop in source.nodes(ast.For):
        is_plain = source.is_in_async(loop) and awaits(loop) and not loop.orelse
        if not is_plain or source.indent(loop) is None or not isinstance(loop.target, ast.Name):
            continue
        leaving = (ast.Break, ast.Continue, ast.Return, ast.Yield, ast.YieldFrom, ast.Assign)
        if any(isinstance(one, (*leaving, ast.AugAssign)) for one in ast.walk(loop)):
            continue
        name, many = loop.target.id, source.text_of(loop.iter)
        head = source.span(loop)[0], source.find(":", source.span(loop.iter)[1]) + 1
        gathered = f"await asyncio.gather(*[_round({name}) for {name} in {many}])"
        edits = (
            source.edit(*head, f"async def _round({name}):"),
            source.after(loop, gathered),
        )
        yield Change(loop, edits, ("asyncio",))


@operator(
    "concurrent-awaits",
    es="Pide a la vez dos cosas que se pedían una tras otra.",
    en="Asks at once for two things that were asked for one after the other.",
)
def concurrent_awaits(source: Source) -> Iterator[Change]:
    """`a = await f()`, `b = await g()` → `a, b = await asyncio.gather(f(), g())`."""
    for first in source.nodes(ast.Assign):
        block = list(source.block(first))
        following = block[block.index(first) + 1 :][:1] if first in block else []
        pair = [_awaited(first), *(_awaited(one) for one in following)]
        if len(pair) < 2 or None in pair or source.indent(first) is None:
            continue
        (name, call), (other, second) = (one for one in pair if one is not None)
        if name in {one.id for one in ast.walk(second) if isinstance(one, ast.Name)}:
            continue
        calls = f"{source.text_of(call)}, {source.text_of(second)}"
        text = f"{name}, {other} = await asyncio.gather({calls})"
        edits = (source.drop(first), source.replace(following[0], text))
        yield Change(first, edits, ("asyncio",))


@operator(
    "wait-for-others",
    es="Cambia a qué espera asyncio.wait: a todo o a lo primero.",
    en="Changes what asyncio.wait waits for: all, or the first.",
)
def wait_for_others(source: Source) -> Iterator[Change]:
    """`FIRST_COMPLETED`, `FIRST_EXCEPTION` → `ALL_COMPLETED`, and back."""
    instead = {
        "FIRST_COMPLETED": ("ALL_COMPLETED",),
        "FIRST_EXCEPTION": ("ALL_COMPLETED", "FIRST_COMPLETED"),
        "ALL_COMPLETED": ("FIRST_COMPLETED",),
    }
    for node in source.nodes(ast.expr):
        for other in instead.get(last_name(node), ()) if _is_name(node) else ():
            yield Change(node, (source.replace(node, f"asyncio.{other}"),), ("asyncio",))
    for call in source.nodes(ast.Call):
        is_wait = last_name(call) == "wait" and isinstance(source.parent(call), ast.Await)
        if is_wait and call.args and not any(k.arg == "return_when" for k in call.keywords):
            end = max(source.span(one)[1] for one in (*call.args, *call.keywords))
            text = ", return_when=asyncio.FIRST_COMPLETED"
            yield Change(call, (source.edit(end, end, text),), ("asyncio",))


@operator(
    "drop-lock",
    es="Entra en un bloque sin el cerrojo o el semáforo que lo protege.",
    en="Enters a block without the lock or semaphore that guards it.",
)
def drop_lock(source: Source) -> Iterator[Change]:
    """`async with lock:` → `async with contextlib.nullcontext():`."""
    blocks: list[ast.AsyncWith | ast.With] = [
        *source.nodes(ast.AsyncWith),
        *source.nodes(ast.With),
    ]
    for block in blocks:
        for item in block.items:
            if item.optional_vars is None and _is_name(item.context_expr):
                edit = source.replace(item.context_expr, "contextlib.nullcontext()")
                yield Change(block, (edit,), ("contextlib",))


def _is_name(node: ast.AST) -> bool:
    return isinstance(node, ast.Name | ast.Attribute)


def _task_calls(source: Source) -> Iterator[ast.Call]:
    for call in source.nodes(ast.Call):
        if last_name(call) in ("create_task", "ensure_future") and call.args:
            yield call


def _awaited(statement: ast.stmt) -> tuple[str, ast.expr] | None:
    """Return name and call of `name = await call`."""
    if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Await):
        target = statement.targets[0]
        if len(statement.targets) == 1 and isinstance(target, ast.Name):
            return target.id, statement.value.value
    return None

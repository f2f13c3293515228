"""Sentences on what the tasks of a program wait for that stands still, as it reports itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from graders.picture import Awaited, Hold, Picture, Wait
from graders.text import Text

MOST_NAMED = 3
_OBJECTS = {
    Awaited.LOCK: Text("del cerrojo {name}", "for the lock {name}"),
    Awaited.SEMAPHORE: Text("del semáforo {name}", "for the semaphore {name}"),
    Awaited.EVENT: Text("de que alguien active {name}", "for somebody to set {name}"),
    Awaited.CONDITION: Text("de un aviso de {name}", "for {name} to be notified"),
    Awaited.BARRIER: Text(
        "de que lleguen más a la barrera {name}", "for more to arrive at the barrier {name}"
    ),
    Awaited.GET: Text("de un elemento en la cola {name}", "for an item in the queue {name}"),
    Awaited.PUT: Text("de sitio en la cola {name}", "for room in the queue {name}"),
    Awaited.JOIN: Text(
        "de un `task_done()` por cada elemento de la cola {name}",
        "for a `task_done()` for each item of the queue {name}",
    ),
    Awaited.TASKS: Text("de {tasks}", "for {tasks}"),
    Awaited.FUTURE: Text("de que alguien complete {name}", "for somebody to complete {name}"),
    Awaited.ANSWER: Text("de la respuesta de un servicio", "for a service's answer"),
    Awaited.OTHER: Text("de algo que no tiene nombre", "for something without a name"),
}
_WAITS = Text("{tasks}: a la espera{where} {what}{held}.", "{tasks}: waiting{where} {what}{held}.")
_WHERE = Text(", en la línea {line},", " on line {line}")
_HELD = Text(", que cogió {task} en la línea {line}", ", which {task} took on line {line}")
_HELD_ITSELF = Text(
    ", que cogió esa misma tarea en la línea {line}", ", which that same task took on line {line}"
)
_MORE = Text(" y {n} más", " and {n} more")
_UNNAMED = Text("sin nombre", "without a name")


@dataclass(frozen=True, slots=True)
class WaitingTasks:
    """Tasks that wait at the same line for the same, and who holds it, if anybody is known to."""

    tasks: tuple[str, ...]
    wait: Wait
    hold: Hold | None

    @property
    def waits_for_itself(self) -> bool:
        """Whether one of them holds what it waits for: it is never going to get it."""
        return self.hold is not None and self.hold.task in self.tasks


def group_waits(picture: Picture) -> list[WaitingTasks]:
    """Return the waits of a program that stands still; those for themselves first."""
    groups: dict[tuple[object, ...], list[Wait]] = {}
    for wait in picture.waits:
        holder = next((hold for hold in picture.holds if hold.task == wait.task), None)
        is_own = holder is not None and holder.name == wait.name
        key = (wait.line, wait.file, wait.awaited, wait.name, is_own, wait.tasks)
        groups.setdefault(key, []).append(wait)
    found = []
    for waits in groups.values():
        first = waits[0]
        holds = [hold for hold in picture.holds if hold.name == first.name]
        is_held = first.awaited in (Awaited.LOCK, Awaited.SEMAPHORE) and holds
        tasks = tuple(wait.task for wait in waits)
        found.append(WaitingTasks(tasks, first, holds[0] if is_held else None))
    return sorted(found, key=lambda group: (not group.waits_for_itself, group.wait.line or 0))


def describe_waits(picture: Picture) -> list[Text]:
    """Return a sentence for each group of tasks: who waits, where, and for what."""
    return [_describe(group) for group in group_waits(picture)]


def _describe(group: WaitingTasks) -> Text:
    wait, where, held = group.wait, Text("", ""), Text("", "")
    if wait.line:
        where = _WHERE.format(line=_line(wait.line, wait.file))
    if (hold := group.hold) and hold.line:
        text = _HELD_ITSELF if group.waits_for_itself else _HELD
        held = text.format(task=f"`{hold.task}`", line=_line(hold.line, hold.file))
    name = Text.same(f"`{wait.name}`") if wait.name else _UNNAMED
    what = _OBJECTS[wait.awaited].format(name=name, tasks=_names(wait.tasks))
    return _WAITS.format(tasks=_names(group.tasks), where=where, what=what, held=held)


def _names(tasks: Sequence[str]) -> Text:
    distinct = list(dict.fromkeys(tasks))
    names = Text.same(", ".join(f"`{task}`" for task in distinct[:MOST_NAMED]))
    left = len(tasks) - min(len(distinct), MOST_NAMED)
    return names + _MORE.format(n=left) if left else names


def _line(line: int, file: str) -> str:
    return f"{line} ({file})" if file else str(line)

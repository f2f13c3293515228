"""The graph of who waits for whom in a program that stands still: places of nodes and arrows."""

from dataclasses import dataclass

from graders.picture import Awaited, Picture
from graders.text_waits import WaitingTasks, group_waits

MOST_ROWS = 6
WIDTH = 360
_LEFT, _TASK_WIDTH = 2, 146
_RIGHT, _OBJECT_WIDTH = 242, 116
_ROW, _HELD_ROW, _HEIGHT = 54, 88, 38
_TASK_LETTERS, _OBJECT_LETTERS = 17, 13


@dataclass(frozen=True, slots=True)
class Node:
    """A box with a label; `is_bad` if it can never go on, or be had."""

    label: str
    x: int
    y: int
    width: int
    is_bad: bool
    height: int = _HEIGHT

    @property
    def middle(self) -> tuple[int, int]:
        """Its centre."""
        return self.x + self.width // 2, self.y + self.height // 2


@dataclass(frozen=True, slots=True)
class Arrow:
    """A path from who waits to what is awaited, or from that to who holds it.

    line    The line of the student's code, or None; its words stand at (`text_x`, `text_y`).
    tip     The outline of its head.
    """

    path: str
    tip: str
    line: int | None
    text_x: int
    text_y: int
    is_hold: bool
    is_bad: bool


@dataclass(frozen=True, slots=True)
class WaitGraph:
    """Everything the template draws; `hidden` groups of tasks are in the sentences only."""

    nodes: list[Node]
    arrows: list[Arrow]
    height: int
    hidden: int
    width: int = WIDTH


def draw_waits(picture: Picture | None) -> WaitGraph | None:
    """Lay out the graph: tasks at the left, what they wait for at the right; None without waits."""
    groups = group_waits(picture) if picture else []
    if not groups:
        return None
    nodes: list[Node] = []
    arrows: list[Arrow] = []
    tasks: list[tuple[WaitingTasks, Node]] = []
    objects: dict[tuple[str, ...], Node] = {}
    holders = {hold.task for hold in picture.holds} if picture else set()
    y = 8
    for group in groups[:MOST_ROWS]:
        is_bad = group.hold is not None
        key = _key(group)
        label = _cut(_count(group.tasks), _TASK_LETTERS)
        task = Node(label, _LEFT, y, _TASK_WIDTH, is_bad)
        if key not in objects:
            name = _cut(_object(group), _OBJECT_LETTERS)
            objects[key] = Node(name, _RIGHT, y, _OBJECT_WIDTH, is_bad)
            nodes.append(objects[key])
        nodes.append(task)
        tasks.append((group, task))
        arrows.append(_wait_arrow(task, objects[key], group, is_bad=is_bad))
        y += _HELD_ROW if holders.intersection(group.tasks) else _ROW
    arrows += _hold_arrows(tasks, objects)
    return WaitGraph(nodes, arrows, y, len(groups) - len(tasks))


def _hold_arrows(
    tasks: list[tuple[WaitingTasks, Node]], objects: dict[tuple[str, ...], Node]
) -> list[Arrow]:
    """Lay out an arrow from each object to the group in which its holder is, if it is drawn."""
    arrows = []
    for key, node in objects.items():
        hold = next((group.hold for group, _ in tasks if _key(group) == key), None)
        holder = next((task for group, task in tasks if hold and hold.task in group.tasks), None)
        if hold and holder:
            arrows.append(_hold_arrow(node, holder, hold.line))
    return arrows


def _wait_arrow(task: Node, wanted: Node, group: WaitingTasks, *, is_bad: bool) -> Arrow:
    start, y = task.x + task.width, task.middle[1]
    if wanted.y == task.y:
        path, tip = f"M{start} {y}H{wanted.x - 10}", _tip(wanted.x, y, "right")
    else:  # along its row, and up to what the row above it waits for, too
        x, bottom = wanted.x + wanted.width - 14, wanted.y + wanted.height
        path, tip = f"M{start} {y}H{x}V{bottom + 10}", _tip(x, bottom, "up")
    return Arrow(path, tip, group.wait.line, start + 8, y - 7, is_hold=False, is_bad=is_bad)


def _hold_arrow(wanted: Node, holder: Node, line: int | None) -> Arrow:
    x, y = wanted.middle[0], wanted.y + wanted.height
    if holder.y > wanted.y:
        end, to = holder.x + holder.width, holder.middle[1] + 11
        path, tip = f"M{x} {y}V{to}H{end + 10}", _tip(end, to, "left")
        return Arrow(path, tip, line, (x + end) // 2, to + 15, is_hold=True, is_bad=True)
    end, to = holder.middle[0], holder.y + holder.height
    path = f"M{x} {y}C{x} {y + 38} {end} {y + 38} {end} {to + 10}"
    return Arrow(path, _tip(end, to, "up"), line, (x + end) // 2, y + 44, is_hold=True, is_bad=True)


def _tip(x: int, y: int, direction: str) -> str:
    """Return the outline of an arrow's head whose point is at (x, y)."""
    if direction == "up":
        return f"M{x - 6} {y + 12}L{x} {y}L{x + 6} {y + 12}Z"
    back = x - 12 if direction == "right" else x + 12
    return f"M{back} {y - 6}L{x} {y}L{back} {y + 6}Z"


def _key(group: WaitingTasks) -> tuple[str, ...]:
    return (group.wait.awaited, group.wait.name, *group.wait.tasks)


def _object(group: WaitingTasks) -> str:
    wait = group.wait
    if wait.awaited is Awaited.TASKS:
        return _count(wait.tasks)
    return wait.name or "?"


def _count(tasks: tuple[str, ...]) -> str:
    if not tasks:
        return "?"
    if len(tasks) == 1:
        return tasks[0]
    functions = {task.partition("(")[0] for task in tasks}
    return f"{functions.pop()} ×{len(tasks)}" if len(functions) == 1 else f"{tasks[0]} …"


def _cut(words: str, letters: int) -> str:
    return words if len(words) <= letters else f"{words[: letters - 1]}…"

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
        y += _HELD_ROW if group.waits_for_itself else _ROW
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
    end, to = wanted.x, wanted.middle[1]
    return Arrow(
        path=f"M{start} {y}L{end - 10} {to}",
        tip=f"M{end - 12} {to - 6}L{end} {to}L{end - 12} {to + 6}Z",
        line=group.wait.line,
        text_x=start + 8,
        text_y=y - 7 if to <= y else y + 16,
        is_hold=False,
        is_bad=is_bad,
    )


def _hold_arrow(wanted: Node, holder: Node, line: int | None) -> Arrow:
    x, y = wanted.middle[0], wanted.y + wanted.height
    end, to = holder.middle[0], holder.y + holder.height
    low = max(y, to) + 40
    return Arrow(
        path=f"M{x} {y}C{x} {low} {end} {low} {end} {to + 10}",
        tip=f"M{end - 6} {to + 12}L{end} {to}L{end + 6} {to + 12}Z",
        line=line,
        text_x=(x + end) // 2,
        text_y=low - 14,
        is_hold=True,
        is_bad=True,
    )


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
    return tasks[0] if len(tasks) == 1 else f"{tasks[0]} +{len(tasks) - 1}"


def _cut(words: str, letters: int) -> str:
    return words if len(words) <= letters else f"{words[: letters - 1]}…"

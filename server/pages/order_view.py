"""The drawing of an order: what was expected at the left, what came at the right, lines between.

A thing that came in its turn has a level line, one that came earlier or later a slanted one, and
one that never came has none. Horizontal positions are the template's, vertical ones in pixels.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from graders.picture import ExpectedOrder

MOST_ROWS = 12
ROW_HEIGHT = 24
# What fits on a phone.
_LETTERS = 15
# So many that agree are shown above the first difference.
_BEFORE = 2


@dataclass(frozen=True, slots=True)
class Position:
    """One position of the order, from 1; None: that side has nothing there."""

    number: int
    wanted: str | None
    got: str | None

    @property
    def is_met(self) -> bool:
        """Whether what came is what was expected there."""
        return self.wanted == self.got

    @property
    def short_wanted(self) -> str:
        """What was expected, cut to what fits."""
        return _short(self.wanted)

    @property
    def short_got(self) -> str:
        """What came, cut to what fits."""
        return _short(self.got)


@dataclass(frozen=True, slots=True)
class Link:
    """From the row where a thing was expected to the one where it came, both from 0."""

    wanted: int
    got: int


@dataclass(frozen=True, slots=True)
class OrderView:
    """Everything the template draws.

    first  The first position, from 1, where both differ.
    shown  The positions that are drawn; `positions`, of the table, has all of them.
    """

    first: int
    positions: list[Position]
    shown: list[Position]
    links: list[Link]

    @property
    def height(self) -> int:
        """Pixels of the drawing."""
        return len(self.shown) * ROW_HEIGHT

    @property
    def hidden(self) -> int:
        """How many positions are in the table only."""
        return len(self.positions) - len(self.shown)


def draw_order(order: ExpectedOrder | None) -> OrderView | None:
    """Lay it out; None if there is none, or it was as expected."""
    if order is None or order.is_met:
        return None
    pairs = zip_longest(order.wanted, order.got)
    positions = [Position(number, *pair) for number, pair in enumerate(pairs, start=1)]
    first = order.first_difference
    start = max(0, min(first - _BEFORE, len(positions) - MOST_ROWS))
    shown = positions[start : start + MOST_ROWS]
    links = [
        Link(wanted - start, got - start)
        for wanted, got in _pairs(order.wanted, order.got)
        if start <= min(wanted, got) and max(wanted, got) < start + len(shown)
    ]
    return OrderView(first + 1, positions, shown, links)


def _pairs(wanted: Sequence[str], got: Sequence[str]) -> list[tuple[int, int]]:
    """Return where each thing was expected and where it came, of equal things each in its turn."""
    positions, seen = dict[tuple[str, int], int](), Counter[str]()
    for position, thing in enumerate(got):
        positions[thing, seen[thing]] = position
        seen[thing] += 1
    pairs, seen = list[tuple[int, int]](), Counter()
    for position, thing in enumerate(wanted):
        if (thing, seen[thing]) in positions:
            pairs.append((position, positions[thing, seen[thing]]))
        seen[thing] += 1
    return pairs


def _short(thing: str | None) -> str:
    if thing is None:
        return ""
    return thing if len(thing) <= _LETTERS else f"{thing[: _LETTERS - 1]}…"

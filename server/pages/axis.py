"""The time axis of a timeline: horizontal positions from 0 to 100.

The evidence is the order of events, and a barrier answers within a fraction of a millisecond: to
scale, three concurrent calls would be one thin line. So events that are too close to distinguish
are drawn further apart, and the picture says so.
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Self

# The rest is free space at the right, for the sign of a bar that reaches the end.
FULL = 97.0
# The minimum gap between two moments, or else an equal part of `_SHARED`.
_LEAST_GAP = 6.0
_SHARED = 60.0
# Maximum of the empty space before the first moment and after the last one.
_MOST_AROUND = 12.0
# Deviations below this are invisible, so the axis stays to scale.
_UNSEEN = 2.0
_LABEL_WIDTH = 19.0


@dataclass(frozen=True, slots=True)
class Tick:
    """A label under the axis; `anchor` keeps the outer ones inside the picture."""

    x: str
    seconds: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Axis:
    """Moments from 0 to `span` seconds, and their positions."""

    span: float
    moments: Sequence[float]
    positions: Sequence[float]
    is_stretched: bool

    @classmethod
    def over(cls, moments: Sequence[float], span: float) -> Self:
        """Make the axis for these moments: to scale if they can be distinguished then."""
        points = sorted({0.0, span, *(min(max(at, 0.0), span) for at in moments)})
        ruler = [at / span * FULL for at in points]
        positions = _apart(ruler)
        far = max(abs(position - mark) for position, mark in zip(positions, ruler, strict=True))
        if far < _UNSEEN:
            return cls(span, points, ruler, is_stretched=False)
        return cls(span, points, positions, is_stretched=True)

    def x(self, at: float) -> float:
        """Return the position of a moment."""
        at = min(max(at, 0.0), self.span)
        after = min(bisect_right(self.moments, at), len(self.moments) - 1)
        since, until = self.moments[after - 1], self.moments[after]
        left, right = self.positions[after - 1], self.positions[after]
        return left + (right - left) * (at - since) / (until - since)

    def ticks(self) -> list[Tick]:
        """Choose the labels: round times on an axis to scale, else those of the moments."""
        if not self.is_stretched:
            return [self._tick(at) for at in _round_times(self.span)]
        chosen = [0.0]
        for at in self.moments[1:-1]:
            # The outer labels are aligned inwards: half a width closer to their neighbours.
            left = _LABEL_WIDTH * (1.5 if len(chosen) == 1 else 1.0)
            is_clear = self.x(at) - self.x(chosen[-1]) >= left
            if is_clear and FULL - self.x(at) >= 1.5 * _LABEL_WIDTH:
                chosen.append(at)
        return [self._tick(at) for at in (*chosen, self.span)]

    def _tick(self, at: float) -> Tick:
        x = self.x(at)
        anchor = "start" if x < 3 else "end" if x > 90 else "middle"
        return Tick(f"{x:.2f}", at, anchor)


def _apart(ruler: Sequence[float]) -> list[float]:
    """Widen gaps that are too narrow, and scale the result to fit."""
    gaps = [right - left for left, right in pairwise(ruler)]
    least = min(_LEAST_GAP, _SHARED / len(gaps))
    if min(gaps[1:-1], default=FULL) >= least:
        return list(ruler)
    around = (min(gap, _MOST_AROUND) for gap in (gaps[0], gaps[-1]))
    wide = [max(gap, least) for gap in gaps]
    wide[0], wide[-1] = around
    scale = FULL / sum(wide)
    return [position * scale for position in accumulate(wide, initial=0.0)]


def _round_times(span: float) -> list[float]:
    """Choose three to five round times from 0 to `span`."""
    rough = span / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * 0.999)
    return [step * position for position in range(int(span / step + 1e-9) + 1)]

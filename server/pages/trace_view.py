"""The picture of a trace: where its bars are, and its table. A template draws them.

Horizontal positions are percentages of the width, vertical ones pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from graders.trace import Activity, Row, Span, Trace
from graders.trace_findings import find_all
from graders.trace_text import LABELS, REPORTED, describe_ending, describe_name
from server.pages.axis import Axis, Tick

MOST_TABLE_ROWS: Final = 200
BAR: Final = 12
_ROW, _LABEL = 34, 13
# Thin bars for what does not use the loop, so that the picture needs no colours.
_HEIGHTS: Final = {Activity.WAITING: 2, Activity.SLEEPING: 4, Activity.LATE: 8}
# What is shorter stays visible.
_LEAST_WIDTH: Final = 0.4


@dataclass(frozen=True, slots=True)
class Bar:
    """What a task did for a while; `title` says it in words."""

    kind: str
    x: str
    width: str
    y: int
    height: int
    title: str


@dataclass(frozen=True, slots=True)
class Lane:
    """A task with its bars; `ending` is empty if it returned."""

    name: str
    line: int | None
    ending: str
    label_y: int
    track_y: int
    bars: Sequence[Bar]


@dataclass(frozen=True, slots=True)
class TableRow:
    """One line of the table: what a task did, from when, for how long, where."""

    name: str
    what: str
    start: float
    seconds: float
    line: int | None
    detail: str


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding in the language of the page."""

    words: str
    line: int | None
    is_fine: bool


@dataclass(frozen=True, slots=True)
class TraceView:
    """Everything the template shows; `more` rows of the table are left out."""

    reported: str
    seconds: float
    output: str
    remarks: Sequence[Remark]
    lanes: Sequence[Lane]
    ticks: Sequence[Tick]
    kinds: Sequence[tuple[str, str]]
    table: Sequence[TableRow]
    more: int
    height: int
    axis_y: int
    bar: int = BAR


def view_trace(trace: Trace, language: str) -> TraceView:
    """Lay out a trace."""
    # To scale: it has no moments that must be told apart.
    axis = Axis.over([], max(trace.seconds, 0.001))
    lanes = [_lane(row, axis, index, language) for index, row in enumerate(trace.rows)]
    table = [_table_row(row, span, language) for row in trace.rows for span in row.spans]
    used = {span.activity for row in trace.rows for span in row.spans}
    axis_y = len(lanes) * _ROW + 6
    return TraceView(
        reported=REPORTED.to(language),
        seconds=trace.seconds,
        output=trace.output,
        remarks=[
            Remark(found.text.to(language), found.line, found.is_fine) for found in find_all(trace)
        ],
        lanes=lanes,
        ticks=axis.ticks(),
        kinds=[(kind.value, LABELS[kind].to(language)) for kind in Activity if kind in used],
        table=table[:MOST_TABLE_ROWS],
        more=max(0, len(table) - MOST_TABLE_ROWS),
        height=axis_y + 22,
        axis_y=axis_y,
    )


def _lane(row: Row, axis: Axis, index: int, language: str) -> Lane:
    top = index * _ROW
    bars = [_bar(span, axis, top + _LABEL + 5, language) for span in row.spans]
    return Lane(
        name=describe_name(row).to(language),
        line=row.line,
        ending=describe_ending(row).to(language),
        label_y=top + _LABEL,
        track_y=top + _LABEL + 5,
        bars=bars,
    )


def _bar(span: Span, axis: Axis, top: int, language: str) -> Bar:
    height = _HEIGHTS.get(span.activity, BAR)
    left, right = axis.x(span.start), axis.x(span.end)
    words = LABELS[span.activity].to(language)
    return Bar(
        kind=span.activity.value,
        x=_percent(left),
        width=_percent(max(right - left, _LEAST_WIDTH)),
        y=top + (BAR - height) // 2,
        height=height,
        title=f"{words} {span.what}".strip(),
    )


def _table_row(row: Row, span: Span, language: str) -> TableRow:
    return TableRow(
        name=describe_name(row).to(language),
        what=LABELS[span.activity].to(language),
        start=span.start,
        seconds=max(0.0, span.end - span.start),
        line=span.line,
        detail=span.what,
    )


def _percent(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")

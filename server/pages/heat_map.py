"""The heat map: one row for each student, one small square for each exercise.

The squares of a row are one picture, one unit wide for each exercise and ten units high, which the
browser stretches to the width of the table. Full: solved. As high as its points: begun. Narrow and
full: stuck. Flat: nothing handed in. So the shape tells what the colour tells.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from markupsafe import Markup, escape

from graders.catalogue.exercises import Catalogue as Exercises
from server.actions.overview import Cell, Column, StudentRow
from server.pages.dashboard_links import Links

_HIGH: Final = 10
_WIDE: Final = 0.84  # as in app.css, as the next
_NARROW: Final = 0.36
_LEAST: Final = 2  # height of a square whose points are very few


@dataclass(frozen=True, slots=True)
class Row:
    """One student, with squares for the exercises handed in.

    stuck  The slugs of exercises in which they are stuck.
    begun  How many exercises are handed in, and neither solved nor stuck.
    squares  Those of what is handed in, as SVG.
    """

    name: str
    href: str
    points: float
    solved: int
    begun: int
    stuck: Sequence[str]
    squares: str = ""
    numbers: Sequence[str] = ()


def row_of(row: StudentRow, columns: Sequence[Column], links: Links) -> Row:
    """Return a student's row of the map."""
    stuck = {one.assignment_id for one in row.sums.stuck}
    # Not in the template, which takes ten times as long for the same.
    kinds: dict[str, list[str]] = {"go": [], "wait": [], "stop": []}
    for place, column in enumerate(columns):
        cell = row.cells.get(column.assignment_id)
        if cell is not None:
            is_stuck = column.assignment_id in stuck
            kind, square = _square(place, column.exercise, cell, is_stuck=is_stuck)
            kinds[kind].append(square)
    squares = "".join(
        f'<g class="f-{kind}">{"".join(parts)}</g>' for kind, parts in kinds.items() if parts
    )
    return _row(row, columns, links, stuck, squares=Markup(squares))  # noqa: S704 - escaped there


def numbers_of(row: StudentRow, columns: Sequence[Column], links: Links) -> Row:
    """Return a student's row of the table of numbers."""
    stuck = {one.assignment_id for one in row.sums.stuck}
    numbers = [_number(row.cells.get(column.assignment_id)) for column in columns]
    return _row(row, columns, links, stuck, numbers=numbers)


def _row(
    row: StudentRow, columns: Sequence[Column], links: Links, stuck: set[UUID], **cells: Any
) -> Row:
    return Row(
        name=row.sums.name,
        href=links.student(row.sums.user_id),
        points=row.sums.points,
        solved=row.sums.solved,
        begun=row.sums.handed_in - row.sums.solved - len(stuck),
        stuck=[column.exercise for column in columns if column.assignment_id in stuck],
        **cells,
    )


def _square(place: int, slug: str, cell: Cell, *, is_stuck: bool) -> tuple[str, str]:
    """Return a square and its kind: go, wait or stop.

    The stylesheet has the width of each kind, and the height of a full one; the title has the
    points in a few characters.
    """
    title = f"<title>{escape(slug)} {_number(cell)} ({cell.attempts})</title>"
    if cell.is_solved:
        return "go", f'<rect x="{place}">{title}</rect>'
    if is_stuck:
        x = round(place + (_WIDE - _NARROW) / 2, 2)
        return "stop", f'<rect x="{x}">{title}</rect>'
    share = (cell.points or 0) / (cell.max_points or 1)
    height = max(_LEAST, round(share * _HIGH * 2) / 2)
    y = f' y="{_HIGH - height:g}" height="{height:g}"' if height < _HIGH else ""
    return "wait", f'<rect x="{place}"{y}>{title}</rect>'


def _number(cell: Cell | None) -> str:
    """Return points, "…" while nothing is graded, and nothing where nothing was handed in."""
    if cell is None:
        return ""
    return "…" if cell.points is None else f"{cell.points:g}/{cell.max_points:g}"


def whole_class(columns: Sequence[Column], students: int) -> dict[str, str]:
    """Return one path for each kind, with which share of the class is how far in each exercise."""
    paths: dict[str, list[str]] = {"go": [], "wait": [], "stop": [], "none": []}
    for place, column in enumerate(columns):
        begun = max(0, column.submitted - column.solved - column.stuck)
        parts = {"go": column.solved, "wait": begun, "stop": column.stuck}
        parts["none"] = max(0, students - sum(parts.values()))
        bottom = float(_HIGH)
        for kind, count in parts.items():
            height = _HIGH * count / max(1, students)
            bottom -= height
            if count:
                paths[kind].append(f"M{place} {bottom:.2f}h{_WIDE}v{height:.2f}h-{_WIDE}z")
    return {kind: "".join(path) for kind, path in paths.items()}


def bands_of(columns: Sequence[Column], catalogue: Exercises) -> list[dict[str, Any]]:
    """Return the neighbouring exercises of one level, as a band above them, in per cent."""
    levels = [
        (place, catalogue[column.exercise].level if column.exercise in catalogue else None)
        for place, column in enumerate(columns)
    ]
    total = max(1, len(columns))
    bands = []
    for level, members in groupby(levels, key=lambda one: one[1]):
        places = [place for place, _ in members]
        x, width = places[0] / total * 100, len(places) / total * 100
        band = {"level": level, "x": x + 0.15, "width": width - 0.3, "middle": x + width / 2}
        bands.append({**band, "is_wide": width > 8})
    return bands


def column_names(
    columns: Sequence[Column], catalogue: Exercises, language: str
) -> list[dict[str, Any]]:
    """Return what each column is called, and where its name begins, in per cent."""
    return [
        {
            "slug": column.exercise,
            "title": catalogue[column.exercise].title.to(language)
            if column.exercise in catalogue
            else column.exercise,
            "x": round((place + 0.62) / len(columns) * 100, 2),
            "column": column,
            "is_reported": column.exercise in catalogue and catalogue[column.exercise].is_inside,
        }
        for place, column in enumerate(columns)
    ]

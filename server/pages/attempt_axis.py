"""The picture of a student's attempts: one lane for each exercise on one axis of time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel.dates import format_date

from server.actions.student_work import StudentWork
from server.models import Course

_MARGIN: Final = 2.0  # per cent on each side, so that no mark is cut off
_LABELS: Final = 4


@dataclass(frozen=True, slots=True)
class Lane:
    """One exercise; its marks as (kind, place in per cent), the oldest first."""

    exercise: str
    marks: list[tuple[str, float]]


def lanes_of(work: StudentWork, course: Course, language: str) -> dict[str, Any] | None:
    """Return lanes and the labels of the axis; None without attempts."""
    if not work.attempts:
        return None
    moments = [attempt.submitted_at for attempt in work.attempts]
    first, last = min(moments), max(moments)
    seconds = max(1.0, (last - first).total_seconds())

    def locate(moment: datetime) -> float:
        share = (moment - first).total_seconds() / seconds
        return round(_MARGIN + share * (100 - 2 * _MARGIN), 1)

    lanes = [
        Lane(slug, [(a.kind, locate(a.submitted_at)) for a in reversed(work.of(slug))])
        for slug in work.exercises
    ]
    zone = ZoneInfo(course.timezone)
    labels: list[dict[str, Any]] = []
    for number in range(_LABELS):
        moment = first + (last - first) * number / (_LABELS - 1)
        words = format_date(moment.astimezone(zone), "d MMM", locale=language)
        if not labels or labels[-1]["words"] != words:
            labels.append({"words": words, "x": locate(moment)})
    return {"lanes": [lane for lane in lanes if lane.marks], "labels": labels}

"""The plots of one exercise: each a table, whose rows are also drawn and sent as CSV."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_timedelta

from server.actions import class_figures as figures
from server.actions import mistakes
from server.actions.class_progress import ClassProgress
from server.i18n import gettext_for

_FULL: Final = 100.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its place and width in per cent, its height of 100, and a label below it or none."""

    x: float
    width: float
    height: float
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Plot:
    """One plot. `key` is its name in addresses; `finding` says in a sentence what it shows.

    rows  Those of the table and of the CSV below `heads`; without any, nothing is drawn.
    """

    key: str
    title: str
    finding: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Any]]
    bars: Sequence[Bar] = ()
    line: str = ""
    labels: Sequence[str] = ()


def plots_of(progress: ClassProgress, zone: ZoneInfo, language: str) -> list[Plot]:
    """Return the plots of an exercise that have bars or lines, in the order of the page."""
    return [
        _over_time(progress, zone, language),
        _until_solved(progress, language),
        _before_due(progress, language),
        _time_to_right(progress, language),
    ]


def _over_time(progress: ClassProgress, zone: ZoneInfo, language: str) -> Plot:
    _ = gettext_for(language)
    days = figures.over_time(progress, zone)
    most = max(1, progress.students)
    solved = days[-1].solved if days else 0
    first, last = (days[0].day, days[-1].day) if days else (None, None)
    places: list[float] = []
    for day in days:
        span = (last - first).total_seconds() if first and last else 0
        places.append((day.day - first).total_seconds() / span * _FULL if first and span else _FULL)
    points = [
        f"{x:.1f},{_FULL - day.solved / most * _FULL:.1f}"
        for x, day in zip(places, days, strict=True)
    ]
    if len(points) == 1:  # a line has two ends: the day began with nobody
        points.insert(0, f"0,{_FULL:g}")
    return Plot(
        key="over-time",
        title=_("Progress over time"),
        finding=_("%(solved)d of %(students)d students have solved it.")
        % {"solved": solved, "students": progress.students},
        heads=(_("Day"), _("Handed in"), _("Solved")),
        rows=[(day.day.date().isoformat(), day.handed_in, day.solved) for day in days],
        line=" ".join(points),
        labels=[format_date(day.day, "d MMM", locale=language) for day in (days[:1] + days[-1:])],
    )


def _until_solved(progress: ClassProgress, language: str) -> Plot:
    _ = gettext_for(language)
    counts = figures.attempts_until_solved(progress)
    names = [str(number) for number in range(1, len(counts))] + [f"{len(counts)}+"]
    at_once = counts[0]
    return Plot(
        key="attempts",
        title=_("Attempts until solved"),
        finding=_("%(first)d of the %(all)d who solved it did so at the first attempt.")
        % {"first": at_once, "all": sum(counts)},
        heads=(_("Attempts"), _("Students")),
        rows=list(zip(names, counts, strict=True)) if any(counts) else [],
        bars=_bars(counts, names),
    )


def _before_due(progress: ClassProgress, language: str) -> Plot:
    _ = gettext_for(language)
    counts = figures.hours_before_due(progress)
    last = counts[0] if counts else 0
    finding = _("%(last)d of %(all)d attempts of the last two days came in the last hour.")
    if not any(counts):
        finding = _("Nothing came in the last two days before the due moment.")
    # The last hour stands at the right, as on a clock.
    hours = list(range(len(counts), 0, -1))
    return Plot(
        key="before-due",
        title=_("Attempts per hour before the due moment"),
        finding=finding % {"last": last, "all": sum(counts)}
        if counts
        else _("Nothing is due for this exercise."),
        heads=(_("Hours before"), _("Attempts")),
        rows=list(zip(hours, reversed(counts), strict=True)) if any(counts) else [],
        bars=_bars(
            list(reversed(counts)), [f"{hour} h" if hour % 12 == 0 else "" for hour in hours]
        ),
    )


def _time_to_right(progress: ClassProgress, language: str) -> Plot:
    _ = gettext_for(language)
    counts = figures.time_to_right(progress)
    names = [_("at once")]
    names += [
        "≤ " + format_timedelta(step, locale=language, format="short", threshold=1)
        for step in figures.TIME_STEPS[1:]
    ]
    names.append(_("longer"))
    return Plot(
        key="time",
        title=_("Time from the first attempt to the right one"),
        finding=_("%(fast)d of the %(all)d who solved it took at most an hour.")
        % {"fast": sum(counts[:4]), "all": sum(counts)},
        heads=(_("Time"), _("Students")),
        rows=list(zip(names, counts, strict=True)) if any(counts) else [],
        bars=_bars(counts, names),
    )


def _bars(counts: Sequence[int], names: Sequence[str]) -> list[Bar]:
    most = max(counts, default=0)
    if not most:
        return []
    step = _FULL / len(counts)
    return [
        Bar(
            x=round(place * step + step * 0.08, 2),
            width=round(step * 0.84, 2),
            height=round(count / most * _FULL, 1),
            label=name,
            count=count,
        )
        for place, (count, name) in enumerate(zip(counts, names, strict=True))
    ]


def check_table(progress: ClassProgress, language: str) -> Plot:
    """Return how often each check fails, in the first attempts and in the last."""
    _ = gettext_for(language)
    rates = figures.check_rates(progress)
    titles = {name: title.to(language) for name, title in progress.titles.items()}
    return Plot(
        key="checks",
        title=_("Where they fail: first attempt and last"),
        finding="",
        heads=(_("Check"), _("First attempt"), _("of"), _("Last attempt"), _("of")),
        rows=[
            (
                titles.get(one.name, one.name),
                one.first_fails,
                one.first_of,
                one.last_fails,
                one.last_of,
            )
            for one in rates
        ],
    )


def mistake_table(progress: ClassProgress, language: str) -> Plot:
    """Return the groups of one mistake, a row for each student."""
    _ = gettext_for(language)
    titles = {name: title.to(language) for name, title in progress.titles.items()}
    return Plot(
        key="mistakes",
        title=_("Mistakes that repeat"),
        finding="",
        heads=(_("Check"), _("Message"), _("Students"), _("Student"), _("Submission")),
        rows=[
            (
                titles.get(one.check, one.check),
                one.message.to(language),
                len(one.failures),
                failure.student,
                str(failure.submission_id),
            )
            for one in mistakes.group(progress.failures)
            for failure in one.failures
        ],
    )

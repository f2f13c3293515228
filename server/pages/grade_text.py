"""How a student's grade in a course came about, in words and figures."""

from collections.abc import Sequence
from typing import Any

from babel.numbers import format_decimal

from server.actions.gradebook import ExerciseGrade, StudentGrades
from server.i18n import gettext_for
from server.models import Counting
from server.templating import plural_for


def explain(found: StudentGrades, counting: Counting, language: str) -> list[str]:
    """Return sentences that say what counted, what was left out, and how it adds up."""
    _, ngettext = gettext_for(language), plural_for(language)
    total = found.total
    if total.grade is None:
        return [_("No exercise counts yet.")]
    kept, dropped = len(total.kept), len(total.dropped)
    words = [_describe_kept(kept, counting, language)]
    if missing := sum(not mark.is_graded for mark in total.kept):
        words.append(
            ngettext(
                "%(num)d of them has no grade yet and counts as 0.",
                "%(num)d of them have no grade yet and count as 0.",
                missing,
            )
            % {"num": missing}
        )
    if dropped:
        names = ", ".join(mark.exercise for mark in total.dropped)
        words.append(
            ngettext(
                "%(num)d is left out, because without it the sum is highest: %(names)s.",
                "%(num)d are left out, because without them the sum is highest: %(names)s.",
                dropped,
            )
            % {"num": dropped, "names": names}
        )
    if later := sum(one.mark is None for one in found.exercises):
        words.append(
            ngettext(
                "%(num)d opens later and does not count yet.",
                "%(num)d open later and do not count yet.",
                later,
            )
            % {"num": later}
        )
    return [*words, *_figures(found, language)]


def _describe_kept(kept: int, counting: Counting, language: str) -> str:
    ngettext = plural_for(language)
    if counting is Counting.LAST:
        words = ngettext(
            "%(num)d exercise counts, with its last attempt.",
            "%(num)d exercises count, each with its last attempt.",
            kept,
        )
    else:
        words = ngettext(
            "%(num)d exercise counts, with its best attempt.",
            "%(num)d exercises count, each with its best attempt.",
            kept,
        )
    return words % {"num": kept}


def _figures(found: StudentGrades, language: str) -> list[str]:
    _, total = gettext_for(language), found.total
    above = sum(mark.weight * mark.final_share for mark in total.kept)
    words = [
        _(
            "Shares of the points, times their weights, add up to %(above)s; the weights to "
            "%(below)s. %(above)s / %(below)s × %(scale)s = %(grade)s."
        )
        % {
            "above": as_figure(above, language),
            "below": as_figure(total.weights, language),
            "scale": as_figure(total.scale, language),
            # Rounded as the grade beside it: 1.385 seems to make 1.39 of 1.3846.
            "grade": as_figure(round(total.uncapped, 2), language),
        }
    ]
    if total.uncapped > total.scale:
        words.append(
            _("Points for style do not raise the grade of the course above %(scale)s.")
            % {"scale": as_figure(total.scale, language)}
        )
    return words


def as_figure(value: float, language: str) -> str:
    """Return a number with at most three decimals, as the language writes it."""
    return format_decimal(value, "#,##0.###", locale=language)


def row_of(one: ExerciseGrade, found: StudentGrades, title: str) -> dict[str, Any]:
    """Return what a table shows of one exercise of the student."""
    mark, total = one.mark, found.total
    is_dropped = mark is not None and mark in total.dropped
    return {
        "slug": one.assignment.exercise,
        "title": title,
        "points": one.points,
        "max_points": one.max_points,
        "late": _late(one),
        "attempt": f"/submissions/{one.standing.submission_id}" if one.standing else "",
        "override": one.override,
        "weight": mark.weight if mark is not None else None,
        "is_dropped": is_dropped,
        "is_later": mark is None,
        "part": total.part_of(mark) if mark is not None and not is_dropped else None,
    }


def cell_of(one: ExerciseGrade, found: StudentGrades) -> dict[str, Any]:
    """Return what the gradebook shows of one exercise of the student; as little as possible."""
    is_dropped = one.mark is not None and one.mark in found.total.dropped
    return {
        "points": one.points,
        "is_dropped": is_dropped,
        "is_by_hand": one.override is not None,
    }


def titles(found: Sequence[ExerciseGrade], catalogue: Any, language: str) -> list[str]:
    """Return the titles of these exercises; the slug of one that the catalogue lacks."""
    slugs = [one.assignment.exercise for one in found]
    return [catalogue[slug].title.to(language) if slug in catalogue else slug for slug in slugs]


def _late(one: ExerciseGrade) -> dict[str, Any] | None:
    """Return what being late cost; None if it cost nothing."""
    standing = one.standing
    if standing is None or (standing.grade == standing.points and not standing.late_days):
        return None
    return {"points": standing.points, "days": standing.late_days, "grade": standing.grade}

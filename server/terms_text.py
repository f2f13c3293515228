"""The terms of an assignment for one student, in plain sentences."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from graders.text import decimal
from server.i18n import gettext_for, translations
from server.models import Assignment, LatePolicy
from server.moments import format_moment, zone_name
from server.terms import AttemptsUsed, Terms, class_terms


def describe_terms(
    terms: Terms,
    used: AttemptsUsed | None,
    zone: str,
    language: str,
    now: datetime,
    *,
    late_days: int = 0,
    unready_costs_attempt: bool = False,
) -> str:
    """Return what holds for the student: until when, what is lost later, and what is left.

    used                   None where attempts are not told, as in a list.
    late_days              Of the course.
    unready_costs_attempt  Of the course.
    """
    sentences = list(_sentences(terms, used, zone, language, now, late_days))
    if unready_costs_attempt and terms.limits_attempts:
        _ = gettext_for(language)
        sentences.append(_("A program that does not compile uses an attempt, too."))
    return " ".join(sentences)


def describe_loss(percent: float, language: str, *, late_days: int = 0) -> str:
    """Say what a submission loses because it is late; nothing if that is nothing.

    late_days  Of the course.
    """
    if not percent:
        return ""
    _ = gettext_for(language)
    lost = _("Handed in late: it loses %(lost)s of its points.")
    sentence = lost % {"lost": _percent(percent, language)}
    return f"{sentence} {_('Late days may make up for that.')}" if late_days else sentence


def describe_for_all(assignment: Assignment, language: str, now: datetime) -> str:
    """Return what students without an extension read who have not handed in."""
    course, terms = assignment.course, class_terms(assignment)
    used = AttemptsUsed.of(terms, [], course.timezone, now, late_days=course.late_days)
    return describe_terms(
        *(terms, used, course.timezone, language, now),
        late_days=course.late_days,
        unready_costs_attempt=course.unready_costs_attempt,
    )


def _sentences(
    terms: Terms,
    used: AttemptsUsed | None,
    zone: str,
    language: str,
    now: datetime,
    late_days: int,
) -> Iterator[str]:
    _ = gettext_for(language)

    def when(moment: datetime) -> str:
        return format_moment(moment, zone, language, now=now)

    named = zone_name(zone, language)
    if terms.opens_at is not None and now < terms.opens_at:
        opening = _("Opens on %(moment)s (%(zone)s).")
        yield opening % {"moment": when(terms.opens_at), "zone": named}
    if terms.due_at is None:
        yield _("There is no due date.")
    elif terms.closes_at is not None and now >= terms.closes_at:
        closed = _("Closed since %(moment)s (%(zone)s).")
        yield closed % {"moment": when(terms.closes_at), "zone": named}
    else:
        due = _("Hand in by %(moment)s (%(zone)s)") % {"moment": when(terms.due_at), "zone": named}
        is_practice = terms.is_practice(now, late_days)
        # It stays where it says until when.
        later = "" if is_practice and terms.closes_at is None else _later(terms, language)
        if later and terms.closes_at is not None:
            until = _("until %(moment)s") % {"moment": when(terms.closes_at)}
            later = f"{later}, {until}"
        yield f"{due}; {later}." if later else f"{due}."
        if is_practice:
            yield _("What you hand in now is practice: it is checked and counts for nothing.")
        yield from _concessions(terms, language, late_days)
    yield from _of_attempts(terms, used, zone, language, now)


def _later(terms: Terms, language: str) -> str:
    """Say what a late submission loses; nothing if none is accepted."""
    _ = gettext_for(language)
    if terms.late_policy is LatePolicy.PERCENT and not terms.percent_per_day:
        return _("after that, without losing anything")
    if terms.late_policy is LatePolicy.PERCENT:
        lost = _percent(terms.percent_per_day, language)
        return _("after that, −%(lost)s for each day begun") % {"lost": lost}
    if terms.late_policy is LatePolicy.STEPS and (0, 100) in terms.late_steps:
        return _("after that, as practice: it is checked and counts for nothing")
    if terms.late_policy is LatePolicy.STEPS:
        steps = [
            _("−%(lost)s from %(time)s on")
            % {"lost": _percent(step.percent, language), "time": _hours(step.after_hours, language)}
            if step.after_hours
            else _("−%(lost)s at once") % {"lost": _percent(step.percent, language)}
            for step in terms.late_steps
        ]
        return _("after that, %(steps)s") % {"steps": ", ".join(steps)}
    return ""


def _concessions(terms: Terms, language: str, late_days: int) -> Iterator[str]:
    _ = gettext_for(language)
    ngettext = translations(language).ngettext
    if terms.has_later_due:
        yield _("This is your extension.")
    minutes = terms.grace // timedelta(minutes=1)
    if minutes:
        yield ngettext(
            "The first %(num)d minute after it costs nothing.",
            "The first %(num)d minutes after it cost nothing.",
            minutes,
        ) % {"num": minutes}
    if late_days and terms.takes_late:
        yield ngettext(
            "In this course you may be %(num)d day late without losing anything; it counts where "
            "it helps you most.",
            "In this course you may be %(num)d days late without losing anything; they count where "
            "they help you most.",
            late_days,
        ) % {"num": late_days}


def _of_attempts(
    terms: Terms, used: AttemptsUsed | None, zone: str, language: str, now: datetime
) -> Iterator[str]:
    _ = gettext_for(language)
    ngettext = translations(language).ngettext
    if terms.max_attempts is not None and used is None:
        yield ngettext("%(num)d attempt.", "%(num)d attempts.", terms.max_attempts) % {
            "num": terms.max_attempts
        }
    elif used is not None and used.left is not None:
        yield ngettext(
            "You have %(num)d of %(most)d attempts left.",
            "You have %(num)d of %(most)d attempts left.",
            used.left,
        ) % {"num": used.left, "most": terms.max_attempts}
    if terms.attempts_per_day is not None:
        yield ngettext(
            "At most %(num)d attempt a day.",
            "At most %(num)d attempts a day.",
            terms.attempts_per_day,
        ) % {"num": terms.attempts_per_day}
    if terms.cooldown:
        pause = _duration(terms.cooldown)
        yield _("Between two attempts: %(pause)s.") % {"pause": pause}
    waits = [] if used is None else [used.pause_until, used.next_day_at]
    if until := max((moment for moment in waits if moment is not None), default=None):
        next_one = _("The next one is possible from %(moment)s.")
        yield next_one % {"moment": format_moment(until, zone, language, now=now)}


def _duration(time: timedelta) -> str:
    seconds = round(time.total_seconds())
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds % 60 == 0 else f"{seconds // 60} min {seconds % 60} s"


def _hours(hours: float, language: str) -> str:
    ngettext = translations(language).ngettext
    if hours >= 24 and hours % 24 == 0:
        days = int(hours // 24)
        return ngettext("%(num)d day", "%(num)d days", days) % {"num": days}
    return f"{decimal(hours, language)} h"


def _percent(percent: float, language: str) -> str:
    return f"{decimal(percent, language)} %" if language == "es" else f"{percent:g}%"

"""The place of a run in the queue, in words."""

from dataclasses import replace
from math import ceil
from typing import Final

from server.actions.queue_places import QueuePlace
from server.i18n import gettext_for
from server.pages.results import ResultView
from server.templating import plural_for

# How often a page looks its place up again.
_SOONEST_SECONDS: Final = 5
_LATEST_SECONDS: Final = 30


def add_queue_place(result: ResultView, place: QueuePlace | None, language: str) -> ResultView:
    """Return the result with the place of its run; None: it has none."""
    if place is None:
        return result
    again = min(max(_SOONEST_SECONDS, ceil((place.seconds or 0) / 2)), _LATEST_SECONDS)
    return replace(result, waiting=describe_place(place, language), again_seconds=again)


def describe_place(place: QueuePlace, language: str) -> str:
    """Say how many are before it, and about how long it takes where that can be estimated."""
    _, ngettext = gettext_for(language), plural_for(language)
    words = _("You are next")
    if place.before:
        counted = ngettext("%(num)d before you", "%(num)d before you", place.before)
        words = counted % {"num": place.before}
    if place.seconds is None:
        return f"{words}."
    seconds = max(1, ceil(place.seconds))
    if seconds < 60:
        return f"{words}, {_('some %(seconds)s s') % {'seconds': seconds}}."
    return f"{words}, {_('some %(minutes)s min') % {'minutes': ceil(seconds / 60)}}."

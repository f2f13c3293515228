"""A regrade in words, for its pages."""

from typing import Any, Final

from graders.catalogue.exercises import Catalogue
from server.actions.regrade_decision import Choice
from server.i18n import gettext_for
from server.models import Regrade, RegradeScope, RegradeState


def _(message: str) -> str:
    return message  # marks it for translation


_CHOICES: Final = {
    Choice.NOT_LOWER: _("applied: only what lowers no result"),
    Choice.ALL: _("applied: everything"),
    Choice.SOME: _("applied: only the students that were ticked"),
}


def title_of(catalogue: Catalogue, slug: str, language: str) -> str:
    """Return the title of an exercise, or its slug if this server has it no more."""
    return catalogue[slug].title.to(language) if slug in catalogue else slug


def describe_regrade(
    regrade: Regrade, catalogue: Catalogue, language: str, address: str
) -> dict[str, Any]:
    """Describe a regrade whose assignment and requester are loaded."""
    _ = gettext_for(language)
    words, lit = {
        RegradeState.COLLECTING: (_("Looking up the submissions"), "wait"),
        RegradeState.RUNNING: (_("Being graded"), "wait"),
        RegradeState.READY: (_("Waits for your decision"), "wait"),
        RegradeState.APPLYING: (_("Being applied"), "wait"),
        RegradeState.APPLIED: (_("Applied"), "go"),
        RegradeState.DISCARDED: (_("Discarded"), "off"),
    }[regrade.state]
    return {
        "href": f"{address}/{regrade.id}",
        "scope": describe_scope(regrade, catalogue, language),
        "reason": regrade.reason,
        "requested_at": regrade.requested_at,
        "requested_by": regrade.requester.name if regrade.requester else "",
        "total": regrade.total,
        "state": regrade.state,
        "choice": _(_CHOICES[Choice(regrade.choice)]) if regrade.choice else "",
        "words": words,
        "lit": lit,
    }


def describe_scope(regrade: Regrade, catalogue: Catalogue, language: str) -> str:
    """Say which submissions are graded again."""
    _ = gettext_for(language)
    title = title_of(catalogue, regrade.assignment.exercise, language) if regrade.assignment else ""
    match regrade.scope:
        case RegradeScope.SUBMISSION:
            return _("one attempt")
        case RegradeScope.COURSE:
            return _("the whole course")
        case RegradeScope.ASSIGNMENT:
            return title
        case RegradeScope.CHECK:
            return _("%(title)s: check “%(check)s”") % {"title": title, "check": regrade.check_name}
    return _("%(title)s: the same mistake in “%(check)s”") % {
        "title": title,
        "check": regrade.check_name,
    }

"""Refusals about regrades."""

from collections.abc import Sequence

from server.errors.kinds import Conflict, Invalid, NotFound


class UnknownRegrade(NotFound):
    """There is no such regrade, or it belongs to another course."""

    slug, title = "unknown-regrade", "There is no such regrade."


class UnknownCheck(NotFound):
    """No check of this name has graded anything in the exercise."""

    slug, title = "unknown-check", "There are no results of such a check."

    def __init__(self, check: str, known: Sequence[str]) -> None:
        template = "No check “{check}” of the exercise has graded anything."
        if known:
            template = "No check “{check}” of the exercise has graded anything. There are: {known}."
        super().__init__(template, check=check, known=", ".join(known))


class RegradeIsOver(Conflict):
    """A regrade is applied or discarded once. Begin another to change results again."""

    slug, title = "regrade-is-over", "This regrade was decided before."


class RegradeUnderWay(Conflict):
    """The number of regrades that a course may have at work is limited."""

    slug, title = "regrade-under-way", "The course has enough regrades at work."

    def __init__(self, limit: int) -> None:
        super().__init__(
            "The course has {limit} regrades at work. Wait until one of them is graded, or "
            "discard one.",
            limit=limit,
        )


class IncompleteScope(Invalid):
    """A check belongs to an exercise, and a mistake to a check: name both.

    Otherwise more would be graded again than was meant.
    """

    slug, title = "incomplete-scope", "A check needs its exercise, and a mistake its check."

"""Refusals about the terms of assignments and about extensions."""

from collections.abc import Sequence
from typing import Self

from server.errors.kinds import Gettext, Invalid, NotFound


class Problem:
    """What is wrong with one field of a form; `values` fill the sentence's places."""

    def __init__(self, field: str, template: str, **values: object) -> None:
        self.field, self.template, self.values = field, template, values
        self.exercises: Sequence[str] = ()

    def about(self, exercises: Sequence[str]) -> Self:
        """Say that these exercises have it; without, it is clear which is meant."""
        self.exercises = exercises
        return self

    def format(self, gettext: Gettext) -> str:
        """Return the sentence in the language."""
        sentence = gettext(self.template).format(**self.values)
        return f"{', '.join(self.exercises)}: {sentence}" if self.exercises else sentence


class InvalidTerms(Invalid):
    """The terms of an assignment contradict each other, or one of them is out of its range.

    The detail says which; nothing was changed.
    """

    slug, title = "invalid-terms", "These terms do not fit together."

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = problems
        super().__init__(self.title)
        self.args = (self.format_detail(str, "en"),)

    def format_detail(self, gettext: Gettext, language: str) -> str:
        """Return a sentence for each problem."""
        return " ".join(problem.format(gettext) for problem in self.problems)


class UnknownExtension(NotFound):
    """There is no such extension in this assignment, or it has been removed."""

    slug, title = "unknown-extension", "There is no such extension."

"""The base class of refusals, and their kinds."""

from collections.abc import Callable, Iterator
from typing import ClassVar, Final

from graders.text import decimal

Gettext = Callable[[str], str]

_MINUTES_ABOVE_SECONDS: Final = 120


class DomainError(Exception):
    """Anything Semáforo refuses to do.

    slug             Name of the kind; its page is /problems/<slug>.
    title            What happened, the same for every case; a message id.
    status           What a web edge answers with.
    detail_template  This case, as a message id with `{name}` places for `values`.
    """

    slug: ClassVar[str]
    title: ClassVar[str]
    status: ClassVar[int]

    def __init__(self, detail_template: str = "", **values: object) -> None:
        self.detail_template = detail_template or self.title
        self.values = values
        super().__init__(self.detail_template.format(**values))

    def format_title(self, gettext: Gettext, language: str) -> str:
        """Return the title in the language."""
        return gettext(self.title)

    def format_detail(self, gettext: Gettext, language: str) -> str:
        """Return what happened in this case and what to do."""
        values = {
            name: decimal(value, language) if isinstance(value, float) else value
            for name, value in self.values.items()
        }
        return gettext(self.detail_template).format(**values)

    def format_whole(self, gettext: Gettext, language: str) -> str:
        """Return one paragraph for a form, which does not show the title."""
        return self.format_detail(gettext, language)


class NotSignedIn(DomainError):
    """Pages need a sign-in, the API needs a token in an `Authorization: Bearer …` header."""

    slug, title, status = "not-signed-in", "You are not signed in.", 401

    def __init__(self, detail_template: str = "") -> None:
        # Subclasses have their own details.
        if type(self) is NotSignedIn:
            detail_template = (
                "Sign in first. A program sends a token, which you create on the Account page: "
                "-H 'Authorization: Bearer …'"
            )
        super().__init__(detail_template)


class Forbidden(DomainError):
    """You may see this, but you may not change it."""

    slug, title, status = "forbidden", "You may not do this.", 403


class NotFound(DomainError):
    """It does not exist, or you may not see it."""

    slug, title, status = "not-found", "This page does not exist.", 404


class Conflict(DomainError):
    """The request is valid, but not possible in the current state."""

    slug, title, status = "conflict", "This cannot be done now.", 409


class Invalid(DomainError):
    """The request breaks a rule; the detail says which one."""

    slug, title, status = "invalid", "The request is not valid.", 422


class TooManyRequests(DomainError):
    """Wait a moment, then try again.

    retry_after_seconds  How long; the answer says it in `Retry-After`.
    advice               What else can be done, the same for every case; a message id.
    """

    slug, title, status = "too-many-requests", "Too many requests.", 429
    advice: ClassVar[str] = ""

    def __init__(self, retry_after_seconds: int) -> None:
        template = "Try again in {seconds} seconds."
        if retry_after_seconds > _MINUTES_ABOVE_SECONDS:
            template = "Try again in {minutes} minutes."
        minutes = -(-retry_after_seconds // 60)
        super().__init__(template, seconds=retry_after_seconds, minutes=minutes)
        self.retry_after_seconds = retry_after_seconds
        self.args = (self.format_detail(str, "en"),)

    def format_detail(self, gettext: Gettext, language: str) -> str:
        """Return how long to wait, and what helps meanwhile."""
        wait = super().format_detail(gettext, language)
        return f"{wait} {gettext(self.advice)}" if self.advice else wait

    def format_whole(self, gettext: Gettext, language: str) -> str:
        """Return title and detail: the detail alone only says how long to wait."""
        return f"{self.format_title(gettext, language)} {self.format_detail(gettext, language)}"


def every_refusal() -> tuple[type[DomainError], ...]:
    """List every class with its own slug, for the pages that explain them."""
    return tuple(_every(DomainError))


def _every(kind: type[DomainError]) -> Iterator[type[DomainError]]:
    for child in kind.__subclasses__():
        if "slug" in vars(child):
            yield child
        yield from _every(child)

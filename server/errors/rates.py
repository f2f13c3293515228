"""Refusals for who asks too often, each with what helps."""

from server.errors.kinds import DomainError, TooManyRequests


class TooManySignIns(TooManyRequests):
    """Passwords can be tried a limited number of times, so that nobody can guess them.

    Tries are counted for an account as seen from one network address, for all accounts from one
    address, and, much more slowly, for an account from everywhere. A sign-in link is never
    refused for this: ask your teacher for one.
    """

    slug, title = "too-many-sign-ins", "Too many attempts to sign in."
    advice = "A sign-in link from your teacher works at once."


class BusySigningIn(TooManyRequests):
    """Checking a password takes a moment of processor time, and many are waiting for theirs."""

    slug, title = "busy-signing-in", "Many people are signing in at this moment."


class TooManySubmissions(TooManyRequests):
    """A person can hand in a limited number of times a minute.

    Nothing was stored and no attempt was used. A program waits as long as `Retry-After` says;
    `semaforo submit` and `curl --retry` do so by themselves.
    """

    slug, title = "too-many-submissions", "You hand in too often."
    advice = "Nothing was stored and no attempt was used."


class TooManyLivePages(TooManyRequests):
    """A person can watch a limited number of submissions at once; the pages show them all."""

    slug, title = "too-many-live-pages", "You have too many live pages open."
    advice = "Or close some of the pages that are waiting for a verdict."


class TooManyTokens(DomainError):
    """A person can have a limited number of tokens. Revoke one that you no longer use."""

    slug, title, status = "too-many-tokens", "You have too many tokens.", 429

    def __init__(self, most: int) -> None:
        template = "An account has at most {most} tokens. Revoke one on the page Account."
        super().__init__(template, most=most)

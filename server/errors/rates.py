"""Refusals by rate limits, each with advice."""

from server.errors.kinds import Conflict, TooManyRequests


class TooManySignIns(TooManyRequests):
    """The number of password attempts is limited, so that passwords cannot be guessed.

    Wrong attempts are counted for each account from one network address, for each network address,
    and, with a much higher limit, for each account. Sign-in links are not affected: ask your
    teacher for one.
    """

    slug, title = "too-many-sign-ins", "Too many attempts to sign in."
    advice = "You can use a sign-in link from your teacher right away."


class BusySigningIn(TooManyRequests):
    """Checking a password takes processor time, and many people are waiting."""

    slug, title = "busy-signing-in", "Many people are signing in right now."


class TooManySubmissions(TooManyRequests):
    """The number of submissions per person and minute is limited.

    Nothing was stored and no attempt was used. A program waits as long as `Retry-After` says;
    `semaforo submit` and `curl --retry` do so by themselves.
    """

    slug, title = "too-many-submissions", "You are handing in too often."
    advice = "Nothing was stored and no attempt was used."


class TooManyLivePages(TooManyRequests):
    """The number of live pages per person is limited.

    Without live updates a page still shows the submission.
    """

    slug, title = "too-many-live-pages", "You have too many live pages open."
    advice = "Or close some of the pages that are waiting for a verdict."


class TooManyTokens(Conflict):
    """The number of tokens per person is limited. Revoke one that you no longer use."""

    # No 429: waiting does not help, so there is nothing that Retry-After could say.
    slug, title = "too-many-tokens", "You have too many tokens."

    def __init__(self, most: int) -> None:
        template = "An account can have at most {most} tokens. Revoke one on the Account page."
        super().__init__(template, most=most)

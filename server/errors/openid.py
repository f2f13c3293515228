"""Refusals of signing in with an OpenID Connect provider."""

from server.errors.kinds import DomainError, Forbidden, NotSignedIn


class ProviderUnavailable(DomainError):
    """The sign-in service does not answer, or not as OpenID Connect says.

    The server's log says what happened. Passwords and sign-in links work as always.
    """

    slug, title, status = "provider-away", "The sign-in service is not available.", 503
    retry_after_seconds = 30

    def __init__(self) -> None:
        super().__init__(
            "It does not answer as expected. Try again in a minute, or sign in with your password "
            "or a link from your teacher."
        )


class SignInNotCompleted(NotSignedIn):
    """The way to the sign-in service and back was not completed.

    It must end within ten minutes, in the browser and window where it began, and once. Start again.
    """

    slug, title = "sign-in-not-completed", "The sign-in was not completed."

    def __init__(self) -> None:
        super().__init__(
            "It was cancelled, took more than ten minutes, or began in another browser or window. "
            "Start again."
        )


class EmailNotVerified(Forbidden):
    """The sign-in service does not confirm that the e-mail address is yours.

    Accounts are found by this address, so an unconfirmed one could open somebody else's.
    """

    slug, title = "email-not-verified", "Your e-mail address is not confirmed."

    def __init__(self) -> None:
        super().__init__(
            "The sign-in service does not confirm that you own your e-mail address. Confirm it "
            "there, or sign in with your password or a link from your teacher."
        )


class NoAccountForEmail(Forbidden):
    """There is no account with the address that the sign-in service knows you by."""

    slug, title = "no-account-for-email", "You have no account here."

    def __init__(self, email: str) -> None:
        super().__init__(
            "There is no account with the address {email}. Ask your teacher to add it to the "
            "course, or to say with which address you are in it.",
            email=email,
        )

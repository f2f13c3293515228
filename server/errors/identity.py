"""Refusals about who somebody is."""

from server.errors.kinds import Conflict, Invalid, NotFound, NotSignedIn


class WrongCredentials(NotSignedIn):
    """E-mail address and password do not belong together.

    The answer is the same whether or not the address is known.
    """

    slug, title = "wrong-credentials", "The e-mail address or the password is wrong."


class BadToken(NotSignedIn):
    """The token is not one of ours: look for a missing or a doubled character."""

    slug, title = "bad-token", "The token is not valid."

    def __init__(self) -> None:
        super().__init__(
            "This token is unknown here: look for a missing or a doubled character, "
            "or make a new one on the page Account."
        )


class RevokedToken(NotSignedIn):
    """The token was revoked on its owner's account page. Make a new one there."""

    slug, title = "revoked-token", "The token has been revoked."

    def __init__(self) -> None:
        super().__init__("This token has been revoked. Make a new one on the page Account.")


class BadLink(NotSignedIn):
    """A sign-in link works for a limited time and number of uses. Ask for a new one."""

    slug, title = "bad-link", "The sign-in link is not valid, or not any more."

    def __init__(self) -> None:
        super().__init__(
            "This link has been used, has expired or is not complete. Ask your teacher for a new "
            "one, or sign in with your password."
        )


class UnknownToken(NotFound):
    """You have no such token."""

    slug, title = "unknown-token", "There is no such token."


class EmailTaken(Conflict):
    """Somebody has an account with this address already."""

    slug, title = "email-taken", "There is already an account with this e-mail address."

    def __init__(self) -> None:
        super().__init__(
            "There is already an account with this e-mail address. "
            "`semaforo user link` makes a new sign-in link for it."
        )


class InvalidText(Invalid):
    """A name is empty, too long, or holds characters that cannot be seen."""

    slug, title = "invalid-text", "This text cannot be used."

    def __init__(self, longest: int) -> None:
        template = "It must have from 1 to {longest} visible characters on one line."
        super().__init__(template, longest=longest)


class MisleadingName(Invalid):
    """Classmates could take this name for that of a teacher of the course."""

    slug, title = "misleading-name", "This name looks like a teacher's."

    def __init__(self) -> None:
        super().__init__("Choose a name that nobody can take for a teacher's.")


class InvalidEmail(Invalid):
    """This is not an e-mail address."""

    slug, title = "invalid-email", "This is not an e-mail address."


class WeakPassword(Invalid):
    """A password must be long enough that it cannot be guessed."""

    slug, title = "weak-password", "The password is too short or too long."

    def __init__(self, shortest: int, longest: int) -> None:
        template = "A password has from {shortest} to {longest} characters."
        super().__init__(template, shortest=shortest, longest=longest)


class GuessablePassword(Invalid):
    """A password must not be among those that are tried first.

    Those are the most used ones, rows of keys, dates, and one's own name. Three or four words that
    have nothing to do with each other are good.
    """

    slug, title = "guessable-password", "The password is too easy to guess."

    def __init__(self) -> None:
        super().__init__(
            "This password is among the first that are tried. Take three or four words that have "
            "nothing to do with each other."
        )


class WrongPassword(Invalid):
    """To change a password one has to know the present one.

    If you have forgotten it, ask your teacher for a sign-in link that takes it away.
    """

    slug, title = "wrong-password", "The present password is not right."

    def __init__(self) -> None:
        super().__init__(
            "The present password is not right. If you have forgotten it, ask your teacher for a "
            "sign-in link that takes it away."
        )


class PasswordsDiffer(Invalid):
    """A new password is typed twice, because one does not see it; the two must be the same."""

    slug, title = "passwords-differ", "The two passwords are not the same. Type them again."

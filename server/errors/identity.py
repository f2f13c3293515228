"""Refusals about accounts and credentials."""

from server.errors.kinds import Conflict, Forbidden, Invalid, NotFound, NotSignedIn


class WrongCredentials(NotSignedIn):
    """The account does not exist or the password is wrong.

    The answer is the same in both cases, so that nobody can find out who has an account.
    """

    slug, title = "wrong-credentials", "Wrong e-mail or password."


class BadToken(NotSignedIn):
    """This server did not issue the token: look for a missing or repeated character."""

    slug, title = "bad-token", "The token is not valid."

    def __init__(self) -> None:
        super().__init__(
            "Unknown token: look for a missing or repeated character, or create a new one "
            "on the Account page."
        )


class RevokedToken(NotSignedIn):
    """The token was revoked on its owner's Account page. Create a new one there."""

    slug, title = "revoked-token", "The token has been revoked."

    def __init__(self) -> None:
        super().__init__("This token has been revoked. Create a new one on the Account page.")


class BadLink(NotSignedIn):
    """A sign-in link works for a limited time and a limited number of uses. Ask for a new one."""

    slug, title = "bad-link", "The sign-in link is not valid."

    def __init__(self) -> None:
        super().__init__(
            "This link has been used, has expired or is incomplete. Ask your teacher for a "
            "new one, or sign in with your password."
        )


class MayNotHandOutLinks(Forbidden):
    """A link lets its bearer in, so nobody gets one to an account with rights that they lack.

    Instructors hand out links for students who take only courses of theirs. For everybody else, an
    administrator of the server does.
    """

    slug, title = "may-not-hand-out-links", "You may not hand out a link for this account."

    def __init__(self) -> None:
        super().__init__(
            "This account has rights that you do not have, or takes courses that are not yours. "
            "Ask an administrator of the server."
        )


class ViewingAsStudent(Forbidden):
    """While you view a course as a student, you change nothing and see that course only.

    End it with the button at the top of every page; it ends by itself after an hour.
    """

    slug, title = "viewing-as-student", "This is not possible while you view as a student."

    def __init__(self) -> None:
        super().__init__("End the view with the button at the top of the page first.")


class NotAStudent(NotFound):
    """Only students of a course can be viewed as, by staff of that course."""

    slug, title = "not-a-student", "This is no student of the course."


class UnknownAccount(NotFound):
    """There is no such account."""

    slug, title = "unknown-account", "There is no such account."


class BadSetupLink(NotSignedIn):
    """The link that makes the first administrator works once, while the server has none.

    `semaforo up` prints it and writes it into `up.json`. If there is an administrator, they can
    appoint others on the page People; so can `semaforo user administrator` on the server.
    """

    slug, title = "bad-setup-link", "The set-up link is not valid."

    def __init__(self) -> None:
        super().__init__(
            "This link has been used or is incomplete, or the server has an administrator "
            "already. `semaforo up` prints the link that works."
        )


class LastAdministrator(Conflict):
    """A server keeps at least one administrator. Appoint another one first."""

    slug, title = "last-administrator", "This is the server's only administrator."

    def __init__(self) -> None:
        super().__init__("A server keeps at least one administrator. Appoint another one first.")


class UnknownToken(NotFound):
    """You have no such token."""

    slug, title = "unknown-token", "There is no such token."


class UnknownLogin(NotFound):
    """You are not signed in to any browser of this name, or no longer."""

    slug, title = "unknown-login", "There is no such login."


class EmailTaken(Conflict):
    """Another account uses this address."""

    slug, title = "email-taken", "There is already an account with this e-mail address."

    def __init__(self) -> None:
        super().__init__(
            "There is already an account with this e-mail address. `semaforo user link` "
            "creates a new sign-in link for it."
        )


class InvalidText(Invalid):
    """A name is empty, too long, or contains invisible characters."""

    slug, title = "invalid-text", "This text cannot be used."

    def __init__(self, longest: int) -> None:
        template = "It must have from 1 to {longest} visible characters on one line."
        super().__init__(template, longest=longest)


class MisleadingName(Invalid):
    """Classmates could mistake this name for a teacher's."""

    slug, title = "misleading-name", "This name looks like a teacher's."

    def __init__(self) -> None:
        super().__init__("Choose a name that cannot be mistaken for a teacher's.")


class InvalidEmail(Invalid):
    """This is not an e-mail address."""

    slug, title = "invalid-email", "This is not an e-mail address."


class WeakPassword(Invalid):
    """A password must be long enough to resist guessing."""

    slug, title = "weak-password", "The password is too short or too long."

    def __init__(self, shortest: int, longest: int) -> None:
        template = "A password has from {shortest} to {longest} characters."
        super().__init__(template, shortest=shortest, longest=longest)


class GuessablePassword(Invalid):
    """The password is one of the first that an attacker would try.

    Attackers start with common passwords, keyboard rows, dates and your own name. Use three or four
    unrelated words.
    """

    slug, title = "guessable-password", "The password is too easy to guess."

    def __init__(self) -> None:
        super().__init__(
            "This password is one of the first that an attacker would try. Use three or "
            "four unrelated words."
        )


class WrongPassword(Invalid):
    """To change a password you have to enter the current one.

    If you have forgotten it, ask your teacher for a sign-in link that removes it.
    """

    slug, title = "wrong-password", "The current password is wrong."

    def __init__(self) -> None:
        super().__init__(
            "The current password is wrong. If you have forgotten it, ask your teacher for "
            "a sign-in link that removes it."
        )


class PasswordsDiffer(Invalid):
    """A new password is typed twice, because it is not shown; both must be the same."""

    slug, title = "passwords-differ", "The two passwords are not the same. Type them again."

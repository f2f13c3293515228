"""Refusals about making and keeping courses, and the people in them."""

from collections.abc import Sequence

from server.errors.kinds import Conflict, Forbidden, Invalid, NotFound


class TeachersOnly(Forbidden):
    """Courses are made by administrators of this server and by who teaches one already."""

    slug, title = "teachers-only", "Only instructors and administrators may make a course."


class CourseArchived(Conflict):
    """The course is over: it takes no submissions, people, exercises, announcements or regrades.

    What it has can be read and corrected, and an instructor can open it again.
    """

    slug, title = "course-archived", "The course is archived: it takes nothing new."


class UnknownTimeZone(Invalid):
    """A course's zone is a name of the IANA time zone database, such as `Europe/Madrid`."""

    slug, title = "unknown-time-zone", "There is no such time zone."

    def __init__(self, timezone: str) -> None:
        template = "“{timezone}” is no time zone. Write it as in Europe/Madrid or America/Bogota."
        super().__init__(template, timezone=timezone)


class HasAWayIn(Conflict):
    """A link signs its holder in, so it is made only for people who cannot sign in yet.

    It is not made for an account that has a password, that somebody is signed in to, that another
    course has too, or that administers this server.
    """

    slug, title = "has-a-way-in", "This person can sign in already, or has other courses."


class NoMailServer(Conflict):
    """This server sends no e-mail: invitations are handed out as links instead.

    Its operator sets `SEMAFORO_SMTP_HOST` and `SEMAFORO_SMTP_SENDER` to have them sent.
    """

    slug, title = "no-mail-server", "This server sends no e-mail."

    def __init__(self) -> None:
        super().__init__(
            "This server sends no e-mail. Add people without sending, and hand out their links "
            "yourself."
        )


class AddressInUse(Conflict):
    """Who corrects the address of an account can come into it, with a link to the new address.

    So staff of a course do that only while nobody has come in and no other course has the account.
    """

    slug, title = "address-in-use", "Only an administrator can correct this address."

    def __init__(self) -> None:
        super().__init__(
            "This person has come in already, or another course has the account too: only an "
            "administrator of this server can correct the address."
        )


class UnprovenEmail(Conflict):
    """The account was made with a join code, and nobody has asked whose the address is.

    Before it may see or change other people's work, its owner shows that it is theirs: by setting
    a password with a link, or by signing in with the provider.
    """

    slug, title = "unproven-email", "Nobody has shown yet that this address is theirs."

    def __init__(self, email: str) -> None:
        template = (
            "Whoever typed {email} with a join code may be somebody else. Let its owner set a "
            "password with a link first, then try again."
        )
        super().__init__(template, email=email)


class AlreadyInCourse(Conflict):
    """A person is in a course once. Change their role or group instead."""

    slug, title = "already-in-course", "This person is in the course already."

    def __init__(self, email: str) -> None:
        super().__init__("{email} is in the course already.", email=email)


class LastInstructor(Conflict):
    """A course keeps at least one instructor. Make somebody else an instructor first."""

    slug, title = "last-instructor", "This is the last instructor of the course."


class UnknownPerson(NotFound):
    """Nobody with this id is in the course."""

    slug, title = "unknown-person", "This person is not in the course."


class UnreadableRoster(Invalid):
    """A roster is a table in text, one person a line: name, e-mail, and if wanted id and group.

    The first line names the columns, in Spanish or English: `nombre`, `apellidos`, `correo`, `id`,
    `grupo`; `name`, `family name`, `email`, `id`, `group`. Columns are separated by commas,
    semicolons or tabs.
    """

    slug, title = "unreadable-roster", "The list of people cannot be read."
    EMPTY = "The list is empty."
    TOO_LONG = "The list has more than {most} people. Divide it into several."
    BROKEN_LINE = "Line {line}: a cell is too long, or a quotation mark is not closed."
    NO_ADDRESSES = (
        "No column has e-mail addresses. Name the columns in the first line, for example: "
        "nombre,apellidos,correo,id,grupo"
    )


class NobodyJoins(Conflict):
    """Joining by code is closed, or the course is archived. Ask your teacher."""

    slug, title = "joining-closed", "Nobody can join this course by code now."

    def __init__(self) -> None:
        super().__init__("Joining by code is closed. Ask your teacher to open it or to add you.")


class OtherDomain(Conflict):
    """Only addresses of certain domains may join this course. Ask your teacher."""

    slug, title = "other-domain", "Your e-mail address may not join this course."

    def __init__(self, domains: Sequence[str]) -> None:
        template = "Only addresses of these domains may join: {domains}."
        super().__init__(template, domains=", ".join(domains))


class UnknownJoinCode(NotFound):
    """No course has this code. It may have been changed: ask your teacher for the new one."""

    slug, title = "unknown-join-code", "There is no course with this code."


class InvalidDomain(Invalid):
    """A domain is what stands after the @ of an address, as in `uni.example.org`."""

    slug, title = "invalid-domain", "This is not an e-mail domain."

    def __init__(self, domain: str) -> None:
        template = "“{domain}” is no domain. Write what stands after the @: uni.example.org"
        super().__init__(template, domain=domain)


class RosterChanged(Conflict):
    """Somebody changed the people of the course since you looked. Look at the changes again."""

    slug, title = "roster-changed", "The people of the course have changed meanwhile."


class NameMissing(Invalid):
    """Somebody who has no account yet needs a name."""

    slug, title = "name-missing", "A person without an account needs a name."


class ConflictingRows(Invalid):
    """A list has each address once. Decide which of the two lines is right."""

    slug, title = "said-twice", "The address is in the list twice, with different values."

    def __init__(self, line: int) -> None:
        super().__init__("Line {line} has this address too, with other values.", line=line)

"""Refusals about what is kept of people: deleted accounts, removed files."""

from server.errors.kinds import Conflict, Invalid


class AccountDeleted(Conflict):
    """The person was deleted. Their results stay in the statistics; nobody can use the account.

    If they come back, make them a new account: they are a new person to this server.
    """

    slug, title = "account-deleted", "This person was deleted."


class FilesRemoved(Conflict):
    """The files of this submission were removed, so it cannot be graded again; its result stays."""

    slug, title = "files-removed", "The files of this submission were removed."


class StillGraded(Conflict):
    """Files are not removed while a submission is being graded, or while a regrade needs them.

    Try again when that is over, or decide the regrade first.
    """

    slug, title = "still-graded", "Some of these submissions are being graded."

    def __init__(self, count: int) -> None:
        template = (
            "Submissions that are being graded, or graded again: {count}. Their files cannot be "
            "removed now. Try again when that is over."
        )
        super().__init__(template, count=count)


class NotConfirmed(Invalid):
    """Deleting a person cannot be undone: type their e-mail address, letter for letter."""

    slug, title = "not-confirmed", "The deletion was not confirmed."

    def __init__(self, email: str) -> None:
        template = "To delete this person, type their e-mail address: {email}"
        super().__init__(template, email=email)

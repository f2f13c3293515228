"""Refusals about comments."""

from server.errors.kinds import Conflict, Forbidden, Invalid, NotFound


class UnknownComment(NotFound):
    """There is no such comment, or it is somebody else's draft."""

    slug, title = "unknown-comment", "There is no such comment."


class UnknownMistake(NotFound):
    """Nobody's last attempt fails with this mistake any more: somebody mended it meanwhile.

    Load the statistics again to see which mistakes there are now.
    """

    slug, title = "unknown-mistake", "Nobody's last attempt has this mistake."


class InvalidComment(Invalid):
    """A comment has some text, and not too much of it."""

    slug, title = "invalid-comment", "The comment cannot be stored like this."

    def __init__(self, longest: int) -> None:
        super().__init__("Write something, and no more than {longest} characters.", longest=longest)


class UnknownLine(Invalid):
    """A comment belongs to a line of a file that was handed in, or to the whole attempt."""

    slug, title = "unknown-line", "The submission has no such line."

    def __init__(self, file: str, line: int, last: int | None) -> None:
        template = "“{file}” has no line {line}: its last one is {last}."
        if last is None:
            template = "The submission has no file “{file}”."
        super().__init__(template, file=file, line=line, last=last)


class NothingToAnswer(Forbidden):
    """Students answer comments: they write where a teacher has written before."""

    slug, title = "nothing-to-answer", "There is no comment to answer here."

    def __init__(self) -> None:
        super().__init__(
            "Answer on the line of the comment (`--line`, `line` in the API), or on the whole "
            "attempt if the comment is there. `semaforo comments show` lists where they are."
        )


class AuthorsOnly(Forbidden):
    """A comment is changed, published and deleted by whoever wrote it."""

    slug, title = "authors-only", "Only its author may change a comment."


class AlreadyPublished(Conflict):
    """The student may have read it, so it can be changed, which is shown, but not deleted."""

    slug, title = "already-published", "A published comment cannot be deleted."


class TooManyComments(Conflict):
    """The number of comments on one submission is limited."""

    slug, title = "too-many-comments", "This submission has too many comments."

    def __init__(self, limit: int) -> None:
        super().__init__(
            "A submission takes up to {limit} comments. Change one that is there already.",
            limit=limit,
        )

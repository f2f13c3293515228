"""Refusals about the HTTP request itself, which only the web edge raises."""

from server.errors import DomainError, Forbidden, Invalid, NotFound


class CrossSite(Forbidden):
    """The request came from a page of another site, which might act in your name.

    Programs that send a token instead of a cookie are exempt.
    """

    slug, title = "cross-site", "The request came from another site."

    def __init__(self) -> None:
        super().__init__("Open the page on this site and send the form from there.")


class BrowsersOnly(Forbidden):
    """Only a browser that is signed in sets a first password or sends the forms of Account.

    A token is not enough: somebody who steals one could otherwise take over the account. Together
    with the current password it is: `PUT /api/me/password`.
    """

    slug, title = "browsers-only", "A token cannot do this. Sign in with a browser."


class InvalidParameter(Invalid):
    """A value in the address, the headers or the form is missing or out of its range."""

    slug, title = "invalid-parameter", "A value is missing or cannot be used."


class MalformedForm(Invalid):
    """The form is incomplete or has too many parts."""

    slug, title = "malformed-form", "The form cannot be read."

    def __init__(self) -> None:
        template = "The form is incomplete or has too many parts. Try: curl -F file=@solution.py …"
        super().__init__(template)


class NoFile(Invalid):
    """A submission is a form with at least one file in a field called `file`.

    Nothing was stored and no attempt was used.
    """

    slug, title = "no-file", "There is no file in the request."

    def __init__(self, *, came_as_text: bool = False) -> None:
        template = "The form has no file. Send it in a field called file: -F file=@solution.py"
        if came_as_text:
            template = "The field file came as text. Put an @ before the name: -F file=@solution.py"
        super().__init__(template)


class RequestTooLarge(DomainError):
    """The size of a request is limited.

    Nothing was stored and no attempt was used.
    """

    slug, title, status = "request-too-large", "The request is too large.", 413

    def __init__(self, limit_bytes: int) -> None:
        template = "A request can have at most {limit} KiB. Send only your code, without data."
        super().__init__(template, limit=limit_bytes >> 10)


class MethodNotAllowed(DomainError):
    """The address supports other methods; the `Allow` header lists them."""

    slug, title, status = "method-not-allowed", "The address does not support this method.", 405

    def __init__(self, allowed: str) -> None:
        super().__init__("This address takes: {methods}.", methods=allowed)


class UnknownAddress(NotFound):
    """The API has no such address. `/docs` of the server lists those that it has."""

    slug, title = "unknown-address", "The API has no such address."

    def __init__(self) -> None:
        super().__init__("Look for a missing or repeated part. /docs lists every address.")


class NotAForm(DomainError):
    """A submission is sent as a form (`multipart/form-data`), as `curl -F` does."""

    slug, title, status = "not-a-form", "The request is not a form with a file.", 415

    def __init__(self, content_type: str) -> None:
        template = "The body came as {type}. Send the file as a form: -F file=@solution.py"
        super().__init__(template, type=content_type)


class DatabaseAway(DomainError):
    """The database does not answer, is locked, or its disk is full.

    Nothing of this request was stored and no attempt was used. Earlier submissions are safe.
    """

    slug, title, status = "database-away", "The database is not available.", 503
    retry_after_seconds = 30

    def __init__(self) -> None:
        super().__init__(
            "Nothing was stored and no attempt was used. Try again in a minute; if the "
            "problem persists, tell your teacher."
        )


class Broken(DomainError):
    """The server could not process the request. The error has been logged; try again in a moment.

    Submissions accepted earlier are safe and will be graded.
    """

    slug, title, status = "broken", "An error occurred on our side.", 500

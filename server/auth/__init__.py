"""Authentication: one file for each kind of credential, each listed in `AUTHENTICATORS`.

bearer      tokens in the Authorization header: programs
cookie      logins in a cookie: browsers
password    e-mail address and password at /sign-in; the current one, to change it
cross_site  protection against requests from other sites
anonymous   rate limit for requests without credentials
expiry      deletes expired logins and links
noting      when a use is recorded
view_as     what is possible while viewing as a student
refusing    how the middlewares answer
"""

from collections.abc import Awaitable, Callable
from datetime import datetime

from fastapi import Request

from server.access import Viewer
from server.auth import bearer, cookie
from server.auth.bearer import is_program
from server.auth.cookie import has_login
from server.settings import Settings
from server.storage.database import Database

__all__ = ["AUTHENTICATORS", "find_viewer", "has_login", "is_program"]

Authenticator = Callable[[Request, Database, Settings, datetime], Awaitable[Viewer | None]]

# In this order: a request with a token is never authenticated by its cookie, because requests with
# a token are exempt from the cross-site check.
AUTHENTICATORS: tuple[Authenticator, ...] = (bearer.find_viewer, cookie.find_viewer)


async def find_viewer(
    request: Request, database: Database, settings: Settings, now: datetime
) -> Viewer | None:
    """Return the viewer of a request; None if it has no credentials.

    Raises:
        NotSignedIn: the credentials are not valid.
    """
    for authenticate in AUTHENTICATORS:
        viewer = await authenticate(request, database, settings, now)
        if viewer is not None:
            return viewer
    return None

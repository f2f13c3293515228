"""Who is asking: one file for each kind of proof, each listed once in `AUTHENTICATORS`.

bearer      a token in the Authorization header: programs
cookie      a login in a cookie: browsers
password    an e-mail address and a password, typed at /sign-in
cross_site  keeps other sites from using a browser's cookie
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

# In this order; a request that carries a token is never judged by its cookie, because only the
# token keeps it from being asked where it comes from.
AUTHENTICATORS: tuple[Authenticator, ...] = (bearer.find_viewer, cookie.find_viewer)


async def find_viewer(
    request: Request, database: Database, settings: Settings, now: datetime
) -> Viewer | None:
    """Return who is asking; None if the request does not say.

    Raises:
        NotSignedIn: it says, but the proof does not hold.
    """
    for authenticate in AUTHENTICATORS:
        viewer = await authenticate(request, database, settings, now)
        if viewer is not None:
            return viewer
    return None

"""What is possible while staff view a course as one of its students: to read pages of the course.

A page that is not listed here is refused: it may show what the student's other courses hold.
"""

from typing import Final

from fastapi import Request

from server.access import Viewer
from server.errors import ViewingAsStudent

_READING: Final = frozenset({"GET", "HEAD"})
# Pages that show nothing but courses in `viewer.roles`, or nothing of anybody.
_SHOWN: Final = ("/exercises", "/submissions", "/leaderboard", "/courses", "/manual", "/problems")


def require_allowed(request: Request, viewer: Viewer) -> None:
    """Refuse what is not possible.

    Raises:
        ViewingAsStudent: it would change something, or show more than the course.
    """
    if viewer.seen_by is None:
        return
    path = request.url.path
    is_shown = path == "/" or any(path == one or path.startswith(f"{one}/") for one in _SHOWN)
    if request.method not in _READING or not is_shown:
        raise ViewingAsStudent

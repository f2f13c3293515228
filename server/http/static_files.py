"""Static files under addresses that change with their content, so that browsers keep them."""

import hashlib
import os
from functools import lru_cache
from pathlib import Path
from typing import Final

from fastapi.staticfiles import StaticFiles
from starlette.responses import FileResponse, Response
from starlette.types import Scope

STATIC: Final = Path(__file__).parent.parent / "static"
_FOR_EVER: Final = "public, max-age=31536000, immutable"


class StampedFiles(StaticFiles):
    """Serves files; one that is asked for with its stamp may be kept for ever.

    Only with its own: while a new version starts, an old process is asked for new stamps, and its
    file must not be kept under them.
    """

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """Answer with the file, or that it has not changed."""
        answer = super().file_response(full_path, stat_result, scope, status_code)
        asked = scope["query_string"].decode("latin-1")
        if asked and asked == _stamp(str(full_path), stat_result.st_mtime_ns):
            answer.headers["Cache-Control"] = _FOR_EVER
        elif isinstance(answer, FileResponse):
            answer.headers["Cache-Control"] = "no-cache"  # keep it, and ask whether it changed
        return answer


def static_url(name: str) -> str:
    """Return the address of a file of `server/static`, with the stamp of its content."""
    path = STATIC / name
    return f"/static/{name}?{_stamp(str(path), path.stat().st_mtime_ns)}"


@lru_cache(maxsize=200)
def _stamp(path: str, _changed_at: int) -> str:
    # Of the content, so that every process and every host names a file alike.
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:16]

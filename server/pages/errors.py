"""The error page: what happened, and what to do."""

from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse

from server.deps import language_of
from server.http.page_address import page_address
from server.i18n import gettext_for
from server.templating import render_page


def error_page(request: Request, status: int, title: str, detail: str) -> HTMLResponse:
    """Answer with an error page; `title` and `detail` are already in the reader's language.

    Called from exception handlers, where no dependency runs and any part may have failed: it uses
    neither database nor queue.
    """
    language = language_of(request)
    viewer = getattr(request.state, "viewer", None)
    _ = gettext_for(language)
    go_to, go_words = "/", _("To the exercises")
    if status == 401:
        go_to = f"/sign-in?next={quote(page_address(request), safe='/')}"
        go_words = _("Sign in")
    elif status == 413 and request.url.path.startswith("/exercises/"):
        go_to, go_words = request.url.path, _("Back to the exercise")
    # Nobody decides by looking at a page: what is to do stands in the detail.
    is_only_seen = status == 409 and request.method in ("GET", "HEAD")
    return render_page(
        request,
        "errors/error.html",
        language=language,
        viewer=viewer,
        status_code=status,
        status=status,
        title=title,
        detail="" if detail == title else detail,
        advice="" if is_only_seen else _advice(status, language),
        lit="wait" if status >= 500 else "stop",
        go_to=go_to,
        go_words=go_words,
    )


def _advice(status: int, language: str) -> str:
    """Return what to do."""
    _ = gettext_for(language)
    match status:
        case 401:
            return _("Sign in and try again; what you sent before has not been kept.")
        case 403:
            return _("If you think you should have access, ask your teacher.")
        case 404:
            return _("Check the address. If a link brought you here, tell whoever gave it to you.")
        case 405:
            return _("Go back and use the buttons of the page.")
        case 409:
            return _("Nothing was changed. Go back, look at the page again and then decide.")
        case 413:
            return _("Nothing was stored and no attempt was used.")
        case 429:
            return ""  # the detail says for how long to wait
    if status >= 500:
        return _(
            "The problem is on our side and has been logged. Your earlier submissions are "
            "safe. Try again in a minute."
        )
    return _("Nothing was changed. Go back, correct it and send it again.")

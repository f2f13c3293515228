"""Templates: one Jinja environment per language, its filters, and `page`, which fills one."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from babel.dates import format_timedelta
from babel.numbers import format_decimal
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from graders.report import Verdict
from graders.text_report import LABELS, SIGNS
from server.access import Viewer
from server.http.page_address import page_address
from server.http.static_files import static_url
from server.i18n import translations
from server.models.names import DELETED
from server.moments import format_short_moment

FOLDER = Path(__file__).parent
# Invisible or reordering characters: C0 and C1 controls, direction marks, zero-width characters,
# lone surrogates, line separators.
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


def render_page(
    request: Request,
    template: str,
    *,
    language: str,
    viewer: Viewer | None = None,
    status_code: int = 200,
    headers: dict[str, str] | None = None,
    **values: Any,
) -> HTMLResponse:
    """Render a whole page as a response.

    A page shows its viewer, so no cache may store it unless `headers` say otherwise.
    """
    shell = {
        "language": language,
        "viewer": viewer,
        "is_staff": viewer is not None and viewer.is_staff,
        "path": request.url.path,
        # Where the language switch leads to; and whether what is shown here cannot be loaded
        # again, being the answer to a form.
        "here": page_address(request),
        "is_answer": request.method != "GET",
        "is_refusal": status_code >= 400,
        # How the switch shows this answer again: an address and what to send to it.
        "again": None,
        # Whom people can sign in with, besides a password; empty if there is nobody.
        "provider": request.app.state.settings.oidc_label,
        "has_playground": request.app.state.settings.playground,
        # Of a course's page, the zone in which its dates are meant; else the reader's, by a script.
        "zone": getattr(values.get("course"), "timezone", ""),
    }
    html = environment(language).get_template(template).render(shell | values)
    return HTMLResponse(html, status_code, {"Cache-Control": "no-store"} | (headers or {}))


def current_address(request: Request) -> str:
    """Return the path and query of a request, as a local link."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def render_fragment(language: str, template: str, **values: Any) -> str:
    """Render a fragment of a page, which a live page swaps in."""
    shell = {"language": language, "zone": ""}
    return environment(language).get_template(template).render(shell | values)


def plural_for(language: str) -> Callable[[str, str, int], str]:
    """Return the function that chooses between an English singular and plural, translated."""
    return translations(language).ngettext


def local_path(wanted: str | None) -> str:
    """Return `wanted` if it is a local path, else /."""
    if not wanted or not wanted.startswith("/") or "\\" in wanted or not wanted.isprintable():
        return "/"
    parts = urlsplit(wanted)
    return "/" if parts.scheme or parts.netloc or wanted.startswith("//") else wanted


@cache
def environment(language: str) -> Environment:
    """Return the templates of one language, compiled once."""
    env = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    env.install_gettext_translations(  # type: ignore[attr-defined]
        translations(language), newstyle=True
    )
    env.filters.update(_filters(language))
    env.globals["static"] = static_url
    return env


def visible(words: str) -> Markup:
    """Escape untrusted text; invisible and reordering characters are shown as their escapes."""
    plain = words.replace("\r\n", "\n")
    pieces, end = [], 0
    for match in UNSEEN.finditer(plain):
        code = ascii(match[0])[1:-1]
        pieces += [escape(plain[end : match.start()]), _ESCAPE.format(code)]
        end = match.end()
    return Markup().join([*pieces, escape(plain[end:])])


def quoted(words: str) -> Markup:
    """Escape a message and mark up what is between backticks as code; that is all."""
    parts = str(visible(words)).split("`")
    if len(parts) % 2 == 0:
        return Markup("`").join(Markup(part) for part in parts)  # noqa: S704 - escaped above
    return Markup().join(
        Markup(f"<code>{part}</code>") if index % 2 else Markup(part)  # noqa: S704 - escaped above
        for index, part in enumerate(parts)
    )


def _visible_in(language: str, words: str) -> Markup:
    return visible(translations(language).gettext(DELETED) if words == DELETED else words)


@lru_cache(maxsize=10_000)
def _number(language: str, value: float) -> str:
    # Kept, because a table has hundreds of few different ones, at 50 µs each.
    return format_decimal(value, "#,##0.##", locale=language)


def _short_moment(language: str, value: datetime, zone: str = "UTC") -> str:
    return format_short_moment(value, zone, language)


_ESCAPE = Markup('<span class="unseen">{}</span>')


def _signed(language: str, value: float) -> str:
    return format_decimal(value, "+#,##0.##;−#,##0.##", locale=language) if value else "0"


def _filters(language: str) -> dict[str, Callable[..., Any]]:
    number = partial(_number, language)

    def percent(value: float) -> str:
        return f"{number(round(value * 100))} %" if language == "es" else f"{value * 100:.0f}%"

    def seconds(value: float) -> str:
        return f"{number(value)} s" if value >= 1 else f"{number(round(value * 1000))} ms"

    def clock(value: float, is_exact: bool = True) -> str:
        """Say when; a round time as short as may be."""
        if value >= 1:
            return f"{number(value)} s"
        exact = "#,##0.00" if value < 0.1 else "#,##0.0"
        digits = exact if is_exact and value else "#,##0.##"
        return f"{format_decimal(value * 1000, digits, locale=language)} ms"

    def age(value: timedelta, *, add_direction: bool = False) -> str:
        return format_timedelta(value, locale=language, threshold=1.2, add_direction=add_direction)

    def verdict_label(value: str) -> str:
        return LABELS[Verdict(value)].to(language)

    return {
        "number": number,
        "signed": partial(_signed, language),
        "percent": percent,
        "seconds": seconds,
        "clock": clock,
        "moment": partial(_short_moment, language),
        "machine_time": lambda value: value.isoformat(timespec="seconds"),
        "age": age,
        "from_now": partial(age, add_direction=True),
        "visible": partial(_visible_in, language),
        "quoted": quoted,
        "verdict_label": verdict_label,
        "verdict_sign": lambda value: SIGNS[Verdict(value)],
    }

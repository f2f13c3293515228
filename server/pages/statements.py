"""Markdown and Python as safe HTML, highlighted by class names that app.css styles."""

import re
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup
from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.lexers.python import PythonLexer
from pygments.util import ClassNotFound

from server.templating import UNSEEN

# fmt: off
_TAGS = {
    "a", "blockquote", "br", "code", "del", "div", "em", "h2", "h3", "h4", "hr", "li", "ol", "p",
    "pre", "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}
# fmt: on
_ATTRIBUTES = {"a": {"href"}, "span": {"class"}, "th": {"scope"}, "div": {"class"}}
_COMMENT_TAGS = _TAGS - {"h2", "h3", "h4", "hr", "div", "table", "tbody", "td", "th", "thead", "tr"}
# What may be wider than a phone is scrolled with the keyboard too.
_SCROLLABLE = {"pre": {"tabindex": "0"}, "div": {"tabindex": "0"}}
_SCHEMES = {"http", "https"}
_HEADING = re.compile(r"<(/?)h([1-5])>")


@lru_cache(maxsize=256)
def statement_html(markdown: str) -> Markup:
    """Return a statement as HTML; its headings begin at h2, because the page's title is the h1."""
    html = _markdown().render(markdown)
    html = _HEADING.sub(lambda found: f"<{found[1]}h{min(int(found[2]) + 1, 4)}>", html)
    if not markdown.lstrip().startswith("# "):
        html = re.sub(r"<(/?)h3>", r"<\1h2>", html)
    html = html.replace("<th>", '<th scope="col">')
    html = html.replace("<table>", '<div class="scroll"><table>')
    html = html.replace("</table>", "</table></div>")
    return _cleaned(html, _TAGS)


@lru_cache(maxsize=1024)
def comment_html(markdown: str) -> Markup:
    """Return a comment as HTML, without headings: it stands within a page that has its own.

    Characters that are invisible or reorder others are shown as their escape.
    """
    plain = UNSEEN.sub(lambda found: ascii(found[0])[1:-1], markdown.replace("\r\n", "\n"))
    html = _markdown_of_comments().render(plain)
    return _cleaned(html, _COMMENT_TAGS)


def _cleaned(html: str, tags: set[str]) -> Markup:
    clean = nh3.clean(
        html,
        tags=tags,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        set_tag_attribute_values=_SCROLLABLE,
    )
    return Markup(clean)  # noqa: S704 - nh3 has just cleaned it


def python_html(source: str, *, line_id: str) -> Markup:
    """Return Python source as spans, one per line with the id `<line_id>-<number>`."""
    numbered = (
        f'<span id="{line_id}-{number}">{line}\n</span>'
        for number, line in enumerate(python_lines(source), 1)
    )
    return Markup("".join(numbered))  # noqa: S704 - Pygments escapes what it colours


def python_lines(source: str) -> list[Markup]:
    """Return Python source as lines of spans.

    Characters that are invisible or reorder others are shown as their escape.
    """
    plain = UNSEEN.sub(lambda found: ascii(found[0])[1:-1], source.replace("\r\n", "\n"))
    # Pygments closes every span at the end of its line, so lines can be split.
    html = highlight(plain, PythonLexer(stripnl=False), HtmlFormatter[str](nowrap=True))
    lines = html.removesuffix("\n").split("\n")
    return [Markup(line) for line in lines]  # noqa: S704 - Pygments escapes what it colours


@lru_cache(maxsize=1)
def _markdown_of_comments() -> MarkdownIt:
    # Without a language's name, `# why` in somebody's code is a line of the comment and no title.
    return MarkdownIt("commonmark", {"html": False, "highlight": _coloured}).disable(
        ["heading", "lheading", "image", "hr"]
    )


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "highlight": _coloured})
    return parser.enable(["table", "strikethrough"])


def _coloured(code: str, language: str, _attributes: str) -> str:
    """Highlight a code block; a language that Pygments does not know stays plain."""
    try:
        lexer = get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        return ""
    return highlight(code, lexer, HtmlFormatter[str](nowrap=True))

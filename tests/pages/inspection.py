"""What a page must have so that everybody can use it, looked for in its HTML."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise

_VOID = {"input", "meta", "link", "br", "hr", "img"}
_FIELDS = {"input", "select", "textarea"}
# https://html.spec.whatwg.org/multipage/text-level-semantics.html#datetime-value
_MACHINE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?(Z|[+-]\d\d:\d\d)")
_Attributes = dict[str, str]
# What must not stand in text, and ends an open <p>; what holds only text; which parent an element
# needs, and which children it may have. A part of https://html.spec.whatwg.org/#semantics
_BLOCK = re.compile(
    "address|article|aside|blockquote|details|dd|div|dl|dt|fieldset|figcaption|figure|footer|form|"
    "h[1-6]|header|hr|li|main|nav|ol|p|pre|section|table|ul"
)
_TEXT = re.compile(
    "abbr|b|button|cite|code|em|h[1-6]|i|kbd|label|p|pre|small|span|strong|summary|time"
)
_PARENTS = {
    "li": {"ul", "ol"},
    "dt": {"dl", "div"},
    "dd": {"dl", "div"},
    "tr": {"thead", "tbody", "tfoot"},
    "td": {"tr"},
    "th": {"tr"},
    "caption": {"table"},
    "option": {"select", "datalist", "optgroup"},
    "summary": {"details"},
    "legend": {"fieldset"},
}
_CHILDREN = {"ul": {"li"}, "ol": {"li"}, "dl": {"dt", "dd", "div"}, "tr": {"td", "th"}}
_NOT_NESTED = {"a", "button", "form", "label", "main"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, _Attributes]] = []
        self.open: list[str] = []
        self.unclosed: list[str] = []
        self.misplaced: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if len({name for name, _ in attrs}) < len(attrs):
            self.misplaced.append(f"<{tag}> has an attribute twice")
        if "svg" not in self.open:
            self.misplaced += _misplaced(tag, self.open)
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.unclosed.append(tag)


def faults(html: str) -> list[str]:
    """List what is wrong with a page; an empty list is a good page."""
    reader = _Reader()
    reader.feed(html)
    elements = reader.elements
    return [
        *(f"</{tag}> closes something else" for tag in reader.unclosed),
        *reader.misplaced,
        *_policy(elements),
        *_headings(elements),
        *_names(elements),
        *_references(elements),
    ]


def _misplaced(tag: str, above: list[str]) -> Iterator[str]:
    """Tell what is wrong with an element inside these, the nearest last."""
    parent = above[-1] if above else ""
    headings = tag[0] == "h" and parent in ("summary", "legend")
    for outer in above if _BLOCK.fullmatch(tag) and not headings else ():
        if _TEXT.fullmatch(outer):
            yield f"<{tag}> in the text of <{outer}>"
    if parent not in _PARENTS.get(tag, {parent}) or tag not in _CHILDREN.get(parent, {tag}):
        yield f"<{tag}> directly in <{parent}>"
    if tag in _NOT_NESTED and tag in above:
        yield f"<{tag}> in another one"
    if (tag == "a" and "button" in above) or (tag == "button" and "a" in above):
        yield f"<{tag}> in what one can press"


def _policy(elements: list[tuple[str, _Attributes]]) -> Iterator[str]:
    for tag, attributes in elements:
        if tag == "style" or (tag == "script" and not attributes.get("src", "").startswith("/")):
            yield f"<{tag}> in the page, which the content policy forbids"
        for name, value in attributes.items():
            if name == "style" or name.startswith("on"):
                yield f"{name}= on <{tag}>, which the content policy forbids"
            if name in ("src", "href", "action") and value.startswith(("http:", "https:", "//")):
                yield f"<{tag}> leads to another site: {value}"


def _headings(elements: list[tuple[str, _Attributes]]) -> Iterator[str]:
    levels = [int(tag[1]) for tag, _ in elements if len(tag) == 2 and tag[1].isdigit()]
    if levels[:1] != [1] or levels.count(1) != 1:
        yield f"the headings do not begin with the only h1: {levels}"
    for above, below in pairwise(levels):
        if below > above + 1:
            yield f"h{below} follows h{above}"


def _names(elements: list[tuple[str, _Attributes]]) -> Iterator[str]:
    labelled = {a.get("for") for tag, a in elements if tag == "label"}
    html = next(attributes for tag, attributes in elements if tag == "html")
    if html.get("lang") not in ("es", "en"):
        yield "the page does not say its language"
    for tag, attributes in elements:
        is_field = tag in _FIELDS and attributes.get("type") != "hidden"
        if is_field and attributes.get("id") not in labelled:
            yield f"<{tag} name={attributes.get('name')}> has no label"
        if tag == "th" and attributes.get("scope") not in ("col", "row"):
            yield "a <th> without scope"
        is_named = attributes.keys() & {"aria-hidden", "aria-labelledby", "aria-label"}
        if not _MACHINE_TIME.fullmatch(attributes.get("datetime", "")) and tag == "time":
            yield f"no time of HTML: {attributes}"
        if tag == "svg" and not is_named:
            yield "a picture without a name"
        if tag == "nav" and not is_named:
            yield "a <nav> without a name"


def _references(elements: list[tuple[str, _Attributes]]) -> Iterator[str]:
    ids = [attributes["id"] for _, attributes in elements if "id" in attributes]
    for name in {name for name in ids if ids.count(name) > 1}:
        yield f"two elements with id {name}"
    for _, attributes in elements:
        wanted = " ".join(
            attributes.get(name, "") for name in ("aria-labelledby", "aria-describedby", "for")
        )
        for name in wanted.split():
            if name not in ids:
                yield f"nothing has the id {name}"

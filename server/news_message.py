"""News as the subject and the text of an e-mail, by course. No I/O."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from graders.catalogue.exercises import Catalogue
from server.i18n import gettext_for, translations
from server.models import News
from server.news_text import NewsItem, describe_news

_MOST: Final = 40
_LONGEST_SUBJECT: Final = 150


def write_message(
    news: Sequence[News],
    courses: Mapping[UUID | None, str],
    bodies: Mapping[str, str],
    catalogue: Catalogue,
    language: str,
    public_url: str,
) -> tuple[str, str]:
    """Return subject and text of a message with these news.

    courses  Their titles, by id.
    bodies   The texts of announcements, by id.
    """
    _ = gettext_for(language)
    items = describe_news(news, catalogue, language)
    by_course: dict[str, list[str]] = defaultdict(list)
    for one, item in list(zip(news, items, strict=True))[:_MOST]:
        body = bodies.get(str(one.values.get("announcement")), "")
        paragraph = _paragraph(item, body, language, public_url)
        by_course[courses.get(one.course_id, "Semáforo")].append(paragraph)
    parts: list[str] = []
    for title, paragraphs in by_course.items():
        parts += [f"{title}\n{'-' * len(title)}", *paragraphs]
    if len(items) > _MOST:
        parts.append(_("The rest is on the page: %(link)s") % {"link": f"{public_url}/news"})
    link = f"{public_url}/account#news"
    parts.append("-- \n" + _("You choose what Semáforo sends you: %(link)s") % {"link": link})
    return _subject(items, language), "\n\n".join(parts)


def _subject(items: Sequence[NewsItem], language: str) -> str:
    if len(items) == 1:
        return items[0].text[:_LONGEST_SUBJECT]
    return translations(language).ngettext(
        "%(num)d piece of news on Semáforo", "%(num)d pieces of news on Semáforo", len(items)
    ) % {"num": len(items)}


def _paragraph(items: NewsItem, body: str, language: str, public_url: str) -> str:
    lines = [items.text]
    if items.reason:
        lines.append(f"{gettext_for(language)('Reason:')} {items.reason}")
    if body:
        lines += ["", body, ""]
    return "\n".join([*lines, public_url + items.href])

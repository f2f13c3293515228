"""The manual in the site's frame: complete in both languages, and no link leads nowhere."""

import re
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx2
import pytest

from graders import kit
from graders.text import LANGUAGES
from server.manual import Manual
from server.settings import Settings
from tests.pages.inspection import faults

DOCS = Path(__file__).parents[2] / "docs"
LINK = re.compile(r'(?:href|src)="([^"#]*)(?:#([^"]*))?"')


@pytest.fixture(scope="module")
def manual() -> Manual:
    return Manual.read(Settings().manual_dir)


def _names(language: str) -> set[str]:
    folder = DOCS / language
    names = {str(file.relative_to(folder).with_suffix("")) for file in folder.rglob("*.md")}
    return {name.removesuffix("/index") for name in names}


def test_every_page_is_written_in_both_languages_and_listed(manual: Manual) -> None:
    for language in LANGUAGES:
        listed = [page.name for page in manual.contents(language)]

        assert set(listed) == _names(language)
        assert listed == [page.name for page in manual.contents(LANGUAGES[0])]
        assert all(page.title for page in manual.contents(language))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_page_is_well_formed_and_its_links_lead_somewhere(
    stranger: httpx2.AsyncClient, manual: Manual, language: str
) -> None:
    headers = {"Accept-Language": language}
    found: dict[str, str] = {}
    for page in manual.contents(language):
        address = "/manual/" if page.name == "index" else f"/manual/{page.name}/"
        answer = await stranger.get(address, headers=headers)

        assert answer.status_code == 200
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert "<script>" not in answer.text
        assert " style=" not in answer.text
        # A source that is cited may be elsewhere; nothing is loaded from there.
        cited = "<a> leads to another site: https://"
        assert [fault for fault in faults(answer.text) if not fault.startswith(cited)] == []
        found[address] = answer.text

    for address, html in found.items():
        for link, anchor in LINK.findall(html):
            where = urljoin(address, link)
            if urlsplit(link).scheme or not where.startswith("/manual/"):
                continue
            if where not in found:
                assert (await stranger.get(where)).status_code == 200, where
            elif anchor:
                assert f'id="{anchor}"' in found[where], f"{where}#{anchor} in {address}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_a_suite_imports_is_explained(manual: Manual, language: str) -> None:
    page = manual.find(language, "suite-api")
    assert page is not None
    explained = set(re.findall(r'<dt [^>]*id="(?:\w+\.)*(\w+)"', page.body))

    assert set(kit.__all__) - explained == set()


def test_every_docstring_on_the_spanish_page_is_translated(manual: Manual) -> None:
    """What is missing belongs in docs/translations, where msgid is the docstring's paragraph."""
    english, spanish = (
        set(re.findall(r"<p>(.*?)</p>", page.body, re.DOTALL))
        for page in (manual.find(language, "suite-api") for language in ("en", "es"))
        if page is not None
    )

    assert english & spanish == set()


async def test_an_address_without_its_slash_leads_to_the_page(stranger: httpx2.AsyncClient) -> None:
    assert (await stranger.get("/manual")).headers["location"] == "/manual/"
    assert (await stranger.get("/manual/suite-api")).headers["location"] == "/manual/suite-api/"


@pytest.mark.parametrize(
    "path", ["/manual/nowhere/", "/manual/../settings/", "/manual/_images/x.svg"]
)
async def test_what_is_not_in_the_manual_is_not_found(
    stranger: httpx2.AsyncClient, path: str
) -> None:
    answer = await stranger.get(path, follow_redirects=True)

    assert answer.status_code == 404


def test_a_server_without_the_manual_starts_all_the_same(tmp_path: Path) -> None:
    assert Manual.read(tmp_path).contents("es") == []

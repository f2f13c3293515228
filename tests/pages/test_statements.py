"""Markdown and Python as HTML."""

import pytest

from graders.catalogue.exercises import Catalogue
from server.pages.statements import comment_html, python_html, statement_html
from server.templating import local_path, quoted, visible
from tests.pages.inspection import faults


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '<img src="x" onerror="alert(1)">',
        "[click](javascript:alert(1))",
        "![seen](https://evil.test/pixel.png)",
        "```python\n<script>\n```",
    ],
)
def test_nothing_in_a_statement_can_act(hostile: str) -> None:
    html = statement_html(hostile)

    for word in ("<script", "<img", 'href="javascript'):
        assert word not in html


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_headings_of_every_statement_nest_below_the_title(language: str) -> None:
    for exercise in Catalogue.read().values():
        html = statement_html(exercise.statement.to(language))

        page = f'<html lang="es"><h1>x</h1>{html}</html>'
        assert faults(page) == []


def test_code_in_a_statement_is_coloured_by_class() -> None:
    html = statement_html("```python\nasync def f(): pass\n```")

    assert '<span class="k">async</span>' in html


def test_what_is_wider_than_the_page_can_be_scrolled_with_the_keyboard() -> None:
    code, table = "```python\nx = 1\n```", "|a|b|\n|-|-|\n|1|2|"

    assert '<pre tabindex="0">' in statement_html(code)
    assert '<pre tabindex="0">' in comment_html(code)
    assert '<div class="scroll" tabindex="0"><table>' in statement_html(table)


def test_every_line_of_code_can_be_linked_to_and_none_is_lost() -> None:
    source = '"""One\ntwo\n"""\n\nx = 1\n'

    html = python_html(source, line_id="line")

    assert [f'id="line-{number}"' in html for number in range(1, 7)] == [True] * 5 + [False]


def test_code_cannot_hide_or_reorder_what_it_says() -> None:
    html = python_html("x = 1 # \u202e \u200b <b>\x1b", line_id="line")

    assert r"\u202e \u200b &lt;b&gt;\x1b" in html


def test_invisible_characters_are_shown_and_markup_is_escaped() -> None:
    assert str(visible("a\x00<b>\u2066\r\nñ 日\t")) == (
        'a<span class="unseen">\\x00</span>&lt;b&gt;<span class="unseen">\\u2066</span>\nñ 日\t'
    )


def test_backticks_in_a_message_are_code_and_nothing_else_is_markup() -> None:
    assert str(quoted("try `a<b>`, **not** <i>")) == (
        "try <code>a&lt;b&gt;</code>, **not** &lt;i&gt;"
    )
    assert str(quoted("one ` alone")) == "one ` alone"


@pytest.mark.parametrize(
    ("asked_for", "goes"),
    [
        ("/a?b=c", "/a?b=c"),
        ("//x", "/"),
        ("///x", "/"),
        ("http://x", "/"),
        ("/\\x", "/"),
        ("/\nx", "/"),
        ("", "/"),
    ],
)
def test_only_local_paths_are_followed(asked_for: str, goes: str) -> None:
    assert local_path(asked_for) == goes

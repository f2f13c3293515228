"""The look for faults in pages finds what HTML forbids."""

import pytest

from tests.pages.inspection import faults

PAGE = '<html lang="en"><main><h1>Title</h1>{}</main></html>'


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("<p>A list: <ul><li>one</li></ul></p>", "<ul> in the text of <p>"),
        ("<span><div></div></span>", "<div> in the text of <span>"),
        ("<ul><p>one</p></ul>", "<p> directly in <ul>"),
        ("<div><li>one</li></div>", "<li> directly in <div>"),
        ('<a href="/"><a href="/x">x</a></a>', "<a> in another one"),
        ('<a href="/"><button>x</button></a>', "<button> in what one can press"),
        ('<p id="a" id="b">x</p>', "<p> has an attribute twice"),
        ("<p><b>x</p></b>", "</p> closes something else"),
    ],
)
def test_a_page_that_is_no_valid_html_has_a_fault(html: str, fault: str) -> None:
    assert faults(PAGE.format("<ul><li>one</li></ul><p>x</p>")) == []
    assert fault in faults(PAGE.format(html))

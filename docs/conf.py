"""Sphinx settings for the manual, in both languages.

`dev.py setup` builds it into JSON: the server puts each page's text into its own frame,
so the manual has the site's look, its strict CSP and its language switch, and needs no script.

    python -m sphinx -W -b json -c docs -D language=es docs/es OUTPUT
"""

import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

MADE_BY_SUITES = {"Reply", "Record", "Member"}
project = "Semáforo"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist"]
myst_heading_anchors = 3
# Links to files of the checkout would lead nowhere on a server.
myst_all_links_external = False
default_role = "code"
locale_dirs = [str(Path(__file__).parent / "translations")]
gettext_compact = False
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True
add_module_names = False
# What `semaforo` itself sets; nothing of the reader's environment may change the result.
today_fmt = "%Y-%m-%d"
html_copy_source = False
html_permalinks = False
pygments_style = "default"


def name_columns(
    _app: object, _page: str, _template: str, context: dict[str, Any], _: object
) -> None:
    """Give each heading of a table its scope, which docutils leaves out."""
    if "body" in context:
        context["body"] = context["body"].replace('<th class="head', '<th scope="col" class="head')


def list_attributes(  # what autodoc passes to each listener
    _app: object, _kind: str, _name: str, _object: object, _options: object, lines: list[str]
) -> None:
    """Turn attributes that a docstring lists as `name   text` into a definition list."""
    listed = False
    shown: list[str] = []
    for line in lines:
        if found := re.fullmatch(r"(\w+) {2,}(\S.*)", line):
            shown += [f"`{found[1]}`", f"    {found[2]}"]
        else:
            shown.append(f"    {line.strip()}" if listed and line.startswith(" ") else line)
        listed = bool(found) or (listed and line.startswith(" "))
    lines[:] = shown


def hide_constructor(_app: object, kind: str, name: str, *_: object) -> tuple[str, None] | None:
    """Show no signature of what the kit makes and a suite only receives."""
    is_received = kind == "class" and name.rpartition(".")[2] not in MADE_BY_SUITES
    return ("", None) if is_received else None


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect what is above to Sphinx's events."""
    app.connect("html-page-context", name_columns)
    app.connect("autodoc-process-docstring", list_attributes)
    app.connect("autodoc-process-signature", hide_constructor)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

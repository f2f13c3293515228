"""Sphinx settings for the manual, in both languages.

`dev.py setup` builds it into JSON: the server puts each page's text into its own frame,
so the manual has the site's look, its strict CSP and its language switch, and needs no script.

    python -m sphinx -W -b json -c docs -D language=es docs/es OUTPUT
"""

from pathlib import Path

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

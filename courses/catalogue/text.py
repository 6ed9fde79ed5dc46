"""Lessons and questions as HTML: Markdown, cleaned."""

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_markdown = MarkdownIt("commonmark", {"html": False, "typographer": False}).enable("table")


@lru_cache(maxsize=256)
def html(markdown: str) -> Markup:
    """Safe HTML of a Markdown text, remembered; scripts, styles and foreign addresses in images are gone.

    The first heading is the page's own: a text that begins with one of that rank has all its headings moved down.
    """
    tokens = _markdown.parse(markdown)
    if any(token.tag == "h1" for token in tokens):
        for token in tokens:
            if token.type in ("heading_open", "heading_close"):
                token.tag = f"h{min(int(token.tag[1]) + 1, 6)}"
    rendered = _markdown.renderer.render(tokens, _markdown.options, {})
    return Markup(nh3.clean(rendered, link_rel="noopener"))  # noqa: S704 - cleaned by nh3

"""Lessons and questions as HTML: Markdown, cleaned."""

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_markdown = MarkdownIt("commonmark", {"html": False, "typographer": False}).enable("table")


def html(markdown: str) -> Markup:
    """Safe HTML of a Markdown text; scripts, styles and foreign addresses in images are gone."""
    return Markup(nh3.clean(_markdown.render(markdown), link_rel="noopener"))  # noqa: S704 - cleaned by nh3

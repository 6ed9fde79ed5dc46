"""Icons, inline: no request, no font of signs."""

from functools import cache

from lucide import lucide_icon
from markupsafe import Markup


@cache
def icon(name: str, size: int = 20) -> Markup:
    """The named lucide icon as SVG, hidden from screen readers: a text stands beside it. KeyError without one."""
    svg = str(lucide_icon(name, width=str(size), height=str(size)))
    if "placeholder" in svg or ("<path" not in svg and "<circle" not in svg and "<rect" not in svg):
        raise KeyError(f"there is no icon {name!r}")
    return Markup(svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))  # noqa: S704 - ours, no input

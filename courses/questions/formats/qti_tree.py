"""QTI trees by one set of names: 2.x says choiceInteraction and responseIdentifier, 3.0 qti-choice-interaction and
response-identifier. Inside we speak 2.x, without namespaces."""

import re
from xml.etree.ElementTree import Element, SubElement, tostring

from courses.questions.formats.xml import parse_xml

HTML = {"p", "div", "span", "img", "br", "b", "i", "em", "strong", "table", "tbody", "tr", "td", "th", "ul", "ol", "li",
        "sub", "sup", "a", "h1", "h2", "h3", "h4", "u"}  # fmt: skip


def parse(data: bytes, name: str = "") -> Element:
    """The tree with 2.x names and no namespaces."""
    return _plain(parse_xml(data, name))


def _plain(element: Element) -> Element:
    tag = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else "comment"
    found = Element(_camel(tag.removeprefix("qti-")) if tag.startswith("qti-") else tag)
    for key, value in element.attrib.items():
        found.set(_camel(key.rpartition("}")[2]), value)
    found.text, found.tail = element.text, element.tail
    for child in element:
        found.append(_plain(child))
    return found


def _camel(name: str) -> str:
    return re.sub(r"-([a-z])", lambda found: found.group(1).upper(), name)


def _kebab(name: str) -> str:
    return re.sub(r"([A-Z])", lambda found: f"-{found.group(1).lower()}", name)


def new(parent: Element | None, tag: str, text: str = "", **attributes: str) -> Element:
    """A child of `parent` (None: a root)."""
    element = Element(tag, attributes) if parent is None else SubElement(parent, tag, attributes)
    element.text = text or None
    return element


def xml(root: Element, namespace: str, *, version3: bool = False) -> bytes:
    """The tree as a file of the namespace."""
    shown = _renamed(root) if version3 else root
    shown.set("xmlns", namespace)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + bytes(tostring(shown, encoding="utf-8"))


def _renamed(element: Element) -> Element:
    html = element.tag in HTML
    found = Element(element.tag if html else f"qti-{_kebab(element.tag)}")
    for key, value in element.attrib.items():
        found.set(key if html else _kebab(key), value)
    found.text, found.tail = element.text, element.tail
    for child in element:
        found.append(_renamed(child))
    return found


def inner(element: Element | None, skip: tuple[str, ...] = ()) -> str:
    """What stands in an element as HTML, without the children named in `skip`."""
    if element is None:
        return ""
    parts = [_escaped(element.text)]
    for child in element:
        if child.tag not in skip:
            copy = Element(child.tag, child.attrib)
            copy.text, copy[:] = child.text, child[:]
            parts.append(tostring(copy, encoding="unicode"))
        parts.append(_escaped(child.tail))
    return "".join(parts)


def _escaped(text: str | None) -> str:
    return (text or "").replace("&", "&amp;").replace("<", "&lt;")

"""Items of QTI 2.x and 3.0 as questions."""

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from posixpath import join, normpath
from typing import Any
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from flask_babel import gettext as _

from courses.questions.formats.base import Reading, Unreadable, clean_lines, image_suffix
from courses.questions.formats.labels import labelled
from courses.questions.formats.moodle_cloze import equal_shares, one_right, whole_guide
from courses.questions.formats.plain import read_html, read_rubric
from courses.questions.formats.qti_tree import inner
from courses.questions.types import (
    Choice,
    Cloze,
    Content,
    Essay,
    Gap,
    Image,
    Matching,
    Number,
    Numeric,
    Option,
    Ordering,
    Question,
    ShortText,
    TrueFalse,
)
from lms.text import clean

_BLOCKS = (
    "choiceInteraction",
    "matchInteraction",
    "associateInteraction",
    "orderInteraction",
    "extendedTextInteraction",
)
_INLINE = ("textEntryInteraction", "inlineChoiceInteraction")


class Item:
    """Reads one item; `labels` are its keywords in the manifest, `files` the package's, `folder` the item's own."""

    def __init__(
        self, root: Element, reading: Reading, place: str, labels: Iterable[str] = (),
        files: Mapping[str, bytes] | None = None, folder: str = "",
    ) -> None:  # fmt: skip
        self.root, self.reading, self.place = root, reading, place
        self.labels, self.files, self.folder = list(labels), files or {}, folder
        self.declared = {d.get("identifier", ""): d for d in root.iter("responseDeclaration")}

    def doubt(self, sentence: str) -> None:
        self.reading.doubt(self.place, sentence)

    def read(self) -> Question:
        body = self.root.find("itemBody")
        if body is None:
            raise Unreadable(_("it has no body"))
        blocks = [element for element in body.iter() if element.tag in _BLOCKS]
        inline = [element for element in body.iter() if element.tag in _INLINE]
        others = [e.tag for e in body.iter() if e.tag.endswith("Interaction") and e.tag not in (*_BLOCKS, *_INLINE)]
        if others or len(blocks) > 1 or (blocks and inline) or not (blocks or inline):
            kinds = ", ".join(others or [element.tag for element in blocks + inline] or ["–"])
            raise Unreadable(_("questions of kind «%(kind)s» are not read", kind=kinds))
        explanation = "\n".join(read_html(inner(feedback))[0] for feedback in self.root.iter("modalFeedback"))
        more: dict[str, Any] = {"explanation": clean_lines(explanation)}
        text, more["image"] = self._text(body, blocks)
        content = self._block(blocks[0], text, more) if blocks else self._inline(inline, text, more)
        name = clean(self.root.get("title", "")) or clean(self.root.get("identifier", ""))
        return labelled(Question(name, content), self.labels)

    def _text(self, body: Element, blocks: list[Element]) -> tuple[str, Image | None]:
        """The text of the body, with gaps as [[n]], and its first image."""
        numbers = {id(element): n for n, element in enumerate((e for e in body.iter() if e.tag in _INLINE), start=1)}

        def html(element: Element) -> str:
            parts = [(element.text or "").replace("&", "&amp;").replace("<", "&lt;")]
            for child in element:
                if id(child) in numbers:
                    parts.append(f"[[{numbers[id(child)]}]]")
                elif child.tag in _BLOCKS:
                    parts += [inner(prompt) for prompt in child.findall("prompt")]
                elif child.tag == "img":
                    alt = child.get("alt", "").replace("&", "&amp;").replace('"', "&quot;")
                    parts.append(f'<img src="{child.get("src", "")}" alt="{alt}">')
                elif child.tag not in ("rubricBlock", "feedbackBlock", "feedbackInline", "templateBlock"):
                    parts.append(f"<{child.tag}>{html(child)}</{child.tag}>")
                parts.append((child.tail or "").replace("&", "&amp;").replace("<", "&lt;"))
            return "".join(parts)

        text, images, lost = read_html(html(body))
        for tag in sorted(lost):
            self.doubt(_("«%(tag)s» in the text is kept as plain text only", tag=tag))
        if len(images) > 1:
            self.doubt(_("only the first of its images is kept"))
        return text, self._image(*images[0]) if images else None

    def _image(self, source: str, alt: str) -> Image | None:
        data = self.files.get(normpath(join(self.folder, unquote(source))), b"")
        if not (suffix := image_suffix(data)):
            self.doubt(_("the image «%(name)s» is not in the file or is no image", name=source))
            return None
        if not clean(alt):
            self.doubt(_("the image has no alternative text: write one"))
        return Image(self.reading.keep_image(data, suffix), clean(alt) or _("Image"))

    def _declaration(self, element: Element) -> Element:
        found = self.declared.get(element.get("responseIdentifier", ""))
        if found is None:
            raise Unreadable(_("nothing says which option is right"))
        return found

    @staticmethod
    def _correct(declared: Element) -> list[str]:
        return [(value.text or "").strip() for value in declared.findall("correctResponse/value")]

    @staticmethod
    def _mapped(declared: Element) -> dict[str, Decimal]:
        try:
            return {
                entry.get("mapKey", ""): Decimal(entry.get("mappedValue", "0"))
                for entry in declared.findall("mapping/mapEntry")
            }
        except InvalidOperation as error:
            raise Unreadable(_("«%(text)s» is no number", text="mappedValue")) from error

    def _plain(self, element: Element) -> str:
        text, images, _lost = read_html(inner(element, ("feedbackInline",)))
        if images:
            self.doubt(_("an image in an answer is not kept"))
        return text.replace("\n", " ")

    def _block(self, element: Element, text: str, more: dict[str, Any]) -> Content:
        readers: dict[str, Callable[[Element, str, dict[str, Any]], Content]] = {
            "choiceInteraction": self._choice, "matchInteraction": self._matching, "orderInteraction": self._ordering,
            "extendedTextInteraction": self._essay,
        }  # fmt: skip
        if element.tag not in readers:
            raise Unreadable(_("questions of kind «%(kind)s» are not read", kind=element.tag))
        return readers[element.tag](element, text, more)

    def _options(self, element: Element, tag: str) -> tuple[list[str], list[Option]]:
        declared = self._declaration(element)
        correct, mapped = self._correct(declared), self._mapped(declared)
        choices = element.findall(tag)
        ids = [choice.get("identifier", "") for choice in choices]
        best = max([*mapped.values(), Decimal(0)])
        total = sum((value for value in mapped.values() if value > 0), Decimal(0))
        many = declared.get("cardinality") == "multiple"
        # Shares that make a whole are percents already: 33.33333 stays what it was.
        over = (Decimal(1) if abs(total - 1) < Decimal("0.001") else total) if many else best
        options = []
        for choice, key in zip(choices, ids, strict=True):
            weight = Decimal(100 * (key in correct))
            if mapped and over:
                weight = _share(mapped.get(key, Decimal(0)), over)
            feedback = " ".join(read_html(inner(part))[0] for part in choice.findall("feedbackInline"))
            options.append(Option(self._plain(choice), weight, clean(feedback)))
        return ids, options

    def _choice(self, element: Element, text: str, more: dict[str, Any]) -> Content:
        ids, options = self._options(element, "simpleChoice")
        declared = self._declaration(element)
        if [i.lower() for i in ids] in (["true", "false"], ["t", "f"]) and declared.get("cardinality") == "single":
            return TrueFalse(text, options[0].right, **more)
        if declared.get("cardinality") != "multiple":
            return Choice(text, one_right(options, self.doubt), **more)
        if not self._mapped(declared):
            return Choice(text, equal_shares(options), True, whole=True, **more)
        return Choice(text, tuple(options), True, **more)

    def _matching(self, element: Element, text: str, more: dict[str, Any]) -> Matching:
        sets = element.findall("simpleMatchSet")
        if len(sets) != 2:
            raise Unreadable(_("it has no two sides"))
        sides = [
            {c.get("identifier", ""): self._plain(c) for c in part.findall("simpleAssociableChoice")} for part in sets
        ]
        correct = [value.split() for value in self._correct(self._declaration(element))]
        known = {pair[0]: pair[1] for pair in correct if len(pair) == 2 and pair[0] in sides[0] and pair[1] in sides[1]}
        if len(known) < len(sides[0]):
            raise Unreadable(_("has a pair without one of its sides"))
        pairs = tuple((left, sides[1][known[key]]) for key, left in sides[0].items())
        extra = tuple(right for key, right in sides[1].items() if key not in known.values())
        return Matching(text, pairs, extra, **more)

    def _ordering(self, element: Element, text: str, more: dict[str, Any]) -> Ordering:
        items = {choice.get("identifier", ""): self._plain(choice) for choice in element.findall("simpleChoice")}
        correct = self._correct(self._declaration(element))
        if sorted(correct) != sorted(items):
            raise Unreadable(_("nothing says which option is right"))
        return Ordering(text, tuple(items[key] for key in correct), **more)

    def _essay(self, _element: Element, text: str, more: dict[str, Any]) -> Essay:
        html = "".join(inner(block) for block in self.root.iter("rubricBlock"))
        rubric = read_rubric(html)
        if not rubric and read_html(html)[0]:
            self.doubt(_("the guide for markers is kept as one criterion"))
            rubric = (whole_guide(read_html(html)[0]),)
        return Essay(text, rubric, **more)

    def _inline(self, elements: list[Element], text: str, more: dict[str, Any]) -> Content:
        weights = next((x.partition(":")[2] for x in self.labels if x.startswith("weights:")), "")
        free = {x.partition(" ")[2] for x in self.labels if x.startswith("accents:any")}
        asked = [self._gap(element, str(number) in free) for number, element in enumerate(elements, start=1)]
        if text.endswith("[[1]]") and len(asked) == 1 and not weights:
            shown, only = clean_lines(text.removesuffix("[[1]]")), asked[0]
            if isinstance(only, ShortText):
                return ShortText(shown, only.answers, "" not in free, **more)
            if isinstance(only, Numeric):
                return Numeric(shown, only.answers, **more)
        shares = [int(part) for part in re.findall("[0-9]+", weights)] or [1] * len(asked)
        return Cloze(text, tuple(Gap(gap, share) for gap, share in zip(asked, shares, strict=False)), **more)

    def _gap(self, element: Element, free: bool) -> Choice | ShortText | Numeric:
        if element.tag == "inlineChoiceInteraction":
            return Choice("", one_right(self._options(element, "inlineChoice")[1], self.doubt))
        declared = self._declaration(element)
        if declared.get("baseType") in ("float", "integer"):
            return Numeric("", tuple(self._numbers(declared)))
        mapped = self._mapped(declared)
        best = max([*mapped.values(), Decimal(0)])
        answers = {key: _share(value, best) for key, value in mapped.items()} if best else {}
        answers = answers or {value: Decimal(100) for value in self._correct(declared)}
        return ShortText("", tuple(Option(clean(text), weight) for text, weight in answers.items()), not free)

    def _numbers(self, declared: Element) -> Iterable[Number]:
        """The numbers that its processing compares with, each with its tolerance and what it earns."""
        name, found = declared.get("identifier", ""), []
        try:
            for branch in self.root.iter():
                if branch.tag not in ("responseIf", "responseElseIf"):
                    continue
                equal = branch.find("equal")
                if equal is None or not any(v.get("identifier") == name for v in equal.iter("variable")):
                    continue
                tolerance = Decimal(equal.get("tolerance", "0").split()[0])
                if equal.get("toleranceMode") == "relative":
                    self.doubt(_("a tolerance in percent is read as one in figures"))
                earned = Decimal(branch.findtext("setOutcomeValue//baseValue", "1") or 1)
                found.append((Decimal(equal.findtext("baseValue", "").strip()), tolerance, earned))
            if not found:
                found = [(Decimal(value), Decimal(0), Decimal(1)) for value in self._correct(declared)]
        except (InvalidOperation, IndexError) as error:
            raise Unreadable(_("«%(text)s» is no number", text=name)) from error
        best = max((earned for _value, _tolerance, earned in found), default=Decimal(1)) or Decimal(1)
        return [Number(value, tolerance, _share(earned, best)) for value, tolerance, earned in found]


def _share(value: Decimal, over: Decimal) -> Decimal:
    return (100 * value / over).quantize(Decimal("0.00001")).normalize() + 0

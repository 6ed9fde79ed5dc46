"""Moodle XML. Every kind is carried; images travel inside the file; document, clause, level and days are tags."""

import base64
import binascii
import re
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from flask_babel import gettext as _

from courses.questions.formats import moodle_cloze
from courses.questions.formats.base import Entry, Images, Note, Reading, Unreadable, Written, image_suffix
from courses.questions.formats.labels import labelled
from courses.questions.formats.moodlexml_writing import written
from courses.questions.formats.plain import read_html, read_rubric
from courses.questions.formats.xml import parse_xml
from courses.questions.types import (
    Choice,
    Content,
    Essay,
    Image,
    Matching,
    Number,
    Numeric,
    Option,
    Ordering,
    Question,
    ShortText,
    TrueFalse,
    Unit,
)
from lms.text import clean

NAME, SUFFIX, MIME = "moodlexml", "xml", "application/xml"
_SKIPPED = ("category", "description")


def sniff(data: bytes) -> bool:
    """An XML file whose root is <quiz>."""
    start = data[:20_000].lstrip(b"\xef\xbb\xbf \t\r\n")
    return start.startswith(b"<") and bool(re.search(rb"<quiz\b", start))


def read(data: bytes) -> Reading:
    """Reads a file; places are the questions' numbers and names."""
    reading, topic, number = Reading(), "", 0
    for element in parse_xml(data).iter("question"):
        kind = element.get("type", "")
        if kind == "category":
            topic = clean(element.findtext("category/text", "")).rpartition("/")[2]
        if kind in _SKIPPED:
            continue
        number += 1
        name = clean(element.findtext("name/text", ""))
        place = _("Question %(number)s «%(name)s»", number=number, name=name[:60])
        reading.add(place, topic, _Question(element, name, reading, place).read)
    return reading


def write(entries: Sequence[Entry], images: Images) -> Written:
    """Moodle XML that `read` reads back to the same questions."""
    parts, lost, topic = [], [], ""
    for entry in entries:
        if entry.topic and entry.topic != topic:
            topic = entry.topic
            path = f"$course$/top/{topic.replace('/', '//')}"
            parts.append(f'<question type="category"><category><text>{path}</text></category></question>')
        text, notes = written(entry.question, images)
        parts.append(text)
        lost += [Note(entry.question.name, sentence) for sentence in notes]
    body = "\n".join(parts)
    return Written(f'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n{body}\n</quiz>\n'.encode(), lost)


class _Question:
    """Reads one <question>."""

    def __init__(self, element: Element, name: str, reading: Reading, place: str) -> None:
        self.element, self.name, self.reading, self.place = element, name, reading, place
        self.tags = [clean("".join(tag.itertext())) for tag in element.findall("tags/tag")]

    def doubt(self, sentence: str) -> None:
        self.reading.doubt(self.place, sentence)

    def read(self) -> Question:
        kind = self.element.get("type", "")
        readers: dict[str, Callable[[str, dict[str, Any]], Content]] = {
            "multichoice": self._choice, "multichoiceset": self._choice, "truefalse": self._truth,
            "matching": self._matching, "ordering": self._ordering, "numerical": self._numeric,
            "shortanswer": self._short, "cloze": self._cloze, "multianswer": self._cloze, "essay": self._essay,
        }  # fmt: skip
        if kind not in readers:
            raise Unreadable(_("questions of kind «%(kind)s» are not read", kind=kind))
        text, image = self._text_and_image()
        explanation = self._plain(self.element.find("generalfeedback"), lines=True)
        content = readers[kind](text, {"explanation": explanation, "image": image})
        return labelled(Question(self.name, content), self.tags)

    def _text_and_image(self) -> tuple[str, Image | None]:
        found = self.element.find("questiontext")
        if found is None:
            return "", None
        text, images, lost = read_html(self._html(found))
        for tag in sorted(lost):
            self.doubt(_("«%(tag)s» in the text is kept as plain text only", tag=tag))
        if len(images) > 1:
            self.doubt(_("only the first of its images is kept"))
        return text, self._image(found, *images[0]) if images else None

    def _image(self, found: Element, source: str, alt: str) -> Image | None:
        name = unquote(source.rpartition("/")[2])
        for file in found.findall("file"):
            if file.get("name", "") == name:
                try:
                    data = base64.b64decode(file.text or "", validate=False)
                except binascii.Error:
                    data = b""
                if not (suffix := image_suffix(data)):
                    break
                if not clean(alt):
                    self.doubt(_("the image has no alternative text: write one"))
                return Image(self.reading.keep_image(data, suffix), clean(alt) or _("Image"))
        self.doubt(_("the image «%(name)s» is not in the file or is no image", name=name))
        return None

    @staticmethod
    def _html(element: Element) -> str:
        """The text of an element as HTML, whatever format it says."""
        text = element.findtext("text", "")
        plain = element.get("format", "html") in ("plain_text", "markdown")
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>") if plain else text

    def _plain(self, element: Element | None, *, lines: bool = False) -> str:
        if element is None:
            return ""
        text, images, _lost = read_html(self._html(element))
        if images:
            self.doubt(_("an image in an answer is not kept"))
        return text if lines else text.replace("\n", " ")

    def _decimal(self, text: str | None) -> Decimal:
        try:
            return Decimal((text or "0").strip().replace(",", "."))
        except InvalidOperation as error:
            raise Unreadable(_("«%(text)s» is no number", text=text)) from error

    def _options(self) -> tuple[Option, ...]:
        return tuple(
            Option(self._plain(answer), self._weight(answer), self._plain(answer.find("feedback")))
            for answer in self.element.findall("answer")
        )

    def _weight(self, answer: Element) -> Decimal:
        return self._decimal(answer.get("fraction")).normalize() + 0

    def _choice(self, text: str, more: dict[str, Any]) -> Choice:
        options = self._options()
        if self.element.get("type") == "multichoiceset":
            return Choice(text, moodle_cloze.equal_shares(options), True, whole=True, **more)
        single = self.element.findtext("single", "true").strip().lower() in ("true", "1")
        if single:
            options = moodle_cloze.one_right(options, self.doubt)
        return Choice(text, options, not single, **more)

    def _truth(self, text: str, more: dict[str, Any]) -> TrueFalse:
        for answer in self.element.findall("answer"):
            if self._plain(answer.find("feedback")):
                self.doubt(_("the feedback to true and false is not kept"))
        right = [self._plain(a).lower() for a in self.element.findall("answer") if self._weight(a) > 0]
        if right not in (["true"], ["false"]):
            raise Unreadable(_("it says neither true nor false"))
        return TrueFalse(text, right == ["true"], **more)

    def _matching(self, text: str, more: dict[str, Any]) -> Matching:
        sides = [(self._plain(s), clean(s.findtext("answer/text", ""))) for s in self.element.findall("subquestion")]
        pairs = tuple(side for side in sides if side[0])
        return Matching(text, pairs, tuple(right for left, right in sides if not left), **more)

    def _ordering(self, text: str, more: dict[str, Any]) -> Ordering:
        # The fraction is the place.
        answers = sorted(self.element.findall("answer"), key=self._weight)
        return Ordering(text, tuple(self._plain(answer) for answer in answers), **more)

    def _numeric(self, text: str, more: dict[str, Any]) -> Numeric:
        numbers = []
        for answer in self.element.findall("answer"):
            value, feedback = answer.findtext("text", "").strip(), self._plain(answer.find("feedback"))
            if value == "*":
                self.doubt(_("the feedback to wrong numbers is not kept"))
                continue
            tolerance = self._decimal(answer.findtext("tolerance"))
            numbers.append(Number(self._decimal(value), tolerance, self._weight(answer), feedback))
        units = []
        for unit in self.element.findall("units/unit"):
            multiplier = self._decimal(unit.findtext("multiplier", "1"))
            factor = (1 / multiplier) if multiplier else Decimal(0)
            if factor * multiplier != 1:
                self.doubt(_("the factor of unit «%(name)s» was rounded", name=unit.findtext("unit_name", "")))
            units.append(Unit(clean(unit.findtext("unit_name", "")), round(factor.normalize(), 12).normalize() + 0))
        return Numeric(text, tuple(numbers), tuple(units), **more)

    def _short(self, text: str, more: dict[str, Any]) -> ShortText:
        answers = []
        for answer in self.element.findall("answer"):
            shown = clean(answer.findtext("text", ""))
            if re.search(r"(?<!\\)\*", shown):
                self.doubt(_("the star in an answer is read as a letter, not as anything"))
            shown = shown.replace("\\*", "*")
            answers.append(Option(shown, self._weight(answer), self._plain(answer.find("feedback"))))
        if self.element.findtext("usecase", "0").strip() == "1":
            self.doubt(_("capitals and small letters count as the same"))
        return ShortText(text, tuple(answers), "accents:any" not in self.tags, **more)

    def _cloze(self, text: str, more: dict[str, Any]) -> Content:
        free = {int(tag.partition(" ")[2] or 0) for tag in self.tags if re.fullmatch(r"accents:any [0-9]+", tag)}
        return moodle_cloze.read(text, free, self.doubt, more)

    def _essay(self, text: str, more: dict[str, Any]) -> Essay:
        info = self.element.find("graderinfo")
        html = self._html(info) if info is not None else ""
        rubric = read_rubric(html)
        if not rubric and read_html(html)[0]:
            self.doubt(_("the guide for markers is kept as one criterion"))
            from_guide = read_html(html)[0]
            return Essay(text, (moodle_cloze.whole_guide(from_guide),), **more)
        return Essay(text, rubric, **more)

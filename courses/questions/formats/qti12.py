"""QTI 1.2, as older systems and Canvas write it: a file or a package."""

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from xml.etree.ElementTree import Element

from flask_babel import gettext as _

from courses.questions.formats.base import Note, Reading, Unreadable
from courses.questions.formats.labels import labelled
from courses.questions.formats.moodle_cloze import equal_shares
from courses.questions.formats.plain import plain_text
from courses.questions.formats.qti12_writing import LABEL, write
from courses.questions.formats.qti_tree import parse
from courses.questions.formats.xml import any_file, read_zip
from courses.questions.types import (
    Choice,
    Content,
    Essay,
    Matching,
    Number,
    Numeric,
    Option,
    Question,
    ShortText,
    TrueFalse,
)
from lms.errors import Refused
from lms.text import clean, fold

__all__ = ["MIME", "NAME", "SUFFIX", "read", "sniff", "write"]

NAME, SUFFIX, MIME = "qti12", "xml", "application/xml"


def sniff(data: bytes) -> bool:
    """<questestinterop>, alone or in a zip."""
    if data[:4] == b"PK\x03\x04":
        return any_file(data, b"<questestinterop")
    return b"<questestinterop" in data[:5000]


def read(data: bytes) -> Reading:
    """Reads a file or a package; places are the items' numbers and titles."""
    reading = Reading()
    files = read_zip(data) if data[:4] == b"PK\x03\x04" else {"": data}
    number = 0
    for name, content in files.items():
        if b"<questestinterop" not in content:
            continue
        try:
            root = parse(content, name)
        except Refused as refusal:
            reading.refused.append(Note(name, str(refusal)))
            continue
        for item in root.iter("item"):
            number += 1
            title = clean(item.get("title", "")) or item.get("ident", "")
            place = _("Question %(number)s «%(name)s»", number=number, name=title[:60])
            found = _Item(item, reading, place)
            reading.add(place, found.label("topic"), found.read)
    return reading


class _Item:
    """Reads one <item>."""

    def __init__(self, item: Element, reading: Reading, place: str) -> None:
        self.item, self.reading, self.place = item, reading, place
        fields = [[clean("".join(part.itertext())) for part in field] for field in item.iter("qtimetadatafield")]
        # What our own writing says beside what QTI can.
        self.labels = [field[1] for field in fields if len(field) == 2 and field[0] == LABEL]
        self.kind = self.label("kind")

    def label(self, key: str) -> str:
        """What our own writing says of the item; empty in other people's files."""
        return next((label.partition(":")[2] for label in self.labels if label.startswith(f"{key}:")), "")

    def doubt(self, sentence: str) -> None:
        self.reading.doubt(self.place, sentence)

    def read(self) -> Question:
        shown = self.item.find("presentation")
        if shown is None:
            raise Unreadable(_("it has no body"))
        text = self._material(shown)
        lids = list(shown.iter("response_lid"))
        more = {"explanation": self._explanation()}
        if len(lids) > 1:
            pairs, extra = self._pairs(lids)
            content: Content = Matching(text, pairs, extra, **more)  # type: ignore[arg-type]
        elif lids:
            content = self._choice(lids[0], text, more)
        else:
            content = self._typed(shown, text, more)
        name = clean(self.item.get("title", "")) or clean(self.item.get("ident", ""))
        # Titles such as «Question» are no names: many items share them.
        foreign = not self.kind and fold(name) in ("question", "cau hoi")
        return labelled(Question(clean(self.item.get("ident", "")) if foreign else name, content), self.labels)

    def _material(self, parent: Element) -> str:
        """The text beside the answers: material that stands in no response."""
        parts = []
        for child in parent:
            if child.tag == "material":
                parts += [self._text(text) for text in child.iter("mattext")]
                if any(child.iter("matimage")):
                    self.doubt(_("an image in the text is not kept"))
            elif child.tag in ("flow", "flow_mat"):
                parts.append(self._material(child))
        return "\n".join(filter(None, parts))

    def _text(self, element: Element) -> str:
        text = "".join(element.itertext())
        html = element.get("texttype", "").lower() == "text/html" or ("<p" in text and not self.kind)
        return plain_text(text if html else text.replace("&", "&amp;").replace("<", "&lt;"), self.doubt)

    def _label(self, label: Element) -> str:
        return " ".join(self._text(text) for text in label.iter("mattext")).replace("\n", " ")

    def _explanation(self) -> str:
        for feedback in self.item.iter("itemfeedback"):
            if feedback.get("ident", "") in ("general_fb", "general", "Feedback", "explanation"):
                return "\n".join(self._text(text) for text in feedback.iter("mattext"))
        return ""

    def _conditions(self) -> Iterable[tuple[Element, Decimal]]:
        """The conditions that earn something, with what they earn."""
        for condition in self.item.iter("respcondition"):
            found = condition.find("conditionvar")
            for outcome in condition.iter("setvar"):
                if found is not None and (earned := _amount(outcome)) > 0:
                    yield found, earned

    @staticmethod
    def _named(condition: Element) -> list[str]:
        """The values that a condition asks for, without those it forbids."""
        forbidden = {id(equal) for no in condition.iter("not") for equal in no.iter("varequal")}
        return [(e.text or "").strip() for e in condition.iter("varequal") if id(e) not in forbidden]

    def _choice(self, lid: Element, text: str, more: dict[str, str]) -> Content:
        labels = {label.get("ident", ""): self._label(label) for label in lid.iter("response_label")}
        conditions = [(self._named(condition), earned) for condition, earned in self._conditions()]
        many = lid.get("rcardinality", "Single").lower() == "multiple"
        best = max((earned for _names, earned in conditions), default=Decimal(0))
        right = {name for names, earned in conditions if many or earned == best for name in names}
        truth = [fold(label) for label in labels.values()] in (["true", "false"], ["dung", "sai"]) and not many
        if self.kind == "truefalse" or (truth and not self.kind):
            return TrueFalse(text, next(iter(labels)) in right, **more)  # type: ignore[arg-type]
        options = tuple(Option(label, Decimal(100 * (ident in right))) for ident, label in labels.items())
        if self.kind and self.label("marking") != "whole":  # our own files say what each option earns or costs
            shares = self._shares()
            weighed = tuple(Option(label, shares.get(ident, Decimal(0))) for ident, label in labels.items())
            return Choice(text, weighed, many, **more)  # type: ignore[arg-type]
        if not many:
            return Choice(text, options, **more)  # type: ignore[arg-type]
        # One condition that names them all: all or nothing.
        whole = bool(self.kind) or len(conditions) == 1
        return Choice(text, equal_shares(options), True, whole=whole, **more)  # type: ignore[arg-type]

    def _shares(self) -> dict[str, Decimal]:
        """What each option earns, or costs."""
        return {
            (found[0].text or "").strip(): _amount(outcome)
            for condition in self.item.iter("respcondition")
            if (found := list(condition.iter("varequal"))) and (outcome := condition.find("setvar")) is not None
        }

    def _pairs(self, lids: list[Element]) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
        """The pairs, and the right-hand sides that belong to none."""
        right: dict[str, str] = {}
        for condition in self.item.iter("respcondition"):
            for equal in condition.iter("varequal"):
                right.setdefault(equal.get("respident", ""), (equal.text or "").strip())
        pairs: list[tuple[str, str]] = []
        sides: dict[str, str] = {}
        for lid in lids:
            labels = {label.get("ident", ""): self._label(label) for label in lid.iter("response_label")}
            sides |= labels
            left = self._material(lid)
            pairs.append((left.replace("\n", " "), labels.get(right.get(lid.get("ident", ""), ""), "")))
        return tuple(pairs), tuple(text for ident, text in sides.items() if ident not in right.values())

    def _typed(self, shown: Element, text: str, more: dict[str, str]) -> Content:
        numbers = [number for number in map(self._number, self._ranges()) if number]
        if numbers and not any(True for _e in shown.iter("response_str") if _e.get("rcardinality") == "Text"):
            return Numeric(text, tuple(numbers), **more)  # type: ignore[arg-type]
        answers = {name: earned for found, earned in self._conditions() for name in self._named(found) if name}
        if answers:
            share = (lambda earned: earned) if self.kind else (lambda _earned: Decimal(100))
            options = tuple(Option(clean(answer), share(earned)) for answer, earned in answers.items())
            free = "accents:any" in self.labels
            return ShortText(text, options, not free, **more)  # type: ignore[arg-type]
        return Essay(text, **more)  # type: ignore[arg-type]

    def _ranges(self) -> Iterable[tuple[Element, Decimal]]:
        """The conditions that may be ranges, each with what it earns; everything in other people's files."""
        if self.kind:
            return self._conditions()
        return ((condition, Decimal(100)) for condition in self.item.iter("conditionvar"))

    @staticmethod
    def _number(found: tuple[Element, Decimal]) -> Number | None:
        """A range between two ends."""
        condition, earned = found
        low, high = next(condition.iter("vargte"), None), next(condition.iter("varlte"), None)
        ends = [_figure(low), _figure(high)]
        if ends[0] is None or ends[1] is None:
            return None
        return Number((ends[0] + ends[1]) / 2, abs(ends[1] - ends[0]) / 2, earned)


def _figure(element: Element | None) -> Decimal | None:
    """The figure in an element; None where there is none."""
    try:
        found = Decimal((element.text or "").strip()) if element is not None else None
    except InvalidOperation:
        return None
    return found if found is not None and found.is_finite() else None


def _amount(element: Element) -> Decimal:
    """What an outcome gives; 0 where it says no figure."""
    return _figure(element) or Decimal(0)

"""Questions as items of QTI 2.1; `qti_tree` makes 3.0 of them."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element

from flask_babel import gettext as _

from courses.questions.checks import GAP
from courses.questions.formats.labels import labels
from courses.questions.formats.qti_tree import new
from courses.questions.types import (
    Choice,
    Cloze,
    Content,
    Criterion,
    Essay,
    Matching,
    Numeric,
    Option,
    Ordering,
    Question,
    ShortText,
    TrueFalse,
)

TEMPLATES = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/"


def item(question: Question, identifier: str) -> tuple[Element, list[str], list[str]]:
    """The item, its keywords for the manifest, and what QTI does not carry."""
    content = question.content
    root = new(
        None, "assessmentItem", identifier=identifier, title=question.name, adaptive="false", timeDependent="false"
    )
    declarations = new(root, "declarations")
    body = new(root, "itemBody")
    processing: list[Element] = []
    keywords, lost = labels(question), []
    if content.image is not None:
        new(new(body, "p"), "img", src=f"../images/{content.image.key}", alt=content.image.alt)
    writer = _Writer(declarations, processing)
    keywords += writer.content(body, content)
    new(declarations, "outcomeDeclaration", identifier="SCORE", cardinality="single", baseType="float")
    new(declarations, "outcomeDeclaration", identifier="FEEDBACK", cardinality="multiple", baseType="identifier")
    place = list(root).index(declarations)
    root.remove(declarations)
    for number, declaration in enumerate(declarations):
        root.insert(place + number, declaration)
    if processing:
        rules = new(root, "responseProcessing")
        for rule in processing:
            if rule.tag == "template":
                rules.set("template", TEMPLATES + (rule.text or ""))
            else:
                rules.append(rule)
    if content.explanation:
        shown = new(root, "modalFeedback", outcomeIdentifier="FEEDBACK", identifier="general", showHide="show")
        _paragraphs(shown, content.explanation)
    lost += _lost(content)
    return root, keywords, lost


def _lost(content: Content) -> list[str]:
    """What is named to whoever exports: the file does not hold it."""
    found = []
    asked = [gap.asked for gap in content.gaps] if isinstance(content, Cloze) else [content]
    for part in asked:
        if isinstance(part, Numeric) and part.units:
            found.append(_("units"))
        if isinstance(part, Numeric | ShortText) and any(answer.feedback for answer in part.answers):
            found.append(_("feedback"))
    return [_("not carried: %(what)s", what=", ".join(sorted(set(found))))] if found else []


def _paragraphs(parent: Element, text: str) -> Element:
    for line in text.split("\n"):
        last = new(parent, "p", line)
    return last


def _letter(place: int) -> str:
    return f"{chr(ord('A') + place % 26)}{place // 26 or ''}"


class _Writer:
    """Writes the interactions of one item, with their declarations and processing."""

    def __init__(self, declarations: Element, processing: list[Element]) -> None:
        self.declarations, self.processing = declarations, processing

    def declare(self, name: str, cardinality: str, kind: str, correct: Sequence[str] = ()) -> Element:
        found = new(self.declarations, "responseDeclaration", identifier=name, cardinality=cardinality, baseType=kind)
        if correct:
            values = new(found, "correctResponse")
            for value in correct:
                new(values, "value", value)
        return found

    def template(self, name: str) -> None:
        if not any(rule.tag == "template" for rule in self.processing):
            self.processing.append(new(None, "template", name))

    def content(self, body: Element, content: Content) -> list[str]:
        """Writes the content into the body; returns keywords."""
        match content:
            case Cloze():
                return self.cloze(body, content)
            case Numeric():
                last = _paragraphs(body, content.text)
                last.text = f"{last.text} "
                self.number(last, content, "RESPONSE")
            case ShortText():
                last = _paragraphs(body, content.text)
                last.text = f"{last.text} "
                self.short(last, content, "RESPONSE")
                return [] if content.accents else ["accents:any"]
            case Essay():
                _paragraphs(body, content.text)
                self.declare("RESPONSE", "single", "string")
                _rubric(body, content.rubric)
                new(body, "extendedTextInteraction", responseIdentifier="RESPONSE", expectedLength="3000")
            case _:
                _paragraphs(body, content.text)
                self.block(body, content)
        return []

    def block(self, body: Element, content: Any) -> None:
        match content:
            case Choice():
                self.choice(body, content)
            case TrueFalse():
                element = new(body, "choiceInteraction", responseIdentifier="RESPONSE", shuffle="false", maxChoices="1")
                for identifier, text in (("true", _("True")), ("false", _("False"))):
                    new(element, "simpleChoice", text, identifier=identifier)
                self.declare("RESPONSE", "single", "identifier", ["true" if content.right else "false"])
                self.template("match_correct")
            case Matching():
                self.matching(body, content)
            case Ordering():
                element = new(body, "orderInteraction", responseIdentifier="RESPONSE", shuffle="true")
                for place, text in enumerate(content.items):
                    new(element, "simpleChoice", text, identifier=_letter(place))
                correct = [_letter(place) for place in range(len(content.items))]
                self.declare("RESPONSE", "ordered", "identifier", correct)
                self.template("match_correct")

    def choice(self, body: Element, content: Choice) -> None:
        element = new(
            body, "choiceInteraction", responseIdentifier="RESPONSE", shuffle="true",
            maxChoices="0" if content.many else "1",
        )  # fmt: skip
        for place, option in enumerate(content.options):
            self.option(element, "simpleChoice", option, place)
        correct = [_letter(place) for place, option in enumerate(content.options) if option.right]
        declared = self.declare("RESPONSE", "multiple" if content.many else "single", "identifier", correct)
        if content.many and not content.whole:
            mapping = new(declared, "mapping", lowerBound="0", upperBound="1", defaultValue="0")
            for place, option in enumerate(content.options):
                new(mapping, "mapEntry", mapKey=_letter(place), mappedValue=_part(option.weight))
        self.template("map_response" if content.many and not content.whole else "match_correct")

    def option(self, parent: Element, tag: str, option: Option, place: int) -> None:
        element = new(parent, tag, option.text, identifier=_letter(place))
        if option.feedback:
            new(element, "feedbackInline", option.feedback, outcomeIdentifier="FEEDBACK", identifier=_letter(place),
                showHide="show")  # fmt: skip

    def matching(self, body: Element, content: Matching) -> None:
        element = new(body, "matchInteraction", responseIdentifier="RESPONSE", shuffle="true",
                      maxAssociations=str(len(content.pairs)))  # fmt: skip
        lefts, rights = new(element, "simpleMatchSet"), new(element, "simpleMatchSet")
        ids: dict[str, str] = {}
        correct = []
        for place, (left, right) in enumerate(content.pairs, start=1):
            new(lefts, "simpleAssociableChoice", left, identifier=f"L{place}", matchMax="1")
            if right not in ids:
                ids[right] = f"R{place}"
                new(rights, "simpleAssociableChoice", right, identifier=ids[right], matchMax="0")
            correct.append(f"L{place} {ids[right]}")
        for place, right in enumerate(content.extra, start=1):
            new(rights, "simpleAssociableChoice", right, identifier=f"X{place}", matchMax="0")
        declared = self.declare("RESPONSE", "multiple", "directedPair", correct)
        mapping = new(declared, "mapping", lowerBound="0", defaultValue="0")
        for pair in correct:
            new(mapping, "mapEntry", mapKey=pair, mappedValue=f"{Decimal(1) / len(correct):.5f}")
        self.template("map_response")

    def short(self, parent: Element, content: ShortText, name: str) -> Element:
        best = max(content.answers, key=lambda answer: answer.weight)
        declared = self.declare(name, "single", "string", [best.text])
        mapping = new(declared, "mapping", defaultValue="0")
        for answer in content.answers:
            new(mapping, "mapEntry", mapKey=answer.text, mappedValue=_part(answer.weight), caseSensitive="false")
        self.score("mapResponse", name)
        return new(parent, "textEntryInteraction", responseIdentifier=name, expectedLength="30")

    def number(self, parent: Element, content: Numeric, name: str) -> Element:
        best = max(content.answers, key=lambda answer: answer.weight)
        self.declare(name, "single", "float", [f"{best.value:f}"])
        condition = new(None, "responseCondition")
        for place, answer in enumerate(content.answers):
            branch = new(condition, "responseElseIf" if place else "responseIf")
            both = f"{answer.tolerance:f} {answer.tolerance:f}"
            equal = new(branch, "equal", toleranceMode="absolute", tolerance=both)
            new(equal, "variable", identifier=name)
            new(equal, "baseValue", f"{answer.value:f}", baseType="float")
            outcome = new(branch, "setOutcomeValue", identifier="SCORE")
            total = new(outcome, "sum")
            new(total, "variable", identifier="SCORE")
            new(total, "baseValue", _part(answer.weight), baseType="float")
        self.processing.append(condition)
        return new(parent, "textEntryInteraction", responseIdentifier=name, expectedLength="12")

    def score(self, rule: str, name: str) -> None:
        """Adds what a response earns to the score."""
        outcome = new(None, "setOutcomeValue", identifier="SCORE")
        total = new(outcome, "sum")
        new(total, "variable", identifier="SCORE")
        new(total, rule, identifier=name)
        self.processing.append(outcome)

    def cloze(self, body: Element, content: Cloze) -> list[str]:
        free = []
        for line in content.text.split("\n"):
            pieces = GAP.split(line)
            paragraph: Element = new(body, "p", pieces[0])
            for number, after in zip(pieces[1::2], pieces[2::2], strict=True):
                asked, name = content.gaps[int(number) - 1].asked, f"RESPONSE{number}"
                match asked:
                    case Choice():
                        element = new(paragraph, "inlineChoiceInteraction", responseIdentifier=name, shuffle="true")
                        for place, option in enumerate(asked.options):
                            self.option(element, "inlineChoice", option, place)
                        correct = [_letter(place) for place, option in enumerate(asked.options) if option.right]
                        declared = self.declare(name, "single", "identifier", correct)
                        mapping = new(declared, "mapping", defaultValue="0")
                        new(mapping, "mapEntry", mapKey=correct[0], mappedValue="1")
                        self.score("mapResponse", name)
                    case ShortText():
                        element = self.short(paragraph, asked, name)
                        free += [] if asked.accents else [f"accents:any {number}"]
                    case Numeric():
                        element = self.number(paragraph, asked, name)
                element.tail = after
        weights = ",".join(str(gap.weight) for gap in content.gaps)
        return [f"weights:{weights}", *free]


def _part(weight: Decimal) -> str:
    return f"{(weight / 100).normalize():f}"


def _rubric(body: Element, rubric: Sequence[Criterion]) -> None:
    if not rubric:
        return
    block = new(body, "rubricBlock", view="scorer")
    rows = new(new(block, "table"), "tbody")
    for criterion in rubric:
        row = new(rows, "tr")
        new(row, "td", criterion.name)
        new(row, "td", f"{criterion.points:f}")
        first, *others = criterion.guide.split("\n")
        cell = new(row, "td", first)
        for line in others:
            new(cell, "br").tail = line

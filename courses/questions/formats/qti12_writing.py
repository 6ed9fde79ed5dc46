"""Questions as a file of QTI 1.2; what it does not carry is named, and so are the kinds that it does not know."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element

from flask_babel import gettext as _

from courses.questions.formats.base import Entry, Images, Note, Written
from courses.questions.formats.labels import labels
from courses.questions.formats.qti_tree import new, xml
from courses.questions.types import Choice, Cloze, Essay, Matching, Numeric, Ordering, ShortText, TrueFalse

NAMESPACE = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
# Our own lines among an item's metadata; other systems leave them alone.
LABEL = "lms_label"


def write(entries: Sequence[Entry], images: Images) -> Written:
    """One file with an item a question."""
    root = new(None, "questestinterop")
    section = new(new(root, "assessment", ident="BANK", title=_("Question bank")), "section", ident="root_section")
    lost = []
    for number, entry in enumerate(entries, start=1):
        question, content = entry.question, entry.question.content
        if isinstance(content, Ordering | Cloze):
            lost.append(Note(question.name, _("questions of this kind cannot be carried: left out")))
            continue
        if losses := sorted(set(_losses(content))):
            lost.append(Note(question.name, _("not carried: %(what)s", what=", ".join(losses))))
        _item(section, f"Q{number:04d}", entry)
    return Written(xml(root, NAMESPACE), lost)


def _losses(content: Any) -> Iterable[str]:
    if content.image is not None:
        yield _("image")
    match content:
        case Choice():
            if any(option.feedback for option in content.options):
                yield _("feedback")
        case ShortText() | Numeric():
            if any(answer.feedback for answer in content.answers):
                yield _("feedback")
            if isinstance(content, Numeric) and content.units:
                yield _("units")
        case Essay():
            if content.rubric:
                yield _("rubric")


def _item(section: Element, ident: str, entry: Entry) -> None:
    question, content = entry.question, entry.question.content
    item = new(section, "item", ident=ident, title=question.name)
    fields = new(new(item, "itemmetadata"), "qtimetadata")
    said = [f"kind:{content.kind}", *labels(question)]
    said += [f"topic:{entry.topic}"] if entry.topic else []
    said += ["marking:whole"] if isinstance(content, Choice) and content.whole else []
    said += ["accents:any"] if isinstance(content, ShortText) and not content.accents else []
    for label in said:
        field = new(fields, "qtimetadatafield")
        new(field, "fieldlabel", LABEL)
        new(field, "fieldentry", label)
    shown = new(item, "presentation")
    _material(shown, content.text)
    rules = new(item, "resprocessing")
    new(new(rules, "outcomes"), "decvar", varname="SCORE", vartype="Decimal", minvalue="0", maxvalue="100")
    _answers(shown, rules, content)
    if content.explanation:
        _material(new(new(item, "itemfeedback", ident="general_fb"), "flow_mat"), content.explanation)


def _material(parent: Element, text: str) -> None:
    """A material a line: what a line break becomes in one text is left to each system."""
    for line in text.split("\n"):
        new(new(parent, "material"), "mattext", line, texttype="text/plain")


def _answers(shown: Element, rules: Element, content: Any) -> None:
    match content:
        case Choice():
            texts = [option.text for option in content.options]
            _choices(shown, "response1", texts, many=content.many)
            right = [f"R{place}" for place, option in enumerate(content.options) if option.right]
            if content.whole:
                _all_of(rules, right, [f"R{place}" for place in range(len(texts)) if f"R{place}" not in right])
            else:
                for place, option in enumerate(content.options):
                    if option.weight:
                        _earns(rules, "response1", f"R{place}", option.weight)
        case TrueFalse():
            _choices(shown, "response1", [_("True"), _("False")])
            _earns(rules, "response1", "R0" if content.right else "R1", Decimal(100))
        case Matching():
            _matching(shown, rules, content)
        case ShortText():
            _fill_in(shown, "String")
            for answer in content.answers:
                _earns(rules, "response1", answer.text, answer.weight, case="No")
        case Numeric():
            _fill_in(shown, "Decimal")
            for number in content.answers:
                found = new(_condition(rules, number.weight), "and")
                for tag, end in (
                    ("vargte", number.value - number.tolerance),
                    ("varlte", number.value + number.tolerance),
                ):
                    new(found, tag, f"{end:f}", respident="response1")
        case Essay():
            new(new(shown, "response_str", ident="response1", rcardinality="Single"), "render_fib", rows="15")


def _fill_in(shown: Element, kind: str) -> None:
    response = new(shown, "response_str", ident="response1", rcardinality="Single")
    new(new(response, "render_fib", fibtype=kind), "response_label", ident="answer")


def _choices(parent: Element, ident: str, texts: Sequence[str], *, many: bool = False,
             idents: Sequence[str] = ()) -> None:  # fmt: skip
    cardinality = "Multiple" if many else "Single"
    response = parent if parent.tag == "response_lid" else new(parent, "response_lid", ident=ident,
                                                               rcardinality=cardinality)  # fmt: skip
    render = new(response, "render_choice", shuffle="Yes")
    for place, text in enumerate(texts):
        _material(new(render, "response_label", ident=idents[place] if idents else f"R{place}"), text)


def _matching(shown: Element, rules: Element, content: Matching) -> None:
    sides = list(dict.fromkeys(right for _left, right in content.pairs))
    texts = [*sides, *content.extra]
    idents = [f"S{place}" for place in range(len(sides))] + [f"X{place}" for place in range(len(content.extra))]
    for number, (left, right) in enumerate(content.pairs, start=1):
        row = new(shown, "response_lid", ident=f"row{number}", rcardinality="Single")
        _material(row, left)
        _choices(row, "", texts, idents=idents)
        _earns(rules, f"row{number}", f"S{sides.index(right)}", Decimal(100) / len(content.pairs))


def _condition(rules: Element, earned: Decimal, action: str = "Add") -> Element:
    condition = new(rules, "respcondition", **{"continue": "Yes"})
    found = new(condition, "conditionvar")
    new(condition, "setvar", f"{earned.normalize():f}", varname="SCORE", action=action)
    return found


def _earns(rules: Element, response: str, value: str, earned: Decimal, **more: str) -> None:
    new(_condition(rules, earned), "varequal", value, respident=response, **more)


def _all_of(rules: Element, right: Sequence[str], wrong: Sequence[str]) -> None:
    found = new(_condition(rules, Decimal(100), "Set"), "and")
    for ident in right:
        new(found, "varequal", ident, respident="response1")
    for ident in wrong:
        new(new(found, "not"), "varequal", ident, respident="response1")

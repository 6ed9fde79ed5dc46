"""Questions as Moodle XML."""

import base64
import re
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from html import escape

from flask_babel import gettext as _

from courses.questions.checks import GAP
from courses.questions.formats import moodle_cloze
from courses.questions.formats.base import Images
from courses.questions.formats.labels import labels
from courses.questions.formats.plain import html_of, rubric_table
from courses.questions.types import (
    Choice,
    Cloze,
    Content,
    Essay,
    Matching,
    Numeric,
    Option,
    Ordering,
    Question,
    ShortText,
    TrueFalse,
)

_TYPES = {"truefalse": "truefalse", "matching": "matching", "ordering": "ordering", "numeric": "numerical",
          "short": "shortanswer", "cloze": "cloze", "essay": "essay", "single": "multichoice"}  # fmt: skip


def written(question: Question, images: Images) -> tuple[str, list[str]]:
    """One <question>, and what Moodle will not do with it."""
    content = question.content
    kind = (
        "multichoiceset" if isinstance(content, Choice) and content.whole else _TYPES.get(content.kind, "multichoice")
    )
    tags, notes = labels(question), _notes(content)
    tags += _accents(content)
    text, file = html_of(content.text), ""
    if isinstance(content, Cloze):
        text = GAP.sub(
            lambda found: escape(moodle_cloze.write(content.gaps[int(found.group(1)) - 1]), quote=False), text
        )
    if content.image is not None and content.image.key in images:
        text += f'<p><img src="@@PLUGINFILE@@/{content.image.key}" alt="{escape(content.image.alt)}"></p>'
        data = base64.b64encode(images[content.image.key]).decode()
        file = f'<file name="{content.image.key}" path="/" encoding="base64">{data}</file>'
    elif content.image is not None:
        notes.append(_("the image is no longer on the server"))
    body = "\n".join(_body(content))
    tagged = "".join(f"<tag><text>{escape(tag)}</text></tag>" for tag in tags)
    parts = [
        f'<question type="{kind}">',
        f"<name><text>{escape(question.name)}</text></name>",
        f'<questiontext format="html">{_text(text)}{file}</questiontext>',
        f'<generalfeedback format="html">{_text(html_of(content.explanation) if content.explanation else "")}'
        "</generalfeedback>",
        "<defaultgrade>1</defaultgrade><penalty>0</penalty><hidden>0</hidden>",
        body,
        f"<tags>{tagged}</tags>" if tagged else "",
        "</question>",
    ]
    return "\n".join(filter(None, parts)), notes


def _notes(content: Content) -> list[str]:
    notes = []
    if _accents(content):
        notes.append(_("Moodle compares with accents"))
    if isinstance(content, Cloze) and any(isinstance(gap.asked, Numeric) and gap.asked.units for gap in content.gaps):
        notes.append(_("the units of a gap are not carried"))
    if isinstance(content, Numeric) and any(
        Fraction(1 / unit.factor) * Fraction(unit.factor) != 1 for unit in content.units
    ):
        notes.append(_("the factor of a unit is rounded"))
    if isinstance(content, Choice) and content.whole:
        notes.append(_("Moodle needs its plugin “all or nothing” for this question"))
    return notes


def _accents(content: Content) -> list[str]:
    match content:
        case ShortText(accents=False):
            return ["accents:any"]
        case Cloze():
            return [f"accents:any {number}" for number, gap in enumerate(content.gaps, start=1) if _accents(gap.asked)]
    return []


def _text(html: str) -> str:
    return f"<text><![CDATA[{html.replace(']]>', ']]]]><![CDATA[>')}]]></text>" if html else "<text></text>"


def _answer(text: str, weight: Decimal, feedback: str = "", more: str = "") -> str:
    shown = f"{weight.normalize():f}"
    noted = f'<feedback format="html">{_text(escape(feedback, quote=False))}</feedback>'
    return f'<answer fraction="{shown}" format="html">{_text(escape(text, quote=False))}{more}{noted}</answer>'


def _option(option: Option, weight: Decimal) -> str:
    return _answer(option.text, weight, option.feedback)


def _body(content: Content) -> Iterable[str]:
    match content:
        case Choice():
            yield f"<single>{str(not content.many).lower()}</single><shuffleanswers>true</shuffleanswers>"
            whole = {option: Decimal(100 if option.right else 0) for option in content.options} if content.whole else {}
            yield from (_option(option, whole.get(option, option.weight)) for option in content.options)
        case TrueFalse():
            yield _answer("true", Decimal(100 if content.right else 0))
            yield _answer("false", Decimal(0 if content.right else 100))
        case Matching():
            yield "<shuffleanswers>true</shuffleanswers>"
            for left, right in (*content.pairs, *(("", right) for right in content.extra)):
                answer = f"<answer><text>{escape(right)}</text></answer>"
                yield f'<subquestion format="html">{_text(escape(left, quote=False))}{answer}</subquestion>'
        case Ordering():
            yield "<layouttype>VERTICAL</layouttype><gradingtype>ABSOLUTE_POSITION</gradingtype>"
            yield from (_answer(item, Decimal(place)) for place, item in enumerate(content.items, start=1))
        case Numeric():
            for n in content.answers:
                tolerance = f"<tolerance>{n.tolerance:f}</tolerance>"
                yield _answer(f"{n.value:f}", n.weight, n.feedback, tolerance)
            units = "".join(
                f"<unit><multiplier>{(1 / unit.factor).normalize():f}</multiplier>"
                f"<unit_name>{escape(unit.name)}</unit_name></unit>"
                for unit in content.units
            )
            shown = f"<unitgradingtype>0</unitgradingtype><showunits>{0 if units else 3}</showunits>"
            yield f"<units>{units}</units>{shown}"
        case ShortText():
            yield "<usecase>0</usecase>"
            for option in content.answers:
                text = escape(re.sub(r"\*", r"\\*", option.text))
                noted = f'<feedback format="html">{_text(escape(option.feedback, quote=False))}</feedback>'
                yield f'<answer fraction="{option.weight.normalize():f}"><text>{text}</text>{noted}</answer>'
        case Essay():
            yield "<responseformat>editor</responseformat><responserequired>1</responserequired>"
            yield f'<graderinfo format="html">{_text(rubric_table(content.rubric))}</graderinfo>'

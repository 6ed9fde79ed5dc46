"""Between a question and its form: the fields that show it, and the question that the fields say."""

from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _

from courses.questions import exchange, lines
from courses.questions.checks import wrong
from courses.questions.formats.base import Reading, clean_lines, image_suffix
from courses.questions.forms import QuestionForm
from courses.questions.lines import figure
from courses.questions.models import BankQuestion
from courses.questions.types import Choice, Cloze, Content, Image, Matching, Ordering, Question, ShortText, TrueFalse
from lms.errors import Refused

IMAGE_LIMIT = 2 * 1024 * 1024
STATUS_NAMES = {"con-hieu-luc": _("in force"), "het-hieu-luc": _("no longer in force"), "duoc-thay-the": _("replaced"),
                "can-kiem-tra": _("to be checked")}  # fmt: skip


def percent(weight: Decimal) -> str:
    """A share in percent: 33,33%."""
    return f"{figure(round(weight, 2))}%"


def form_kind(content: Content) -> str:
    """The kind as the form names it."""
    return "multiple-whole" if isinstance(content, Choice) and content.whole else content.kind


def as_stored(content: Content) -> list[int]:
    """The order in which a question is stored, for showing it to its author."""
    match content:
        case Choice():
            return list(range(len(content.options)))
        case Matching():
            return list(range(len(content.pairs) + len(content.extra)))
        case Ordering():
            return list(range(len(content.items)))
        case Cloze():
            return [place for gap in content.gaps for place in as_stored(gap.asked)]
    return []


def fields(question: Question, row: BankQuestion) -> dict[str, Any]:
    """What the form shows of a question."""
    content = question.content
    return {
        "name": question.name, "topic": row.topic.code if row.topic else "", "level": question.level,
        "text": content.text, "answers": lines.write(content), "units": lines.write_units(content),
        "right": "1" if isinstance(content, TrueFalse) and content.right else "0",
        "free": isinstance(content, ShortText) and not content.accents, "explanation": content.explanation,
        "document": question.document, "clause": question.clause, "valid_from": question.valid_from,
        "valid_to": question.valid_to, "alt": content.image.alt if content.image else "",
    }  # fmt: skip


def question(kind: str, form: QuestionForm, before: Question | None) -> Question | None:
    """The question that the form says; None with the reason on its field when it cannot be asked."""
    try:
        image = _image(form, before)
    except Refused as refusal:
        form.picture.errors = [str(refusal)]
        return None
    try:
        more = {"explanation": clean_lines(form.explanation.data or ""), "image": image}
        text = clean_lines(form.text.data or "")
        content = lines.read(
            kind, text, form.answers.data or "", form.units.data or "", more, right=form.right.data == "1",
            free=form.free.data,
        )  # fmt: skip
        if why := wrong(content):
            raise Refused(_("The question %(why)s.", why=why))
    except Refused as refusal:
        shown = form.text if kind == "truefalse" else form.answers
        shown.errors = [str(refusal)]
        return None
    return Question(
        form.name.data or "", content, form.document.data or "", form.clause.data or "", form.level.data or "",
        form.valid_from.data, form.valid_to.data, before.checked_on if before else None,
    )  # fmt: skip


def _image(form: QuestionForm, before: Question | None) -> Image | None:
    """The image that was sent, else the one that was there, unless it is taken away."""
    sent = form.picture.data
    alt = form.alt.data or ""
    if sent:
        data = sent.read(IMAGE_LIMIT + 1)
        suffix = image_suffix(data)
        if not suffix or len(data) > IMAGE_LIMIT:
            raise Refused(_("The image must be a PNG, JPEG, GIF or WebP file of 2 MB at most."))
        reading = Reading()
        image = Image(reading.keep_image(data, suffix), alt)
        exchange.keep_images(reading)
        return image
    kept = before.content.image if before else None
    return Image(kept.key, alt) if kept and not form.no_picture.data else None

"""Word as offices write it: `Câu 1.`, A. B. C. D.; the key bold, underlined, red, starred, in a list at the end."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table
from flask_babel import gettext as _

from courses.questions.formats.aiken import losses_of
from courses.questions.formats.base import Entry, Images, Note, Reading, Written
from courses.questions.formats.keys import read_key, table_key
from courses.questions.formats.listed import JOINER, Line, read_lines
from courses.questions.formats.moodle_cloze import equal_shares
from courses.questions.formats.word import Walker, open_word, rows_of
from courses.questions.types import Choice, Content, Essay, ShortText, TrueFalse
from lms.text import short_date

NAME, SUFFIX = "docx", "docx"
MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

LEVELS = {"nhan-biet": "nhận biết", "thong-hieu": "thông hiểu", "van-dung": "vận dụng"}


def sniff(data: bytes) -> bool:
    """A zip with Word's main part."""
    return data[:4] == b"PK\x03\x04" and b"word/document" in data


def read(data: bytes, key: bytes | None = None) -> Reading:
    """Reads a document; places are the questions' own numbers. A second file may hold the key."""
    reading = Reading()
    walker = Walker(open_word(data), reading.keep_image, lambda sentence: reading.doubt("", sentence))
    read_lines(_lines(walker), reading, read_key(key) if key is not None else None)
    return reading


def _lines(walker: Walker) -> Iterable[Line]:
    for block in walker.blocks():
        if not isinstance(block, Table):
            yield from walker.lines(block)
            continue
        found = table_key(rows_of(block))
        filled = sum(bool(cell) for row in rows_of(block) for cell in row)
        if len(found) > 1 and 2 * len(found) >= filled / 2:
            yield Line("ĐÁP ÁN")
            yield from (Line(f"{number}. {letters}") for number, letters in found.items())
        else:  # options laid out in a table
            for row in block.rows:
                for cell in row.cells:
                    for paragraph in cell.paragraphs:
                        yield from walker.lines(paragraph)


def write(entries: Sequence[Entry], images: Images) -> Written:
    """A document that an office can go on with; kinds that paper cannot hold are left out and named."""
    document, lost, topic, number = Document(), [], "", 0
    _style(document)
    for entry in entries:
        content = entry.question.content
        if not isinstance(content, Choice | TrueFalse | ShortText | Essay):
            lost.append(Note(entry.question.name, _("questions of this kind cannot be carried: left out")))
            continue
        if entry.topic and entry.topic != topic:
            topic = entry.topic
            document.add_heading(f"Chuyên đề: {_safe(topic)}", level=1)
        number += 1
        lost += [Note(entry.question.name, sentence) for sentence in _losses(entry, images)]
        _question(document, number, entry, images)
    stream = BytesIO()
    document.save(stream)
    return Written(stream.getvalue(), lost)


def _style(document: Any) -> None:
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(13)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), "Times New Roman")
    normal.paragraph_format.space_after = Pt(3)
    heading = document.styles["Heading 1"]
    heading.font.name, heading.font.size, heading.font.color.rgb = "Times New Roman", Pt(14), RGBColor(0, 0, 0)
    heading.element.rPr.rFonts.set(qn("w:asciiTheme"), "")
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        heading.element.rPr.rFonts.attrib.pop(qn(f"w:{name}"), None)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin = section.bottom_margin = Cm(2)
    section.left_margin, section.right_margin = Cm(3), Cm(1.5)


def _safe(text: str) -> str:
    """Text that our own reading will not take for an option, a label or a star: invisible joiners stand between."""
    text = re.sub(r"([A-Z])(\s*[.)/:])", rf"\1{JOINER}\2", text)
    return "\n".join(f"{JOINER}{line}{JOINER}" for line in text.split("\n"))


def _question(document: Any, number: int, entry: Entry, images: Images) -> None:
    question, content = entry.question, entry.question.content
    first = document.add_paragraph()
    first.paragraph_format.space_before = Pt(9)
    first.paragraph_format.keep_with_next = True
    first.add_run(f"Câu {number}. ").bold = True
    first.add_run(_safe(content.text))
    fields: list[tuple[str, str]] = []
    if content.image is not None and content.image.key in images:
        picture = document.add_paragraph().add_run()
        picture.add_picture(BytesIO(images[content.image.key]), width=Cm(9))
        fields.append(("Mô tả ảnh", _safe(content.image.alt)))
    fields += _kind(document, content)
    fields += [
        ("Giải thích", _safe(content.explanation) if content.explanation else ""),
        ("Văn bản", question.document and _safe(question.document)),
        ("Căn cứ", question.clause and _safe(question.clause)),
        ("Mức độ", LEVELS.get(question.level, "")),
        ("Hiệu lực", " - ".join(_day(day) for day in (question.valid_from, question.valid_to))),
        ("Đã rà soát", _day(question.checked_on)),
        ("Mã", _safe(question.name)),
    ]
    for label, value in fields:
        if value.strip(" -"):
            line = document.add_paragraph()
            line.paragraph_format.left_indent = Cm(0.75)
            line.add_run(f"{label}: ").italic = True
            line.add_run(value)


def _day(day: date | None) -> str:
    return short_date(day) if day else ""


def _kind(document: Any, content: Content) -> list[tuple[str, str]]:
    """Writes the options; returns the fields that say the kind and the key."""
    match content:
        case ShortText():
            kind = "điền từ" if content.accents else "điền từ, không dấu"
            return [("Loại", kind), ("Đáp án đúng", "\n".join(_safe(answer.text) for answer in content.answers))]
        case Essay():
            return [("Loại", "tự luận")]
        case Choice():
            options = [(option.text, option.right) for option in content.options]
        case TrueFalse():
            options = [("Đúng", content.right), ("Sai", not content.right)]
    right = []
    for place, (text, is_right) in enumerate(options):
        letter = chr(ord("A") + place)
        line = document.add_paragraph()
        line.paragraph_format.left_indent = Cm(0.75)
        line.add_run(f"{letter}. ").bold = is_right
        line.add_run(_safe(text)).bold = is_right
        right += [letter] * is_right
    kind = "nhiều đáp án, trọn vẹn" if isinstance(content, Choice) and content.whole else "nhiều đáp án"
    many = [("Loại", kind)] if isinstance(content, Choice) and content.many else []
    return [*many, ("Đáp án", ", ".join(right))]


def _losses(entry: Entry, images: Images) -> Iterable[str]:
    content = entry.question.content
    carried = (_("document and clause"), _("level"), _("days of validity"), _("explanation"), _("topic"),
               _("line breaks"), _("image"))  # fmt: skip
    losses = [what for what in losses_of(entry) if what not in carried]
    if content.image is not None and content.image.key not in images:
        losses.append(_("image"))
    match content:
        case Choice(many=True) if equal_shares(content.options) != content.options:
            losses.append(_("unequal shares and points taken away"))
        case ShortText() if any(answer.weight != 100 for answer in content.answers):
            losses.append(_("answers that earn a part of the points count as right"))
        case Essay() if content.rubric:
            losses.append(_("rubric"))
    if isinstance(content, ShortText) and any(answer.feedback for answer in content.answers):
        losses.append(_("feedback"))
    if losses:
        yield _("not carried: %(what)s", what=", ".join(losses))

"""Questions as a workbook: one row a question, one column an option, the key as letters and in bold."""

import re
from collections.abc import Sequence
from datetime import date
from io import BytesIO

import xlsxwriter

from courses.questions.formats.base import Entry, Note, Written
from courses.questions.formats.listed import JOINER
from courses.questions.types import Choice, Content, Essay, Matching, Ordering, ShortText, TrueFalse

LEVELS = {"nhan-biet": "Nhận biết", "thong-hieu": "Thông hiểu", "van-dung": "Vận dụng"}
_BEFORE = (("STT", 6), ("Mã", 12), ("Chuyên đề", 22), ("Mức độ", 13), ("Loại", 16), ("Câu hỏi", 60))
_AFTER = (("Đáp án", 12), ("Giải thích", 40), ("Văn bản", 16), ("Căn cứ", 26), ("Hiệu lực từ", 13),
          ("Hiệu lực đến", 13), ("Đã rà soát", 13))  # fmt: skip


def written(entries: Sequence[Entry], lost: list[Note]) -> Written:
    """The workbook; kinds that a row cannot hold are left out."""
    rows = [(entry, *_parts(entry.question.content)) for entry in entries if _fits(entry.question.content)]
    width = max([4, *(len(options) for _entry, _kind, options, _key, _right in rows)])
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"strings_to_formulas": False, "strings_to_urls": False,
                                        "strings_to_numbers": False})  # fmt: skip
    sheet = book.add_worksheet("Câu hỏi")
    look = {"text_wrap": True, "valign": "top", "border": 1, "font_name": "Times New Roman", "font_size": 12}
    head = book.add_format({**look, "bold": True, "bg_color": "#F3E9E9", "align": "center", "valign": "vcenter"})
    plain, bold = book.add_format(look), book.add_format({**look, "bold": True})
    day = book.add_format({**look, "num_format": "dd/mm/yyyy", "align": "left"})
    options_heading = [(chr(ord("A") + place), 28) for place in range(width)]
    for column, (title, size) in enumerate([*_BEFORE, *options_heading, *_AFTER]):
        sheet.set_column(column, column, size)
        sheet.write_string(0, column, title, head)
    for number, (entry, kind, options, key, right) in enumerate(rows, start=1):
        question, content = entry.question, entry.question.content
        sheet.write_number(number, 0, number, plain)
        before = [question.name, entry.topic, LEVELS.get(question.level, ""), kind, content.text]
        after = [key, content.explanation, question.document, question.clause]
        padded = [*map(_safe, options), *[""] * (width - len(options))]
        for column, text in enumerate([*before, *padded, *after], start=1):
            is_right = column - len(_BEFORE) in right
            sheet.write_string(number, column, text, bold if is_right else plain)
        last = len(_BEFORE) + width + len(after)
        for column, value in enumerate((question.valid_from, question.valid_to, question.checked_on), start=last):
            if isinstance(value, date):
                sheet.write_datetime(number, column, value, day)
            else:
                sheet.write_blank(number, column, None, plain)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    book.close()
    return Written(stream.getvalue(), lost)


def _safe(text: str) -> str:
    """An option that begins or ends like a marked or lettered one stands behind an invisible letter."""
    return f"{JOINER}{text}{JOINER}" if re.search(r"^\*|\*$|^[A-Z][.)]\s", text) else text


def _fits(content: Content) -> bool:
    return isinstance(content, Choice | TrueFalse | ShortText | Essay | Matching | Ordering)


def _parts(content: Content) -> tuple[str, list[str], str, set[int]]:
    """The kind in words, the options, the key, and which options are right."""
    match content:
        case Choice():
            right = {place for place, option in enumerate(content.options) if option.right}
            kind = ("Nhiều đáp án, trọn vẹn" if content.whole else "Nhiều đáp án") if content.many else "Một đáp án"
            key = ", ".join(chr(ord("A") + place) for place in sorted(right))
            return kind, [option.text for option in content.options], key, right
        case TrueFalse():
            return "Đúng/Sai", ["Đúng", "Sai"], "A" if content.right else "B", {0 if content.right else 1}
        case ShortText():
            kind = "Điền từ" if content.accents else "Điền từ, không dấu"
            return kind, [], "\n".join(answer.text for answer in content.answers), set()
        case Matching():
            lefts = [left for left, _right in content.pairs]
            return "Ghép cặp", lefts, "\n".join(right for _left, right in content.pairs), set()
        case Ordering():
            return "Sắp xếp", list(content.items), "", set()
    return "Tự luận", [], "", set()

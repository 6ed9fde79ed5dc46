"""The record (biên bản) as the team signs it: in Word, by the form of the Party or of the State, and as a PDF."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, LongTable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from certificates.designs import plain
from certificates.inspection.record import counted
from certificates.reports.office import FORMS, JUSTIFY, LEFT, Letter, Office
from lms.clock import local
from lms.text import number_vi, percent_vi, short_date

Content = Mapping[str, Any]
STATES = {
    "vacant": "Khuyết", "exempt": "Được miễn", "grace": "Chưa đến hạn", "never": "Chưa bắt đầu học",
    "started": "Đang học", "trained": "Đã bồi dưỡng", "expiring": "Đã bồi dưỡng, sắp hết hạn",
}  # fmt: skip
KINDS = {"right": "Đúng", "wrong": "Sai lệch", "incomplete": "Thiếu hồ sơ", "advice": "Kiến nghị"}
AMONG = {
    "trained": "các vị trí được tính là đã bồi dưỡng", "holders": "các vị trí có người giữ, không được miễn",
    "missing": "các vị trí chưa hoàn thành", "exempt": "các vị trí được miễn", "all": "mọi vị trí",
}  # fmt: skip
HEADER = ("STT", "Họ và tên", "Chức danh, đơn vị", "Số liệu ghi", "Hồ sơ đã xem", "Nhận xét của đoàn")
TITLE = "BIÊN BẢN"
# How a line begins that ends in a long code: it is not stretched to the margin.
CODE = "+ "
SIGNERS = ("ĐẠI DIỆN ĐƠN VỊ ĐƯỢC KIỂM TRA", "TRƯỞNG ĐOÀN")


def day(text: str) -> str:
    """A day of the content as papers print it."""
    return short_date(date.fromisoformat(text))


def moment(text: str) -> str:
    """A moment of the content on a Vietnamese clock."""
    return f"{local(datetime.fromisoformat(text)):%H:%M, %d/%m/%Y}"


def rows_of(content: Content) -> list[list[str]]:
    """A row a post, in the order of the drawing: what the figures say, what was seen, what was found."""
    return [
        [
            str(item["place"]), item["person"] or "(khuyết)", f"{item['kind']}, {item['unit']}",
            STATES[item["state"]],
            "; ".join([*(proof["text"] for proof in item["proofs"]), *item["records"],
                       *(f"miễn: {found['document']}" for found in item["exemptions"])]) or "–",
            "; ".join(f"{KINDS[found['kind']]}{': ' if found['text'] else ''}{found['text']}"
                      for found in item["findings"]) or "–",
        ]
        for item in content["items"]
    ]  # fmt: skip


def body(content: Content) -> Iterator[str]:
    """The paragraphs of the record; those with a number are headings. Place and day of the signing are left blank."""
    figures, drawing, found = content["figures"], content["drawing"], counted(content)
    unit, report, seen = content["unit"]["name"], content["report"], len(content["items"])
    basis = f"Căn cứ Quyết định {content['decision']}; hôm nay" if content["decision"] else "Hôm nay"
    yield (f"{basis}, ngày      tháng      năm     , tại ........................, Đoàn kiểm tra lập biên bản "
           f"“{content['title']}” như sau:")  # fmt: skip
    yield "1. Thành phần"
    for member in content["team"]:
        yield f"- Đồng chí {member['name']}, {'Trưởng đoàn' if member['head'] else 'thành viên'}."
    yield "- Đại diện đơn vị được kiểm tra: ................................................"
    yield "2. Phạm vi"
    yield (f"Đơn vị được kiểm tra: {unit} và các đơn vị cấp dưới. Chỉ tiêu: “{content['target']['title']}”. Thời kỳ "
           f"được kiểm tra: từ ngày {day(content['from'])} đến ngày {day(content['to'])}.")  # fmt: skip
    source = f"báo cáo đã chốt lần {report['number']} (SHA-256: {report['sha256']})" if report else "hệ thống"
    yield (f"Theo {source}, tính đến ngày {day(content['on'])}, những gì đã ghi nhận đến {moment(content['known'])}: "
           f"{number_vi(figures['posts'])} vị trí, {number_vi(figures['vacant'])} khuyết, "
           f"{number_vi(figures['exempt'])} được miễn, {number_vi(figures['due'])} đến hạn, "
           f"{number_vi(figures['trained'])} đã bồi dưỡng, đạt {percent_vi(figures['rate'])}.")  # fmt: skip
    yield "3. Cách rút mẫu"
    each = " của mỗi chức danh" if drawing["by_kind"] else ""
    yield (f"Rút ngẫu nhiên {drawing['size']} vị trí{each} trong {number_vi(drawing['list'])} vị trí "
           f"({AMONG[drawing['among']]}), được {seen} vị trí, lúc {moment(drawing['at'])}; đây là mẫu thứ "
           f"{drawing['number']} của chỉ tiêu này tại đơn vị này. Các vị trí được xếp theo SHA-256 của «mã gieo:số vị "
           "trí», những vị trí đầu tiên là mẫu.")  # fmt: skip
    yield "Mã gieo là SHA-256 của ba dòng: mốc, câu chữ, dòng nhật ký hệ thống ghi lại cả hai."
    yield f"{CODE}Mốc: {drawing['anchor'] or '(trống)'}"
    yield f"{CODE}Câu chữ: {drawing['words']}"
    yield f"{CODE}Dòng nhật ký hệ thống: {drawing['stamp']}"
    yield f"{CODE}Mã gieo: {drawing['seed']}"
    yield f"{CODE}SHA-256 của danh sách rút mẫu: {drawing['list_sha256']}"
    yield "4. Kết quả"
    yield (f"Đoàn đã kiểm tra {seen} vị trí: {found['right']} đúng, {found['wrong']} sai lệch, {found['incomplete']} "
           f"thiếu hồ sơ, {found['advice']} có kiến nghị (một vị trí có thể có nhiều nhận xét). Chi tiết ở danh sách "
           "kèm theo.")  # fmt: skip
    yield "5. Kết luận, kiến nghị"
    yield from (line.strip() for line in content["conclusion"].splitlines() if line.strip())
    yield "Biên bản đã được đọc lại cho những người có tên trên cùng nghe, thống nhất và ký tên."


def is_heading(text: str) -> bool:
    """Whether a paragraph is one of the five headings."""
    return text[:1].isdigit() and text[1:3] == ". " and len(text) < 40


def _about(content: Content) -> str:
    return f"{content['title']} ({content['unit']['name']})"


def docx(content: Content, sha256: str, form: str) -> bytes:
    """The record in Word; number, place and day are left for the clerk."""
    office = content["office"]
    letter = Letter(FORMS[form], Office(office["superior"], office["name"], office["place"], office["code"]))
    letter.heading("BB")
    letter.title(TITLE, [_about(content)])
    *paragraphs, last = body(content)
    for text in paragraphs:
        letter.text(text, bold=is_heading(text), align=LEFT if text.startswith(CODE) else JUSTIFY)
    letter.text(last.removesuffix(".") + letter.form.end)
    letter.signed_by(SIGNERS)
    letter.annex("DANH SÁCH VỊ TRÍ ĐÃ KIỂM TRA", _about(content))
    letter.table(HEADER, rows_of(content), (12, 45, 60, 35, 60, 55))
    letter.text(mark(sha256))
    return letter.save()


def mark(sha256: str) -> str:
    """By what a printed record is held against the one that is kept."""
    return f"Mã kiểm tra của nội dung biên bản (SHA-256): {sha256}"


def pdf(content: Content, sha256: str, form: str, fonts: Path) -> bytes:
    """The record as a PDF, pages numbered; the same record gives the same bytes."""
    stream = BytesIO()
    with plain.drawing:
        plain.load(fonts)
        text = ParagraphStyle("text", fontName="serif", fontSize=13, leading=18, alignment=TA_JUSTIFY,
                              firstLineIndent=10 * mm, spaceAfter=4)  # fmt: skip
        bold = ParagraphStyle("bold", parent=text, fontName="serif-bold")
        middle = ParagraphStyle("middle", parent=bold, alignment=TA_CENTER, firstLineIndent=0, spaceAfter=2)
        left = ParagraphStyle("left", parent=text, alignment=TA_LEFT, splitLongWords=1)
        small = ParagraphStyle("small", parent=middle, fontSize=11.5)
        story: list[Flowable] = [_heading(content, form, middle), Spacer(1, 6 * mm)]
        story += [Paragraph(escape(line), middle) for line in (TITLE, _about(content))]
        story.append(Spacer(1, 4 * mm))
        story += [
            Paragraph(_kept(line), bold if is_heading(line) else left if line.startswith(CODE) else text)
            for line in body(content)
        ]
        story += [
            Spacer(1, 6 * mm),
            _columns(
                [
                    [
                        Paragraph(f"{name}<br/><font face='serif-italic'>(ký, ghi rõ họ tên)</font>", small)
                        for name in SIGNERS
                    ]
                ]
            ),
            Spacer(1, 32 * mm),
        ]
        story += [Paragraph("DANH SÁCH VỊ TRÍ ĐÃ KIỂM TRA", middle), Spacer(1, 2 * mm), _sample(content)]
        code = ParagraphStyle("code", fontName="serif", fontSize=9, leading=12, spaceBefore=6)
        story.append(Paragraph(mark(sha256), code))
        SimpleDocTemplate(
            stream, pagesize=A4, leftMargin=30 * mm, rightMargin=15 * mm, topMargin=20 * mm, bottomMargin=20 * mm,
            title=f"Biên bản: {content['title']}", author=content["office"]["name"], lang="vi", invariant=1,
        ).build(story, onFirstPage=_page, onLaterPages=_page)  # fmt: skip
    return stream.getvalue()


def _heading(content: Content, form: str, middle: ParagraphStyle) -> Table:
    """The two blocks at the top, as in Word; blanks are kept for the clerk."""
    kind, office = FORMS[form], content["office"]
    bold = ParagraphStyle("bold-head", parent=middle, fontSize=12, leading=15)
    light = ParagraphStyle("light-head", parent=bold, fontName="serif")
    italic = ParagraphStyle("italic-head", parent=bold, fontName="serif-italic")

    def line(text: str, style: ParagraphStyle, tag: str = "") -> Paragraph:
        return Paragraph(f"<{tag}>{_kept(text)}</{tag}>" if tag else _kept(text), style)

    left = [line(office["superior"].upper(), light)] if office["superior"] else []
    left += [line(office["name"].upper(), bold), line(kind.under_office or "_______", bold)]
    left.append(line(kind.number.format(kind="BB", code=office["code"]), light))
    *first, last = kind.right
    right = [*(line(text, bold) for text in first), line(last, bold, "u")]
    right.append(line(f"{office['place']}, ngày       tháng       năm        ", italic))
    return _columns([[left, right]])


def _kept(text: str) -> str:
    """The words with their blanks, which a paragraph would draw together."""
    return escape(text).replace("  ", "&nbsp; ")


def _columns(rows: list[list[Any]]) -> Table:
    table = Table(rows, colWidths=[70 * mm, 95 * mm])
    table.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)]))
    return table


def _sample(content: Content) -> LongTable:
    cell = ParagraphStyle("cell", fontName="serif", fontSize=9, leading=11)
    head = ParagraphStyle("head", parent=cell, fontName="serif-bold", alignment=TA_CENTER)
    rows = [[Paragraph(text, head) for text in HEADER]]
    rows += [[Paragraph(escape(text), cell) for text in row] for row in rows_of(content)]
    table = LongTable(rows, colWidths=[width * mm for width in (10, 30, 38, 22, 33, 32)], repeatRows=1)
    table.setStyle(
        TableStyle([
            ("GRID", (0, 0), (-1, -1), 0.4, HexColor("#57504C")), ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("BACKGROUND", (0, 0), (-1, 0), HexColor("#F3E9E9")), ("LEFTPADDING", (0, 0), (-1, -1), 3),
            ("RIGHTPADDING", (0, 0), (-1, -1), 3),
        ])
    )  # fmt: skip
    return table


def _page(canvas: Any, document: Any) -> None:
    canvas.setFont("serif", 9)
    canvas.drawRightString(A4[0] - 15 * mm, 10 * mm, f"Trang {document.page}")

"""The papers that are made of a report: narrative and table in Word, table and names in Excel, the table as PDF."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate, Spacer, TableStyle

from certificates.designs import plain
from certificates.reports.content import Changes, day, rate_of
from certificates.reports.office import FORMS, Letter, Office
from lms.text import number_vi, percent_vi, short_date

Content = Mapping[str, Any]
_BASE: dict[str, Any] = {"font_name": "Times New Roman", "font_size": 12}
_STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "align": "center", "font_size": 14},
    "about": {"italic": True, "align": "center"},
    "head": {"bold": True, "align": "center", "valign": "vcenter", "text_wrap": True, "border": 1},
    "text": {"border": 1, "text_wrap": True, "valign": "vcenter"},
    "count": {"border": 1, "num_format": "#,##0", "align": "right", "valign": "vcenter"},
    "rate": {"border": 1, "align": "right", "valign": "vcenter"},
    "total": {"border": 1, "bold": True, "num_format": "#,##0", "align": "right"},
    "plain": {"font_size": 10},
}
NAMES = ("STT", "Mã", "Họ và tên", "Ngày sinh", "Chức danh", "Đơn vị")
_PARTS = ("Tổng số", "Đã xong", "Tỷ lệ %")


def rows_of(content: Content) -> list[list[Any]]:
    """The office's table (biểu): number, unit, then holders, trained and rate by post kind and in all; total last."""
    codes = [kind["code"] for kind in content["kinds"]]

    def cells(line: Mapping[str, Any]) -> list[str]:
        pairs = [*(line["kinds"].get(code, [0, 0]) for code in codes), line["all"]]
        return [text for pair in pairs for text in (number_vi(pair[0]), number_vi(pair[1]), percent_vi(rate_of(pair)))]

    rows: list[list[Any]] = []
    for number, line in enumerate(content["lines"], start=1):
        rows.append([number, line["name"] if line["code"] else f"Trực thuộc {line['name']}", *cells(line)])
    return [*rows, ["", "Tổng cộng", *cells(content["total"])]]


def titles(content: Content) -> list[str]:
    """The headings over each group of three columns."""
    return [*(kind["name"] for kind in content["kinds"]), "Cộng"]


def about(content: Content) -> str:
    """What the table is of, in one line."""
    return f"{content['unit']['name']}, số liệu đến ngày {short_date(day(content['on']))}"


@dataclass(frozen=True)
class Mark:
    """By what a printed paper is held against the frozen report."""

    number: int
    sha256: str
    # The root of the register when the figures were frozen: they rest on no other certificates.
    root: str = ""

    def __str__(self) -> str:
        words = f"Số liệu chốt lần {self.number}, mã kiểm tra SHA-256: {self.sha256}"
        return f"{words}. {self.root}" if self.root else words


def narrative(
    content: Content, mark: Mark, office: Office, form: str, changes: Changes | None = None, reason: str = ""
) -> bytes:
    """The report as the office files it, with the table and the names as annexes (.docx)."""
    letter = Letter(FORMS[form], office)
    letter.heading("BC")
    on = short_date(day(content["on"]))
    letter.title(
        "BÁO CÁO", ["kết quả thực hiện chỉ tiêu bồi dưỡng nghiệp vụ công tác dân vận", f"(số liệu đến ngày {on})"]
    )
    figures = content["figures"]
    letter.text(f"Thực hiện chỉ tiêu “{content['target']['title']}”, {office.name} báo cáo kết quả như sau:")
    letter.text("1. Tình hình chung", bold=True)
    letter.text(
        f"Tính đến ngày {on}, {content['unit']['name']} có {number_vi(figures['posts'])} vị trí thuộc diện bồi dưỡng, "
        f"trong đó {number_vi(figures['vacant'])} vị trí khuyết, {number_vi(figures['exempt'])} vị trí được miễn. "
        f"Số vị trí có người giữ thuộc diện phải bồi dưỡng là {number_vi(figures['holders'])}, "
        f"do {number_vi(figures['people'])} đồng chí đảm nhiệm. Đã có {number_vi(figures['trained'])} vị trí "
        f"được bồi dưỡng, đạt {percent_vi(rate_of((figures['holders'], figures['trained'])))}."
    )
    letter.text("2. Kết quả theo chức danh", bold=True)
    for kind in content["kinds"]:
        holders, trained = content["total"]["kinds"].get(kind["code"], (0, 0))
        rate = percent_vi(rate_of((holders, trained)))
        letter.text(f"- {kind['name']}: {number_vi(trained)}/{number_vi(holders)} vị trí, đạt {rate}." if holders else
                    f"- {kind['name']}: không có vị trí nào thuộc diện phải bồi dưỡng.")  # fmt: skip
    letter.text("3. Kết quả theo đơn vị", bold=True)
    letter.text(*_by_unit(content))
    if changes:
        letter.text("4. Thay đổi so với số liệu đã chốt trước đó", bold=True)
        letter.text(*_changed(changes, reason))
    letter.text(f"Số liệu chi tiết theo đơn vị và danh sách kèm theo báo cáo này{letter.form.end}")
    letter.signature([office.superior or "Cấp ủy cấp trên"])
    letter.annex("BIỂU TỔNG HỢP", about(content))
    groups = titles(content)
    columns = 3 * len(groups)
    header = ["STT", "Đơn vị", *(_PARTS * len(groups))]
    letter.table(header, rows_of(content), [11, 60, *([(267 - 71) / columns] * columns)], groups)
    letter.text(str(mark))
    if content["missing"]:
        letter.annex("DANH SÁCH CHƯA HOÀN THÀNH", about(content))
        letter.table(NAMES, _numbered(content["missing"]), (12, 25, 60, 28, 62, 80))
        letter.text(f"(Danh sách gồm {number_vi(len(content['missing']))} lượt người)")
    return letter.save()


def _by_unit(content: Content) -> list[str]:
    due = [line for line in content["lines"] if line["all"][0]]
    done = [line for line in due if line["all"][0] == line["all"][1]]
    lowest = sorted((line for line in due if line not in done), key=lambda line: rate_of(line["all"]))[:5]
    found = [f"Có {number_vi(len(done))}/{number_vi(len(due))} đơn vị hoàn thành 100%."]
    if lowest:
        named = "; ".join(
            f"{line['name'] if line['code'] else 'trực thuộc ' + line['name']} ({percent_vi(rate_of(line['all']))})"
            for line in lowest
        )
        found.append(f"Các đơn vị có tỷ lệ thấp nhất: {named}.")
    return found


def _changed(changes: Changes, reason: str) -> list[str]:
    (holders, trained), (now_holders, now_trained) = changes.total.before, changes.total.now
    found = [f"Lý do chốt lại: {reason}."] if reason else []
    found.append(
        f"Tổng số từ {number_vi(trained)}/{number_vi(holders)} thành "
        f"{number_vi(now_trained)}/{number_vi(now_holders)}; {number_vi(len(changes.lines))} đơn vị có số liệu "
        f"thay đổi; {number_vi(len(changes.no_longer_missing))} lượt người ra khỏi danh sách chưa hoàn thành, "
        f"{number_vi(len(changes.newly_missing))} lượt người thêm vào."
    )
    return found


def _numbered(names: Sequence[Sequence[Any]]) -> list[list[Any]]:
    return [[number, *name] for number, name in enumerate(names, start=1)]


def dispatch(content: Content, office: Office, form: str, receivers: Sequence[str], deadline: str) -> bytes:
    """The letter that urges units to finish (công văn đôn đốc), with the list of those who are missing (.docx)."""
    letter = Letter(FORMS[form], office)
    letter.heading("CV", subject="đôn đốc hoàn thành bồi dưỡng nghiệp vụ công tác dân vận")
    letter.addressed(list(receivers))
    holders, trained = content["total"]["all"]
    on = short_date(day(content["on"]))
    letter.text(
        f"Thực hiện chỉ tiêu “{content['target']['title']}”, tính đến ngày {on}, {content['unit']['name']} có "
        f"{number_vi(trained)}/{number_vi(holders)} vị trí thuộc diện bồi dưỡng đã hoàn thành, đạt "
        f"{percent_vi(rate_of((holders, trained)))}; còn {number_vi(holders - trained)} vị trí chưa hoàn thành "
        "(có danh sách kèm theo).",
        f"{office.name} đề nghị các đồng chí chỉ đạo, tạo điều kiện để các đồng chí có tên trong danh sách hoàn thành "
        f"chương trình trước ngày {deadline}; trường hợp có khó khăn, vướng mắc thì phản ánh kịp thời để được hướng dẫn"
        f"{letter.form.end}",
    )
    letter.signature(["Như trên"])
    letter.annex("DANH SÁCH CHƯA HOÀN THÀNH", f"(Kèm theo công văn đôn đốc; {about(content)})")
    letter.table(NAMES, _numbered(content["missing"] or []), (12, 25, 60, 28, 62, 80))
    return letter.save()


def workbook(content: Content, mark: Mark) -> bytes:
    """The table and the names as a spreadsheet: figures are numbers, text is never taken for a formula (.xlsx)."""
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": datetime.combine(day(content["on"]), time.min)})
    styles = {name: book.add_format(_BASE | more) for name, more in _STYLES.items()}
    _table_sheet(book, styles, content, str(mark))
    names = book.add_worksheet("Danh sách")
    names.set_column(0, 0, 6)
    names.set_column(1, 5, 26)
    names.write_row(0, 0, NAMES, styles["head"])
    for index, row in enumerate(_numbered(content["missing"] or []), start=1):
        names.write_row(index, 0, row, styles["text"])
    names.freeze_panes(1, 0)
    names.repeat_rows(0)
    book.close()
    return stream.getvalue()


def _table_sheet(book: Any, styles: Mapping[str, Any], content: Content, mark: str) -> None:
    sheet = book.add_worksheet("Biểu")
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    groups = titles(content)
    last = 1 + 3 * len(groups)
    sheet.set_column(0, 0, 5)
    sheet.set_column(1, 1, 38)
    sheet.set_column(2, last, 8)
    sheet.merge_range(0, 0, 0, last, "BIỂU TỔNG HỢP KẾT QUẢ BỒI DƯỠNG NGHIỆP VỤ CÔNG TÁC DÂN VẬN", styles["title"])
    sheet.merge_range(1, 0, 1, last, about(content), styles["about"])
    sheet.merge_range(3, 0, 4, 0, "STT", styles["head"])
    sheet.merge_range(3, 1, 4, 1, "Đơn vị", styles["head"])
    for index, group in enumerate(groups):
        sheet.merge_range(3, 2 + 3 * index, 3, 4 + 3 * index, group, styles["head"])
        sheet.write_row(4, 2 + 3 * index, _PARTS, styles["head"])
    lines = [*content["lines"], content["total"]]
    codes = [kind["code"] for kind in content["kinds"]]
    for row, (line, texts) in enumerate(zip(lines, rows_of(content), strict=True), start=5):
        bold = line is content["total"]
        sheet.write(row, 0, texts[0], styles["total" if bold else "count"])
        sheet.write(row, 1, texts[1], styles["total" if bold else "text"])
        pairs = [*(line["kinds"].get(code, [0, 0]) for code in codes), line["all"]]
        for index, pair in enumerate(pairs):
            style = styles["total" if bold else "count"]
            sheet.write_number(row, 2 + 3 * index, pair[0], style)
            sheet.write_number(row, 3 + 3 * index, pair[1], style)
            sheet.write_string(row, 4 + 3 * index, percent_vi(rate_of(pair)), styles["total" if bold else "rate"])
    end = 5 + len(lines)
    sheet.write(end + 1, 1, "Người lập biểu", styles["about"])
    sheet.write(end + 6, 0, mark, styles["plain"])
    sheet.freeze_panes(5, 2)
    sheet.repeat_rows(3, 4)


def pdf(content: Content, mark: Mark, fonts: Path) -> bytes:
    """The table as a PDF, A4 landscape, pages numbered; the same report gives the same bytes."""
    stream = BytesIO()
    with plain.drawing:
        plain.load(fonts)
        cell = ParagraphStyle("cell", fontName="serif", fontSize=8.5, leading=10.5)
        middle = ParagraphStyle("middle", parent=cell, alignment=TA_CENTER)
        head = ParagraphStyle("head", parent=middle, fontName="serif-bold")
        title = ParagraphStyle("title", parent=head, fontSize=13, leading=17)
        groups = titles(content)
        top = ["STT", "Đơn vị", *(text for group in groups for text in (group, "", ""))]
        below = ["", "", *(part for _group in groups for part in _PARTS)]
        rows = [[Paragraph(escape(str(text)), head) for text in row] for row in (top, below)]
        for row in rows_of(content):
            rows.append(
                [Paragraph(escape(str(text)), cell if index == 1 else middle) for index, text in enumerate(row)]
            )
        room = (297 - 20 - 12 - 58) / (3 * len(groups))
        table = LongTable(rows, colWidths=[12 * mm, 58 * mm, *([room * mm] * (3 * len(groups)))], repeatRows=2)
        spans = [("SPAN", (2 + 3 * index, 0), (4 + 3 * index, 0)) for index in range(len(groups))]
        look: list[Any] = [
            ("GRID", (0, 0), (-1, -1), 0.4, HexColor("#57504C")), ("BACKGROUND", (0, 0), (-1, 1), HexColor("#F3E9E9")),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("SPAN", (0, 0), (0, 1)), ("SPAN", (1, 0), (1, 1)), *spans,
        ]  # fmt: skip
        table.setStyle(TableStyle(look))
        document = SimpleDocTemplate(
            stream, pagesize=landscape(A4), leftMargin=10 * mm, rightMargin=10 * mm, topMargin=12 * mm,
            bottomMargin=14 * mm, title=f"Biểu tổng hợp {content['target']['code']}, chốt lần {mark.number}", lang="vi",
            invariant=1,
        )  # fmt: skip
        story = [
            Paragraph("BIỂU TỔNG HỢP KẾT QUẢ BỒI DƯỠNG NGHIỆP VỤ CÔNG TÁC DÂN VẬN", title),
            Paragraph(escape(about(content)), middle), Spacer(1, 3 * mm), table, Spacer(1, 3 * mm),
            Paragraph(str(mark), cell),
        ]  # fmt: skip
        document.build(story, onFirstPage=_page, onLaterPages=_page)
    return stream.getvalue()


def _page(canvas: Any, document: Any) -> None:
    canvas.setFont("serif", 9)
    canvas.drawRightString(landscape(A4)[0] - 10 * mm, 8 * mm, f"Trang {document.page}")
